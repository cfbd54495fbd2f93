"""What may a fetch thread rely on, whichever decoder it was given?"""

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from consumer.core.errors import AudioChannelMissing, AudioEmpty, AudioUndecodable
from consumer.core.model import SAMPLE_RATE
from consumer.core.ports import AudioDecoder
from tests.contract.audio.conftest import decoded_by, held_in_memory
from tests.contract.audio.recordings import pcm16, sound, wav


def test_samples_are_floats_in_minus_one_to_one(decoder: AudioDecoder) -> None:
    samples = pcm16(sound(0.5))
    samples[:3, 0] = (-32_768, 0, 32_767)

    waveform = decoded_by(decoder, wav(samples)).waveform

    assert waveform.samples.format == "f"
    assert np.array_equal(np.asarray(waveform.samples), samples[:, 0] / np.float32(32_768))
    assert waveform.seconds == 0.5


def test_channels_are_averaged(decoder: AudioDecoder) -> None:
    samples = pcm16(sound(0.5, channels=3))

    waveform = decoded_by(decoder, wav(samples)).waveform

    expected = samples.astype(np.float64).mean(axis=1) / 32_768
    np.testing.assert_allclose(np.asarray(waveform.samples), expected, atol=1e-7)


def test_one_channel_can_be_chosen(decoder: AudioDecoder) -> None:
    samples = pcm16(sound(0.5, channels=2))

    waveform = decoded_by(decoder, wav(samples), channel=1).waveform

    assert np.array_equal(np.asarray(waveform.samples), samples[:, 1] / np.float32(32_768))


def test_a_channel_that_is_not_there_is_an_error(decoder: AudioDecoder) -> None:
    with pytest.raises(AudioChannelMissing, match="2"):
        decoded_by(decoder, wav(pcm16(sound(0.5, channels=2))), channel=2)


def test_a_tenth_of_a_second_is_fine(decoder: AudioDecoder) -> None:
    waveform = decoded_by(decoder, wav(pcm16(sound(0.1)))).waveform

    assert len(waveform.samples) == SAMPLE_RATE // 10


def test_a_file_of_no_bytes_is_empty(decoder: AudioDecoder) -> None:
    with pytest.raises(AudioEmpty):
        decoded_by(decoder, b"")


def test_a_file_of_no_samples_is_empty(decoder: AudioDecoder) -> None:
    with pytest.raises(AudioEmpty):
        decoded_by(decoder, wav(np.empty((0, 1), np.int16)))


def test_text_is_undecodable(decoder: AudioDecoder) -> None:
    with pytest.raises(AudioUndecodable):
        decoded_by(decoder, b"this is no audio, whatever its name says\n" * 50)


def test_the_descriptor_stays_open_and_where_it_was(decoder: AudioDecoder) -> None:
    with held_in_memory(wav(pcm16(sound(0.2)))) as descriptor:
        position = os.lseek(descriptor, 7, os.SEEK_SET)

        first = decoder.decode(descriptor, None)
        second = decoder.decode(descriptor, None)

        assert os.lseek(descriptor, 0, os.SEEK_CUR) == position
    assert first.waveform.samples == second.waveform.samples


def test_threads_get_each_their_own_recording(decoder: AudioDecoder) -> None:
    seconds = [0.1 * number for number in range(1, 21)]

    with ThreadPoolExecutor(6) as threads:
        decoded = list(threads.map(lambda s: decoded_by(decoder, wav(pcm16(sound(s)))), seconds))

    assert [round(one.waveform.seconds, 3) for one in decoded] == [round(s, 3) for s in seconds]
