"""Money that people send back settles what they were paid too much, the oldest month first; what is too much waits."""

from __future__ import annotations

import json
from contextlib import nullcontext
from datetime import date
from pathlib import Path

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.examples import examples
from tests.packs.ledger.books import MAY, at, balance
from tests.packs.ledger.test_benefits import PENSION_FEN, amended, owed, revoked, the_payouts_are_booked
from tests.packs.ledger.test_cases import ANA, DEAD, RETIRED, SON, granted
from tests.packs.ledger.test_changes_of_benefits import suspended
from tests.packs.ledger.test_keeping_back import arrived, overpaid
from typer.testing import CliRunner

from tongban.cli.main import app
from tongban.pack_api import RefusedError
from tongban.packs.social_insurance.ledger import bank_file, paying
from tongban.packs.social_insurance.ledger.books import of_owner
from tongban.packs.social_insurance.ledger.paying import pay
from tongban.packs.social_insurance.ledger.payments import Received, receive
from tongban.packs.social_insurance.ledger.payouts import paid_back
from tongban.packs.social_insurance.models import Posting
from tongban.registry import service as registry

pytestmark = pytest.mark.django_db
NUMBER = "430200196606200030"
SENT_ON = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def _in_december(monkeypatch: pytest.MonkeyPatch) -> None:
    """All months that these tests pay have begun."""
    monkeypatch.setattr(paying, "now", lambda: at(40))


def sent(*amounts: int, file: str = "back.csv", person: int = ANA) -> int:
    """Somebody's money comes in by the bank; how many payments were new."""
    rows = [Received(f"{file}-{place}", person, fen, SENT_ON) for place, fen in enumerate(amounts)]
    with transaction.atomic(), connection.cursor() as cursor:
        return receive(cursor, file, rows, sum(amounts), at(20))


def test_money_sent_back_settles_the_oldest_month_and_the_rest_is_kept_back() -> None:
    overpaid(1_000)
    assert sent(1_500) == 1
    assert owed(ANA) == {4: 500}
    assert [(one.month - MAY, one.received_on, one.amount_fen) for one in paid_back(ANA)] == [
        (3, SENT_ON, 1_000),
        (4, SENT_ON, 500),
    ]
    assert (balance("benefit.pension", ANA), balance("advance", ANA)) == (500, 0)
    the_payouts_are_booked()
    assert arrived(ANA, 5) == PENSION_FEN - 1_000 - 500
    assert (owed(ANA), of_owner(ANA).accounts) == ({}, {})
    the_payouts_are_booked()


def test_each_posting_names_the_payment_and_the_rule_of_what_was_overpaid() -> None:
    overpaid(1_000)
    sent(600, 600)
    booked = list(Posting.objects.filter(text="paid back").order_by("id"))
    assert [(one.month - MAY, one.case, one.run) for one in booked] == [(3, None, None)] * 2 + [(4, None, None)]
    assert len({one.payment for one in booked}) == 2
    assert all(one.rule.startswith("hrss/pension@") for one in booked)
    told = [one.legs for one in of_owner(ANA).postings if one.text == "paid back"]
    assert told == [{"advance": fen, "benefit.pension": -fen} for fen in (600, 400, 200)]


def test_a_file_is_taken_once() -> None:
    overpaid(1_000)
    assert [sent(500), sent(500)] == [1, 0]
    assert owed(ANA) == {3: 500, 4: 1_000}


def test_what_is_owed_after_a_death_can_be_paid_back_and_the_familys_money_is_its_own() -> None:
    overpaid(0)
    pay(MAY + 5)
    pay(MAY + 6)
    granted("death@1", "C/1", DEAD, deceased=ANA, claimant=SON)  # in October, and November was paid
    sent(PENSION_FEN)
    assert (owed(ANA), of_owner(ANA).accounts) == ({}, {})
    assert arrived(SON, 7) == 4_900_000
    the_payouts_are_booked()


