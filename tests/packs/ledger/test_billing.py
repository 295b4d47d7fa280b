"""A month is billed once, whole, to the fen, whatever happens in between; and it says what is different from before."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.examples import examples

from tongban.pack_api import PlatformError, PolicyError
from tongban.packs.social_insurance.ledger import billing, differences, population, reconciling, runs
from tongban.packs.social_insurance.ledger.contributions import AMOUNTS, SHARES, Person, of_people, of_person
from tongban.packs.social_insurance.ledger.people import LAST_EMPLOYER
from tongban.platform.roles import SUPERUSER
from tongban.publication.files import tree
from tongban.testing import templates
from tongban.testing.fixtures import City

OCTOBER, NOVEMBER = 2026 * 12 + 9, 2026 * 12 + 10
PEOPLE = 400
COUNTIES = ["430202", "430211"]
FIGURES = ("base_fen", *AMOUNTS)
fen = st.integers(0, 90_000_000)
person = st.builds(
    Person,
    st.frozensets(st.sampled_from(list(SHARES))),
    st.integers(1, 8),
    st.sampled_from(["down-2", "down-1", "base", "up-1", "up-2"]),
    st.none() | st.integers(0, 999_999_999),
    st.none() | st.fixed_dictionaries(dict.fromkeys(FIGURES, fen)),
)


def rows(statement: str, *parameters: int) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


@pytest.fixture
def insured(city: City) -> City:
    """A city with some synthetic people."""
    population.make(PEOPLE, NOVEMBER, COUNTIES)
    return city


BILLS = f"""
select employer, insured, wage_fen, base_fen, {", ".join(AMOUNTS)} from insurance_line
where month = %s order by employer, insured, number
"""  # noqa: S608 - fixed texts


def bills(month: int) -> list[Any]:
    return rows(BILLS, month)


@given(st.lists(person, min_size=1, max_size=12))
@settings(max_examples=examples(20))
def test_a_table_of_people_comes_to_what_each_comes_to_alone(people: list[Person]) -> None:
    book = tree().rulebook
    frame = pl.DataFrame(
        [
            {
                **{kind: kind in one.kinds for kind in SHARES},
                "industry_class": one.industry_class,
                "injury_level": one.injury_level,
                "wage_fen": one.wage_fen,
                **{f"before_{name}": one.before and one.before[name] for name in FIGURES},
            }
            for one in people
        ],
        schema_overrides=dict.fromkeys(("wage_fen", *(f"before_{name}" for name in FIGURES)), pl.Int64),
    )
    found = of_people(book, NOVEMBER, frame).select(FIGURES).collect().rows(named=True)
    assert found == [{name: of_person(book, NOVEMBER, one)[name] for name in FIGURES} for one in people]


def test_a_month_is_billed_once_and_every_sum_agrees(insured: City) -> None:
    run = billing.bill(NOVEMBER)
    lines = bills(NOVEMBER)
    assert (
        run.people
        == len(lines)
        == rows(
            "select count(distinct insured) from insurance_enrolment"
            " where first_month <= %s and (last_month is null or last_month >= %s)",
            NOVEMBER,
            NOVEMBER,
        )[0][0]
    )
    assert reconciling.differences(run.id) == []
    totals = reconciling.totals(run.id)
    assert {one.county for one in totals} == set(COUNTIES)
    assert sum(one.employer_fen + one.employee_fen for one in totals) == sum(sum(line[4:]) for line in lines)
    assert rows("select sum(amount_fen) from insurance_leg") == [(0,)]
    assert billing.bill(NOVEMBER) == run
    assert bills(NOVEMBER) == lines


def test_a_month_with_nobody_insured_is_billed_to_its_end(city: City) -> None:
    run = billing.bill(NOVEMBER)
    assert run.finished_at is not None
    assert rows("select done_to, people from insurance_run") == [(LAST_EMPLOYER, 0)]


def test_one_fen_that_somebody_changed_is_found(insured: City) -> None:
    run = billing.bill(NOVEMBER)
    insured.is_tampered = True
    with insured.superuser() as somebody:
        changed: list[Any] = somebody.execute(
            "update insurance_line line set pension_employer_fen = pension_employer_fen + 1"
            " where insured = (select insured from insurance_line where pension_employer_fen > 0 limit 1)"
            " returning employer, (select employer_fen + employee_fen from insurance_statement statement"
            " where statement.run = line.run and statement.employer = line.employer and kind = 'pension')"
        ).fetchall()
    [(employer, before)] = changed
    [found] = reconciling.differences(run.id)
    assert asdict(found) == {
        "employer": employer, "kind": "pension", "lines_fen": before + 1, "statement_fen": before, "booked_fen": before,
    }  # fmt: skip
    with pytest.raises(PlatformError, match="billing-not-reconciled"):
        reconciling.reconcile(run.id)


def test_what_is_different_is_told_by_cause_and_employer(insured: City) -> None:
    for month in (OCTOBER, NOVEMBER):
        billing.bill(month)
    changes = differences.changes(NOVEMBER)
    whole = differences.in_all(changes)
    [october, november] = [{line[1]: line for line in bills(month)} for month in (OCTOBER, NOVEMBER)]
    stayed = october.keys() & november.keys()
    assert whole.joined == len(november.keys() - october.keys()) > 0
    assert whole.left == len(october.keys() - november.keys()) > 0
    raised = [one for one in stayed if None is not november[one][2] != october[one][2]]
    assert whole.wage_changed == len(raised) > 0
    assert whole.undeclared == sum(november[one][2] is None for one in stayed) > 0
    assert whole.rule_changed == 0
    changed = Counter(one.employer for one in changes)
    assert set(changed.values()) == {1}
    for one in changes:
        assert one.now_fen == sum(sum(line[4:]) for line in november.values() if line[0] == one.employer)


def test_nobody_declared_so_it_is_110_percent_of_last_month_and_first_from_the_floor(insured: City) -> None:
    for month in (OCTOBER, NOVEMBER):
        billing.bill(month)
    october, november = ([line for line in bills(month) if line[2] is None] for month in (OCTOBER, NOVEMBER))
    assert {line[3] for line in october} == {407_200}
    before = {line[1]: line for line in october}
    assert november
    for line in november:
        assert list(line[3:]) == [(amount * 110 + 50) // 100 for amount in before[line[1]][3:]]


def test_a_wage_taken_back_leaves_last_month_to_go_by(insured: City) -> None:
    billing.bill(OCTOBER)
    who = next(line for line in bills(OCTOBER) if line[2] is not None)
    with connection.cursor() as cursor:
        cursor.execute(
            "update insurance_wage set superseded_at = '2026-11-01+08', superseded_by = 'A/1' where insured = %s",
            [who[1]],
        )
    billing.bill(NOVEMBER)
    [found] = [line for line in bills(NOVEMBER) if line[1] == who[1]]
    assert found[2] is None
    assert list(found[3:]) == [(amount * 110 + 50) // 100 for amount in who[3:]]


def test_a_month_without_figures_is_refused_and_nothing_is_begun(insured: City) -> None:
    with pytest.raises(PolicyError) as refusal:
        billing.bill(NOVEMBER + 60)
    assert refusal.value.issues[0].code == "no-parameter-in-force"
    assert rows("select count(*) from insurance_run") == [(0,)]


def test_an_employer_without_a_risk_class_is_named_and_nobody_of_its_batch_is_billed(insured: City) -> None:
    with insured.superuser() as somebody:
        somebody.execute("delete from insurance_rating where employer = %s", [population.FIRST_EMPLOYER])
    with pytest.raises(PlatformError, match=f"employers-unrated.*{population.FIRST_EMPLOYER}"):
        billing.bill(NOVEMBER)
    assert rows("select count(*) from insurance_line") == [(0,)]


KILLED_IN_ITS_THIRD_BATCH = """
import itertools, os, signal
from tongban.cli.city import set_up_django
set_up_django()
from tongban.packs.social_insurance.ledger import billing
copied, postings = billing.copied, itertools.count(1)
def dying(cursor, table, rows):
    if table == "insurance_leg" and next(postings) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    copied(cursor, table, rows)
