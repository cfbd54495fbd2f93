"""Whether models come from the hub with every file they need, or with advice on how to get them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from consumer.core.errors import ModelUnavailable
from consumer.core.model import CatalogueModel, Diarization, Recording
from consumer.diarization.loading import Running, load_engine
from consumer.diarization.models.digest import directory_digest
from consumer.diarization.models.hub import HubAccess
from consumer.diarization.models.model_files import ModelFiles, obtain
from tests.fakes.model_hub import HubRepository, ModelHub, running
from tests.fakes.pipeline_configs import Kind, config_text
from tests.fakes.speech import silence
from tests.fakes.steps import diarized

MEMBER, STRANGER = "hf_member", "hf_stranger"
OLD, NEW = "pyannote/speaker-diarization-3.1", "pyannote/speaker-diarization-community-1"
SEGMENTATION, EMBEDDING = "pyannote/segmentation-3.0", "pyannote/wespeaker"


@pytest.fixture
def hub(pipelines: dict[Kind, Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelHub]:
    """Both pipelines of the field: one complete in itself, one that refers to two others."""
    parts = contents(pipelines[Kind.VBX])
    config = config_text(
        Kind.CENTROID_LINKAGE, segmentation=SEGMENTATION, embedding=EMBEDDING, plda=None
    )
    segmentation = {"pytorch_model.bin": parts["segmentation/pytorch_model.bin"]}
    embedding = {"pytorch_model.bin": parts["embedding/pytorch_model.bin"]}
    hub = ModelHub(
        repositories={
            NEW: HubRepository(parts | {"README.md": b"hello"}, readers=frozenset({MEMBER})),
            OLD: HubRepository({"config.yaml": config.encode()}, readers=frozenset({MEMBER})),
            SEGMENTATION: HubRepository(segmentation, readers=frozenset({MEMBER})),
            EMBEDDING: HubRepository(embedding),
        },
        tokens=frozenset({MEMBER, STRANGER}),
    )
    with running(hub):
        point_at(hub.endpoint, monkeypatch)
        yield hub


def point_at(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Do what HF_ENDPOINT does when huggingface_hub is imported."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "ENDPOINT", endpoint)
    template = endpoint + "/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)


def contents(directory: Path) -> dict[str, bytes]:
    files = (path for path in directory.rglob("*") if path.is_file())
    return {path.relative_to(directory).as_posix(): path.read_bytes() for path in files}


@pytest.fixture
def cache(tmp_path: Path) -> str:
    return str(tmp_path / "cache")


def pinned(hub: ModelHub, name: str, sha256: str | None = None) -> CatalogueModel:
    return CatalogueModel(name, name, revision=hub.repositories[name].commit, sha256=sha256)


def obtained(model: CatalogueModel, cache: str, token: str | None = MEMBER) -> ModelFiles:
    return obtain(model, HubAccess(token, cache))


@pytest.mark.parametrize("name", [OLD, NEW])
def test_a_hub_model_is_loaded(hub: ModelHub, cache: str, name: str) -> None:
    running = Running(HubAccess(MEMBER, cache), device="cpu", threads=1)
    diarizer = load_engine(pinned(hub, name), running)

    (answer,) = diarized(diarizer, [Recording(silence(1.0))])

    assert isinstance(answer, Diarization)


def test_only_what_is_loaded_is_fetched(hub: ModelHub, cache: str) -> None:
    obtained(pinned(hub, NEW), cache)

    assert not any("README" in request for request in hub.requests)


def test_what_is_cached_of_a_pinned_model_needs_no_hub(hub: ModelHub, cache: str) -> None:
    first = obtained(pinned(hub, NEW), cache)
    asked = len(hub.requests)

    again = obtained(pinned(hub, NEW), cache, token=None)

    assert again == first
    assert len(hub.requests) == asked


def test_a_complete_model_has_the_digest_of_its_directory(
    hub: ModelHub, cache: str, pipelines: dict[Kind, Path]
) -> None:
    digest = directory_digest(pipelines[Kind.VBX])

    assert obtained(pinned(hub, NEW, sha256=digest), cache).places


def test_the_digest_covers_the_repositories_a_model_refers_to(hub: ModelHub, cache: str) -> None:
    found = obtained(pinned(hub, OLD), cache)

    assert sorted(found.files) == [
        "config.yaml",
        f"{SEGMENTATION}/pytorch_model.bin",
        f"{EMBEDDING}/pytorch_model.bin",
    ]


def test_a_changed_repository_that_a_pinned_model_refers_to_is_noticed(
    hub: ModelHub, cache: str
) -> None:
    from consumer.diarization.models.digest import digest_of

    digest = digest_of(obtained(pinned(hub, OLD), cache).files)
    hub.repositories[EMBEDDING] = HubRepository({"pytorch_model.bin": b"somebody else's"})

    with pytest.raises(ModelUnavailable, match=f"the catalogue says {digest}"):
        obtained(pinned(hub, OLD, sha256=digest), cache)


@pytest.mark.parametrize(
    ("token", "said"),
    [
        (None, f"accept the conditions on the page of {NEW} on the model hub, then set HF_TOKEN"),
        (STRANGER, f"accept the conditions on the page of {NEW} .* account that HF_TOKEN belongs"),
        ("hf_mistyped", "refused HF_TOKEN .* set a valid token"),
    ],
)
def test_a_gated_model_says_whom_to_ask(
    hub: ModelHub, cache: str, token: str | None, said: str
) -> None:
    with pytest.raises(ModelUnavailable, match=said):
        obtained(pinned(hub, NEW), cache, token)


def test_a_gated_part_is_named_by_its_own_page(hub: ModelHub, cache: str) -> None:
    hub.repositories[SEGMENTATION].readers = frozenset({STRANGER})

    with pytest.raises(ModelUnavailable, match=f"the page of {SEGMENTATION} on the model hub"):
        obtained(pinned(hub, OLD), cache)


def test_an_unknown_model_is_named(hub: ModelHub, cache: str) -> None:
    with pytest.raises(ModelUnavailable, match="knows no pyannote/typo that HF_TOKEN may read"):
        obtained(CatalogueModel("typo", "pyannote/typo"), cache)


def test_a_name_that_is_no_hub_id_is_said_to_be_none(cache: str) -> None:
    with pytest.raises(ModelUnavailable, match="a/b/c is no repository of the model hub"):
        obtained(CatalogueModel("mine", "a/b/c"), cache)


def test_an_unknown_revision_is_named(hub: ModelHub, cache: str) -> None:
    with pytest.raises(ModelUnavailable, match=f"{NEW} has no revision v9: check the catalogue"):
        obtained(CatalogueModel(NEW, NEW, revision="v9"), cache)


def test_a_missing_file_is_named(hub: ModelHub, cache: str) -> None:
    files = dict(hub.repositories[NEW].files)
    del files["plda/plda.npz"]
    hub.repositories[NEW].files = files

    with pytest.raises(ModelUnavailable, match=f"{NEW}@.* holds no plda/plda.npz"):
        obtained(pinned(hub, NEW), cache)


def test_without_a_network_the_way_out_is_a_directory(
    cache: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(ModelHub()) as gone:
        point_at(gone.endpoint, monkeypatch)

    with pytest.raises(ModelUnavailable, match="check the network, or give the model a directory"):
        obtained(CatalogueModel(NEW, NEW), cache)


def test_the_token_is_not_shown() -> None:
    assert MEMBER not in repr(HubAccess(MEMBER))
