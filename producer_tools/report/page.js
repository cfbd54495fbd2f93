// Everything else, and what is drawn at all.

function drawFacts(id, facts) {
  const list = show(id).querySelector("dl");
  facts.forEach(({ name, value }) => list.append(element("dt", {}, name), element("dd", {}, value)));
}

function drawDownloads() {
  at("downloads").querySelector("p").append(...job.downloads.map((file) => {
    const button = element("button", { type: "button" }, file.title);
    button.addEventListener("click", () => save(file));
    return button;
  }));
}

function save({ filename, media_type, text }) {
  const address = URL.createObjectURL(new Blob([text], { type: media_type }));
  element("a", { href: address, download: filename }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

function drawFailure({ code, message, retryable, attempts }) {
  show("failure", code);
  at("failure-message").textContent = message;
  const tried = attempts ? `Given up after ${many(attempts, "attempt")}. ` : "";
  const outlook = retryable ? "The same job, sent later, may succeed." : "The same job would fail again.";
  at("failure-attempts").textContent = tried + outlook;
}

function drawHead() {
  at("name").textContent = job.name;
  at("status").textContent = job.status;
  at("status").classList.toggle("bad", job.status !== "succeeded");
  const parts = [job.operation, duration ? clock(duration, 1) : null,
    job.turns ? many(job.speakers.length, "speaker") : null];
  at("summary").textContent = parts.filter(Boolean).join(" · ");
  if (job.failure) drawFailure(job.failure);
  if (job.warnings.length) {
    show("warnings").querySelector("ul")
      .append(...job.warnings.map(({ name, value }) => element("li", {}, `${name}: ${value}`)));
  }
}

drawHead();
if (job.turns) drawTurns();
if (job.speakers.length) drawSpeakers();
if (duration && (job.sound || job.speakers.length)) drawPlayer();
drawFacts("facts", job.facts);
if (job.timings.length) drawFacts("timings", job.timings);
drawDownloads();
