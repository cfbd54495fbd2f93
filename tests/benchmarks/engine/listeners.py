"""How does each variant come by its turns?"""

import tempfile
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from pyannote.audio import Pipeline
from scipy.io import wavfile  # type: ignore[import-untyped]

from consumer.core.errors import JobError
from consumer.core.model import SAMPLE_RATE, Recording
from consumer.diarization.engine import Engine
from consumer.diarization.networks.arithmetic import FP32, TF32
from tests.benchmarks.engine.recordings import Samples
from tests.benchmarks.engine.variants import Variant
from tests.exact.answers import Serialized, serialized
from tests.exact.models import Model
from tests.fakes.speech import waveform
from tests.fakes.steps import hypotheses

Listener = Callable[[Sequence[Samples]], list[Serialized]]


def listener(variant: Variant, directory: Path) -> Listener:
    """Load a pipeline the way of the variant."""
    if variant.is_engine:
        return _engine(engine(variant, directory))
    pipeline = _stock(variant, directory)
    return _from_files(pipeline) if variant.reads_files else _from_memory(pipeline)


def engine(variant: Variant, directory: Path) -> Engine:
    """Load a pipeline for the engine, as the worker does."""
    pipeline = Model(directory.name, lambda: directory).open()
    arithmetic = TF32 if variant.rounds else FP32
    return Engine(pipeline.to(torch.device(variant.device)), variant.threads, arithmetic=arithmetic)


def _stock(variant: Variant, directory: Path) -> Any:
    """Load a pipeline as the documentation of pyannote.audio says."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pipeline: Any = Pipeline.from_pretrained(directory)
    if variant.batch is not None:
        pipeline.embedding_batch_size = variant.batch
    return pipeline.to(torch.device(variant.device))


def _engine(loaded: Engine) -> Listener:
    def listen(recordings: Sequence[Samples]) -> list[Serialized]:
        found = hypotheses(loaded, [Recording(waveform(samples)) for samples in recordings])
        return [_turns(hypothesis) for hypothesis in found]

    return listen


def _turns(hypothesis: Any) -> Serialized:
    if isinstance(hypothesis, JobError):
        raise hypothesis
    return serialized(hypothesis)


def _from_memory(pipeline: Any) -> Listener:
    def listen(recordings: Sequence[Samples]) -> list[Serialized]:
        sounds = [torch.from_numpy(samples)[None] for samples in recordings]
        files = [{"waveform": sound, "sample_rate": SAMPLE_RATE} for sound in sounds]
        return [_answer(pipeline, file) for file in files]

    return listen


def _from_files(pipeline: Any) -> Listener:
    def listen(recordings: Sequence[Samples]) -> list[Serialized]:
        with tempfile.TemporaryDirectory() as directory:
            files = [Path(directory) / f"{number}.wav" for number in range(len(recordings))]
            for file, samples in zip(files, recordings, strict=True):
                wavfile.write(file, SAMPLE_RATE, samples)
            return [_answer(pipeline, str(file)) for file in files]

    return listen


def _answer(pipeline: Any, file: Any) -> Serialized:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        answer: Serialized = pipeline(file).serialize()
    return answer
