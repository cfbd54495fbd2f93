"""What is a pyannote pipeline on disk? Two checkpoints, a PLDA and the file that joins them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightning
import numpy as np
import torch
import yaml
from pyannote.audio.core.model import Model

PLDA_DIMENSION = 128


@dataclass(frozen=True, slots=True)
class Clustering:
    """The parameters of agglomerative clustering that belong to a pair of models."""

    threshold: float
    min_cluster_size: int = 12
    method: str = "centroid"


def write_pipeline(
    folder: Path, segmentation: Model, embedding: Model, clustering: Clustering
) -> None:
    """Write a directory that `pyannote.audio.Pipeline.from_pretrained` loads, offline."""
    _write_checkpoint(segmentation, folder / "segmentation" / "pytorch_model.bin")
    _write_checkpoint(embedding, folder / "embedding" / "pytorch_model.bin")
    _write_plda(folder / "plda")
    write_config(folder, clustering)


def write_config(folder: Path, clustering: Clustering) -> None:
    """Write config.yaml alone."""
    config = yaml.safe_dump(_config(clustering), sort_keys=False)
    (folder / "config.yaml").write_text(config, encoding="utf-8")


def parameters(clustering: Clustering) -> dict[str, dict[str, object]]:
    """Return what `Pipeline.instantiate` takes."""
    return {
        "clustering": {
            "method": clustering.method,
            "min_cluster_size": clustering.min_cluster_size,
            "threshold": clustering.threshold,
        },
        "segmentation": {"min_duration_off": 0.0},
    }


def _config(clustering: Clustering) -> Mapping[str, object]:
    return {
        "version": "3.1.0",
        "pipeline": {
            "name": "pyannote.audio.pipelines.SpeakerDiarization",
            "params": {
                "clustering": "AgglomerativeClustering",
                "embedding": "$model/embedding",
                "embedding_batch_size": 2,
                "embedding_exclude_overlap": True,
                "plda": "$model/plda",
                "segmentation": "$model/segmentation",
                "segmentation_batch_size": 4,
            },
        },
        "params": parameters(clustering),
    }


def _write_checkpoint(model: Model, path: Path) -> None:
    checkpoint: dict[str, Any] = {
        "epoch": 0,
        "global_step": 0,
        "pytorch-lightning_version": lightning.__version__,
        "state_dict": {name: _half(tensor) for name, tensor in model.state_dict().items()},
        "hyper_parameters": dict(model.hparams),
    }
    model.on_save_checkpoint(checkpoint)  # type: ignore[no-untyped-call]
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(checkpoint, path)


def _half(tensor: torch.Tensor) -> torch.Tensor:
    """Half the bytes; loading copies them into the model's float32 parameters."""
    return tensor.half() if tensor.is_floating_point() else tensor


def _write_plda(folder: Path) -> None:
    """Write one that changes nothing: agglomerative clustering needs none, the loader does."""
    folder.mkdir(parents=True, exist_ok=True)
    zeros, unity = np.zeros(PLDA_DIMENSION), np.eye(PLDA_DIMENSION)
    np.savez_compressed(folder / "xvec_transform.npz", mean1=zeros, mean2=zeros, lda=unity)
    psi = np.linspace(2.0, 1.0, PLDA_DIMENSION)
    np.savez_compressed(folder / "plda.npz", mu=zeros, tr=unity, psi=psi)
