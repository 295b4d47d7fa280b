"""Random hires, leaves and wages, billed and paid in between, against a model of plain months.

The model keeps for each person, kind and month who the employer is, and everything that was ever true under the moment
from which it was known. Whatever the ledger refuses the model refuses, and what is billed is what the model's months
come to, whether the month was billed before or after.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any, TypeAlias

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.examples import examples
from tests.packs.ledger.books import (
    FIRM,
    MAY,
    OTHER,
    THREE,
    at,
    balance,
    declared,
    hired,
    left,
    months,
    the_books_agree,
)

from tongban.pack_api import RefusedError, definitions
from tongban.packs.social_insurance.ledger.billing import bill
from tongban.packs.social_insurance.ledger.contributions import Person, of_person
from tongban.packs.social_insurance.ledger.enrolments import periods_of
from tongban.packs.social_insurance.ledger.payments import Received, receive
from tongban.packs.social_insurance.ledger.reversing import reverse_case
from tongban.packs.social_insurance.ledger.statements import months_paid, of_employer
from tongban.packs.social_insurance.models import Rating, Wage

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

PEOPLE, LENGTH = (7, 8), 6
PAID_ON = date(2026, 10, 15)
Key: TypeAlias = tuple[int, str]


@dataclass
class Model:
    """Periods as [employer, first, last] with `LENGTH` for no end, and wages by month, all in months from May on."""

    periods: defaultdict[Key, list[list[int]]] = field(default_factory=lambda: defaultdict(list))
    wages: defaultdict[tuple[int, int], dict[int, int]] = field(default_factory=lambda: defaultdict(dict))

    def months(self, person: int, kind: str) -> set[int]:
        """The months in an insurance."""
        return {month for _, first, last in self.periods[person, kind] for month in range(first, min(last, LENGTH) + 1)}

    def hire(self, person: int, kinds: tuple[str, ...], employer: int, first: int, wage: int) -> bool:
        """Whether the hire may be; then it is."""
        if any(last >= first for kind in kinds for _, _, last in self.periods[person, kind]):
            return False
        for kind in kinds:
            self.periods[person, kind].append([employer, first, LENGTH + 1])
        self.wages[person, employer][first] = wage
        return True

    def leave(self, person: int, employer: int, last: int) -> bool:
        """Whether the leave may be; then it is."""
        held = [one for kind in THREE for one in self.periods[person, kind] if one[0] == employer]
        ending = [one for one in held if one[1] <= last < one[2]]
        for one in ending:
            one[2] = last
        if ending or not held:
            return True
        return min(one[1] for one in held) <= last <= max(one[2] for one in held)

    def declare(self, person: int, first: int, wage: int, until: int | None) -> bool:
        """Whether the wage may be declared; then it is."""
        if not any(one[0] == FIRM for kind in THREE for one in self.periods[person, kind]):
            return False
        wages = self.wages[person, FIRM]
        if until is None:
            wages[first] = wage
            return True
        before = [wages[month] for month in sorted(wages) if month <= until + 1]
        for month in range(first, until + 1):
            wages.pop(month, None)
        if before:
            wages.setdefault(until + 1, before[-1])
        wages[first] = wage
        return True

    def billed(self, person: int, month: int) -> dict[tuple[str, int], int]:
        """Base and employer's share by kind, as the rules give them for this month alone."""
        employers = {one[0] for kind in THREE for one in self.periods[person, kind] if one[1] <= month <= one[2]}
        found: dict[tuple[str, int], int] = {}
        for employer in employers:
            kinds = frozenset(
                kind
                for kind in THREE
                for one in self.periods[person, kind]
                if one[0] == employer and one[1] <= month <= one[2]
            )
            wages = self.wages[person, employer]
            wage = wages[max(first for first in wages if first <= month)]
            figures = of_person(definitions().rulebook, MAY + month, Person(kinds, 2, "base", wage))
            found |= {(kind, employer): figures[f"{kind}_employer_fen"] for kind in kinds}
        return found


person = st.sampled_from(PEOPLE)
month = st.integers(0, LENGTH - 1)
wage = st.sampled_from([100_000, 650_000, 9_000_000])
kinds = st.sampled_from([THREE, ("pension",), ("injury", "unemployment")])
deed = st.one_of(
    st.tuples(st.just("hire"), person, kinds, st.sampled_from([FIRM, OTHER]), month, wage),
    st.tuples(st.just("leave"), person, st.sampled_from([FIRM, OTHER]), month),
    st.tuples(st.just("declare"), person, month, wage, st.none() | st.integers(0, 2)),
    st.tuples(st.just("bill")),
    st.tuples(st.just("pay"), st.sampled_from([1, 50_000, 10_000_000])),
)


