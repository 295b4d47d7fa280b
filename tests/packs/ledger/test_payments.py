"""Money of a bank's file settles what is owed, oldest first, with the law's fee for what is late, or none is taken."""

from __future__ import annotations

import json
from contextlib import nullcontext
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from tests.packs.ledger.books import FIRM, MAY, OTHER, account, at, balance, declared, hired, left, the_books_agree
from typer.testing import CliRunner

from tongban.cli.main import app
from tongban.pack_api import PolicyError, RefusedError, definitions, reckon
from tongban.packs.social_insurance.ledger import bank_file
from tongban.packs.social_insurance.ledger.accounts import credit_interest
from tongban.packs.social_insurance.ledger.billing import bill
from tongban.packs.social_insurance.ledger.months import month_of
from tongban.packs.social_insurance.ledger.payments import LATE_FEE, Received, late_fee_owed, receive
from tongban.packs.social_insurance.ledger.postings import NO_OWNER, Leg, post
from tongban.packs.social_insurance.ledger.postings import Posting as Booking
from tongban.packs.social_insurance.ledger.reversing import reverse_case
from tongban.packs.social_insurance.ledger.statements import Stated, months_paid, of_employer
from tongban.packs.social_insurance.models import Payment, Posting
from tongban.registry import service as registry

pytestmark = pytest.mark.django_db
ANA = 7
MONTH_FEN = 650_000 * (1_600 + 800 + 70 + 30) // 10_000 + 2_600  # class 2: 0.4 %


def received(*amounts: int, on: date, file: str = "a.csv", sum_fen: int | None = None, employer: int = FIRM) -> int:
    rows = [Received(f"{file}-{place}", employer, fen, on) for place, fen in enumerate(amounts)]
    with transaction.atomic(), connection.cursor() as cursor:
        return receive(cursor, file, rows, sum(amounts) if sum_fen is None else sum_fen, at(20))


