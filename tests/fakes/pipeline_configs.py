"""What the configs of the two kinds of pipeline in the field look like."""

from enum import StrEnum


class Kind(StrEnum):
    """The kinds of pipeline, by the name of their clustering."""

    CENTROID_LINKAGE = "AgglomerativeClustering"
    """What speaker-diarization-3.1 does."""
    VBX = "VBxClustering"
    """What speaker-diarization-community-1 does, on PLDA features."""


CLUSTERING_PARAMETERS = {
    Kind.CENTROID_LINKAGE: "{method: centroid, min_cluster_size: 4, threshold: 0.7}",
    Kind.VBX: "{threshold: 0.6, Fa: 0.07, Fb: 0.8}",
}

PUBLISHED_PARAMETERS = {
    Kind.CENTROID_LINKAGE: (
        "{method: centroid, min_cluster_size: 12, threshold: 0.7045654963945799}"
    ),
    Kind.VBX: CLUSTERING_PARAMETERS[Kind.VBX],
}
"""Those of speaker-diarization-3.1 and speaker-diarization-community-1."""

CONFIG = """\
pipeline:
  name: {name}
  params:
    clustering: {kind}
    embedding: {embedding}
    embedding_batch_size: {batch_size}
    embedding_exclude_overlap: true
    segmentation: {segmentation}
    segmentation_batch_size: {batch_size}
{plda}
params:
  clustering: {parameters}
  segmentation: {{min_duration_off: 0.0}}
"""


def config_text(
    kind: Kind,
    *,
    name: str = "pyannote.audio.pipelines.SpeakerDiarization",
    segmentation: str = "$model/segmentation",
    embedding: str = "$model/embedding",
    plda: str | None = "$model/plda",
    published: bool = False,
) -> str:
    """Return the `config.yaml` of a pipeline; `plda=None` leaves the line out, as 3.1 does.

    `published` takes batch size and thresholds of the pipelines in the field, for networks as
    large as theirs.
    """
    return CONFIG.format(
        name=name,
        kind=kind,
        embedding=embedding,
        segmentation=segmentation,
        plda="" if plda is None else f"    plda: {plda}\n",
        parameters=(PUBLISHED_PARAMETERS if published else CLUSTERING_PARAMETERS)[kind],
        batch_size=32 if published else 8,
    )
