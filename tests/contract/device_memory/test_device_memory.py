"""Whether every memory tells what is taken of it, and what has come back."""

import pytest

from tests.contract.device_memory.conftest import LIMIT_BYTES, Device

MUCH = 256 * 1024**2
NOISE = MUCH // 16
"""Libraries take and give a little meanwhile."""


def test_what_is_taken_is_in_use_until_it_is_given_back(device: Device) -> None:
    before = device.memory.used_bytes()

    taken = device.take(MUCH)
    assert device.memory.used_bytes() - before == pytest.approx(MUCH, abs=NOISE)

    del taken
    assert device.memory.used_bytes() - before == pytest.approx(0, abs=NOISE)


def test_the_peak_is_no_less_than_what_is_in_use(device: Device) -> None:
    before = device.memory.used_bytes()

    taken = device.take(MUCH)

    assert device.memory.peak_bytes() - before >= MUCH - NOISE
    del taken


def test_the_peak_counts_anew_after_a_look(device: Device) -> None:
    taken = device.take(MUCH)
    del taken
    before = device.memory.used_bytes()

    assert device.memory.peak_bytes() - before <= NOISE


def test_a_limit_is_the_capacity(device: Device) -> None:
    assert device.memory.capacity_bytes() == LIMIT_BYTES
