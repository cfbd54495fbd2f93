"""Compare the objects in the store with what results claim about them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice
from typing import Final, TypeVar

from producer_tools.verify.claims import Claim
from producer_tools.verify.stores import Stores
from producer_tools.verify.verdict import Finding, Notebook
from schemas.uri import ObjectUri

ItemT = TypeVar("ItemT")

_THREADS: Final = 8
_CHUNK: Final = 64

Claims = dict[Claim, str]
"""Different claims about one object, each with the first job whose result made it."""


def inspect(claims: Iterable[tuple[Claim, str]], stores: Stores, notebook: Notebook) -> None:
    """Fetch every object once and take down what is wrong; raises `StoreUnreachable`."""
    with ThreadPoolExecutor(_THREADS) as pool:
        # In chunks: all objects at once would not fit into memory.
        for chunk in _chunks(_by_object(claims).items()):
            for faults in pool.map(partial(_faults, stores), chunk):
                for finding, example in faults:
                    notebook.note(finding, example)


def _by_object(claims: Iterable[tuple[Claim, str]]) -> dict[ObjectUri, Claims]:
    objects: defaultdict[ObjectUri, Claims] = defaultdict(dict)
    for claim, position in claims:
        objects[claim.uri].setdefault(claim, position)
    return objects


def _faults(stores: Stores, item: tuple[ObjectUri, Claims]) -> list[tuple[Finding, str]]:
    uri, claims = item
    found = stores.read(uri)
    if found is None:
        return [(Finding.OBJECTS_MISSING, f"{uri} (job {next(iter(claims.values()))})")]
    return [
        (Finding.OBJECTS_MISMATCHED, f"{uri} {contradiction} (job {position})")
        for claim, position in claims.items()
        if (contradiction := claim.contradiction(found))
    ]


def _chunks(items: Iterable[ItemT]) -> Iterator[Sequence[ItemT]]:
    remaining = iter(items)
    while chunk := list(islice(remaining, _CHUNK)):
        yield chunk
