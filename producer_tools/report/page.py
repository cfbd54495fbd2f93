"""Write a job's page: one HTML file that needs nothing else but its audio."""

import json
import re
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import asdict
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import Final

from producer_tools.report.page_data import PageData

_VIEW: Final = ("elements.js", "timeline.js", "tables.js", "page.js")
"""One script when joined; each uses what stands before it, and nothing runs before the last."""
_PLACE: Final = re.compile(r"\{\{ (\w+) \}\}")


def page(data: PageData, wavesurfer: str | None) -> str:
    """Return the page; without the script that draws them it has no waveforms."""
    view = "\n".join(map(_file, _VIEW))
    parts = {
        "policy": _policy([view, *([wavesurfer] if wavesurfer else [])]),
        "title": escape(data.name),
        "style": _file("page.css"),
        "data": _inside_script(data),
        "wavesurfer": f"<script>{wavesurfer}</script>" if wavesurfer else "",
        "view": view,
    }
    # In one pass, so that nothing in a part is taken for the place of another.
    return _PLACE.sub(lambda place: parts[place[1]], _file("page.html"))


def _inside_script(data: PageData) -> str:
    """Write JSON that cannot end the element it stands in, whatever labels say."""
    return json.dumps(asdict(data), ensure_ascii=False).replace("<", "\\u003c")


def _policy(scripts: Iterable[str]) -> str:
    """Allow these very scripts, and audio beside the page or inside it: no request goes elsewhere.

    Style is not told apart: the waveform brings its own, and none of it can load anything.
    """
    hashes = " ".join(f"'sha256-{_digest(script)}'" for script in scripts)
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data:; "
        "media-src 'self' file: data:; base-uri 'none'; form-action 'none'"
    )


def _digest(script: str) -> str:
    return b64encode(sha256(script.encode()).digest()).decode()


def _file(name: str) -> str:
    return (files("producer_tools.report") / name).read_text("utf-8")
