"""What if a parameter were another: as bills would have it to the fen, in every grouping, and nothing is stored."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import nullcontext
from dataclasses import asdict, replace
from datetime import date, datetime
from types import SimpleNamespace

import polars as pl
import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.examples import examples
from tests.packs.ledger.test_billing import NOVEMBER, insured, rows
from typer.testing import CliRunner

from tongban.cli.main import app
from tongban.pack_api import PolicyError, Rulebook, definitions
from tongban.packs.social_insurance.ledger import billing, what_if, what_if_form
from tongban.packs.social_insurance.ledger.contributions import CONTRIBUTION, SHARES, Person, of_person
from tongban.packs.social_insurance.ledger.people import LAST_EMPLOYER, people_of
from tongban.packs.social_insurance.ledger.what_if import MOST_CLASSES, Outcome, Row
from tongban.platform.time import ZONE, set_time
from tongban.publication.files import tree
from tongban.testing.fixtures import City

__all__ = ["insured"]
DECEMBER, MARCH = NOVEMBER + 1, NOVEMBER + 4
TODAY = date(2026, 11, 16)
SUPPOSED = (
    {"base-floor-fen": 500_000},
    {"pension-employer-rate": 1_450, "base-ceiling-fen": 1_500_000, "injury-base-rates.2": 55},
    {"undeclared-rate": 12_000, "unemployment-employee-rate": 0, "injury-float-rates.up-1": 13_000},
)
STORED = "select * from (values ((select count(*) from insurance_line), (select count(*) from insurance_posting))) kept"


def outcome(month: int, values: dict[str, int], book: Rulebook | None = None) -> Outcome:
    with transaction.atomic(), connection.cursor() as cursor:
        return what_if.outcome(cursor, book or tree().rulebook, month, values)


def billed(month: int, book: Rulebook, monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], tuple[int, int]]:
    """What a month would be billed by a book, by county and insurance; taken back at once."""
    digest = definitions().digest
    with monkeypatch.context() as patch, transaction.atomic():
        patch.setattr(billing, "definitions", lambda _=None: SimpleNamespace(rulebook=book, digest=digest))
        billing.bill(month)
        found = rows(
            "select county, kind, sum(employer_fen), sum(employee_fen) from insurance_statement where month = %s"
            " group by county, kind",
            month,
        )
        transaction.set_rollback(True)
    return {(county, kind): (int(employer), int(employee)) for county, kind, employer, employee in found}


def more(some: list[Row] | tuple[Row, ...]) -> tuple[int, int]:
    return sum(one.employer_more_fen for one in some), sum(one.employee_more_fen for one in some)


@pytest.mark.slow
def test_it_is_the_difference_of_two_billings_to_the_fen_in_every_grouping(
    insured: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    billing.bill(NOVEMBER)
    before, book = rows(STORED), tree().rulebook
    now = billed(DECEMBER, book, monkeypatch)
    for values in SUPPOSED:
        then = billed(DECEMBER, what_if.supposed(book, DECEMBER, values), monkeypatch)
        found = outcome(DECEMBER, values)
        assert found.known == DECEMBER
        for groups, place in ((found.counties, 0), (found.kinds, 1)):
            for row in groups:
                of_row = [key for key in now if key[place] == row.by]
                assert row.employer_now_fen == sum(now[key][0] for key in of_row)
                assert row.employee_now_fen == sum(now[key][1] for key in of_row)
                assert row.employer_then_fen == sum(then[key][0] for key in of_row)
                assert row.employee_then_fen == sum(then[key][1] for key in of_row)
        whole = more([found.total])
        assert whole == more(found.kinds) == more(found.counties) == more(found.bands)
        assert sum(one.people for one in found.bands) == found.total.people == sum(one.people for one in found.counties)
        assert sum(one.touched for one in found.bands) == found.total.touched
    assert rows(STORED) == before


def test_a_higher_floor_touches_those_below_it_and_nobody_else(insured: City) -> None:
    book = tree().rulebook
    with transaction.atomic(), connection.cursor() as cursor:
        people = people_of(cursor, DECEMBER, 0, LAST_EMPLOYER)
    then = what_if.supposed(book, DECEMBER, {"base-floor-fen": 500_000})
    found = what_if.compared(book, then, DECEMBER, people)
    assert len(found) == len(people)
    for wage_fen, pension, employer, employee in found.select(
        "wage_fen", "pension", "employer_more_fen", "employee_more_fen"
    ).rows():
        raised = max(0, 500_000 - max(wage_fen or 0, 407_200))
        assert (employer > 0) == (raised > 0)
        assert abs(employee * 1_000 - raised * 83) <= 1_000 if pension else employee == 0
    bands = what_if.summed(found, what_if.band())
    assert {one.touched for one in bands if one.by is not None and int(one.by) > 500_000} == {0}
    assert [one.touched for one in bands if one.by is None] == [one.people for one in bands if one.by is None]


def test_one_row_of_a_table_is_another() -> None:
    book = what_if.supposed(tree().rulebook, NOVEMBER, {"injury-base-rates.2": 80})
    one = Person(frozenset(SHARES), 2, "base", 1_000_000)
    assert of_person(book, NOVEMBER, one)["injury_employer_fen"] == 8_000
    assert of_person(book, NOVEMBER, replace(one, industry_class=3))["injury_employer_fen"] == 7_000


@pytest.mark.slow
def test_what_nobody_has_set_for_a_month_yet_is_carried_on_and_says_so(insured: City) -> None:
    there = what_if.settings(tree().rulebook, MARCH)
    assert {name for name, one in there.items() if one.is_carried} == {"base-floor-fen", "base-ceiling-fen"}
    assert there["base-floor-fen"].value == 407_200
    assert not any(one.is_carried for one in what_if.settings(tree().rulebook, DECEMBER).values())
    nothing = outcome(MARCH, {})
    assert (nothing.total.touched, nothing.spreads["employee"].classes) == (0, ())
    assert more([outcome(MARCH, {"base-floor-fen": 500_000}).total]) == more(
        [outcome(DECEMBER, {"base-floor-fen": 500_000}).total]
    )
    billing.bill(NOVEMBER)
    assert outcome(MARCH, {}).known == DECEMBER


@pytest.mark.slow
def test_the_command_tells_the_same_and_refuses_in_both_languages(
    insured: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tongban.pack_doors.open_city", nullcontext)
    set_time(datetime(2026, 11, 16, 9, tzinfo=ZONE), frozen=True)
    words = ["what-if", "2027-01", "--set", "base-floor-fen=500000", "--set", "pension-employer-rate=1500"]
    said = json.loads(CliRunner().invoke(app, [*words, "--json"]).stdout)
    found = outcome(2027 * 12, {"base-floor-fen": 500_000, "pension-employer-rate": 1_500})
    assert said["total"] == asdict(found.total)
    assert [row["by"] for row in said["wage_band"]] == [row.by for row in found.bands]
    assert "没有存任何东西" in CliRunner().invoke(app, words).stdout
    for wrong, told in (
        (["2026-11", "--set", "base-floor-fen=1"], "以后的月份"),
        (["2027-01", "--set", "base-flor-fen=1"], "→ base-floor-fen"),
        (["2027-01", "--set", "base-floor-fen=abc"], "NAME=NUMBER"),
    ):
        refused = CliRunner().invoke(app, ["what-if", *wrong])
        assert refused.exit_code
        assert told in refused.output


def test_nobody_insured_is_nobody_touched(city: City) -> None:
    found = outcome(DECEMBER, {"base-floor-fen": 500_000})
    assert (found.total.people, found.total.touched, found.counties, found.bands) == (0, 0, (), ())


@given(st.lists(st.integers(-400_000, 400_000) | st.integers(-300, 300)))
@settings(max_examples=examples(50))
def test_classes_lie_side_by_side_and_hold_everybody_with_a_change_once(changes: list[int]) -> None:
    found = what_if.spread(pl.Series(changes, dtype=pl.Int64))
    moved = sorted(one for one in changes if one)
    assert sum(people for *_, people in found.classes) == len(moved) == found.more + found.less
    assert len(found.classes) <= MOST_CLASSES
    if not moved:
        return
    held = Counter[int]()
    for one in moved:
        held[
            next(least for least, most, _ in found.classes if (least < one <= most if one > 0 else least <= one < most))
        ] += 1
    assert dict(held) == {least: people for least, _, people in found.classes if people}
    ends = [(least, most) for least, most, _ in found.classes]
    assert [most for _, most in ends[:-1]] == [least for least, _ in ends[1:]]
    assert any(0 in one for one in ends)
    assert found.median_fen in moved
    assert abs(found.furthest_fen) == max(abs(one) for one in moved)


@pytest.mark.parametrize(
    ("typed", "field", "told"),
    [
        ({"month": "2026-11", "base-floor-fen": "4300"}, "month", "2026-12"),
        ({"month": "1899-12", "base-floor-fen": "4300"}, "month", "1900-01"),
        ({"month": "2200-01", "base-floor-fen": "4300"}, "month", "2199-12"),
        ({"month": "2027-13", "base-floor-fen": "4300"}, "month", "2027-01"),
        ({"month": "明年", "base-floor-fen": "4300"}, "month", "2027-01"),
        ({"month": "2027-01", "base-flor-fen": "4300"}, "base-flor-fen", "base-flor-fen"),
        ({"month": "2027-01", "medical-employer-rate": "9"}, "medical-employer-rate", "不用"),
        ({"month": "2027-01", "injury-base-rates": "1"}, "injury-base-rates", "不用"),
        ({"month": "2027-01", "injury-base-rates.9": "1"}, "injury-base-rates.9", "不用"),
        ({"month": "2027-01", "base-floor-fen": "-1"}, "base-floor-fen", "40,720.00"),
        ({"month": "2027-01", "base-floor-fen": "0"}, "base-floor-fen", "0.01"),
        ({"month": "2027-01", "base-floor-fen": "40720.01"}, "base-floor-fen", "40,720.00"),
        ({"month": "2027-01", "base-floor-fen": "20361.01"}, "base-floor-fen", "高过了上限"),
        ({"month": "2027-01", "base-ceiling-fen": "4000"}, "base-ceiling-fen", "高过了上限"),
        ({"month": "2027-01", "pension-employer-rate": "100.01"}, "pension-employer-rate", "100%"),
        ({"month": "2027-01", "undeclared-rate": "221"}, "undeclared-rate", "220%"),
        ({"month": "2027-01", "base-floor-fen": "1e9"}, "base-floor-fen", "元"),
        ({"month": "2027-01", "base-floor-fen": "9" * 40}, "base-floor-fen", "元"),
        ({"month": "2027-01", "base-floor-fen": "NaN"}, "base-floor-fen", "元"),
        ({"month": "2027-01", "pension-employer-rate": "16.123"}, "pension-employer-rate", "百分数"),
        ({"month": "2027-01"}, "base-floor-fen", "至少"),
    ],
)
def test_whatever_is_typed_gets_a_sentence_beside_its_field(typed: dict[str, str], field: str, told: str) -> None:
    asked = what_if_form.asked(tree().rulebook, typed, TODAY)
    assert set(asked.errors) == {field}
    assert told in asked.errors[field].zh
    assert asked.errors[field].en
    assert asked.there


def test_a_month_is_read_as_people_write_it_and_amounts_in_yuan() -> None:
    for month in ("2027-01", "2027年1月", "2027 1", "202701"):
        asked = what_if_form.asked(
            tree().rulebook, {"month": month, "base-floor-fen": "4,300.5", "pension-employer-rate": "15.5"}, TODAY
        )
        assert (asked.month, asked.errors) == (2027 * 12, {})
        assert asked.values == {"base-floor-fen": 430_050, "pension-employer-rate": 1_550}


def test_a_rule_that_is_not_in_force_is_named() -> None:
    book = tree().rulebook
    rule = book.rules[CONTRIBUTION]
    ended = replace(rule, versions=(replace(rule.versions[-1], to=date(2026, 12, 31)),))
    without = Rulebook({**book.rules, CONTRIBUTION: ended}, book.parameters, book.formulas)
    asked = what_if_form.asked(without, {"month": "2027-01", "base-floor-fen": "4300"}, TODAY)
    assert rule.title.zh in asked.errors["month"].zh
    with pytest.raises(PolicyError, match="No version of the rule"):
        what_if.supposed(without, DECEMBER + 1, {})


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(PolicyError) as refusal:
        what_if.supposed(tree().rulebook, DECEMBER, {"base-flor-fen": 1, "pension-employer-rate": 10_001})
    assert [(one.code, one.nearest) for one in refusal.value.issues] == [
        ("unknown-parameter", "base-floor-fen"),
        ("out-of-range", None),
    ]
