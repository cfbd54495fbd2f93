"""Which changes of a schema would break those who build on a released one?"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]

_ANNOTATIONS = {"$defs", "$ref", "description", "title"}
_COMPARED_INSIDE = {"allOf", "anyOf", "enum", "if", "items", "properties", "required", "then"}


def breaks(released: Schema, current: Schema) -> list[str]:
    """Say what a change removes, re-types or newly requires; adding is free, but see `enum`."""
    return list(_Comparison(released, current).of(released, current, ""))


class _Comparison:
    def __init__(self, released: Schema, current: Schema) -> None:
        self._released = released
        self._current = current
        # Producers may be offered new words; readers were promised that there are no others.
        self._words_may_grow = released.get("additionalProperties") is False

    def of(self, old: Schema, new: Schema, path: str) -> Iterator[str]:
        old, new = _resolved(old, self._released), _resolved(new, self._current)
        if self._words_may_grow and _opens(old, new):
            old = {**old, "enum": (), "pattern": new["pattern"]}
        yield from _changed_keywords(old, new, path)
        yield from self._changed_words(old, new, path)
        yield from self._inside(old, new, path)

    def _changed_words(self, old: Schema, new: Schema, path: str) -> Iterator[str]:
        before, after = set(old.get("enum", ())), set(new.get("enum", ()))
        if before - after or (after - before and not self._words_may_grow):
            yield f"{path}: allows other words"

    def _inside(self, old: Schema, new: Schema, path: str) -> Iterator[str]:
        for name, part in old.get("properties", {}).items():
            if name in new.get("properties", {}):
                yield from self.of(part, new["properties"][name], f"{path}.{name}".lstrip("."))
            else:
                yield f"{path}.{name}".lstrip(".") + ": is removed"
        for keyword in {"if", "then", "items"} & (old.keys() | new.keys()):
            yield from self.of(old.get(keyword, {}), new.get(keyword, {}), path)
        for keyword in ("anyOf", "allOf"):
            yield from self._listed(old.get(keyword, ()), new.get(keyword, ()), path)

    def _listed(self, old: list[Schema], new: list[Schema], path: str) -> Iterator[str]:
        if len(old) > len(new):
            yield f"{path}: is re-typed"
        for before, after in zip(old, new, strict=False):
            yield from self.of(before, after, path)


def _opens(old: Schema, new: Schema) -> bool:
    """Whether every word of a pattern may be said, where it was some of them."""
    if "enum" in new or not {"enum", "pattern"} <= old.keys() | new.keys():
        return False
    return all(re.search(new["pattern"], word) for word in old["enum"])


def _changed_keywords(old: Schema, new: Schema, path: str) -> Iterator[str]:
    for keyword in sorted((old.keys() | new.keys()) - _ANNOTATIONS - _COMPARED_INSIDE):
        if old.get(keyword) != new.get(keyword):
            yield f"{path}: is re-typed ({keyword})"
    before, after = set(old.get("required", ())), set(new.get("required", ()))
    yield from (f"{path}.{name}".lstrip(".") + ": is newly required" for name in after - before)
    yield from (f"{path}.{name}".lstrip(".") + ": is no longer promised" for name in before - after)


def _resolved(schema: Schema, root: Schema) -> Schema:
    if "$ref" not in schema:
        return schema
    definition: Schema = root["$defs"][schema["$ref"].removeprefix("#/$defs/")]
    return {**definition, **schema}
