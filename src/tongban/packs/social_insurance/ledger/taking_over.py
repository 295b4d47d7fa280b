"""What a former system held of people's insurances, taken into the ledger once: months that are over, and accounts.

身份证号,区县代码,险种,从何年月,到何年月,个人账户（元）
430200196606200030,430204,养老,1995-11,2025-12,181220.35
合计,1,,,,181220.35

A file is taken whole or not at all, and counts once. Its months stand as those that a transfer brings; what the account
held stands as booked in the last of them, and bears interest from then on.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from typing import Final

from tongban.pack_api import Database, RefusedError, definitions
from tongban.packs.social_insurance.ledger.accounts import ACCOUNT_YEAR
from tongban.packs.social_insurance.ledger.bank_file import SUM, fen_of, text_of, wrong
from tongban.packs.social_insurance.ledger.enrolments import Hire, enrol
from tongban.packs.social_insurance.ledger.months import first_day, month_of
from tongban.packs.social_insurance.ledger.postings import NO_OWNER, Leg, Posting, post, rule_on
from tongban.packs.social_insurance.ledger.rows import SHORT

COLUMNS: Final = ("身份证号", "区县代码", "险种", "从何年月", "到何年月", "个人账户（元）")
KINDS: Final = {words.zh: kind for kind, words in SHORT.items()}
_MONTH: Final = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_COUNTY: Final = re.compile(r"\d{6}")


@dataclass(frozen=True, slots=True)
class Former:
    """A span of somebody's months in an insurance before the ledger began, and what the account held after them."""

    insured: int
    county: str
    kind: str
    first_month: int
    last_month: int
    account_fen: int


def read(content: bytes, people: Callable[[str, Iterable[str]], Mapping[str, int]], today: date) -> list[Former]:
    """The rows of a file; ``people`` finds subjects of a type by their keys; the month of ``today`` is not over.

    Raises RefusedError that names the row and the column for whatever cannot be, and for another number of rows or
    another sum than the file gives.
    """
    lines = list(csv.reader(StringIO(text_of(content))))
    rows = [[cell.strip() for cell in line] for line in lines if any(cell.strip() for cell in line)]
    whole = len(rows) > 1 and rows[0] == list(COLUMNS) and rows[-1][0] == SUM
    if not whole or any(len(row) != len(COLUMNS) for row in rows):
        raise RefusedError(
            f"第一行应是：{'，'.join(COLUMNS)}；每行都要有这些列；最后一行应是“{SUM}”、行数和金额。整个文件没有入账",
            f"The first row is {', '.join(COLUMNS)}, every row has them; the last one {SUM}, the number of rows and the"
            " sum. Nothing was taken.",
        )
    known = people("base/Person", [row[0] for row in rows[1:-1]])
    found = [_former(place, row, known, month_of(today)) for place, row in enumerate(rows[1:-1], start=2)]
    place, sum_fen = len(rows), sum(one.account_fen for one in found)
    if rows[-1][1] != str(len(found)):
        raise wrong(place, COLUMNS[1], f"写着 {rows[-1][1]} 行，实有 {len(found)} 行", f"There are {len(found)} rows")
    if fen_of(place, COLUMNS[5], rows[-1][5]) != sum_fen:
        raise wrong(
            place, COLUMNS[5], f"各行加起来是 {sum_fen / 100:,.2f} 元", f"The rows come to {sum_fen / 100:,.2f}"
        )
    return found


def case_of(content: bytes) -> str:
    """Under what a file's rows stand in the books: its own digest, so that it counts once by whatever name."""
    return f"take-over/{hashlib.sha256(content).hexdigest()[:12]}"


def take(db: Database, case: str, found: Sequence[Former], at: datetime) -> int:
    """Record what was held before; how many rows were new. Of a case that was recorded before none is.

    Raises RefusedError for somebody who is insured in one of the months already.
    """
    db.execute('select 1 from insurance_enrolment where "case" = %s limit 1', [case])
    if db.fetchall():
        return 0
    enrol(
        db,
        [
            Hire(one.insured, None, (one.kind,), one.first_month, one.county, case, at, last_month=one.last_month)
            for one in found
        ],
    )
    catalog = definitions()
    for one in found:
        if one.account_fen:
            rule = rule_on(catalog.rulebook, ACCOUNT_YEAR, first_day(one.last_month))
            legs = [
                Leg("account.pension", one.insured, -one.account_fen),
                Leg("fund.pension", NO_OWNER, one.account_fen),
            ]
            post(db, Posting(one.last_month, rule, catalog.digest, "taken over", at, case=case), legs)
    return len(found)


def _former(place: int, row: Sequence[str], known: Mapping[str, int], now: int) -> Former:
    number, county, kind, first, last, account = row
    if number not in known:
        raise wrong(place, COLUMNS[0], f"查不到“{number}”", f"Nobody has the number {number}")
    if not _COUNTY.fullmatch(county):
        raise wrong(place, COLUMNS[1], f"“{county}”不是六位区县代码", f"{county} is no code of a county")
    if kind not in KINDS:
        raise wrong(place, COLUMNS[2], f"没有险种“{kind}”，写养老、失业或工伤", f"There is no insurance {kind}")
    first_month, last_month = _month(place, COLUMNS[3], first), _month(place, COLUMNS[4], last)
    if not first_month <= last_month < now:
        raise wrong(
            place,
            COLUMNS[4],
            f"{first} 到 {last} 不是已经过去的月份",
            f"{first} to {last} are not months that are over",
        )
    account_fen = fen_of(place, COLUMNS[5], account or "0")
    if account_fen < 0 or (account_fen and KINDS[kind] != "pension"):
        raise wrong(
            place, COLUMNS[5], "只有养老有个人账户，不能小于零", "Only the pension has an account, of nothing or more"
        )
    return Former(known[number], county, KINDS[kind], first_month, last_month, account_fen)


def _month(place: int, column: str, text: str) -> int:
    found = _MONTH.fullmatch(text)
    if found is None:
        raise wrong(place, column, f"“{text}”不是年月，如 2025-12", f"{text} is no month")
    return int(found[1]) * 12 + int(found[2]) - 1
