"""Whether a worker finds the operations it is to serve, and says so before it starts if not."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import ClassVar

import pytest

from consumer.core.errors import CannotStart, OutOfMemory
from consumer.core.model import CatalogueModel
from consumer.operations.plugin import OperationContext, OperationParams, OperationResult
from consumer.operations.registry import Repertoire, gather
from schemas.diarization import DiarizeParams
from schemas.result import StoredResult
from tests.fakes.operation import FakeModel, FakeOperation
from tests.plugin.installing import installed

CONTEXT = OperationContext("cpu", None, lambda model: Path(model.name))
DIARIZE = FakeOperation()
HERE = "tests.unit.operations.test_registry"


class Translate:
    """As little as an operation must say."""

    engine_version = 1
    params: object = OperationParams
    result: object = OperationResult
    formats: object = {"txt": "text/plain"}
    default_model: object = "small"
    told: ClassVar[OperationContext | None] = None

    def __init__(self, context: OperationContext) -> None:
        Translate.told = context

    def load(self, model: CatalogueModel) -> FakeModel:
        return FakeModel()

    def render(self, format_name: str, stored: StoredResult) -> bytes:
        return b""


class WithoutModel:
    engine_version = 1
    params = OperationParams
    result = OperationResult
    formats: Mapping[str, str] = {}

    def __init__(self, context: OperationContext) -> None:
        self.context = context


class ForeignParams(Translate):
    params = dict


class ForeignResult(Translate):
    result = DiarizeParams


class NamelessModel(Translate):
    default_model = None


class ListedFormats(Translate):
    formats = ("txt",)


class ItsOwnJson(Translate):
    formats: object = {"json": "application/json"}


class PathAsFormat(Translate):
    formats: object = {"../txt": "text/plain"}


class TooLarge(Translate):
    def load(self, model: CatalogueModel) -> FakeModel:
        raise RuntimeError("CUDA out of memory. Tried to allocate 20.00 GiB.")


class Broken(Translate):
    def __init__(self, context: OperationContext) -> None:
        raise LookupError("no licence")


Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Lay out a distribution with these entry points, classes of this module by default."""
    monkeypatch.syspath_prepend(tmp_path)

    def lay_out(name: str = "loud-words", **entry_points: str) -> None:
        points = {each: f"{HERE}:{value}" for each, value in entry_points.items()}
        installed(tmp_path, name, **points)

    return lay_out


def serving(*names: str) -> Repertoire:
    return gather(names, {"diarize": DIARIZE}, CONTEXT)


def refusal(*names: str) -> str:
    with pytest.raises(CannotStart) as caught:
        serving(*names)
    return str(caught.value)


def test_serves_what_is_built_in() -> None:
    assert serving("diarize").operations == {"diarize": DIARIZE}


def test_serves_what_an_installed_package_offers_beside_it(install: Install) -> None:
    install()

    serves = serving("diarize", "transcribe")

    operation = serves.operations["transcribe"]
    assert list(serves.operations) == ["diarize", "transcribe"]
    assert serves.default_models == {"transcribe": "loud-words"}
    assert operation.formats == {"txt": "text/plain; charset=utf-8"}
    assert serves.shapes.params["transcribe"].__name__ == "TranscribeParams"
    assert serves.shapes.results["transcribe"].__name__ == "Transcript"
    assert serves.shapes.formats["transcribe"] == ("txt",)
    assert serves.shapes.params["diarize"] is DiarizeParams


def test_tells_it_about_the_worker(install: Install) -> None:
    install(translate="Translate")

    serving("translate")

    assert Translate.told is CONTEXT


def test_knows_what_its_libraries_mean(install: Install) -> None:
    install(translate="TooLarge")

    translate = serving("translate").operations["translate"]

    with pytest.raises(OutOfMemory):
        translate.load(CatalogueModel("large", "large"))


def test_leaves_alone_what_is_not_asked_for(install: Install) -> None:
    install(broken="Broken", diarize="Translate", translate="Translate")

    assert list(serving("translate").operations) == ["translate"]


def test_one_that_is_nowhere_is_refused_with_what_there_is(install: Install) -> None:
    install()

    said = refusal("diarize", "transcibe")

    assert "TURNSTREAM_WORKER__OPERATIONS: there is no operation 'transcibe'" in said
    assert "built in: diarize" in said
    assert "'turnstream.operations'): transcribe of loud-words 1.0" in said


def test_what_is_built_in_cannot_be_replaced(install: Install) -> None:
    install(diarize="Translate", translate="Translate")

    assert serving("diarize", "translate").operations["diarize"] is DIARIZE


def test_one_that_two_packages_offer_is_refused(install: Install) -> None:
    install("one", translate="Translate")
    install("two", translate="Translate")

    said = refusal("translate")

    assert "comes from several packages" in said
    assert {"one 1.0", "two 1.0"} <= set(said.partition(": ")[2].split(", "))


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("Broken", "fails: LookupError: no licence"),
        ("NoSuchClass", "fails: AttributeError: "),
        ("CONTEXT", "fails: TypeError: "),
        ("WithoutModel", "unusable: a WithoutModel has no default_model, load, render"),
        ("ForeignParams", "unusable: its params is no subclass of OperationParams"),
        ("ForeignResult", "unusable: its result is no subclass of OperationResult"),
        ("NamelessModel", "unusable: its default_model is no str"),
        ("ListedFormats", "unusable: its formats is no Mapping"),
        ("ItsOwnJson", "unusable: 'json' cannot be a format of its own"),
        ("PathAsFormat", "unusable: '../txt' cannot be a format of its own"),
    ],
)
def test_a_broken_one_is_refused_with_whose_it_is(
    install: Install, value: str, problem: str
) -> None:
    install(translate=value)

    said = refusal("diarize", "translate")

    assert said.startswith(f"operation 'translate' ({HERE}:{value} of loud-words 1.0) ")
    assert problem in said
