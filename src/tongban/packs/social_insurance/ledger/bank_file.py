"""A bank's file as it comes: CSV in UTF-8 or GB18030, a row a payment, and a last row with their number and sum.

流水号,到账日期,单位统一社会信用代码,金额（元）
2026061000001,2026-06-10,914302000000000192,1651.00
合计,1,,1651.00

One of people who pay a benefit back has 身份证号 in its third column.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from io import StringIO
from typing import Final

from tongban.pack_api import RefusedError
from tongban.packs.social_insurance.ledger.payments import Received

COLUMNS: Final = ("流水号", "到账日期", "单位统一社会信用代码", "金额（元）")
PAYERS: Final = {COLUMNS[2]: "base/Organisation", "身份证号": "base/Person"}
"""Whose money a file tells of, by the column that says whose each row is."""
HEADERS: Final = [[*COLUMNS[:2], payer, *COLUMNS[3:]] for payer in PAYERS]
SUM: Final = "合计"
_AMOUNT: Final = re.compile(r"(-?)(\d{1,12})(?:\.(\d{1,2}))?")


def read(
    content: bytes, payers: Callable[[str, Iterable[str]], Mapping[str, int]], today: date
) -> tuple[list[Received], int]:
    """The payments of a file and the sum that it gives in fen; ``payers`` finds subjects of a type by their codes.

    Raises RefusedError that names the row and the column for whatever cannot be read, nobody's code, a day that is
    still to come, and another number of rows than the file gives.
    """
    lines = list(csv.reader(StringIO(text_of(content))))
    rows = [[cell.strip() for cell in line] for line in lines if any(cell.strip() for cell in line)]
    if len(rows) < len(("header", "sum")) or rows[0] not in HEADERS or rows[-1][0] != SUM:
        said = " / ".join("，".join(columns) for columns in HEADERS)
        raise RefusedError(
            f"第一行应是：{said}；最后一行应是“{SUM}”、笔数和金额。整个文件没有入账",
            f"The first row is {said}; the last one {SUM}, the number of rows and the sum. Nothing was taken.",
        )
    payer, body = rows[0][2], list(enumerate(rows[1:-1], start=2))
    known = payers(PAYERS[payer], [row[2] for _, row in body if len(row) == len(COLUMNS)])
    payments = [_payment(place, row, payer, known, today) for place, row in body]
    place = len(rows)
    if len(rows[-1]) != len(COLUMNS):
        raise wrong(place, COLUMNS[0], "这一行缺列", "This row lacks columns")
    if rows[-1][1] != str(len(payments)):
        raise wrong(place, COLUMNS[1], f"写着 {rows[-1][1]} 笔，实有 {len(payments)} 笔", f"It says {rows[-1][1]} rows")
    return payments, fen_of(place, COLUMNS[3], rows[-1][3])


def text_of(content: bytes) -> str:
    """What a file says, in UTF-8 or GB18030. Raises RefusedError."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RefusedError("文件既不是 UTF-8 也不是 GB18030 编码的", "The file is neither UTF-8 nor GB18030.")


def _payment(place: int, row: list[str], payer: str, known: Mapping[str, int], today: date) -> Received:
    if len(row) != len(COLUMNS) or not row[0]:
        raise wrong(place, COLUMNS[0], "这一行缺列", "This row lacks columns")
    reference, day, code, amount = row
    received_on = _day(place, day)
    if received_on > today:
        raise wrong(place, COLUMNS[1], f"{day} 还没有到", f"{day} is still to come")
    if code not in known:
        raise wrong(place, payer, f"查不到“{code}”", f"Nobody has the code {code}")
    return Received(reference, known[code], fen_of(place, COLUMNS[3], amount), received_on)


def _day(place: int, day: str) -> date:
    try:
        found = date.fromisoformat(day)
    except ValueError:
        found = None
    if found is None or found.isoformat() != day:  # Python reads 20260610 and 2026-W24-3 as well; banks write neither
        raise wrong(place, COLUMNS[1], f"“{day}”不是日期，如 2026-06-10", f"{day} is no date")
    return found


def fen_of(place: int, column: str, amount: str) -> int:
    """An amount in yuan as fen; it may be below nothing. Raises RefusedError."""
    found = _AMOUNT.fullmatch(amount)
    if found is None:
        raise wrong(place, column, f"“{amount}”不是金额，如 1651.00", f"{amount} is no amount")
    fen = int(found[2]) * 100 + int((found[3] or "0").ljust(2, "0"))
    return -fen if found[1] else fen


def wrong(place: int, column: str, zh: str, en: str) -> RefusedError:
    """What is the matter with a row of a file, of which nothing is taken."""
    return RefusedError(
        f"第 {place} 行“{column}”：{zh}。整个文件没有入账", f"Row {place}, {column}: {en}. Nothing was taken."
    )
