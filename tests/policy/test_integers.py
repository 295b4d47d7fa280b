"""One person's figures: read within bounds, chosen by the legal date, reckoned by hand, or refused with the reason."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from fractions import Fraction
from math import floor
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st
from tests.policy.book import END, WAGE, book

from tongban.policy import Kind, PolicyError, Rulebook, Views, half_up, in_force, reckon, share, value_of, value_on
from tongban.policy.integers import LARGEST
from tongban.policy.values import BOUNDS, integer, legal_date, month_of, raw, read
from tongban.policy.words import NoRowError, clip, larger, smaller, table

TODAY = date(2026, 11, 16)
HAN = re.compile("[\u4e00-\u9fff].*[\u4e00-\u9fff]")
"""At least two characters: labels of the book begin with one in each language."""
DUES = {"month": "2026-11", "wage_fen": 5_000, "trade": "wild"}


def given(**changed: object) -> dict[str, object]:
    return {**DUES, **changed}


def refusal(name: str, facts: dict[str, Any], whole: Rulebook | None = None) -> list[tuple[str, str]]:
    with pytest.raises(PolicyError) as caught:
        reckon(whole or book(), name, facts, TODAY)
    assert caught.value.code == caught.value.issues[0].code
    assert [one for one in caught.value.issues if not HAN.search(one.text.zh) or HAN.search(one.text.en)] == []
    return [(one.code, one.at) for one in caught.value.issues]


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [
        (1, 2, 1),
        (3, 2, 2),
        (1, 3, 0),
        (2, 3, 1),
        (0, 7, 0),
        (-1, 2, 0),
        (-3, 2, -1),
        (-2, 3, -1),
        (5, 10, 1),
        (4, 10, 0),
    ],
)
def test_a_half_goes_up(numerator: int, denominator: int, expected: int) -> None:
    assert half_up(numerator, denominator) == expected


@hypothesis.given(st.integers(-(10**12), 10**12), st.integers(1, 10**6))
def test_a_quotient_is_rounded_as_fractions_are(numerator: int, denominator: int) -> None:
    assert half_up(numerator, denominator) == floor(Fraction(numerator, denominator) + Fraction(1, 2))


def test_words_on_plain_integers() -> None:
    assert share(4_999, 5) == 2
    assert share(5_000, 5) == 3
    assert (clip(1, 2, 4), clip(3, 2, 4), clip(5, 2, 4)) == (2, 3, 4)
    assert (smaller(1, 2), larger(1, 2)) == (1, 2)
    assert table("b", {"a": 1, "b": 2}) == 2
    with pytest.raises(NoRowError):
        table(3, {1: 1})


@pytest.mark.parametrize(
    ("month", "wage", "trade", "employer", "left"),
    [
        ("2026-11", 5_000, "wild", 1_003, 3_333),
        ("2026-11", 5_000, "calm", 800, 3_333),
        ("2026-11", 1, "calm", 496, -1_032),
        ("2026-11", 100_000, "wild", 1_805, 97_000),
        ("2024-06", 3_000, "calm", 0, 2_000),
        ("2024-07", 3_000, "calm", 496, 1_967),
    ],
)
def test_a_rule_gives_what_one_reckons_by_hand(month: str, wage: int, trade: str, employer: int, left: int) -> None:
    found = reckon(book(), "dues", given(month=month, wage_fen=wage, trade=trade), TODAY)
    assert found.results(book()) == {"employer_fen": employer, "left_fen": left}


def test_every_figure_on_the_way_is_kept_in_order() -> None:
    values = reckon(book(), "dues", DUES, TODAY).values
    figures = ["base_fen", "employer_fen", "employee_fen", "left_fen"]
    assert list(values)[-4:] == figures
    assert [values[name] for name in figures] == [5_000, 1_003, 1_667, 3_333]


def test_what_is_not_said_is_what_the_rule_says_otherwise() -> None:
    told = reckon(book(), "dues", given(trade="calm"), TODAY)
    silent = reckon(book(), "made/dues", {key: DUES[key] for key in ("month", "wage_fen")}, TODAY)
    assert silent.results(book()) == told.results(book())


def test_the_legal_date_is_that_of_the_facts_or_that_of_the_question() -> None:
    assert reckon(book(), "dues", given(month="2024-06"), TODAY).on == date(2024, 6, 1)
    assert reckon(book(), "wait", {"since": "2024-01-01", "until": "2024-01-02"}, TODAY).on == TODAY


@pytest.mark.parametrize(
    ("since", "until", "calm", "days", "months"),
    [
        ("2024-02-01", "2024-03-01", 0, 29, 1),
        ("2024-01-01", "2024-01-31", 0, 30, 2),
        ("2024-01-01", "2025-01-01", 0, 366, 3),
        ("2024-01-01", "2025-01-01", 1, 366, 0),
        ("2024-01-01", "2024-01-01", 0, 0, 1),
    ],
)
def test_dates_are_days(since: str, until: str, calm: int, days: int, months: int) -> None:
    found = reckon(book(), "wait", {"since": since, "until": until, "calm": calm}, TODAY)
    assert found.results(book()) == {"days": days, "months": months}


@pytest.mark.parametrize(
    ("changed", "code", "at"),
    [
        ({"wage_fen": -1}, "out-of-range", "wage_fen"),
        ({"wage_fen": 100_001}, "out-of-range", "wage_fen"),
        ({"wage_fen": True}, "wrong-value", "wage_fen"),
        ({"wage_fen": "5000"}, "wrong-value", "wage_fen"),
        ({"wage_fen": 50.5}, "wrong-value", "wage_fen"),
        ({"wage_fen": None}, "missing-fact", "wage_fen"),
        ({"month": "2026-13"}, "wrong-value", "month"),
        ({"month": "2026-11-01"}, "wrong-value", "month"),
        ({"month": 202611}, "wrong-value", "month"),
        ({"month": "1899-12"}, "out-of-range", "month"),
        ({"month": "2200-01"}, "out-of-range", "month"),
        ({"trade": "mild"}, "wrong-value", "trade"),
        ({"trade": 1}, "wrong-value", "trade"),
        ({"wages_fen": 1}, "unknown-fact", "wages_fen"),
    ],
)
def test_what_cannot_be_a_fact_is_refused(changed: dict[str, Any], code: str, at: str) -> None:
    assert refusal("dues", given(**changed)) == [(code, at)]


def test_all_that_is_wrong_is_said_at_once_with_the_nearest_name() -> None:
    with pytest.raises(PolicyError) as caught:
        reckon(book(), "dues", {"mouth": "2026-11", "wage_fen": -5, "trade": "x"}, TODAY)
    said = [(one.code, one.at, one.nearest) for one in caught.value.issues]
    assert said == [
        ("unknown-fact", "mouth", "month"),
        ("wrong-value", "trade", None),
        ("missing-fact", "month", None),
        ("out-of-range", "wage_fen", None),
    ]


def test_a_bound_may_be_another_input_or_the_day_itself() -> None:
    assert refusal("wait", {"since": "2024-01-02", "until": "2024-01-01"}) == [("out-of-range", "until")]
    assert refusal("wait", {"since": "2026-11-17", "until": "2026-11-18"}) == [("out-of-range", "since")]
    assert reckon(book(), "wait", {"since": "2026-11-16", "until": "2026-11-18"}, TODAY).values["days"] == 2


def test_what_is_not_in_force_is_refused_by_name_and_date() -> None:
    with pytest.raises(PolicyError) as caught:
        reckon(book(), "base", {"month": "2027-01", "wage_fen": 1}, TODAY)
    (issue,) = caught.value.issues
    assert (issue.code, issue.at) == ("no-parameter-in-force", "made/floor-fen")
    assert issue.text.en == (
        "The parameter “floor-fen” has no value for 2027-01-01; there are those for: 2020-01-01…2026-12-31"
    )
    assert str(caught.value) == f"made/floor-fen: {issue.text.en}"
    assert refusal("dues", given(month="2019-12")) == [("no-rule-in-force", "made/base")]
    with pytest.raises(PolicyError) as caught:
        reckon(book(), "dues", given(month="2019-12"), TODAY)
    assert "2019-12-01" in caught.value.issues[0].text.zh
    assert caught.value.issues[0].text.en.endswith("2020-01-01…")


def test_a_rule_is_found_by_its_bare_name_or_the_nearest_is_named() -> None:
    assert refusal("duse", DUES) == [("unknown-rule", "duse")]
    with pytest.raises(PolicyError) as caught:
        reckon(book(), "duse", DUES, TODAY)
    assert (caught.value.code, caught.value.issues[0].nearest) == ("unknown-rule", "made/dues")
    twice = book()
    other = {**twice.rules, "other/dues": twice.rules["made/dues"]}
    with pytest.raises(PolicyError, match="may be: made/dues, other/dues"):
        reckon(type(twice)(other, twice.parameters, twice.formulas), "dues", DUES, TODAY)


def test_a_parameter_has_one_value_on_each_day_or_is_refused() -> None:
    days = [date(2020, 1, 1), date(2024, 6, 30), date(2024, 7, 1), END]
    assert [value_on(book(), "made/floor-fen", day).value for day in days] == [3_000, 3_000, 3_100, 3_100]
    for day in (date(2019, 12, 31), date(2027, 1, 1)):
        with pytest.raises(PolicyError) as caught:
            value_on(book(), "made/floor-fen", day)
        assert [(one.code, one.at) for one in caught.value.issues] == [("no-parameter-in-force", "made/floor-fen")]


def test_what_is_in_force_says_how_long_nothing_changes() -> None:
    ruling = in_force(book(), "made/dues", date(2025, 5, 5))
    assert (ruling.from_, ruling.to) == (date(2024, 7, 1), END)
    before = in_force(book(), "made/dues", date(2024, 6, 30))
    assert (before.from_, before.to) == (date(2020, 1, 1), date(2024, 6, 30))
    assert in_force(book(), "made/wait", TODAY).to is None


def test_a_figure_that_no_column_could_hold_is_refused() -> None:
    for largest in (LARGEST, -LARGEST):

        def huge(f: Any, factor: int = largest) -> None:  # noqa: ANN401
            f.base_fen = f.wage_fen * factor

        whole = book(base=huge)
        assert reckon(whole, "base", {"month": "2026-11", "wage_fen": 1}, TODAY).values["base_fen"] == largest
        assert refusal("base", {"month": "2026-11", "wage_fen": 2}, whole) == [("figure-too-large", "base_fen")]


def test_a_row_that_a_table_does_not_have_is_refused() -> None:
    def looked_up(f: Any) -> None:  # noqa: ANN401
        f.base_fen = table(f.wage_fen, {1: 1})

    refused = refusal("base", {"month": "2026-11", "wage_fen": 2}, book(base=looked_up))
    assert refused == [("no-row", "made/base")]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"wage_fen": -1}, "“wage” is at least 0.00 yuan"),
        ({"wage_fen": 100_001}, "“wage” is at most 1,000.00 yuan"),
        ({"month": "1899-12"}, "“month” is at least 1900-01"),
        ({"month": "x"}, "“month” is a month like 2026-11"),
        ({"wage_fen": "x"}, "“wage” is a whole number of fen"),
        ({"wage_fen": None}, "“wage” is missing"),
        ({"trade": "x"}, "“trade” is one of: calm, wild"),
    ],
)
def test_a_refusal_tells_the_bound_or_the_form(changed: dict[str, Any], told: str) -> None:
    with pytest.raises(PolicyError) as caught:
        reckon(book(), "dues", given(**changed), TODAY)
    assert caught.value.issues[0].text.en == told


@pytest.mark.parametrize("kind", [kind for kind in BOUNDS if kind != "choice"])
def test_every_form_of_a_value_reads_back_from_bound_to_bound(kind: Kind) -> None:
    least, most = (integer(kind, bound) for bound in BOUNDS[kind])
    assert least is not None
    assert most is not None
    for value in (least, (least + most) // 2, most):
        assert integer(kind, raw(kind, value)) == integer(kind, value_of(kind, value)) == value
    assert (raw(kind, least), raw(kind, most)) == BOUNDS[kind]


def test_facts_have_days_as_dates_months_as_their_first_days_and_all_else_as_it_is() -> None:
    november = month_of(TODAY)
    assert (value_of("month", november), legal_date("month", november)) == (date(2026, 11, 1), date(2026, 11, 1))
    assert (value_of("date", TODAY.toordinal()), legal_date("date", TODAY.toordinal())) == (TODAY, TODAY)
    assert (value_of("fen", november), value_of("choice", "calm"), raw("choice", "calm")) == (november, "calm", "calm")


def test_a_choice_may_be_spelt_like_the_word_for_the_legal_date() -> None:
    trade = book().inputs("made/dues")["trade"]
    spelt = replace(trade, options=(replace(trade.options[0], value="on"),), otherwise="on")
    assert read({"trade": spelt}, {}, TODAY) == {"trade": "on"}


def test_a_month_that_nobody_gives_is_that_of_the_question() -> None:
    whole = book()
    month = replace(whole.rules["made/base"].inputs[0], otherwise="on")
    rule = replace(whole.rules["made/base"], inputs=(month, *whole.rules["made/base"].inputs[1:]))
    dated = Rulebook({**whole.rules, "made/base": rule}, whole.parameters, whole.formulas)
    assert reckon(dated, "base", {"wage_fen": 5}, TODAY).on == date(2026, 11, 1)


def test_what_a_rule_below_sets_is_no_input_of_the_one_above() -> None:
    assert list(book().inputs("made/dues")) == ["trade", "month", "wage_fen"]
    whole = book()
    below = replace(whole.rules["made/base"], inputs=(*whole.rules["made/base"].inputs, replace(WAGE, name="left_fen")))
    assert "left_fen" not in Rulebook({**whole.rules, "made/base": below}, {}, {}).inputs("made/dues")


def test_what_compares_by_another_rule_is_told_what_that_is_told() -> None:
    whole = book()
    compared = replace(whole.rules["made/base"], compares=Views("since", "base_fen", "made/wait", ("days",)))
    rules = {**whole.rules, compared.id: compared}
    assert list(Rulebook(rules).inputs("made/base")) == ["month", "wage_fen", "since", "until", "calm"]
    del rules["made/wait"]
    assert list(Rulebook(rules).inputs("made/base")) == ["month", "wage_fen"]
