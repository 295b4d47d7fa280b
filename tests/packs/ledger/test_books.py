"""`tongban books`: what is held of an employer or a person, from the books alone."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from django.db import connection, transaction
from tests.packs.ledger.books import MAY, START, balance, hired, left
from typer.testing import CliRunner

from tongban.cli.city import open_already
from tongban.cli.main import app
from tongban.packs.social_insurance.ledger.benefits import Benefit, grant
from tongban.packs.social_insurance.ledger.billing import bill
from tongban.registry import service as registry

pytestmark = pytest.mark.django_db
CODE, NUMBER = "914302000000000192", "430200199903040102"


@pytest.fixture
def firm() -> int:
    return registry.create("base/Organisation", key=CODE, region="430211")


@pytest.fixture
def person() -> int:
    return registry.create("base/Person", key=NUMBER, region="430211")


def opened(code: str, *words: str) -> Any:  # noqa: ANN401 - data or text, as it was printed
    with open_already():
        said = CliRunner().invoke(app, ["books", code, *words])
    assert said.exit_code == 0, said.output
    return json.loads(said.stdout) if "--json" in words else said.stdout


def test_an_employers_accounts_are_the_sum_of_its_bookings_and_each_says_by_what(firm: int, person: int) -> None:
    hired(person, case="A/1", employer=firm, kinds=("pension",))
    hired(person + 1, case="B/1", employer=firm)
    bill(MAY)
    bill(MAY + 1)
    left(person, MAY, case="C/1", employer=firm)
    held = opened(CODE, "--json")
    whole: Counter[str] = Counter()
    for booked in held["postings"]:
        whole.update(booked["legs"])
    assert held["accounts"] == {account: fen for account, fen in whole.items() if fen}
    assert held["accounts"] == {f"receivable.{kind}": balance(f"receivable.{kind}", firm) for kind in
                                ("pension", "unemployment", "injury")}  # fmt: skip
    told = [(booked["month"], booked["text"], booked["case"], booked["legs"].get("receivable.pension"))
            for booked in held["postings"]]  # fmt: skip
    assert told == [
        ("2026-05", "账单 2026-05", None, 312_000),
        ("2026-06", "账单 2026-06", None, 312_000),
        ("2026-06", "difference", "C/1", -156_000),
    ]
    assert "2026-06  差额 difference  receivable.pension -1,560.00  C/1" in opened(CODE)
    assert {booked["rule"] for booked in held["postings"]} == {"social-insurance/contribution@2011-07-01"}


def test_a_persons_are_the_insurances_and_benefits_that_are_held_true(firm: int, person: int) -> None:
    hired(person, case="A/1", employer=firm, kinds=("pension",))
    left(person, MAY + 1, case="B/1", employer=firm)
    with transaction.atomic(), connection.cursor() as cursor:
        grant(cursor, [Benefit(person, person, "pension", MAY + 2, 358_976, "C/1", START, "hrss/pension", "430211")])
    held = opened(NUMBER, "--json")
    (period,), (benefit,) = held["enrolments"], held["benefits"]
    assert (period["first_month"], period["last_month"], period["case"]) == ("2026-05", "2026-06", "B/1")
    assert (benefit["first_month"], benefit["last_month"], benefit["monthly_fen"]) == ("2026-07", None, 358_976)
    assert held["postings"] == []
    words = opened(NUMBER)
    assert "pension  2026-05 – 2026-06  B/1" in words
    assert "2026-07 –   每月 a month 3,589.76 元  C/1" in words


def test_a_code_that_nobody_has_is_refused() -> None:
    with open_already():
        said = CliRunner().invoke(app, ["books", "91430200000000999X"])
    assert (said.exit_code, "没有这个单位或人" in said.output) == (1, True)
