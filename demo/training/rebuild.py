"""What are the steps from nothing to a model? Voices, two trainings, one threshold."""

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor

import torch

from demo.diarizer import load_pipeline
from demo.evaluate import CONVERSATION, evaluate
from demo.training.acoustics import Acoustics
from demo.training.checkpoints import Clustering, write_pipeline
from demo.training.conversation import write_conversation
from demo.training.corpus import synthetic_speakers
from demo.training.embedding import new_embedding, train_embedding
from demo.training.meetings import backgrounds, meeting_speakers, read_recordings
from demo.training.mixing import Material, Mixer
from demo.training.plan import Plan
from demo.training.schedule import Schedule
from demo.training.segmentation import new_segmentation, train_segmentation
from demo.training.tuning import tune, tuning_conversations
from demo.training.voices import training_voices

UNTUNED = Clustering(threshold=0.7)
SEGMENTATION_RATE = 3e-3
EMBEDDING_RATE = 3e-3
REPORT_EVERY_VOICES = 50
Weights = dict[str, torch.Tensor]


def rebuild(plan: Plan) -> None:
    """Write the conversation and the model, then print what the model is worth."""
    _say(f"speech of {plan.voices} voices, kept in {plan.cache}")
    mixer = _mixer(plan, _say_voices)
    write_conversation(CONVERSATION.parent)
    _write_trained_pipeline(plan)
    for trial in tune(plan.model, tuning_conversations(mixer, plan.seed + 1)):
        _say(f"threshold {trial.threshold:.2f}: DER {trial.der:.1%}, counts {trial.right_counts}")
    _say(evaluate(load_pipeline(plan.model)))


def _write_trained_pipeline(plan: Plan) -> None:
    """Train both networks, each in a process of its own on one core, and write them."""
    segmentation, embedding = new_segmentation(), new_embedding()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, context, initializer=torch.set_num_threads, initargs=(1,)) as pool:
        segmentation_weights = pool.submit(_segmentation_weights, plan)
        embedding_weights = pool.submit(_embedding_weights, plan)
        segmentation.load_state_dict(segmentation_weights.result())
        embedding.load_state_dict(embedding_weights.result())
    write_pipeline(plan.model, segmentation, embedding, UNTUNED)


def _segmentation_weights(plan: Plan) -> Weights:
    schedule = Schedule(plan.segmentation_steps, plan.limit_seconds, SEGMENTATION_RATE)
    return _weights(train_segmentation(_mixer(plan, _silently), schedule, plan.seed, _say))


def _embedding_weights(plan: Plan) -> Weights:
    schedule = Schedule(plan.embedding_steps, plan.limit_seconds, EMBEDDING_RATE)
    return _weights(train_embedding(_mixer(plan, _silently), schedule, plan.seed, _say))


def _weights(model: torch.nn.Module) -> Weights:
    return {name: tensor.detach() for name, tensor in model.state_dict().items()}


def _mixer(plan: Plan, progress: Callable[[int, int], None]) -> Mixer:
    voices = training_voices(plan.voices, plan.seed)
    synthetic = synthetic_speakers(voices, plan.cache, progress)
    recordings = read_recordings(plan.clips)
    material = Material(synthetic, meeting_speakers(recordings), recordings)
    return Mixer(material, Acoustics(plan.seed, backgrounds(recordings)))


def _say_voices(done: int, total: int) -> None:
    if done % REPORT_EVERY_VOICES == 0:
        _say(f"voices: {done}/{total}")


def _silently(_done: int, _total: int) -> None:
    """Say nothing: the process that started this one has already said it."""


def _say(line: str) -> None:
    print(line, flush=True)
