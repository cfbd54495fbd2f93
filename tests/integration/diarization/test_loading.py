"""Whether a model is loaded from its directory alone, or refused with what to do about it."""

import os
import pickle
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from consumer.core.errors import ModelUnavailable
from consumer.core.model import CatalogueModel, Diarization, Recording
from consumer.core.ports import Diarizer
from consumer.diarization.loading import Running, load_engine
from consumer.diarization.models.digest import directory_digest
from tests.fakes.pipeline_configs import Kind, config_text
from tests.fakes.speech import silence
from tests.fakes.steps import diarized


@pytest.fixture
def copy(pipelines: dict[Kind, Path], tmp_path: Path) -> Path:
    """A pipeline directory of the test's own."""
    return shutil.copytree(pipelines[Kind.CENTROID_LINKAGE], tmp_path / "model")


def load(directory: Path, *, sha256: str | None = None, device: str = "cpu") -> Diarizer:
    model = CatalogueModel("demo", "demo", directory=str(directory), sha256=sha256)
    return load_engine(model, Running(device=device, threads=1))


def runs(diarizer: Diarizer) -> bool:
    (answer,) = diarized(diarizer, [Recording(silence(1.0))])
    return isinstance(answer, Diarization)


def test_a_pinned_model_is_loaded(copy: Path) -> None:
    assert runs(load(copy, sha256=directory_digest(copy)))


def test_auto_finds_a_device(copy: Path) -> None:
    assert runs(load(copy, device="auto"))


def test_a_model_that_was_tampered_with_is_never_unpickled(copy: Path, tmp_path: Path) -> None:
    pinned = directory_digest(copy)
    trap = tmp_path / "sprung"

    class Trap:
        def __reduce__(self) -> tuple[object, ...]:
            return (Path.touch, (trap,))

    (copy / "embedding" / "pytorch_model.bin").write_bytes(pickle.dumps(Trap()))

    with pytest.raises(ModelUnavailable, match=f"is {directory_digest(copy)}.*says {pinned}"):
        load(copy, sha256=pinned)
    assert not trap.exists()


def test_a_config_without_the_plda_that_nobody_uses_loads_without_one(copy: Path) -> None:
    (copy / "config.yaml").write_text(config_text(Kind.CENTROID_LINKAGE, plda=None))
    shutil.rmtree(copy / "plda")

    assert runs(load(copy))


def test_a_missing_directory_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=f"there is no {tmp_path}/nowhere/config.yaml"):
        load(tmp_path / "nowhere")


@pytest.mark.parametrize(
    "name", ["config.yaml", "segmentation/pytorch_model.bin", "plda/xvec_transform.npz"]
)
def test_a_missing_file_is_named(copy: Path, name: str) -> None:
    (copy / name).unlink()

    with pytest.raises(ModelUnavailable, match=f"there is no {copy}/{name}"):
        load(copy)


@pytest.mark.parametrize(
    ("config", "part"),
    [
        (config_text(Kind.VBX, plda=None), "plda from pyannote/speaker-diarization-community-1"),
        (config_text(Kind.VBX, segmentation="owner/seg"), "segmentation from owner/seg"),
        (config_text(Kind.VBX, embedding="/models/emb.bin"), "embedding from /models/emb.bin"),
    ],
)
def test_a_directory_refers_to_nothing_outside_itself(copy: Path, config: str, part: str) -> None:
    (copy / "config.yaml").write_text(config)

    with pytest.raises(ModelUnavailable, match=f"takes its {part}, but a directory is loaded"):
        load(copy)


@pytest.mark.parametrize("name", ["segmentation/pytorch_model.bin", "plda/plda.npz"])
@pytest.mark.parametrize("content", [b"", b"not a checkpoint", pickle.dumps({"state_dict": {}})])
def test_a_broken_file_is_no_reason_to_die(copy: Path, name: str, content: bytes) -> None:
    (copy / name).write_bytes(content)

    with pytest.raises(ModelUnavailable, match="files of the model cannot be opened"):
        load(copy)


def test_a_config_that_is_no_text_is_refused(copy: Path) -> None:
    (copy / "config.yaml").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(ModelUnavailable, match="is not the config of a pipeline"):
        load(copy)


@pytest.mark.parametrize("device", ["cuda:99", "toaster"])
def test_a_device_that_is_not_there_is_named(copy: Path, device: str) -> None:
    with pytest.raises(ModelUnavailable, match=device):
        load(copy, device=device)


def test_nobody_is_told_about_it(copy: Path) -> None:
    load(copy)

    from pyannote.audio.telemetry.metrics import is_metrics_enabled

    assert not is_metrics_enabled()
    assert not [thread for thread in threading.enumerate() if "Otel" in thread.name]


def test_the_loader_is_imported_without_torch() -> None:
    modules = (
        "loading turns bounds allocator runtime models.digest models.pipeline_config "
        "models.model_files models.hub"
    )
    imports = "".join(f"import consumer.diarization.{name}\n" for name in modules.split())
    check = "import sys\nassert not {'torch', 'pyannote', 'huggingface_hub'} & set(sys.modules)"

    subprocess.run([sys.executable, "-c", imports + check], check=True, env=os.environ)
