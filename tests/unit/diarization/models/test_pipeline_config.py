"""Whether a pipeline's config is understood, and what it may not say."""

from pathlib import Path

import pytest

from consumer.core.errors import ModelUnavailable
from consumer.diarization.models.pipeline_config import Part, parse
from tests.fakes.pipeline_configs import Kind, config_text


def test_parts_lie_in_folders_of_the_model() -> None:
    config = parse(config_text(Kind.VBX).encode(), "config.yaml")

    assert config.parts == (
        Part("segmentation", "segmentation"),
        Part("embedding", "embedding"),
        Part("plda", "plda"),
    )
    assert [name for part in config.parts for name in part.files] == [
        "segmentation/pytorch_model.bin",
        "embedding/pytorch_model.bin",
        "plda/xvec_transform.npz",
        "plda/plda.npz",
    ]


def test_parts_may_lie_in_other_repositories() -> None:
    text = config_text(
        Kind.CENTROID_LINKAGE,
        segmentation="pyannote/segmentation-3.0@abc",
        embedding="{checkpoint: owner/name, subfolder: wespeaker, revision: def}",
        plda=None,
    )

    config = parse(text.encode(), "config.yaml")

    assert config.parts == (
        Part("segmentation", "", "pyannote/segmentation-3.0", "abc"),
        Part("embedding", "wespeaker", "owner/name", "def"),
    )


def test_vbx_without_plda_takes_the_one_that_stock_would() -> None:
    config = parse(config_text(Kind.VBX, plda=None).encode(), "config.yaml")

    assert config.parts[-1] == Part("plda", "plda", "pyannote/speaker-diarization-community-1")


def test_every_part_is_resolved_to_a_local_directory() -> None:
    config = parse(config_text(Kind.VBX, segmentation="owner/name").encode(), "config.yaml")
    places = {"segmentation": Path("a"), "embedding": Path("b"), "plda": Path("b")}

    params = config.resolved(places)["pipeline"]["params"]

    assert params["segmentation"] == {"checkpoint": "a", "subfolder": "", "strict": False}
    assert params["embedding"] == {"checkpoint": "b", "subfolder": "embedding"}
    assert params["plda"] == {"checkpoint": "b", "subfolder": "plda"}
    assert params["embedding_batch_size"] == 8


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "config.yaml is not the config of a pipeline"),
        ("[1, 2]", "is not the config of a pipeline"),
        ("pipeline: {params: {}}", "is not the config of a pipeline"),
        ("{unclosed", "is not the config of a pipeline"),
        (config_text(Kind.VBX, name="os.system"), "wants the pipeline os.system; this worker runs"),
        (config_text(Kind.VBX).replace("VBxC", "KMeansC"), "wants KMeansClustering for clustering"),
        (config_text(Kind.VBX, plda="$model/../elsewhere"), "is no folder of the model"),
        (config_text(Kind.VBX, plda="$model//etc"), "is no folder of the model"),
        (config_text(Kind.VBX, plda="$model/plda@abc"), "is no folder of the model"),
        (config_text(Kind.VBX, plda="[]"), "does not say where its plda lies"),
    ],
)
def test_a_config_that_cannot_be_run_is_refused(text: str, said: str) -> None:
    with pytest.raises(ModelUnavailable, match=said):
        parse(text.encode(), "config.yaml")