def undone(case: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        reverse_case(cursor, case, case, at(21))


def owed() -> dict[tuple[int, str], int]:
    return {(one.month - MAY, one.kind): one.owed_fen for one in of_employer(FIRM) if one.owed_fen}


def fees_owed() -> int:
    with connection.cursor() as cursor:
        return late_fee_owed(cursor, FIRM)


@pytest.fixture
def due() -> date:
    """Ana is hired in May; May and June are billed. The day by which May is paid."""
    hired(ANA, case="A/1")
    bill(MAY)
    bill(MAY + 1)
    first: Stated = of_employer(FIRM, MAY)[0]
    return first.due_on


def test_what_is_paid_in_time_settles_the_oldest_first(due: date) -> None:
    assert sum(owed().values()) == 2 * MONTH_FEN
    assert received(MONTH_FEN - 100, 50, on=due) == 2
    assert owed() == {(0, "unemployment"): 50} | {
        (1, one.kind): one.employer_fen + one.employee_fen for one in of_employer(FIRM, MAY + 1)
    }
    assert {(one.kind, one.month - MAY) for one in months_paid(ANA) if one.is_paid} == {("pension", 0), ("injury", 0)}
    received(MONTH_FEN + 50, on=due, file="b.csv")
    assert owed() == {}
    assert (fees_owed(), balance("bank"), balance("advance", FIRM)) == (0, 2 * MONTH_FEN, 0)
    the_books_agree(ANA)


def test_what_is_late_costs_the_fee_of_the_law_and_fees_are_paid_last(due: date) -> None:
    received(MONTH_FEN, on=due + timedelta(days=10))
    facts = [
        {"principal_fen": one.employer_fen + one.employee_fen, "due": due.isoformat(), "paid": str(due + timedelta(10))}
        for one in of_employer(FIRM, MAY)
    ]
    fees = [reckon(definitions().rulebook, LATE_FEE, one, due).values["fee_fen"] for one in facts]
    assert fees_owed() == sum(int(str(fee)) for fee in fees) > 0
    assert balance("late-fee", FIRM) == fees_owed()
    received(MONTH_FEN + 300, on=due + timedelta(days=10), file="b.csv")
    assert owed() == {}
    assert balance("late-fee", FIRM) == fees_owed() == sum(int(str(fee)) for fee in fees) - 300
    the_books_agree(ANA)


def test_money_that_settles_nothing_yet_waits_and_what_was_too_much_is_freed(due: date) -> None:
    received(2 * MONTH_FEN + 1_000, on=due)
    assert balance("advance", FIRM) == -1_000
    left(ANA, MAY, case="B/1")  # June goes back
    assert (owed(), balance("advance", FIRM)) == ({}, -1_000 - MONTH_FEN)
    hired(8, case="C/1", first_month=MAY + 1)
    assert (owed(), balance("advance", FIRM)) == ({}, -1_000)
    received(1, on=due + timedelta(days=1), file="b.csv")
    assert balance("advance", FIRM) == -1_001
    the_books_agree(ANA, 8)


@pytest.mark.slow
def test_money_that_is_here_settles_what_is_billed_later_by_itself() -> None:
    hired(ANA, case="A/1")
    bill(MAY)
    received(10_000_000, on=date(2026, 6, 5))
    bill(MAY + 1)
    bill(MAY + 2)
    assert {one.month - MAY for one in months_paid(ANA) if one.is_paid} == {0, 1, 2}
    assert all(one.is_paid for one in of_employer(FIRM))
    assert (fees_owed(), balance("advance", FIRM)) == (0, 3 * MONTH_FEN - 10_000_000)
    hired(8, case="B/1")
    assert (owed(), balance("advance", FIRM)) == ({}, 6 * MONTH_FEN - 10_000_000)
    undone("B/1")
    assert (owed(), balance("advance", FIRM)) == ({}, 3 * MONTH_FEN - 10_000_000)
    the_books_agree(ANA, 8)


@pytest.mark.parametrize("paid_fee_fen", [0, 1_000, 3_600])
def test_a_late_fee_goes_back_with_what_it_was_for(paid_fee_fen: int) -> None:
    hired(ANA, case="A/1", kinds=("pension",), wage_fen=1_000_000)
    bill(MAY)
    late = of_employer(FIRM, MAY)[0].due_on + timedelta(days=30)
    received(240_000 + paid_fee_fen, on=late)
    assert (owed(), fees_owed()) == ({}, 3_600 - paid_fee_fen)
    declared(ANA, MAY, 750_000, case="B/1")  # a quarter of the month goes back, and of its fee; that pays the rest
    assert (owed(), fees_owed(), balance("late-fee", FIRM)) == ({}, 0, 0)
    assert balance("advance", FIRM) == 180_000 + 2_700 - 240_000 - paid_fee_fen
    the_books_agree(ANA)
    undone("B/1")
    undone("A/1")
    assert (owed(), fees_owed()) == ({}, 0)
    assert balance("late-fee", FIRM) == balance("fund.pension") == balance("account.pension") == 0
    assert (balance("advance", FIRM), balance("bank")) == (-240_000 - paid_fee_fen, 240_000 + paid_fee_fen)
    the_books_agree(ANA)


@pytest.mark.parametrize(
    ("amounts", "sum_fen", "said"),
    [((100, 200), 301, "3.01"), ((100, 0), 100, "none"), ((100, -1), 99, "none")],
)
@pytest.mark.usefixtures("due")
def test_a_file_that_is_wrong_anywhere_is_not_taken_at_all(amounts: tuple[int, ...], sum_fen: int, said: str) -> None:
    with pytest.raises(RefusedError, match=said):
        received(*amounts, on=date(2026, 6, 10), sum_fen=sum_fen)
    assert not Payment.objects.exists()
    assert not Posting.objects.exclude(payment=None).exists()


@pytest.mark.usefixtures("due")
def test_a_file_is_taken_once_and_a_reference_is_one_payments() -> None:
    assert received(100, 200, on=date(2026, 6, 10)) == 2
    assert received(100, 200, on=date(2026, 6, 10)) == 0
    with pytest.raises(RefusedError, match="were taken before"):
        received(100, 200, 300, on=date(2026, 6, 10))
    for other in ({"employer": OTHER}, {"on": date(2026, 6, 11)}):
        with pytest.raises(RefusedError, match=r"a.csv-0 .* taken before"):
            received(100, 200, **({"on": date(2026, 6, 10)} | other))
    with pytest.raises(RefusedError, match=r"a.csv-1 .* taken before"):
        received(100, 201, on=date(2026, 6, 10))
    with pytest.raises(RefusedError, match="no payment"):
        received(on=date(2026, 6, 10))
    with transaction.atomic(), connection.cursor() as cursor, pytest.raises(RefusedError, match="more than once"):
        receive(cursor, "c.csv", [Received("x", OTHER, 5, date(2026, 6, 1))] * 2, 10, at(1))
    assert balance("bank") == 300


@pytest.mark.slow
def test_an_account_holds_paid_months_and_a_year_of_interest_once() -> None:
    january = 2025 * 12
    hired(ANA, case="A/1", first_month=january)
    hired(8, case="B/1", first_month=january)
    for month in (january, january + 1, january + 11):
        bill(month)
    assert account(ANA) == (0, 0)
    every = sum(one.owed_fen for one in of_employer(FIRM) if one.month < january + 11)
    received(every, on=date(2025, 1, 5))
    assert account(ANA) == (2, 2 * 52_000)
    with transaction.atomic(), connection.cursor() as cursor:
        assert credit_interest(cursor, 2025, at(1)) == 2
        assert credit_interest(cursor, 2025, at(2)) == 0
    # 1.50 % of 520 yuan for twelve months and of 520 yuan for eleven: 7.80 + 7.15
    assert account(ANA) == (2, 2 * 52_000 + 1_495)
    assert balance("fund.pension") == -3 * 2 * 104_000 + 2 * 1_495
    declared(ANA, january, 700_000, case="C/1", last_month=january)
    assert account(ANA)[0] == 1  # until the difference is paid
    with connection.cursor() as cursor, pytest.raises(RefusedError, match="2026 has not ended"):
        credit_interest(cursor, 2026, at(61))
    with connection.cursor() as cursor, pytest.raises(PolicyError, match="account-interest-rate"):
        credit_interest(cursor, 2026, at(62))  # the first day of 2027


@pytest.mark.parametrize(
    ("arrived", "interest_fen"),
    [(date(2024, 12, 31), 15_000), (date(2025, 7, 1), 7_500), (date(2025, 12, 1), 1_250), (date(2026, 1, 1), 0)],
)
def test_money_bears_interest_from_the_month_in_which_it_came(arrived: date, interest_fen: int) -> None:
    legs = [Leg("transfer", NO_OWNER, 1_000_000), Leg("account.pension", ANA, -1_000_000)]
    with transaction.atomic(), connection.cursor() as cursor:
        post(cursor, Booking(month_of(arrived), "rule@2024-01-01", "digest", "transfer", at(1), case="A/1"), legs)
        credit_interest(cursor, 2025, at(1))
    assert account(ANA) == (0, 1_000_000 + interest_fen)  # 1.50 % a year


TODAY = date(2026, 11, 22)
CODE = "914302000000000192"
FILE = f"""流水号,到账日期,单位统一社会信用代码,金额（元）
R1,2026-06-10,{CODE},100.5
R2,2026-06-11,{CODE},3
合计,2,,103.50
"""


def test_a_banks_file_is_read_in_either_encoding() -> None:
    for encoding in ("utf-8", "utf-8-sig", "gb18030"):
        rows, sum_fen = bank_file.read(FILE.encode(encoding), lambda *_: {CODE: FIRM}, TODAY)
        assert rows[0] == Received("R1", FIRM, 10_050, date(2026, 6, 10))
        assert sum_fen == sum(row.amount_fen for row in rows) == 10_350


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("流水号", "流水", "第一行应是"),
        ("合计,2", "合计,3", "第 4 行“到账日期”：写着 3 笔，实有 2 笔"),
        ("合计,2,,103.50", "R3,2026-06-11,914302000000000192,3", "最后一行应是“合计”"),
        ("2026-06-11", "2026-06-31", "第 3 行“到账日期”"),
        ("2026-06-11", "20260611", "第 3 行“到账日期”"),
        ("2026-06-11", "2026-W24-4", "第 3 行“到账日期”"),
        ("2026-06-11", "2196-06-11", "第 3 行“到账日期”：2196-06-11 还没有到"),
        (CODE, "91430200000000019X", "第 2 行“单位统一社会信用代码”：查不到"),
        ("100.5", "壹佰元", "第 2 行“金额（元）”"),
        ("100.5", "100.505", "第 2 行“金额（元）”"),
        ("R2,", ",", "第 3 行“流水号”"),
    ],
)
def test_a_row_that_cannot_be_read_is_named_with_its_column(right: str, wrong: str, said: str) -> None:
    with pytest.raises(RefusedError) as refused:
        bank_file.read(FILE.replace(right, wrong).encode(), lambda *_: {CODE: FIRM}, TODAY)
    assert said in refused.value.text.zh


