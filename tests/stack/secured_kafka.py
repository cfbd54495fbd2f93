"""How is a broker started that lets in whom it knows, over TLS, and allows what its rules say?"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._scram import (
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialUpsertion,
)

from tests.stack import kafka
from tests.stack.certificates import Certificates, new_certificates
from tests.stack.kafka import KafkaCluster
from tests.stack.ports import HOST, free_ports
from tests.stack.workspace import workspace

PROPERTY = "TURNSTREAM_KAFKA__PROPERTIES__"
REAUTHENTICATION_MS = 3000
"""After which a connection with a token must show a new one, as Amazon MSK demands after hours."""

_ANSWER_SECONDS = 15.0
_LOGIN_MODULES = "org.apache.kafka.common.security"
_UNSIGNED_TOKENS = (
    f"{_LOGIN_MODULES}.oauthbearer.OAuthBearerLoginModule required "
    'unsecuredLoginStringClaim_sub="broker";'
)


@dataclass(frozen=True, slots=True)
class SecuredKafka:
    """A running broker. Whoever reaches `cluster`, in plain text, may do everything."""

    cluster: KafkaCluster
    tls: str
    """Where clients show a certificate, whose common name is who they are."""
    sasl: str
    """Where clients know a password, or have a token, over TLS."""
    certificates: Certificates = field(repr=False)

    def admin(self) -> AdminClient:
        """A client that may do everything."""
        return AdminClient({"bootstrap.servers": self.cluster.bootstrap, "log_level": 0})

    def with_password(self, user: str) -> dict[str, str]:
        """Make a user; how workers and client tools are told to be that one."""
        password = secrets.token_hex(16)
        scram = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096)
        change = UserScramCredentialUpsertion(user, scram, password.encode())
        admin = self.admin()
        admin.alter_user_scram_credentials([change])[user].result(_ANSWER_SECONDS)
        return {
            **self.over_sasl("SCRAM-SHA-512"),
            f"{PROPERTY}SASL_USERNAME": user,
            f"{PROPERTY}SASL_PASSWORD": password,
        }

    def with_certificate(self, user: str) -> dict[str, str]:
        """How workers and client tools are told to show a certificate."""
        key, certificate = self.certificates.issue(user)
        return {
            **self._trusting("SSL", self.tls),
            f"{PROPERTY}SSL_KEY_LOCATION": str(key),
            f"{PROPERTY}SSL_CERTIFICATE_LOCATION": str(certificate),
        }

    def over_sasl(self, mechanism: str) -> dict[str, str]:
        """How workers and client tools are told of the mechanism, without who they are."""
        return {
            **self._trusting("SASL_SSL", self.sasl),
            f"{PROPERTY}SASL_MECHANISM": mechanism,
        }

    def _trusting(self, protocol: str, bootstrap: str) -> dict[str, str]:
        return {
            "TURNSTREAM_KAFKA__BOOTSTRAP_SERVERS": bootstrap,
            f"{PROPERTY}SECURITY_PROTOCOL": protocol,
            f"{PROPERTY}SSL_CA_LOCATION": str(self.certificates.authority),
        }


@contextmanager
def running() -> Iterator[SecuredKafka]:
    """A broker that nobody but `cluster` may use yet; raises `UnavailableError`."""
    tls, sasl = (f"{HOST}:{port}" for port in free_ports(2))
    with workspace("certificates") as directory:
        certificates = new_certificates(directory)
        listeners = [f"TLS://{tls}", f"SASL://{sasl}"]
        with kafka.running(1, _settings(certificates), listeners) as cluster:
            yield SecuredKafka(cluster, tls, sasl, certificates)


def _settings(certificates: Certificates) -> dict[str, str]:
    return {
        "listener.security.protocol.map": (
            "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,TLS:SSL,SASL:SASL_SSL"
        ),
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(certificates.key_store("broker")),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": str(certificates.authority),
        "listener.name.tls.ssl.client.auth": "required",
        "ssl.principal.mapping.rules": "RULE:^CN=(.*)$/$1/",
        "listener.name.sasl.sasl.enabled.mechanisms": "SCRAM-SHA-512,OAUTHBEARER",
        "listener.name.sasl.scram-sha-512.sasl.jaas.config": (
            f"{_LOGIN_MODULES}.scram.ScramLoginModule required;"
        ),
        # Its tokens are signed by nobody, and expire all the same.
        "listener.name.sasl.oauthbearer.sasl.jaas.config": _UNSIGNED_TOKENS,
        "listener.name.sasl.oauthbearer.connections.max.reauth.ms": str(REAUTHENTICATION_MS),
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": "User:ANONYMOUS",
    }
