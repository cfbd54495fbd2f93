"""Whether the policy for Amazon MSK allows what Kafka's rules for a worker allow, by its names.

No test reaches Amazon: what can drift apart is which topics, groups and ids the two speak of.
"""

import json
import re
from pathlib import Path

PAGE = (Path(__file__).parents[3] / "docs" / "operations.md").read_text("utf-8")
ALLOWED = {
    "topic": {"Read": "ReadData", "Write": "WriteData"},
    "group": {"Read": "AlterGroup"},
    "transactional-id": {"Write": "AlterTransactionalId"},
}
"""Of each kind of resource: Kafka's operation, and Amazon's."""


def of_kafka() -> set[tuple[str, str, str]]:
    """Kind, name and Amazon's operation, as the rules for the worker have them."""
    found = set()
    for command in re.findall(r"(?m)^    kafka-acls.sh .+User:worker .+$", PAGE):
        operations = re.findall(r"--operation (\w+)", command)
        ending = "*" if "prefixed" in command else ""
        for kind, name in re.findall(r"--(topic|group|transactional-id) (\S+)", command):
            known = ALLOWED[kind]
            found |= {(kind, name + ending, known[each]) for each in operations if each in known}
    return found


def of_amazon() -> set[tuple[str, str, str]]:
    """The same, as the policy has them."""
    policies = re.findall(r"(?s)```json\n(.*?)```", PAGE)
    [policy] = (text for text in policies if "kafka-cluster:Connect" in text)
    found = set()
    for statement in json.loads(policy)["Statement"]:
        named = statement["Resource"]
        actions = {action.removeprefix("kafka-cluster:") for action in statement["Action"]}
        for resource in [named] if isinstance(named, str) else named:
            kind, _, _, *name = resource.rpartition(":")[2].split("/")
            known = set(ALLOWED.get(kind, {}).values())
            found |= {(kind, name[0], action) for action in actions & known}
    return found


def test_both_speak_of_the_same_topics_groups_and_ids() -> None:
    assert of_amazon() == of_kafka()
    assert len(of_amazon()) == 5
