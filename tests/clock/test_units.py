"""The grammar of limits, and which of two limits is undeniably the longer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.clock import ClockError, Limit, at_most

UNITS = ("workday", "day", "week", "month", "hour")


@given(st.integers(-1200, 1200), st.sampled_from(UNITS))
def test_text_and_limit_are_one(count: int, unit: str) -> None:
    limit = Limit.parse(f"{count} {unit}s")
    assert (limit.count, limit.unit) == (count, unit)
    assert Limit.parse(str(limit)) == Limit.parse(f"{count} {unit}") == limit


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("1 workdays", "1 workday"),
        ("05 day", "5 days"),
        ("-1 month", "-1 months"),
        ("-0 days", "0 days"),
        ("0" * 9999 + "7 days", "7 days"),
        ("-" + "0" * 9999 + "7 days", "-7 days"),
    ],
)
def test_a_limit_is_written_in_one_way(text: str, written: str) -> None:
    assert str(Limit.parse(text)) == written


@pytest.mark.parametrize(
    "text",
    [
        *("", "5", "workdays", "5workdays", "5  workdays", " 5 days", "5 days ", "5 Days", "+5 days", "5.0 days"),
        *("5 years", "- 5 days", "--5 days", "５ days", "5 dayss", "5 days\n", "五 days", "1e3 days"),
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ClockError) as refusal:
        Limit.parse(text)
    assert refusal.value.code == "limit-malformed"
    assert refusal.value.message
    assert refusal.value.message_zh


@pytest.mark.parametrize(
    ("count", "unit"), [(36_600, "day"), (36_600, "workday"), (5_228, "week"), (1_307, "month"), (878_400, "hour")]
)
def test_a_hundred_years_is_the_longest_limit(count: int, unit: str) -> None:
    for sign in ("", "-"):
        assert str(Limit.parse(f"{sign}{count} {unit}s")) == f"{sign}{count} {unit}s"
        with pytest.raises(ClockError, match="too-far"):
            Limit.parse(f"{sign}{count + 1} {unit}s")
        with pytest.raises(ClockError, match="too-far"):
            Limit.parse(f"{sign}{'9' * 9999} {unit}s")


def test_a_limit_runs_where_its_sign_says() -> None:
    assert [Limit(count, "day").direction for count in range(-2, 3)] == [-1, -1, 0, 1, 1]


@pytest.mark.parametrize(
    ("left", "right", "verdict"),
    [
        ("1 workday", "10 workdays", True),
        ("10 workdays", "10 workdays", True),
        ("11 workdays", "10 workdays", False),
        ("15 days", "20 workdays", True),
        ("11 workdays", "10 days", False),
        ("10 workdays", "10 days", None),
        ("10 days", "10 workdays", True),
        ("2 weeks", "14 days", True),
        ("14 days", "2 weeks", True),
        ("15 days", "2 weeks", False),
        ("28 days", "1 month", True),
        ("30 days", "1 month", None),
        ("32 days", "1 month", False),
        ("24 hours", "1 day", True),
        ("25 hours", "1 day", False),
        ("0 hours", "0 workdays", True),
        ("1 hour", "0 days", False),
        ("-5 workdays", "-5 days", True),
        ("1 month", "20 workdays", None),
    ],
)
def test_at_most(left: str, right: str, *, verdict: bool | None) -> None:
    assert at_most(Limit.parse(left), Limit.parse(right)) is verdict
