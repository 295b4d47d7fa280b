"""The cells of a workbook that somebody sent, read by a process of its own with little memory and little time.

Two cells at opposite corners make the reader ask for more memory than there is, and a few bytes unpack to any length:
whatever a workbook does to its reader, it does to a process that holds nothing and is not missed.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from datetime import date, datetime
from io import BytesIO
from typing import Final

import orjson

MOST_MEMORY_BYTES: Final = 1_000_000_000
MOST_SECONDS: Final = 30


class UnreadableWorkbook(Exception):  # noqa: N818 -- reads as what it is where it is caught
    """No workbook, or one that wants more than any table of people does."""


def read_workbook(content: bytes) -> list[list[object]]:
    """The cells of the first sheet: texts, numbers, true and false, None; days as ISO dates.

    Raises UnreadableWorkbook.
    """
    own = [sys.executable, "-m", __name__]
    try:
        done = subprocess.run(own, input=content, capture_output=True, check=True, env={}, timeout=MOST_SECONDS)  # noqa: S603 -- this file
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise UnreadableWorkbook(type(error).__name__) from None
    rows: list[list[object]] = orjson.loads(done.stdout)
    return rows


def _answer() -> None:
    """Read a workbook from standard input, write its rows to standard output."""
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 -- only the process of its own needs it

    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sheet = CalamineWorkbook.from_filelike(BytesIO(sys.stdin.buffer.read())).get_sheet_by_index(0)
    rows = [[_plain(cell) for cell in row] for row in sheet.iter_rows()]
    sys.stdout.buffer.write(orjson.dumps(rows))


def _plain(cell: object) -> object:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return cell if isinstance(cell, bool | int | float) else str(cell)


if __name__ == "__main__":
    _answer()
