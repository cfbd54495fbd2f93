"""What the driver of one GPU says, on machines that have none: found before the real library."""

from tests.fakes.gpu import driver


def nvmlInit() -> None:  # noqa: N802 - NVIDIA's name
    """Nothing to reach."""


globals().update({name: value for name, value in vars(driver(50)).items() if name[0] != "_"})
