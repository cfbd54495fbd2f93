"""Whether it is known how much audio is under way, and which jobs are nearly done."""

from consumer.core.under_way import UnderWay
from schemas.result_parts import ResolvedAudio
from tests.fakes.jobs import AUDIO_URI, task


def test_counts_audio_as_decoded_or_as_the_job_says_or_as_is_usual() -> None:
    under_way = UnderWay()
    decoded = task()
    decoded.audio = ResolvedAudio(uri=decoded.job.audio.uri, etag="abc", duration_seconds=100.0)
    hinted = task(offset=1, audio={"uri": AUDIO_URI, "duration_seconds": 7.0})
    under_way.begin(decoded.ticket, decoded)
    under_way.begin(hinted.ticket, hinted)
    under_way.begin(task(offset=2).ticket, None)
    assert under_way.audio_seconds == 107.0

    under_way.end(decoded.ticket)
    assert under_way.audio_seconds == 7.0

    unknown = task(offset=3)
    under_way.begin(unknown.ticket, unknown)
    assert 7.0 < under_way.audio_seconds < 107.0


def test_what_has_seen_the_device_is_nearly_done() -> None:
    under_way = UnderWay()
    early, late = task(), task(offset=1)
    late.timings["device_wait"] = 0.1
    for one in (early, late):
        under_way.begin(one.ticket, one)

    assert list(under_way.nearly_done) == [late.ticket]
