"""Whether the pages for people name only what is there, and all that must be named."""

import re
from pathlib import Path

from consumer.adapters.prometheus import Metrics
from consumer.environment import MAPPINGS, OTHERS, variables
from consumer.settings import SEPARATOR
from schemas.codes import ErrorCode

ROOT = Path(__file__).parents[2]
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("demo/*.md")]
OPERATIONS = (ROOT / "docs/operations.md").read_text("utf-8")
LINK = r"\]\((?!https?://|#)([^)#]+)"
MAKE = r"(?m)(?:^ {4}|`)make ([a-z-]+)"
VARIABLE = r"\bTURNSTREAM_[A-Z_]*[A-Z]\b"


def named(pattern: str) -> list[tuple[Path, str]]:
    """Find everything of a kind on all pages, with the page it is on."""
    found = [
        (page, text) for page in PAGES for text in re.findall(pattern, page.read_text("utf-8"))
    ]
    assert found, f"no page names anything like {pattern}"
    return found


def test_every_error_code_has_an_entry_that_says_what_to_do() -> None:
    section = OPERATIONS.partition("\n## Error codes\n")[2].partition("\n## ")[0]

    rows = re.findall(r"(?m)^\| `(\w+)` \| .+ \| .*\|$", section)

    assert rows == [str(code) for code in ErrorCode]


def test_every_metric_is_explained_and_every_one_explained_exists() -> None:
    exposed = {
        f"{metric.name}_total" if metric.type == "counter" else metric.name
        for metric in Metrics().registry.collect()
    }

    assert set(re.findall(r"`(turnstream_[a-z_]+)", OPERATIONS)) == exposed


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
