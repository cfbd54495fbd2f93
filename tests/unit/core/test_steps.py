"""Whether what a step leaves behind is what it says, and nothing else."""

import pytest

from consumer.core.errors import AudioEmpty, JobError, PermanentError, StorageUnavailable
from consumer.core.steps import refused


class TwoFacts(PermanentError):
    """As an operation of another package may have it."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(f"{first}, {second}")
        self.second = second


ERRORS = [AudioEmpty("no samples"), StorageUnavailable("out", "s3://a/b"), TwoFacts("a", "b")]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_a_refusal_says_all_that_the_error_says_and_keeps_no_frame(error: JobError) -> None:
    with pytest.raises(JobError) as met:
        raise error from ValueError("the samples are in this frame")

    refuse = refused(met.value)
    assert error.__traceback__

    with pytest.raises(type(error)) as told:
        refuse()
    assert (str(told.value), vars(told.value)) == (str(error), vars(error))
    assert told.value.__cause__ is None
    assert [entry.name for entry in told.traceback][-1] == "refuse"
    assert len(told.traceback) == 2
