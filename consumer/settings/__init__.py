"""What can be set, in which unit, with which default, and when should it be changed?

One frozen tree, read once from the environment. `.env.example` and `docs/settings.md` are generated
from it (`python -m consumer.settings_reference`).
"""

from typing import Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from consumer.settings.kafka import KafkaSettings
from consumer.settings.models import DiarizationSettings, ModelSettings
from consumer.settings.process import HttpSettings, LogSettings, WorkerSettings
from consumer.settings.storage import AudioSettings, OutputSettings, StoreSettings
from schemas.topics import DEAD_LETTER_HEADROOM_BYTES

__all__ = [
    "PREFIX",
    "SEPARATOR",
    "HttpSettings",
    "KafkaSettings",
    "ModelSettings",
    "Settings",
    "WorkerSettings",
]

PREFIX = "TURNSTREAM_"
SEPARATOR = "__"


class Settings(BaseSettings):
    """The whole tree; `TURNSTREAM_KAFKA__GROUP_ID` sets `kafka.group_id`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter=SEPARATOR, frozen=True, extra="forbid"
    )

    kafka: KafkaSettings = Field(default_factory=KafkaSettings)
    store: StoreSettings = Field(default_factory=StoreSettings)
    audio: AudioSettings = Field(default_factory=AudioSettings)
    output: OutputSettings = Field(default_factory=OutputSettings)
    models: ModelSettings = Field(default_factory=ModelSettings)
    diarization: DiarizationSettings = Field(default_factory=DiarizationSettings)
    worker: WorkerSettings = Field(default_factory=WorkerSettings)
    http: HttpSettings = Field(default_factory=HttpSettings)
    log: LogSettings = Field(default_factory=LogSettings)

    hf_token: SecretStr | None = Field(
        None,
        validation_alias="HF_TOKEN",
        description=(
            "Token of the model hub; needed for gated models that are not in a local directory."
        ),
    )
    enable_diarization: bool = Field(
        True,
        validation_alias="ENABLE_DIARIZATION",
        description="false: diarize jobs end `operation_disabled`.",
    )
    diarization_max_batch_size: int = Field(
        8,
        ge=1,
        le=1024,
        validation_alias="DIARIZATION_MAX_BATCH_SIZE",
        description="Jobs of one device batch.",
    )

    @model_validator(mode="after")
    def _usable(self) -> Self:
        if not self.kafka.bootstrap_servers:
            raise ValueError(
                "TURNSTREAM_KAFKA__BOOTSTRAP_SERVERS: name the brokers, host:port,host:port"
            )
        largest = self.kafka.message_max_bytes - DEAD_LETTER_HEADROOM_BYTES
        if self.output.results_max_bytes > largest:  # it could never be published
            raise ValueError(
                f"TURNSTREAM_OUTPUT__RESULTS_MAX_BYTES: more than {largest} bytes and headers "
                "do not fit into TURNSTREAM_KAFKA__MESSAGE_MAX_BYTES"
            )
        return self