def test_what_was_paid_back_is_paid_again_where_it_turns_out_to_be_due() -> None:
    granted("retire@1", "B/1", RETIRED, insured=ANA)
    for month in (3, 4, 5):
        pay(MAY + month)
    stopped = suspended(9, "S/1")  # October was not due
    sent(PENSION_FEN)
    assert owed(ANA) == {}
    revoked("suspend@1", stopped)
    assert arrived(ANA, 6) == 2 * PENSION_FEN
    assert owed(ANA) == {}
    the_payouts_are_booked()


def test_money_that_is_too_much_waits_and_settles_what_is_owed_later() -> None:
    overpaid(1_000)
    sent(5_000)
    assert (owed(ANA), balance("advance", ANA)) == ({}, -3_000)
    amended(PENSION_FEN - 2_000, "R/2")
    assert (owed(ANA), balance("advance", ANA)) == ({}, -1_000)
    assert arrived(ANA, 5) == PENSION_FEN - 2_000


def test_nobody_settles_what_another_owes() -> None:
    overpaid(1_000)
    sent(2_000, person=SON)
    assert owed(ANA) == {3: 1_000, 4: 1_000}
    assert balance("advance", SON) == -2_000


@given(st.lists(st.tuples(st.integers(0, 400_000), st.integers(0, 300_000)), min_size=1, max_size=5))
@settings(max_examples=examples(6))
@pytest.mark.slow
def test_what_left_the_bank_is_due_or_owed_and_what_came_settles_or_waits(changes: list[tuple[int, int]]) -> None:
    with transaction.atomic():
        granted("retire@1", "B/1", RETIRED, insured=ANA)
        for month, (fen, sent_fen) in enumerate(changes):
            pay(MAY + 3 + month)
            before_fen = sum(owed(ANA).values())
            waiting_fen = -balance("advance", ANA)
            assert not (before_fen and waiting_fen)
            if sent_fen:
                sent(sent_fen, file=f"{month}.csv")
                assert sum(owed(ANA).values()) == max(0, before_fen - sent_fen)
                assert -balance("advance", ANA) == waiting_fen + max(0, sent_fen - before_fen)
            amended(fen, f"R/{month}")
            the_payouts_are_booked()
        transaction.set_rollback(True)


FILE = f"""流水号,到账日期,身份证号,金额（元）
R1,2026-11-10,{NUMBER},15.00
合计,1,,15.00
"""


def test_a_file_of_people_names_them_by_their_id_number() -> None:
    asked: list[str] = []

    def known(kind: str, codes: object) -> dict[str, int]:
        asked.append(kind)
        return {NUMBER: ANA}

    rows, sum_fen = bank_file.read(FILE.encode(), known, SENT_ON)
    assert (rows, sum_fen, asked) == ([Received("R1", ANA, 1_500, date(2026, 11, 10))], 1_500, ["base/Person"])
    with pytest.raises(RefusedError, match="Row 2, 身份证号: Nobody"):
        bank_file.read(FILE.encode(), lambda *_: {}, SENT_ON)
    with pytest.raises(RefusedError, match="单位统一社会信用代码，金额（元） / 流水号，到账日期，身份证号"):
        bank_file.read(FILE.replace("身份证号", "姓名").encode(), known, SENT_ON)


def test_an_office_takes_what_people_pay_back_from_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tongban.pack_doors.open_city", nullcontext)
    person = registry.create("base/Person", key=NUMBER, region="430211")
    granted("retire@1", "B/1", RETIRED, insured=person)
    pay(MAY + 3)
    granted("amend@1", "R/1", {"change.new_pension_fen": PENSION_FEN - 1_500}, insured=person)
    assert owed(person) == {3: 1_500}
    file = tmp_path / "back.csv"
    file.write_text(FILE)
    said = [CliRunner().invoke(app, ["payments", str(file), "--json"]) for _ in range(2)]
    assert [json.loads(one.stdout)["taken"] for one in said] == [1, 0]
    assert (owed(person), of_owner(person).accounts) == ({}, {})
