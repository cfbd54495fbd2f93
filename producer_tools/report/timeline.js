// The recording over time: what is heard, who speaks, and where we are.
const audio = at("audio");
const timeline = at("timeline");
const sheet = at("sheet");
const duration = job.duration_seconds;
const STEP_SECONDS = 5;
const LARGEST_ZOOM = 32;
const TICKS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];
const TICK_PIXELS = 90;
let zoom = 1;
let position = 0;

function showPosition() {
  at("playhead").style.left = `${(100 * position) / duration}%`;
  timeline.setAttribute("aria-valuenow", position.toFixed(1));
  timeline.setAttribute("aria-valuetext", clock(position, 1));
  markCurrent(position);
}

function seek(seconds) {
  position = Math.min(Math.max(seconds, 0), duration);
  if (job.sound) audio.currentTime = position;
  showPosition();
}

function play() {
  // A browser may refuse or be interrupted by the next seek: the controls show what is the case.
  if (job.sound) audio.play().catch(() => {});
}

function follow() {
  position = Math.min(audio.currentTime, duration);
  showPosition();
  if (!audio.paused) keepInSight();
}

function keepInSight() {
  const place = (position / duration) * sheet.clientWidth;
  const seen = place - timeline.scrollLeft;
  if (seen < 0 || seen > timeline.clientWidth) timeline.scrollLeft = place - timeline.clientWidth / 10;
}

function drawAxis() {
  const most = Math.max(sheet.clientWidth / TICK_PIXELS, 1);
  const step = TICKS.find((each) => duration / each <= most) || TICKS.at(-1);
  const ticks = [];
  for (let tick = 0; tick * step < duration; tick += 1) {
    const mark = element("span", {}, clock(tick * step, step < 1 ? 1 : 0));
    mark.style.left = `${(100 * tick * step) / duration}%`;
    ticks.push(mark);
  }
  at("axis").replaceChildren(...ticks);
}

function setZoom(wanted) {
  zoom = Math.min(Math.max(wanted, 1), LARGEST_ZOOM);
  sheet.style.width = `${100 * zoom}%`;
  at("zoom-level").textContent = `${zoom}×`;
  at("zoom-out").disabled = zoom === 1;
  at("zoom-in").disabled = zoom === LARGEST_ZOOM;
  drawAxis();
  timeline.scrollLeft = (position / duration) * sheet.clientWidth - timeline.clientWidth / 2;
}

function drawLanes() {
  const XML = "http://www.w3.org/2000/svg";
  job.speakers.forEach((speaker, number) => {
    const picture = document.createElementNS(XML, "svg");
    picture.setAttribute("viewBox", `0 0 ${duration} 1`);
    picture.setAttribute("preserveAspectRatio", "none");
    const path = document.createElementNS(XML, "path");
    const mine = job.turns.filter((turn) => turn.speaker === number);
    path.setAttribute("d", mine.map(({ start, end }) => `M${start} 0H${end}V1H${start}Z`).join(""));
    picture.append(path);
    at("lanes").append(coloured(element("div", { className: "lane" }, picture), number));
    at("labels").append(element("li", { title: speaker.label }, speaker.label));
  });
}

function waveColours() {
  const style = getComputedStyle(document.documentElement);
  return {
    waveColor: style.getPropertyValue("--wave").trim(),
    progressColor: style.getPropertyValue("--played").trim(),
  };
}

function drawWave() {
  at("stage").classList.add("waving");
  // Given levels and duration it reads no audio; the audio element streams it.
  const wave = window.WaveSurfer.create({
    container: at("wave"),
    media: audio,
    peaks: [job.sound.peaks.map((level) => level / 255)],
    duration,
    height: 96,
    normalize: true,
    interact: false,
    cursorWidth: 0,
    ...waveColours(),
  });
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", () => wave.setOptions(waveColours()));
}

function keyPressed(event) {
  const actions = {
    " ": () => (audio.paused ? play() : audio.pause()),
    ArrowLeft: () => seek(position - STEP_SECONDS),
    ArrowRight: () => seek(position + STEP_SECONDS),
    Home: () => seek(0),
    End: () => seek(duration),
    "+": () => setZoom(zoom * 2),
    "-": () => setZoom(zoom / 2),
  };
  const action = actions[event.key];
  if (!action || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  action();
  keepInSight();
}

function setUpSound() {
  audio.hidden = false;
  audio.addEventListener("timeupdate", follow);
  audio.addEventListener("error", () => {
    at("silent").hidden = false;
    const inside = job.sound.source.startsWith("data:");
    at("silent").textContent = inside
      ? "This browser cannot play the recording."
      : `The recording cannot be played: is it still at ${decodeURIComponent(job.sound.source)}, as seen from this page?`;
  });
  audio.src = job.sound.source;
  if (job.sound.peaks.length && window.WaveSurfer) drawWave();
}

function drawPlayer() {
  show("player");
  timeline.setAttribute("aria-valuemax", duration.toFixed(1));
  drawLanes();
  if (job.sound) setUpSound();
  sheet.addEventListener("click", (event) => {
    const box = sheet.getBoundingClientRect();
    seek(((event.clientX - box.left) / box.width) * duration);
  });
  timeline.addEventListener("keydown", keyPressed);
  at("zoom-in").addEventListener("click", () => setZoom(zoom * 2));
  at("zoom-out").addEventListener("click", () => setZoom(zoom / 2));
  window.addEventListener("resize", drawAxis);
  setZoom(1);
  showPosition();
}
