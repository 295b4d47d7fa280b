"""How far an insurance of somebody goes: months that count, that are owed, missing, counted twice, not billed yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tongban.pack_api import Spans, count, joined_spans, without
from tongban.packs.social_insurance.ledger.enrolments import RESIDENT, Period
from tongban.packs.social_insurance.ledger.statements import PaidMonth


@dataclass(frozen=True, slots=True)
class Coverage:
    """One insurance of one person up to a month. ``counted``: months paid here, and those taken over from elsewhere.

    ``missing`` lie between the first and the last insured month without being insured; ``twice`` were billed by two
    employers; ``elsewhere`` were given back and count at another place; ``unbilled`` are insured and wait for their
    bill, which residents get none of. ``ended`` is the last month where it does not go on.
    """

    kind: str
    counted: int
    taken_over: Spans
    owed: Spans
    missing: Spans
    twice: Spans
    elsewhere: Spans
    unbilled: Spans
    ended: int | None


def coverages(periods: Iterable[Period], paid: Iterable[PaidMonth], now: int) -> Iterator[Coverage]:
    """The insurances that somebody ever had, up to the month ``now``, each once; one that begins later is none yet."""
    all_periods, all_paid = list(periods), list(paid)
    for kind in dict.fromkeys([*(one.kind for one in all_paid), *(one.kind for one in all_periods)]):
        begun = [one for one in all_periods if one.kind == kind and one.first_month <= now]
        months = [one for one in all_paid if one.kind == kind]
        if begun or months:
            yield _coverage(kind, begun, months, now)


def _coverage(kind: str, periods: Sequence[Period], months: Sequence[PaidMonth], now: int) -> Coverage:
    taken = joined_spans((one.first_month, one.end) for one in periods if one.employer is None and one.last_month)
    insured = joined_spans((one.first_month, min(one.end, now)) for one in periods)
    billed = _spans(one.month for one in months)
    paid = _spans(one.month for one in months if one.is_paid and not one.counts_elsewhere)
    known = joined_spans((*insured, *billed))
    owners = Counter(one.month for one in months)
    goes_on = any(one.end > now for one in periods)
    return Coverage(
        kind=kind,
        counted=count(joined_spans((*paid, *taken))),
        taken_over=taken,
        owed=_spans(one.month for one in months if not one.is_paid),
        missing=without(((known[0][0], known[-1][1]),), known),
        twice=_spans(month for month, employers in owners.items() if employers > 1),
        elsewhere=_spans(one.month for one in months if one.counts_elsewhere),
        unbilled=() if kind == RESIDENT else without(insured, joined_spans((*billed, *taken))),
        ended=None if goes_on else known[-1][1],
    )


def _spans(months: Iterable[int]) -> Spans:
    return joined_spans((month, month) for month in months)