def did(model: Model, case: str, day: int, what: str, *how: Any) -> bool:  # noqa: ANN401 - as the deed has it
    """Do it to the ledger and to the model; both must take it or both refuse."""
    tried = deepcopy(model)
    do: Callable[[], None]
    if what == "hire":
        who, ones, employer, first, fen = how
        taken = tried.hire(who, ones, employer, first, fen)
        told = {"kinds": ones, "employer": employer, "first_month": MAY + first, "wage_fen": fen}
        do = partial(hired, who, case=case, day=day, **told)
    elif what == "leave":
        who, employer, last = how
        taken = tried.leave(who, employer, last)
        do = partial(left, who, MAY + last, case=case, day=day, employer=employer)
    else:
        who, first, fen, span = how
        until = None if span is None else first + span
        taken = tried.declare(who, first, fen, until)
        until_month = None if until is None else MAY + until
        do = partial(declared, who, MAY + first, fen, case=case, day=day, last_month=until_month)
    if taken:
        do()
        model.periods, model.wages = tried.periods, tried.wages
    else:
        with pytest.raises(RefusedError):
            do()
    return taken


def paid(fen: int, day: int) -> None:
    """The firm pays, what is of early months late."""
    with transaction.atomic(), connection.cursor() as cursor:
        receive(cursor, f"{day}.csv", [Received(f"R{day}", FIRM, fen, PAID_ON)], fen, at(day))


def nothing_lies_idle() -> None:
    """Nothing is paid too much, and whoever has money here owes neither contributions nor fees."""
    for employer in (FIRM, OTHER):
        owed = [one.owed_fen for one in of_employer(employer)]
        fees_fen = balance("late-fee", employer)
        assert min([*owed, fees_fen], default=0) >= 0
        assert balance("advance", employer) == 0 or not sum(owed) + fees_fen


def agree(model: Model, billed: int, known: list[tuple[datetime, Model]]) -> None:
    """The ledger says what the model says, now and as of every moment before."""
    for who in PEOPLE:
        for moment, then in [*known, (None, model)]:
            for kind in THREE:
                found = {one - MAY for one in months(who, kind, moment) if one <= MAY + LENGTH}
                assert found == then.months(who, kind)
        lines = {(one.month - MAY, one.kind, one.employer): one.employer_fen for one in months_paid(who)}
        assert lines == {
            (month, kind, employer): fen
            for month in range(billed)
            for (kind, employer), fen in model.billed(who, month).items()
        }
    the_books_agree(*PEOPLE)
    nothing_lies_idle()


@given(st.lists(deed, min_size=2, max_size=12))
@settings(max_examples=examples(12))
def test_the_ledger_is_what_plain_months_say_now_and_as_known_then(deeds: list[tuple[Any, ...]]) -> None:
    model, billed = Model(), 0
    known: list[tuple[datetime, Model]] = []
    with transaction.atomic():
        for day, (what, *how) in enumerate(deeds, start=2):
            if what == "bill":
                if billed < LENGTH:
                    bill(MAY + billed)
                    billed += 1
                continue
            if what == "pay":
                paid(how[0], day)
                continue
            did(model, f"{day}/1", day, str(what), *how)
            known.append((at(day), deepcopy(model)))
        agree(model, billed, known)
        transaction.set_rollback(True)


@given(st.lists(deed, min_size=2, max_size=8))
@settings(max_examples=examples(8))
def test_all_cases_taken_back_the_last_first_leave_nothing(deeds: list[tuple[Any, ...]]) -> None:
    model, billed, cases, paid_fen = Model(), 0, [], 0
    with transaction.atomic():
        for day, (what, *how) in enumerate(deeds, start=2):
            if what == "bill":
                if billed < LENGTH:
                    bill(MAY + billed)
                    billed += 1
            elif what == "pay":
                paid(how[0], day)
                paid_fen += how[0]
            elif did(model, f"{day}/1", day, str(what), *how):
                cases.append(f"{day}/1")
        for case in reversed(cases):
            with connection.cursor() as cursor:
                reverse_case(cursor, case, case, at(30))
            the_books_agree(*PEOPLE)
            nothing_lies_idle()
        assert (balance("advance", FIRM), balance("late-fee", FIRM)) == (-paid_fen, 0)
        for who in PEOPLE:
            assert periods_of(who) == []
            assert months_paid(who) == []
        assert not Wage.objects.filter(superseded_at=None).exists()
        assert not Rating.objects.filter(superseded_at=None).exists()
        transaction.set_rollback(True)
