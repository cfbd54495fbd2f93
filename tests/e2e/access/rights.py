"""Which rules do the pages for operators give to each principal, as Kafka's own tool reads them?"""

import re
import shlex
from argparse import ArgumentParser
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._acl import AclBinding, AclOperation, AclPermissionType
from confluent_kafka.admin._resource import ResourcePatternType, ResourceType

OPERATIONS = Path(__file__).parents[3] / "docs" / "operations.md"

_ANSWER_SECONDS = 15.0
_ANY_HOST = "*"
_CLUSTER = "kafka-cluster"
"""As Kafka calls the only one there is."""


def documented(principal: str) -> list[AclBinding]:
    """Return all rules of a principal, each of one operation on one resource."""
    commands = re.findall(r"(?m)^    (kafka-acls\.sh .+)$", OPERATIONS.read_text("utf-8"))
    rules = [rule for command in commands for rule in _rules(shlex.split(command)[1:])]
    return [rule for rule in rules if rule.principal == f"User:{principal}"]


def describes(rule: AclBinding) -> str:
    """Say what a rule allows, on what."""
    # Their declared types are wider than what a rule that was made has.
    operation, resource = AclOperation(rule.operation), ResourceType(rule.restype)
    return f"{operation.name} {resource.name} {rule.name}"


def grant(admin: AdminClient, rules: list[AclBinding], user: str) -> None:
    """Allow a user what the rules allow somebody else."""
    ours = [_of(f"User:{user}", rule) for rule in rules]
    for granted in admin.create_acls(ours).values():
        granted.result(_ANSWER_SECONDS)


def _rules(arguments: list[str]) -> Iterator[AclBinding]:
    # Like the tool itself: what it does not know is refused.
    parser = ArgumentParser("kafka-acls.sh", allow_abbrev=False, exit_on_error=False)
    parser.add_argument("--bootstrap-server", required=True)
    parser.add_argument("--add", action="store_true", required=True)
    parser.add_argument("--allow-principal", required=True)
    parser.add_argument("--operation", action="append", required=True)
    parser.add_argument("--topic", action="append", default=[])
    parser.add_argument("--group", action="append", default=[])
    parser.add_argument("--transactional-id", action="append", default=[])
    parser.add_argument("--cluster", action="append_const", const=_CLUSTER, default=[])
    parser.add_argument(
        "--resource-pattern-type", choices=["literal", "prefixed"], default="literal"
    )
    said = parser.parse_args(arguments)
    resources = {
        ResourceType.TOPIC: said.topic,
        ResourceType.GROUP: said.group,
        ResourceType.TRANSACTIONAL_ID: said.transactional_id,
        ResourceType.BROKER: said.cluster,
    }
    pattern = ResourcePatternType[said.resource_pattern_type.upper()]
    for kind, names in resources.items():
        for name, operation in product(names, said.operation):
            yield AclBinding(
                kind,
                name,
                pattern,
                said.allow_principal,
                _ANY_HOST,
                AclOperation[_constant(operation)],
                AclPermissionType.ALLOW,
            )


def _constant(operation: str) -> str:
    """DescribeConfigs is DESCRIBE_CONFIGS."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", operation).upper()


def _of(principal: str, rule: AclBinding) -> AclBinding:
    return AclBinding(
        rule.restype,
        rule.name,
        rule.resource_pattern_type,
        principal,
        rule.host,
        rule.operation,
        rule.permission_type,
    )
