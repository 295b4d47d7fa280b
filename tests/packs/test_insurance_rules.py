"""What the functions of the pack social insurance must give: spans of months, days of the next month, instalments."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tongban
from tongban.catalog.loader import functions_of

TODAY = date(2026, 11, 16)
rules = {
    name.rpartition(".")[2]: function
    for name, function in functions_of(Path(tongban.__file__).parent / "packs" / "social_insurance").items()
}
days = st.dates(date(1990, 1, 1), date(2060, 12, 31))


@given(days, st.integers(0, 600))
def test_a_span_ends_in_the_month_that_its_length_says(first: date, months: int) -> None:
    """Counting from a month and counting up to the last one agree, whatever day of the month is written."""
    last = rules["last_month"]({"from": first, "months": months}, 1, TODAY)
    assert rules["months_of"](first, last, on=TODAY) == max(1, months)
    assert rules["months_of"](last, first, on=TODAY) == (1 if months <= 1 else 0)


@given(days)
def test_the_next_month_begins_on_its_first_day(day: date) -> None:
    """Contributions stop, and benefits move, with a whole month."""
    after = rules["month_after"]({"leave.ended_on": day}, 1, TODAY)
    assert isinstance(after, date)
    assert after.day == 1
    assert rules["months_of"](day, after, on=TODAY) == 2
    assert rules["next_month"]({}, 1, day) == after == rules["resumption_month"]({"from": day, "months": 1}, 1, TODAY)


@given(st.integers(1, 10**11), st.integers(1, 120))
def test_equal_instalments_pay_everything_back_and_hardly_more(amount: int, instalments: int) -> None:
    """Rounded up to the fen: the last instalment is the smallest."""
    facts = {"overpaid.amount_fen": amount, "overpaid.instalments": instalments}
    each = rules["instalment_fen"](facts, 1, TODAY)
    assert isinstance(each, int)
    assert amount <= each * instalments < amount + instalments


def test_the_first_instalment_is_due_next_month() -> None:
    """One instalment next month, twelve within a year."""
    assert rules["last_instalment"]({"overpaid.instalments": 1}, 1, TODAY) == date(2026, 12, 1)
    assert rules["last_instalment"]({"overpaid.instalments": 12}, 1, TODAY) == date(2027, 11, 1)
    assert rules["a_year_later"]({}, 1, TODAY) == date(2027, 11, 1)


@pytest.mark.parametrize("born_a_day_later", ["430200197611170018", "430200198611170022"])
def test_who_is_below_50_or_as_a_woman_40_opens_a_regular_account(born_a_day_later: str) -> None:
    """国办发〔2009〕66号, on whoever comes from another province for the first time: a man, a woman, a day before."""
    assert rules["may_open_regular_account"](born_a_day_later, on=TODAY) is True
    assert rules["may_open_regular_account"](born_a_day_later, on=TODAY.replace(day=17)) is False


def test_the_household_lies_in_the_province_whose_code_it_has() -> None:
    """GB/T 2260: two digits are the province."""
    assert rules["is_household_in_province"]("430406", "430211", on=TODAY) is True
    assert rules["is_household_in_province"]("440305", "430211", on=TODAY) is False


def test_months_missing_are_never_negative() -> None:
    """Whoever paid longer than required lacks nothing."""
    assert rules["missing_months"](150, 186, on=TODAY) == 36
    assert rules["missing_months"](240, 186, on=TODAY) == 0
