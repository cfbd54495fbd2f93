"""How to reach the brokers, and which group and topics to serve?"""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, field_validator

from consumer.settings.section import Section
from schemas import topics

BREAKS_THE_PROMISE = frozenset(
    {
        "acks",
        "auto.offset.reset",
        "bootstrap.servers",
        "delivery.report.only.error",
        "enable.auto.commit",
        "enable.auto.offset.store",
        "enable.idempotence",
        "enable.partition.eof",
        "group.instance.id",
        "group.id",
        "group.protocol",
        "isolation.level",
        "max.in.flight",
        "max.in.flight.requests.per.connection",
        "max.poll.interval.ms",
        "message.max.bytes",
        "message.send.max.retries",
        "metadata.broker.list",
        "partition.assignment.strategy",
        "request.required.acks",
        "retries",
        "message.timeout.ms",
        "metadata.recovery.strategy",
        "transaction.timeout.ms",
        "transactional.id",
    }
)
"""librdkafka properties that are ours to set: others lose or repeat jobs, or are settings."""


class KafkaSettings(Section):
    """How to reach the brokers, and which group and topics to serve."""

    bootstrap_servers: str = Field(
        "", description="Brokers, host:port,host:port. Required; there is no useful default."
    )
    group_id: str = Field(
        "turnstream",
        min_length=1,
        description="Consumer group; every worker of one service shares it.",
    )
    jobs_topic: str = Field(
        topics.JOBS_TOPIC, description="Where jobs are read from; never compacted."
    )
    results_topic: str = Field(
        topics.RESULTS_TOPIC, description="Where every terminal result goes."
    )
    dead_letters_topic: str = Field(
        topics.DEAD_LETTERS_TOPIC, description="Where failed jobs go with their original bytes."
    )
    group_protocol: Literal["auto", "consumer", "classic"] = Field(
        "auto",
        description=(
            "auto: the KIP-848 protocol where the brokers have it, else classic cooperative-sticky."
        ),
    )
    delivery: Literal["transactional", "at-least-once"] = Field(
        "transactional",
        description=(
            "transactional: one result per job. at-least-once: for brokers without transactions; a "
            "crash may publish a result twice."
        ),
    )
    instance: str | None = Field(
        None,
        min_length=1,
        description=(
            "Names this worker among the living ones, the same after a restart (a StatefulSet's "
            "pod name). Without it a crashed worker's open transaction delays readers."
        ),
    )
    transactional_id_prefix: str = Field(
        "turnstream",
        min_length=1,
        description="Transactional ids are PREFIX-GROUP-INSTANCE; ACLs grant the prefix.",
    )
    transaction_timeout_seconds: float = Field(
        10.0,
        ge=1,
        le=900,
        description="How long brokers keep a crashed worker's transaction open before readers.",
    )
    static_membership: bool = Field(
        False,
        description=(
            "Keep this worker's partitions over a quick restart (group.instance.id). Needs "
            "kafka.instance; not for autoscaled workers: one that leaves keeps them a session long."
        ),
    )
    metadata_max_bytes: int = Field(
        4096,
        ge=256,
        description="The brokers' offset.metadata.max.bytes: what one commit may carry.",
    )
    max_poll_interval_seconds: float = Field(
        60.0,
        ge=6,
        le=3600,
        description=(
            "Deadlock detector and rebalance bound. Inference never meets it; raise it only for "
            "slow brokers."
        ),
    )
    message_max_bytes: int = Field(
        1_048_588 + topics.DEAD_LETTER_HEADROOM_BYTES,
        ge=topics.MAX_JOB_BYTES + 2 * topics.DEAD_LETTER_HEADROOM_BYTES,  # a refused job's result
        description=(
            "Largest record we produce; at most max.message.bytes of the dead-letter topic."
        ),
    )
    compression: Literal["none", "gzip", "snappy", "lz4", "zstd"] = Field(
        "gzip", description="Of results and dead letters. Every client reads gzip."
    )
    properties: Mapping[str, str] = Field(
        default_factory=dict,
        repr=False,  # passwords are among them
        description=(
            "librdkafka properties passed through to every client: a JSON object, or one "
            "variable each, e.g. TURNSTREAM_KAFKA__PROPERTIES__SECURITY_PROTOCOL=SASL_SSL."
        ),
    )

    @field_validator("properties", mode="before")
    @classmethod
    def _dotted(cls, properties: object) -> object:
        """Shells cannot export dots: SECURITY_PROTOCOL means security.protocol."""
        if not isinstance(properties, Mapping):
            return properties  # the type is checked next
        return {name.lower().replace("_", "."): value for name, value in properties.items()}

    @field_validator("properties")
    @classmethod
    def _keep_the_promise(cls, properties: Mapping[str, str]) -> Mapping[str, str]:
        if refused := sorted(BREAKS_THE_PROMISE & properties.keys()):
            raise ValueError(
                f"{', '.join(refused)}: the worker sets this itself to keep the delivery promise"
            )
        return properties
