"""Which protocol do the members of a group speak with these brokers?"""

import logging

from consumer.adapters.kafka.cluster import Cluster
from consumer.adapters.kafka.configuration import Protocol
from consumer.settings import KafkaSettings

log = logging.getLogger(__name__)


def group_protocol(settings: KafkaSettings, cluster: Cluster) -> Protocol:
    """Choose KIP-848 where the brokers have it, unless a setting says which.

    A client that asks for it elsewhere gets no error, only silence: it would look alive and read
    nothing.
    """
    if settings.group_protocol != "auto":
        return settings.group_protocol
    protocol: Protocol = "consumer" if cluster.has_consumer_protocol else "classic"
    log.info("group protocol chosen", extra={"protocol": protocol})
    return protocol
