"""What does a Prometheus answer?"""

import json
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

_STEP_SECONDS = 1
_TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Queries:
    """Its HTTP API; raises `HTTPError` for what it does not understand."""

    url: str
    began: float = field(default_factory=time.time)

    def answers(self, expression: str) -> list[tuple[dict[str, str], float]]:
        """What it says now: labels and value of each series."""
        found = self._ask("query", query=expression)["result"]
        return [(series["metric"], float(series["value"][1])) for series in found]

    def value(self, expression: str) -> float | None:
        """The only value that an expression has now."""
        answers = self.answers(expression)
        return answers[0][1] if answers else None

    def has_had_a_number(self, expression: str) -> bool:
        """Whether it has had one at any moment since we began."""
        span = {"start": str(self.began), "end": str(time.time()), "step": str(_STEP_SECONDS)}
        series = self._ask("query_range", query=expression, **span)["result"]
        return any(math.isfinite(float(value)) for each in series for _, value in each["values"])

    def rules(self) -> list[Mapping[str, Any]]:
        """Every rule, with its `health`, its `lastError` and, of an alert, its `state`."""
        return [rule for group in self._ask("rules")["groups"] for rule in group["rules"]]

    def _ask(self, what: str, **parameters: str) -> dict[str, Any]:
        url = f"{self.url}/api/v1/{what}?{urlencode(parameters)}"
        with urlopen(url, timeout=_TIMEOUT_SECONDS) as answer:
            told = json.load(answer)["data"]
        assert isinstance(told, dict)
        return told
