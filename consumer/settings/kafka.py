"""How to reach the brokers, and which group and topics to serve?"""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from access.sign_in import Auth, contradictions
from consumer.settings.section import Section
from schemas import topics

VARIABLE_PREFIX = "TURNSTREAM_KAFKA__"

INSTEAD = {
    "bootstrap.servers": "BOOTSTRAP_SERVERS",
    "compression.codec": "COMPRESSION",
    "compression.type": "COMPRESSION",
    "delivery.timeout.ms": "TRANSACTION_TIMEOUT_SECONDS",
    "group.id": "GROUP_ID",
    "group.instance.id": "STATIC_MEMBERSHIP",
    "group.protocol": "GROUP_PROTOCOL",
    "max.poll.interval.ms": "MAX_POLL_INTERVAL_SECONDS",
    "message.max.bytes": "MESSAGE_MAX_BYTES",
    "message.timeout.ms": "TRANSACTION_TIMEOUT_SECONDS",
    "metadata.broker.list": "BOOTSTRAP_SERVERS",
    "transaction.timeout.ms": "TRANSACTION_TIMEOUT_SECONDS",
    "transactional.id": "TRANSACTIONAL_ID_PREFIX",
}
"""librdkafka properties that are settings of the worker, and which."""

BREAKS_THE_PROMISE = frozenset(
    {
        "acks",
        "auto.commit.enable",
        "auto.offset.reset",
        "batch.size",
        "delivery.report.only.error",
        "enable.auto.commit",
        "enable.auto.offset.store",
        "enable.idempotence",
        "enable.partition.eof",
        "isolation.level",
        "max.in.flight",
        "max.in.flight.requests.per.connection",
        "message.send.max.retries",
        "metadata.recovery.strategy",
        "offset.store.method",
        "partition.assignment.strategy",
        "partitioner",
        "request.required.acks",
        "retries",
        "test.mock.num.brokers",
    }
)
"""librdkafka properties that are ours to set: with others jobs are lost, repeated or refused."""


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
        description=(
            "Transactional ids are PREFIX-GROUP-INSTANCE. Change it where access control grants "
            "another prefix."
        ),
    )
    transaction_timeout_seconds: float = Field(
        10.0,
        ge=1,
        le=900,
        description=(
            "How long a crashed worker's open transaction may hold up readers. Raise it only for "
            "brokers that take longer to answer."
        ),
    )
    static_membership: bool = Field(
        False,
        description=(
            "Keep this worker's partitions over a quick restart (group.instance.id). Needs "
            "INSTANCE; not for autoscaled workers: one that leaves keeps them a session long."
        ),
    )
    metadata_max_bytes: int = Field(
        4096,
        ge=512,  # one poll of jobs alone may need most of it
        description=(
            "What one commit may carry. Raise it together with the brokers' "
            "offset.metadata.max.bytes where partitions pause behind long jobs."
        ),
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
    auth: Auth = Field(
        "properties",
        description=(
            "properties: sign in as PROPERTIES say. msk-iam: at Amazon MSK with the AWS role of "
            "the process; needs AWS_REGION and the extra `aws`."
        ),
    )
    properties: Mapping[str, str] = Field(
        default_factory=dict,
        repr=False,  # passwords are among them
        description=(
            "librdkafka properties passed through to every client: a JSON object, or one "
            "variable each, e.g. TURNSTREAM_KAFKA__PROPERTIES__SECURITY_PROTOCOL=SASL_SSL."
        ),
    )

    @field_validator("results_topic", "dead_letters_topic")
    @classmethod
    def _is_not_read(cls, topic: str, info: ValidationInfo) -> str:
        """Results would come back as jobs, which fail, and so on for ever."""
        if topic == info.data.get("jobs_topic"):
            raise ValueError(f"{topic} is the jobs topic: nothing else may be written there")
        return topic

    @field_validator("properties", mode="before")
    @classmethod
    def _dotted(cls, properties: object) -> object:
        """Shells cannot export dots: SECURITY_PROTOCOL means security.protocol."""
        if not isinstance(properties, Mapping):
            return properties  # the type is checked next
        return {name.lower().replace("_", "."): value for name, value in properties.items()}

    @field_validator("properties")
    @classmethod
    def _keep_the_promise(
        cls, properties: Mapping[str, str], info: ValidationInfo
    ) -> Mapping[str, str]:
        refused = [
            f"{name}: set {VARIABLE_PREFIX}{INSTEAD[name]}"
            if name in INSTEAD
            else f"{name}: the worker sets this itself to keep the delivery promise"
            for name in sorted(properties)
            if name in INSTEAD or name in BREAKS_THE_PROMISE
        ]
        refused += contradictions(info.data.get("auth", "properties"), properties)
        if refused:
            raise ValueError("; ".join(refused))
        return properties

    @field_validator("static_membership")
    @classmethod
    def _is_somebody(cls, static_membership: bool, info: ValidationInfo) -> bool:
        if static_membership and not info.data.get("instance"):
            raise ValueError(f"a member that is to be known again needs {VARIABLE_PREFIX}INSTANCE")
        return static_membership
