"""Whether torch's own errors bear the names they are known by."""

import pytest
import torch

from consumer.core.device_failures import explained
from consumer.core.errors import DeviceDead, OutOfMemory


@pytest.mark.parametrize(
    ("error", "meaning"),
    [(torch.cuda.OutOfMemoryError, OutOfMemory), (torch.AcceleratorError, DeviceDead)],
)
def test_an_error_of_torch_is_known_by_its_name(
    error: type[Exception], meaning: type[Exception]
) -> None:
    with pytest.raises(meaning), explained():
        raise error