billing.copied, billing.EMPLOYERS_AT_ONCE = dying, 3
billing.bill(2026 * 12 + 10)
"""


@pytest.mark.slow
def test_a_billing_killed_in_the_middle_goes_on_where_it_was(insured: City, tmp_path: Path) -> None:
    environment = os.environ | {
        "DATABASE_URL": insured.server.conninfo(insured.database, SUPERUSER),
        "TONGBAN_HOME": str(tmp_path),
        "TONGBAN_KEYS": str(templates.keys()),
    }
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    killed = subprocess.run([sys.executable, "-c", KILLED_IN_ITS_THIRD_BATCH], env=environment, check=False)  # noqa: S603
    assert killed.returncode == -signal.SIGKILL
    begun = runs.run_of("billing", NOVEMBER)
    assert begun is not None
    assert begun.finished_at is None
    there = bills(NOVEMBER)
    assert 0 < begun.people == len(there) < PEOPLE - 100
    billed = subprocess.run(
        [sys.executable, "-m", "tongban", "billing", "2026-11", "--json"],
        env=environment,
        check=True,
        capture_output=True,
    )
    said = json.loads(billed.stdout)
    run = runs.run_of("billing", NOVEMBER)
    assert run is not None
    assert (said["people"], said["was_billed"]) == (run.people, False)
    assert run.people == len(bills(NOVEMBER)) == len({line[1] for line in bills(NOVEMBER)}) > len(there)
    assert [line for line in bills(NOVEMBER) if line in there] == there
    assert reconciling.differences(run.id) == []
