"""How do the figures come onto the page about sizing?"""

import re
from pathlib import Path

from tests.simulation.table import Table


def put(table: Table, page: str) -> str:
    """Return the page with the table in its place, between two comments; KeyError: it has none."""
    begin, end = f"<!-- {table.name} -->\n", f"<!-- end of {table.name} -->"
    place = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if not place.search(page):
        raise KeyError(f"no place for the table {table.name}")
    return place.sub(lambda _: f"{begin}{table.markdown()}\n{end}", page, count=1)


def write(tables: list[Table], path: Path) -> None:
    page = path.read_text("utf-8")
    for table in tables:
        page = put(table, page)
    path.write_text(page, "utf-8")
