"""The rules that the page for operators gives to each client tool are enough, and are needed."""

from subprocess import CompletedProcess

import pytest

from schemas.codes import ErrorCode
from tests.e2e.access import rights
from tests.e2e.access.service import GROUP, PARTITIONS, TOPICS, Service
from tests.e2e.command_line import turnstream
from tests.stack.messages import Entry, write

UNSEEN = "or grant the right to see it"
pytestmark = [pytest.mark.kafka, pytest.mark.slow]

COMMANDS = {
    "submit": ["submit", "s3://calls/missing.wav", "--wait", "--timeout", "0"],
    "tail": ["tail", "--from-beginning", "--max", "1"],
    "lag": ["lag"],
    "verify": ["verify"],
    "redrive": ["redrive", "--code", "audio_not_found", "--yes"],
    "topics": ["topics", "create", "--partitions", str(PARTITIONS)],
}
WORKED = {"submit": 4, "verify": 1}
"""Exit codes that are no refusal: nobody answers the job; nobody wrote what the letter speaks of.
The others succeed."""


@pytest.fixture
def _letter(service: Service) -> None:
    """A dead letter, as much of one as the tools need to have something to do."""
    headers = (("x-error-code", str(ErrorCode.AUDIO_NOT_FOUND).encode()),)
    letter = Entry(b"key", b"{}", headers)
    write(service.broker.cluster.bootstrap, TOPICS.dead_letters, [letter])


def run(service: Service, tool: str, missing: str = "") -> CompletedProcess[str]:
    """Run a tool with its rights, or with all but one."""
    documented = rights.documented(tool)
    rules = [rule for rule in documented if rights.describes(rule) != missing]
    assert len(rules) == len(documented) - bool(missing), f"no such rule: {missing}"
    identity = service.broker.with_password(service.granted(rules))
    return turnstream(service.client_settings(identity), *COMMANDS[tool])


@pytest.mark.usefixtures("_letter")
@pytest.mark.parametrize("tool", COMMANDS)
def test_with_all_of_them_a_tool_does_its_work(service: Service, tool: str) -> None:
    done = run(service, tool)

    assert done.returncode == WORKED.get(tool, 0), done.stdout + done.stderr
    assert "refuse" not in done.stderr


@pytest.mark.parametrize(
    ("tool", "missing", "refusal"),
    [
        ("submit", f"WRITE TOPIC {TOPICS.jobs}", UNSEEN),
        ("submit", f"READ TOPIC {TOPICS.results}", UNSEEN),
        ("tail", f"READ TOPIC {TOPICS.dead_letters}", UNSEEN),
        ("lag", f"DESCRIBE GROUP {GROUP}", "Group authorization failed"),
        ("verify", f"READ TOPIC {TOPICS.results}", UNSEEN),
        ("redrive", f"READ GROUP {GROUP}-redrive-", "Group authorization failed"),
        (
            "redrive",
            f"WRITE TRANSACTIONAL_ID turnstream-{GROUP}-redrive-",
            "Transactional Id authorization failed",
        ),
        ("topics", f"DESCRIBE_CONFIGS TOPIC {TOPICS.results}", "Topic authorization failed"),
    ],
)
def test_with_one_missing_a_tool_says_what_is_refused(
    service: Service, tool: str, missing: str, refusal: str
) -> None:
    done = run(service, tool, missing)

    assert done.returncode == 3, done.stdout + done.stderr
    assert refusal in done.stderr
