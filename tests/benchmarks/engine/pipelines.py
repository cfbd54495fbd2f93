"""Which pipelines are measured? Seeded ones that know silence, full-size and narrow."""

from pathlib import Path
from typing import Any

import torch
from pyannote.audio import Model
from torch import Tensor

from tests.exact.models import NARROW, VOICE_SECONDS
from tests.exact.recordings import voices
from tests.fakes.pipeline_configs import Kind
from tests.fakes.pipelines import FULL_SIZE, WINDOW_SAMPLES, build_pipeline

CERTAINTY = 50.0
"""By how much silence wins where there is no sound, in logits: nothing else is as sure."""


def build_full_size(directory: Path) -> Path:
    """Write a pipeline like community-1 with networks of the published size."""
    speech = _speech()
    build_pipeline(directory, Kind.VBX, speech, FULL_SIZE)
    hear_silence(directory / "segmentation" / "pytorch_model.bin", speech)
    return directory


def build_narrow(directory: Path) -> Path:
    """Write the same with networks that cost little, so that the rest shows."""
    return build_pipeline(directory, Kind.VBX, _speech(), NARROW)


def hear_silence(checkpoint: Path, speech: Tensor) -> None:
    """Let a seeded segmentation network hear nobody where there is no sound, as trained ones do.

    The first unit of its linear layers comes to tell what the LSTM says of zeros from what it says
    of speech (Fisher's discriminant), and the class of silence to listen to that unit alone.
    """
    windows = speech.unfold(1, WINDOW_SAMPLES, WINDOW_SAMPLES).transpose(0, 1)
    model: Any = Model.from_pretrained(checkpoint)
    with torch.inference_mode():
        spoken = _said_by_lstm(model, windows)
        silent = _said_by_lstm(model, torch.zeros(2, 1, WINDOW_SAMPLES))
    weight, bias = _discriminant(spoken, silent)
    saved = torch.load(checkpoint, weights_only=False)
    state = saved["state_dict"]
    state["linear.0.weight"][0], state["linear.0.bias"][0] = weight, bias
    state["linear.1.weight"][0], state["linear.1.bias"][0] = 0.0, 0.0
    state["linear.1.weight"][0, 0] = 1.0
    state["classifier.weight"][:, 0] = 0.0
    state["classifier.weight"][0, 0] = CERTAINTY
    torch.save(saved, checkpoint)


def _discriminant(spoken: Tensor, silent: Tensor) -> tuple[Tensor, Tensor]:
    """Return a weight and a bias that are below 0 on speech, and 1 and more on silence."""
    spread = torch.cov(spoken.T) + torch.cov(silent.T)
    spread += 1e-3 * spread.trace() / len(spread) * torch.eye(len(spread))
    direction = torch.linalg.solve(spread, silent.mean(0) - spoken.mean(0))
    highest, lowest = (spoken @ direction).max(), (silent @ direction).min()
    if lowest <= highest:
        raise ValueError("what this network says of silence does not differ from speech")
    return direction / (lowest - highest), -highest / (lowest - highest)


def _speech() -> Tensor:
    return torch.from_numpy(voices(VOICE_SECONDS))[None]


def _said_by_lstm(model: Any, windows: Tensor) -> Tensor:
    """Return what the LSTM says, shape (frames of all windows, features)."""
    said: list[Tensor] = []
    hook = model.lstm.register_forward_hook(lambda _m, _i, outputs: said.append(outputs[0]))
    model(windows)
    hook.remove()
    return said[0].flatten(0, 1).clone()
