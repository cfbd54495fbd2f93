"""What WeSpeaker embedding network can a laptop train and run? The stock one, made narrow."""

from pyannote.audio.core.task import Task
from pyannote.audio.models.embedding.wespeaker import BaseWeSpeakerResNet
from pyannote.audio.models.embedding.wespeaker.resnet import BasicBlock, ResNet

MEL_BINS = 80
BLOCKS_PER_STAGE = (1, 1, 2, 2)


class NarrowWeSpeakerResNet(BaseWeSpeakerResNet):
    """The residual network of WeSpeaker with `channels` in its first stage instead of 32.

    A checkpoint names this class; whatever treats `BaseWeSpeakerResNet` specially takes it too.
    """

    def __init__(
        self,
        channels: int = 8,
        dimension: int = 128,
        task: Task | None = None,
    ) -> None:
        super().__init__(num_mel_bins=MEL_BINS, task=task)
        self.save_hyperparameters("channels", "dimension")
        self.resnet = ResNet(  # type: ignore[no-untyped-call]
            BasicBlock,
            list(BLOCKS_PER_STAGE),
            m_channels=channels,
            feat_dim=MEL_BINS,
            embed_dim=dimension,
            two_emb_layer=False,
        )
