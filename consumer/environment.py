"""Is the environment usable, and if not: which variable, what is wrong, and what would be right?"""

import difflib
import json
from collections.abc import Iterator, Mapping
from typing import NamedTuple, get_origin

from pydantic import BaseModel, ValidationError

from consumer.settings import PREFIX, SEPARATOR, Settings

MAPPINGS = ("TURNSTREAM_KAFKA__PROPERTIES", "TURNSTREAM_MODELS__CATALOGUE")
"""Variables under which names of the user's own may follow."""
OTHERS = frozenset({"TURNSTREAM_CACHE", "TURNSTREAM_UPLOAD_URI"})
"""Variables with our prefix that the tests and the client tools read."""


class SettingsError(Exception):
    """The worker must not start with these settings; one line per problem."""


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Build the settings tree from the process environment; raises `SettingsError`."""
    flaws = (_unknown, _unreadable, _said_twice)
    if problems := [problem for flaw in flaws for problem in flaw(environment)]:
        raise SettingsError("\n".join(problems))
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError("\n".join(_problems(error))) from error


def variables(model: type[BaseModel] = Settings, prefix: str = PREFIX) -> Iterator[tuple[str, str]]:
    """Yield (environment variable, dotted path) of every setting, in the order of the tree."""
    for leaf in _leaves(model, prefix):
        yield leaf.variable, leaf.path


class _Leaf(NamedTuple):
    """One setting of the tree."""

    variable: str
    path: str
    annotation: object


def _leaves(model: type[BaseModel] = Settings, prefix: str = PREFIX) -> Iterator[_Leaf]:
    for name, field in model.model_fields.items():
        annotation = field.annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            for leaf in _leaves(annotation, f"{prefix}{name.upper()}{SEPARATOR}"):
                yield leaf._replace(path=f"{name}.{leaf.path}")
        else:
            variable = str(field.validation_alias or f"{prefix}{name.upper()}")
            yield _Leaf(variable, name, annotation)


def _unknown(environment: Mapping[str, str]) -> Iterator[str]:
    """A mistyped variable must not become a silent default."""
    known = [variable for variable, _ in variables()]
    for variable in sorted(environment):
        if not variable.startswith(PREFIX) or variable in OTHERS or variable in known:
            continue
        if variable.startswith(tuple(f"{mapping}{SEPARATOR}" for mapping in MAPPINGS)):
            continue
        close = difflib.get_close_matches(variable, known, n=1)
        hint = f"; did you mean {close[0]}?" if close else ""
        yield f"{variable}: no such setting{hint}"


def _unreadable(environment: Mapping[str, str]) -> Iterator[str]:
    """Lists and mappings come as JSON; of what is none, pydantic would name the section alone."""
    for leaf in _leaves():
        text = environment.get(leaf.variable)
        if text is not None and get_origin(leaf.annotation) in {tuple, Mapping}:
            try:
                json.loads(text)
            except ValueError:
                yield f'{leaf.variable}: must be JSON, like ["a", "b"] or {{"name": "value"}}'


def _said_twice(environment: Mapping[str, str]) -> Iterator[str]:
    """Of a mapping that is given as a whole and in parts, pydantic would drop one unheard."""
    for mapping in MAPPINGS:
        parts = [name for name in sorted(environment) if name.startswith(f"{mapping}{SEPARATOR}")]
        if mapping in environment and parts:
            yield f"{mapping}: leave it out, or say in it what {', '.join(parts)} say"


def _problems(error: ValidationError) -> Iterator[str]:
    by_path = {path: variable for variable, path in variables()}
    for problem in error.errors(include_input=False, include_url=False):
        path = [str(part) for part in problem["loc"]]
        matches = (".".join(path[:depth]) for depth in range(len(path), 0, -1))
        variable = next((by_path[match] for match in matches if match in by_path), ".".join(path))
        message = problem["msg"].removeprefix("Value error, ")
        yield f"{variable}: {message}" if variable else message
