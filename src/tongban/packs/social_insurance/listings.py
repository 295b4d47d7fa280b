"""What the contribution certificates (参保缴费证明) list: the months of each insurance, gathered to spans.

A person's tell of each month at which employer, on what base, how much of one's own, and whether it is paid; an
employer's tell for how many people, on what bases, how much. Both are what `ledger/statements.py` says of the bills.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from tongban.pack_api import (
    Column,
    Database,
    Decisions,
    Listing,
    Names,
    PolicyError,
    Text,
    certify_in_turn,
    definitions,
    listing,
)
from tongban.packs.social_insurance.ledger.contributions import unverified
from tongban.packs.social_insurance.ledger.months import month_of, written
from tongban.packs.social_insurance.ledger.statements import PaidMonth, Stated, months_paid, of_employer

KINDS: Final = {
    "pension": Text("企业职工基本养老保险", "Basic pension insurance of employees"),
    "unemployment": Text("失业保险", "Unemployment insurance"),
    "injury": Text("工伤保险", "Work-injury insurance"),
}
EMPLOYER_MONTHS: Final = 24
"""How far back an employer's certificate goes: what tenders ask for lies within it."""


@dataclass(frozen=True, slots=True)
class Month:
    """What one month of one insurance says: where, the figures that stay the same over a span, those that add up."""

    month: int
    employer: int
    steady: tuple[int, ...]
    added_fen: int
    is_paid: bool


@listing("months@1")
def months(decided: Decisions, names: Names, db: Database) -> Sequence[tuple[Listing, ...]]:
    """Every insured person's months, a table for each insurance; an empty one says that there are none."""
    insured = [one.subjects["insured"][0] for one in decided]
    certify_in_turn(db, insured)
    found = {person: months_paid(person) for person in insured}
    called = names({month.employer for each in found.values() for month in each if not month.paid_alone})
    return [tuple(_of_person(found[one], {**called, one: _ALONE})) for one in insured]


@listing("statements@1")
def statements(decided: Decisions, names: Names, db: Database) -> Sequence[tuple[Listing, ...]]:
    """Every employer's last months, a table for each insurance; an empty one says that there are none."""
    del names
    employers = [one.subjects["employer"][0] for one in decided]
    certify_in_turn(db, employers)
    return [
        tuple(_of_employer(of_employer(employer), month_of(one.at)))
        for employer, one in zip(employers, decided, strict=True)
    ]


def spans(months: Iterable[Month]) -> list[list[Month]]:
    """Months in a row, each as the one before it but for what adds up, the earliest first. Of two employers at one time
    each has spans of its own.
    """
    in_order = enumerate(sorted(months, key=lambda one: (one.employer, one.month)))
    alike = groupby(in_order, lambda at: (at[1].month - at[0], at[1].employer, at[1].steady, at[1].is_paid))
    found = [[month for _, month in same] for _, same in alike]
    return sorted(found, key=lambda one: (one[0].month, one[0].employer))


def _of_person(paid: Sequence[PaidMonth], called: Mapping[int, str]) -> Iterator[Listing]:
    columns = (_SPAN, _MONTHS, Column(Text("参保单位", "Employer")), _BASE, _OWN, _STATE)
    for kind, title in KINDS.items():
        months = [
            Month(one.month, one.employer, (one.base_fen,), one.own_fen, one.is_paid)
            for one in paid
            if one.kind == kind and not one.counts_elsewhere
        ]
        rows = [
            (_span(one), str(len(one)), called[one[0].employer], _yuan(one[0].steady[0]), _yuan_of(one), _state(one))
            for one in spans(months)
        ]
        yield Listing(title, columns, tuple(rows), _total(months), _is_unverified(months))


def _of_employer(stated: Sequence[Stated], now: int) -> Iterator[Listing]:
    columns = (_SPAN, _MONTHS, _PEOPLE, _BASES, _DUE, _STATE)
    for kind, title in KINDS.items():
        months = [
            Month(one.month, 0, (one.people, one.base_fen), one.employer_fen + one.employee_fen, one.is_paid)
            for one in stated
            if one.kind == kind and now - EMPLOYER_MONTHS < one.month <= now
        ]
        rows = [
            (_span(one), str(len(one)), str(one[0].steady[0]), _yuan(one[0].steady[1]), _yuan_of(one), _state(one))
            for one in spans(months)
        ]
        yield Listing(title, columns, tuple(rows), _total(months), _is_unverified(months))


def _is_unverified(months: Sequence[Month]) -> bool:
    """Whether some month was billed by a figure without a source."""
    publication = definitions().digest
    return any(_rests_on_unverified(publication, month) for month in {one.month for one in months})


@functools.lru_cache(maxsize=1_000)
def _rests_on_unverified(publication: str, month: int) -> bool:
    try:
        return bool(unverified(definitions(publication).rulebook, month))
    except PolicyError:  # a month from before what the rules know was not billed by them
        return False


def _total(months: Sequence[Month]) -> tuple[str, ...]:
    """The line below a table: how many months in all, how much, how many months are owed."""
    if not months:
        return ()
    owed = len({one.month for one in months if not one.is_paid})
    count = len({one.month for one in months})
    return ("合计 Total", str(count), "", "", _yuan_of(months), f"欠 {owed} 个月" if owed else "无欠缴")


def _span(months: Sequence[Month]) -> str:
    first, last = months[0].month, months[-1].month
    return written(first) if first == last else f"{written(first)} – {written(last)}"


def _state(months: Sequence[Month]) -> str:
    return "已缴 Paid" if months[0].is_paid else "欠缴 Owed"


def _yuan_of(months: Sequence[Month]) -> str:
    amount_fen = sum(one.added_fen for one in months)
    return _yuan(amount_fen) if amount_fen else "—"  # of work injury nobody pays a share of one's own


def _yuan(amount_fen: int) -> str:
    return f"{amount_fen // 100:,}.{amount_fen % 100:02}"


_ALONE: Final = "个人缴费 By oneself"
_SPAN: Final = Column(Text("起止年月", "From – to"))
_MONTHS: Final = Column(Text("月数", "Months"), is_figure=True)
_PEOPLE: Final = Column(Text("人数", "People"), is_figure=True)
_BASE: Final = Column(Text("月缴费基数（元）", "Monthly base, yuan"), is_figure=True)
_BASES: Final = Column(Text("月缴费基数合计（元）", "Monthly bases, yuan"), is_figure=True)
_OWN: Final = Column(Text("个人缴费（元）", "Own share, yuan"), is_figure=True)
_DUE: Final = Column(Text("应缴（元）", "Due, yuan"), is_figure=True)
_STATE: Final = Column(Text("状态", "State"))
