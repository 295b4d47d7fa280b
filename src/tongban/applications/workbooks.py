"""The cells of a workbook that somebody sent, read by a process of its own with little memory and little time.

Two cells at opposite corners make the reader ask for more memory than there is, and a few bytes unpack to any length:
whatever a workbook does to its reader, it does to a process that holds nothing and is not missed.
"""

from __future__ import annotations

import re
import resource
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any, Final

import orjson

MOST_MEMORY_BYTES: Final = 1_000_000_000
MOST_SECONDS: Final = 30


EMPTY: Final[list[object]] = []
"""Every row without anything in it: a sheet may have a million of them."""


class UnreadableWorkbook(Exception):  # noqa: N818 -- reads as what it is where it is caught
    """No workbook, or one that wants more than any table of people does."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a table up to the last that says something, an empty one as an empty list.

    ``formulas`` are the cells, by row and column from 0, that hold a formula; ``merged`` the rows with merged cells.
    """

    rows: Sequence[Sequence[object]]
    formulas: frozenset[tuple[int, int]] = frozenset()
    merged: frozenset[int] = frozenset()


def read_workbook(content: bytes) -> Sheet:
    """The first sheet that is not hidden: texts, numbers, true and false, None; days as ISO dates.

    Raises UnreadableWorkbook.
    """
    own = [sys.executable, "-P", __file__]
    try:
        done = subprocess.run(own, input=content, capture_output=True, check=True, env={}, timeout=MOST_SECONDS)  # noqa: S603 -- this file
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise UnreadableWorkbook(type(error).__name__) from None
    found = orjson.loads(done.stdout)
    rows = [row or EMPTY for row in found["rows"]]
    return Sheet(rows, frozenset((row, column) for row, column in found["formulas"]), frozenset(found["merged"]))


def said(rows: Iterable[Sequence[object]]) -> list[Sequence[object]]:
    """Rows up to the last that says anything."""
    found: list[Sequence[object]] = []
    last = 0
    for row in rows:
        is_empty = all(cell is None or str(cell).strip() == "" for cell in row)
        found.append(EMPTY if is_empty else row)
        last = last if is_empty else len(found)
    return found[:last]


def _answer() -> None:
    """Read a workbook from standard input, write its rows to standard output."""
    from python_calamine import CalamineWorkbook, SheetVisibleEnum  # noqa: PLC0415 -- only the process of its own needs it

    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    content = sys.stdin.buffer.read()
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    shown = [at for at, each in enumerate(book.sheets_metadata) if each.visible == SheetVisibleEnum.Visible]
    place = shown[0] if shown else 0
    sheet = book.get_sheet_by_index(place)
    rows = said([_plain(cell) for cell in row] for row in sheet.iter_rows())
    left = (sheet.start or (0, 0))[1]
    formulas = [(row, column - left) for row, column in _formulas(content, place) if row < len(rows)]
    sys.stdout.buffer.write(orjson.dumps({"rows": rows, "formulas": formulas, "merged": _merged(sheet, len(rows))}))


def _merged(sheet: Any, rows: int) -> list[int]:  # noqa: ANN401 -- calamine's, which only that process knows
    """The rows, of so many, in which cells are merged; overlapping ranges count once."""
    found: list[int] = []
    for (first, _), (last, _) in sorted(sheet.merged_cell_ranges or ()):
        found += range(max(first, found[-1] + 1 if found else 0), min(last + 1, rows))
    return found


def _formulas(content: bytes, place: int) -> list[tuple[int, int]]:
    """The cells of a sheet, by row and column from 0, that hold a formula: calamine tells their last value alone."""
    with zipfile.ZipFile(BytesIO(content)) as parts:
        if "xl/workbook.xml" not in parts.namelist():
            return []  # of another make, whose formulas are not told apart
        named = re.findall(rb"<sheet\b[^>]*\br:id=\"([^\"]+)\"", parts.read("xl/workbook.xml"))
        links = re.findall(rb"<Relationship\b[^>]*>", parts.read("xl/_rels/workbook.xml.rels"))
        targets = {_said(rb"Id", link): _said(rb"Target", link).decode() for link in links}
        if place >= len(named):
            return []
        path = targets[named[place]].removeprefix("/").removeprefix("xl/")
        text = parts.read(f"xl/{path}")
    found = re.findall(rb"<c\b[^>]*\br=\"([A-Z]{1,3})([0-9]{1,7})\"[^>]*><f[ />]", text)
    return [(int(row) - 1, _column(letters)) for letters, row in found]


def _said(name: bytes, element: bytes) -> bytes:
    """What an attribute of an element says."""
    found = re.search(rb"\b" + name + rb"=\"([^\"]*)", element)
    return found.group(1) if found else b""


def _column(letters: bytes) -> int:
    """`A` is 0, `AA` is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1


def _plain(cell: object) -> object:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return cell if isinstance(cell, bool | int | float) else str(cell)


if __name__ == "__main__":
    _answer()
