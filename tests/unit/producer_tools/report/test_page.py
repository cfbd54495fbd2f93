"""Whether the page holds its data, and nothing in the data can act."""

import json
import re
from base64 import b64encode
from hashlib import sha256

from producer_tools.report.page import page
from producer_tools.report.page_data import PageData, Sound
from schemas.diarization import DiarizationResult
from tests.unit.producer_tools.report.documents import example
from tests.unit.producer_tools.report.turns import HOSTILE

SCRIPTS = re.compile(r"(?s)<script(?: type=\"module\")?>(.*?)</script>")
DATA = re.compile(r'(?s)<script type="application/json" id="job">(.*?)</script>')


def hostile_page() -> str:
    answer = DiarizationResult.of([(0.0, 1.0, HOSTILE), (1.0, 2.0, "<!--{{view}}")], None, 2.0)
    document = example(
        "stored-result",
        result=answer.model_dump(mode="json"),
        warnings=[{"code": "<b>", "message": "{{ view }}</script><script>alert(1)</script>"}],
    )
    return page(PageData.of(document), "wave();")


def policy(html: str) -> str:
    [found] = re.findall(r'Content-Security-Policy" content="([^"]*)"', html)
    return str(found)


def test_labels_come_back_as_they_were() -> None:
    data = json.loads(DATA.findall(hostile_page())[0])

    assert [speaker["label"] for speaker in data["speakers"]] == ["<!--{{view}}", HOSTILE]
    assert data["warnings"][0]["value"] == "{{ view }}</script><script>alert(1)</script>"


def test_nothing_in_the_data_becomes_markup() -> None:
    html = hostile_page()
    plain = page(PageData.of(example("stored-result")), "wave();")

    assert html.count("<script") == plain.count("<script") == 3
    assert html.count("<img") == 0
    assert html.count("<!--") == 0


def test_the_title_is_escaped() -> None:
    failed = example("result-failed-unreadable-job")
    origin = failed.answer.model_dump(mode="json")["origin"]
    strange = example("result-failed-unreadable-job", origin={**origin, "topic": "a.b-<i>"})

    html = page(PageData.of(strange), None)

    assert "<title>a.b-&lt;i&gt;/3/120457 " in html


def test_only_the_scripts_of_the_page_may_run() -> None:
    html = hostile_page()

    allowed = re.findall(r"'sha256-([^']+)'", policy(html))

    scripts = SCRIPTS.findall(html)
    assert len(scripts) == 2
    assert set(allowed) == {b64encode(sha256(s.encode()).digest()).decode() for s in scripts}
    assert "default-src 'none'" in policy(html)
    assert "connect-src" not in policy(html)


def test_without_a_waveform_there_is_no_script_for_it() -> None:
    html = page(PageData.of(example("result-failed")), None)

    assert len(SCRIPTS.findall(html)) == 1


def test_the_recording_is_named_in_the_data() -> None:
    sound = Sound("./call%20one.flac", (0, 255, 128))

    data = json.loads(DATA.findall(page(PageData.of(example("stored-result"), sound), ""))[0])

    assert data["sound"] == {
        "source": "./call%20one.flac",
        "peaks": [0, 255, 128],
        "duration_seconds": None,
        "sha256": None,
    }
