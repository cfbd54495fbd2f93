// Who spoke for how long, and when.
let rows = [];

const number = (text) => element("td", { className: "number" }, text);

function named(speaker) {
  const swatch = coloured(element("span", { className: "swatch" }), speaker);
  return element("td", {}, swatch, job.speakers[speaker].label);
}

function drawSpeakers() {
  const body = show("speakers").querySelector("tbody");
  job.speakers.forEach(({ seconds, share, turns }, speaker) => {
    const percent = `${(100 * share).toFixed(1)} %`;
    const bar = coloured(element("div", { className: "bar" }), speaker);
    bar.style.width = percent.replace(" ", "");
    const shown = element("div", { className: "share" }, bar, element("span", { className: "number" }, percent));
    body.append(element("tr", {}, named(speaker), number(clock(seconds, 1)), number(turns), element("td", {}, shown)));
  });
}

function turnRow(turn, place) {
  // One row can be tabbed to; arrows lead on to the others, so that thousands are no obstacle.
  const button = element("button", { type: "button", tabIndex: place ? -1 : 0 }, clock(turn.start, 3));
  return element("tr", {}, element("td", { className: "number" }, button), number(clock(turn.end, 3)),
    number(`${(turn.end - turn.start).toFixed(3)} s`), named(turn.speaker));
}

function moveFocus(event) {
  const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -rows.length, End: rows.length };
  const from = rows.indexOf(event.target.closest("tr"));
  if (!(event.key in steps) || from < 0) return;
  event.preventDefault();
  const to = rows[Math.min(Math.max(from + steps[event.key], 0), rows.length - 1)].querySelector("button");
  event.target.tabIndex = -1;
  to.tabIndex = 0;
  to.focus();
}

function markCurrent(seconds) {
  rows.forEach((row, place) => {
    const { start, end } = job.turns[place];
    if (start <= seconds && seconds < end) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  });
}

function drawTurns() {
  const body = show("turns", job.turns.length ? many(job.turns.length, "turn") : "Nobody spoke").querySelector("tbody");
  at("turns").querySelector(".scroll").hidden = !job.turns.length;
  rows = job.turns.map(turnRow);
  body.append(...rows);
  body.addEventListener("click", (event) => {
    const row = rows.indexOf(event.target.closest("tr"));
    seek(job.turns[row].start);
    play();
    keepInSight();
  });
  body.addEventListener("keydown", moveFocus);
}
