"""Say which brokers and topics the client tools use: the environment, as workers read it."""

from collections.abc import Mapping

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from access.sign_in import Auth, contradictions
from producer_tools.exits import WrongUsage
from schemas import topics


class KafkaConnection(BaseModel):
    """The part of the workers' Kafka settings that clients need; the rest is theirs and ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    bootstrap_servers: str = Field("", description="host:port,host:port")
    jobs_topic: str = topics.JOBS_TOPIC
    results_topic: str = topics.RESULTS_TOPIC
    dead_letters_topic: str = topics.DEAD_LETTERS_TOPIC
    transactional_id_prefix: str = "turnstream"
    auth: Auth = "properties"
    properties: Mapping[str, str] = Field(
        default_factory=dict, description="librdkafka properties, e.g. security.protocol"
    )

    @field_validator("properties", mode="before")
    @classmethod
    def _dotted(cls, properties: Mapping[str, str]) -> Mapping[str, str]:
        """Shells cannot export dots: SECURITY_PROTOCOL means security.protocol."""
        return {name.lower().replace("_", "."): value for name, value in properties.items()}

    @field_validator("properties")
    @classmethod
    def _sign_in_one_way(
        cls, properties: Mapping[str, str], info: ValidationInfo
    ) -> Mapping[str, str]:
        if refused := [*contradictions(info.data.get("auth", "properties"), properties)]:
            raise ValueError("; ".join(refused))
        return properties


class _Environment(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="TURNSTREAM_", env_nested_delimiter="__", extra="ignore"
    )

    kafka: KafkaConnection = Field(default_factory=KafkaConnection)


def kafka_connection(bootstrap: str | None) -> KafkaConnection:
    """Read the environment, under the option; raises `WrongUsage` when no broker is named."""
    try:
        connection = _Environment().kafka
    except ValidationError as error:
        problem = error.errors()[0]
        name = "__".join(str(part) for part in problem["loc"]).upper()
        raise WrongUsage(f"TURNSTREAM_{name}: {problem['msg']}") from error
    except SettingsError as error:
        raise WrongUsage("TURNSTREAM_KAFKA__PROPERTIES: is not a JSON object") from error
    if bootstrap:
        connection = connection.model_copy(update={"bootstrap_servers": bootstrap})
    if not connection.bootstrap_servers:
        raise WrongUsage(
            "no broker is named: give --bootstrap host:port "
            "or set TURNSTREAM_KAFKA__BOOTSTRAP_SERVERS"
        )
    return connection
