"""When do brokers give up a silent member of one group?"""

from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._config import AlterConfigOpType, ConfigEntry, ConfigResource
from confluent_kafka.admin._resource import ResourceType

_SECONDS = 15.0


def set_session_seconds(bootstrap: str, group: str, seconds: float) -> None:
    """Of a KIP-848 group, whose session is the brokers' to set; the group need not exist yet."""
    settings = {
        "consumer.session.timeout.ms": str(round(seconds * 1000)),
        "consumer.heartbeat.interval.ms": "500",
    }
    entries = [
        ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET)
        for name, value in settings.items()
    ]
    resource = ConfigResource(ResourceType.GROUP, group, incremental_configs=entries)
    admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})
    for altered in admin.incremental_alter_configs([resource]).values():
        altered.result(_SECONDS)
