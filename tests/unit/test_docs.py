"""Whether the pages for people name only what is there, and all that must be named."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command

import consumer.__main__ as worker
from consumer.adapters.prometheus import Metrics
from consumer.environment import MAPPINGS, OTHERS, variables
from consumer.settings import SEPARATOR
from producer_tools.__main__ import app
from producer_tools.verify.verdict import Finding
from schemas.codes import ErrorCode

ROOT = Path(__file__).parents[2]
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("demo/*.md")]
OPERATIONS = (ROOT / "docs/operations.md").read_text("utf-8")
LINK = r"\]\((?!https?://|#)([^)#]+)"
ANCHOR = r"\]\((?!https?://)([^)#]*)#([^)]+)\)"
COMMAND = r"(?m)(?:^ {4}(?:\$ )?|`)turnstream ([a-z]+)"
MAKE = r"(?m)(?:^ {4}|`)make ([a-z-]+)"
VARIABLE = r"\bTURNSTREAM_[A-Z_]*[A-Z]\b"


def named(pattern: str) -> list[tuple[Path, str]]:
    """Find everything of a kind on all pages, with the page it is on."""
    found = [
        (page, text) for page in PAGES for text in re.findall(pattern, page.read_text("utf-8"))
    ]
    assert found, f"no page names anything like {pattern}"
    return found


def section(title: str) -> str:
    """What stands under a heading of the page for operations, up to the next of any depth."""
    assert f"\n{title}\n" in OPERATIONS
    return re.split(r"\n#+ ", OPERATIONS.partition(f"\n{title}\n")[2])[0]


def anchors(page: Path) -> set[str]:
    """Where links into a page may point, as code forges name its headings."""
    headings = re.findall(r"(?m)^#+ (.+)$", page.read_text("utf-8"))
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


def sources() -> Iterator[str]:
    for package in ("access", "consumer"):
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path.read_text("utf-8")


def alarms() -> Iterator[str]:
    """Every fixed text that the worker logs at WARNING or above."""
    calls = (node for source in sources() for node in ast.walk(ast.parse(source)))
    for call in calls:
        match call:
            case ast.Call(
                func=ast.Attribute(ast.Name("log"), "warning" | "error" | "exception"),
                args=[ast.Constant(str() as text), *_],
            ):
                yield text


def test_every_exit_code_is_explained() -> None:
    codes = {value for name, value in vars(worker).items() if name.startswith("EXIT_")}

    rows = re.findall(r"(?m)^\| (\d) \| .+ \| .+ \|$", section("### Exit codes"))

    assert rows == [str(code) for code in sorted({0, *codes})]


def test_every_warning_of_the_worker_has_an_entry_and_every_entry_exists() -> None:
    events = re.findall(r"(?m)^\| (`.+?) \|", section("## Log lines"))
    # The client's own lines have no fixed texts.
    named = {text for event in events for text in re.findall(r"`([^`]+)`", event)}

    assert named - {"turnstream.kafka"} == set(alarms())


def test_every_reason_not_to_be_ready_is_one_that_the_worker_gives() -> None:
    rows = re.findall(r"(?m)^\| (.*`.+`.*?) \| ", section("### Not ready"))
    said = "".join(sources())

    quoted = [text for row in rows for text in re.findall(r"`([^`]+)`", row) if text != "/ready"]
    parts = [part.strip(" :;,()") for text in quoted for part in text.split("…")]

    assert len(quoted) == 10
    assert [part for part in parts if part not in said] == []


def test_every_finding_of_verify_has_an_entry() -> None:
    rows = re.findall(r"(?m)^\| (`[a-z_`, ]+`) \|", section("## Is it all there"))

    assert set(re.findall(r"\w+", " ".join(rows))) == {str(finding) for finding in Finding}


def test_every_command_that_is_named_exists() -> None:
    known = get_command(app).commands  # type: ignore[attr-defined]

    assert [(page, name) for page, name in named(COMMAND) if name not in known] == []


@pytest.mark.parametrize("name", ["pyproject.toml", "loud_words.py"])
def test_the_plug_in_that_is_shown_is_the_one_that_is_tested(name: str) -> None:
    page = (ROOT / "docs/plug-ins.md").read_text("utf-8")
    [shown] = re.findall(rf"(?s)`{re.escape(name)}`:[^`]*```\w+\n(.*?)```", page)

    assert shown == (ROOT / "tests/plugin" / name).read_text("utf-8")


def test_every_error_code_has_an_entry_that_says_what_to_do() -> None:
    rows = re.findall(r"(?m)^\| `(\w+)` \| .+ \| .*\|$", section("## Error codes"))

    assert rows == [str(code) for code in ErrorCode]


def test_every_metric_is_explained_and_every_one_explained_exists() -> None:
    exposed = {
        f"{metric.name}_total" if metric.type == "counter" else metric.name
        for metric in Metrics().registry.collect()
    }

    assert set(re.findall(r"`((?:turnstream|process)_[a-z_]+)", OPERATIONS)) == exposed


def test_every_make_target_that_is_named_exists() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = re.findall(r"(?m)^([a-z-]+):", makefile)

    assert [(page, target) for page, target in named(MAKE) if target not in targets] == []


def test_every_variable_that_is_named_exists() -> None:
    known = {variable for variable, _ in variables()} | OTHERS
    open_ended = tuple(f"{mapping}{SEPARATOR}" for mapping in MAPPINGS)

    unknown = [(page, name) for page, name in named(VARIABLE) if name not in known]

    assert [(page, name) for page, name in unknown if not name.startswith(open_ended)] == []


def test_every_file_that_is_linked_exists() -> None:
    broken = [(page, link) for page, link in named(LINK) if not (page.parent / link).exists()]

    assert broken == []


def test_every_heading_that_is_linked_exists() -> None:
    links = [(page, *link) for page, link in named(ANCHOR)]

    broken = [
        (page, name, anchor)
        for page, name, anchor in links
        if anchor not in anchors(page.parent / name if name else page)
    ]

    assert broken == []