@pytest.mark.slow
def test_an_office_takes_a_banks_file_and_closes_a_year_from_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tongban.pack_doors.open_city", nullcontext)
    employer = registry.create("base/Organisation", key=CODE, region="430211")
    hired(ANA, case="A/1", employer=employer, first_month=2025 * 12)
    bill(2025 * 12)
    owed_fen = sum(one.owed_fen for one in of_employer(employer))
    file = tmp_path / "2025-01.csv"
    yuan = f"{owed_fen // 100}.{owed_fen % 100:02}"
    file.write_text(f"{','.join(bank_file.COLUMNS)}\nR1,2025-01-10,{CODE},{yuan}\n合计,1,,{yuan}\n")
    said = [CliRunner().invoke(app, ["payments", str(file), "--json"]) for _ in range(2)]
    assert [json.loads(one.stdout)["taken"] for one in said] == [1, 0]
    assert [one.owed_fen for one in of_employer(employer)] == [0, 0, 0]
    closed = [CliRunner().invoke(app, ["interest", "2025", "--json"]) for _ in range(2)]
    assert [json.loads(one.stdout)["people"] for one in closed] == [1, 0]
    file.write_text(file.read_text().replace("合计,1", "合计,2"))
    refused = CliRunner().invoke(app, ["payments", str(file)])
    assert (refused.exit_code, "写着 2 笔，实有 1 笔" in refused.output) == (1, True)
