// What everything on the page is made of. Text of the job becomes text nodes alone, never markup.
const job = JSON.parse(document.getElementById("job").textContent);
const at = (id) => document.getElementById(id);
const COLOURS = 7;

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function show(id, title) {
  at(id).hidden = false;
  if (title) at(`${id}-title`).textContent = title;
  return at(id);
}

const many = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;

function clock(seconds, digits = 0) {
  const unit = 10 ** digits;
  const whole = Math.round(seconds * unit) / unit;
  const minutes = Math.floor(whole / 60);
  const rest = (whole % 60).toFixed(digits).padStart(digits ? digits + 3 : 2, "0");
  const hours = Math.floor(minutes / 60);
  return hours ? `${hours}:${String(minutes % 60).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

function coloured(made, speaker) {
  made.style.setProperty("--speaker", `var(--speaker-${speaker % COLOURS})`);
  return made;
}
