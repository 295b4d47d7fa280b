"""What a former system held is taken over from a file: whole or not at all, once, and counted like any other month."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection, transaction
from tests.packs.ledger.books import START, account, balance, hired

from tongban.pack_api import RefusedError, subjects
from tongban.packs.social_insurance.ledger import taking_over
from tongban.packs.social_insurance.ledger.accounts import credit_interest
from tongban.packs.social_insurance.ledger.coverage import coverages
from tongban.packs.social_insurance.ledger.enrolments import periods_of
from tongban.packs.social_insurance.ledger.months import month_of
from tongban.packs.social_insurance.ledger.shown import account_years
from tongban.registry import service as registry

pytestmark = pytest.mark.django_db
NUMBER, OTHER = "430200199903040102", "430200199107150124"
HEAD = "身份证号,区县代码,险种,从何年月,到何年月,个人账户（元）\n"
TODAY = date(2026, 11, 1)


@pytest.fixture
def person() -> int:
    registry.create("base/Person", key=OTHER)
    return registry.create("base/Person", key=NUMBER)


def file(*rows: str, count: int | None = None, whole: str = "0") -> bytes:
    lines = "".join(f"{row}\n" for row in rows)
    return f"{HEAD}{lines}合计,{len(rows) if count is None else count},,,,{whole}\n".encode()


def taken(content: bytes) -> int:
    found = taking_over.read(content, subjects, TODAY)
    with transaction.atomic(), connection.cursor() as cursor:
        return taking_over.take(cursor, taking_over.case_of(content), found, START)


def counted(person: int) -> dict[str, int]:
    return {one.kind: one.counted for one in coverages(periods_of(person), (), month_of(TODAY))}


def test_months_and_account_count_from_then_on_and_bear_interest(person: int) -> None:
    content = file(
        f"{NUMBER},430204,养老,1995-11,2024-12,150000.5",
        f"{NUMBER},430204,失业,2019-01,2020-12,",
        f"{NUMBER},430204,工伤,2020-12,2020-12,0",
        whole="150000.50",
    )
    assert taken(content) == 3
    assert counted(person) == {"pension": 350, "unemployment": 24, "injury": 1}
    assert account(person)[1] == 15_000_050
    assert balance("fund.pension", 0) == 15_000_050
    with transaction.atomic(), connection.cursor() as cursor:
        assert credit_interest(cursor, 2025, START) == 1
    (year, before) = account_years(person, ())
    assert (before.year, before.balance_fen) == (2024, 15_000_050)
    assert year.interest_fen > 0


def test_a_file_counts_once_by_whatever_name_and_in_gb18030(person: int) -> None:
    content = file(f"{NUMBER},430204,养老,2019-01,2020-12,100", whole="100")
    assert taken(content) == 1
    assert taken(content) == 0
    assert account(person)[1] == 10_000
    other = content.decode().replace(NUMBER, OTHER).encode("gb18030")
    assert taken(other) == 1


def test_months_that_somebody_has_already_are_refused_with_all_of_the_file(person: int) -> None:
    hired(person, case="A/1", first_month=2020 * 12)
    with pytest.raises(RefusedError):
        taken(file(f"{OTHER},430204,养老,2019-01,2020-12,100", f"{NUMBER},430204,养老,2019-01,2020-01,0", whole="100"))
    assert balance("account.pension") == 0
    assert counted(registry.find("base/Person", OTHER) or 0) == {}
    assert taken(file(f"{NUMBER},430204,养老,2019-01,2019-12,0")) == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "第一行应是"),
        (b"\xff\xff\xff", "UTF-8"),
        (file("1,2,3"), "每行都要有这些列"),
        (file("430200199903040013,430204,养老,2019-01,2019-02,0"), "查不到"),
        (file(f"{NUMBER},4302,养老,2019-01,2019-02,0"), "六位区县代码"),
        (file(f"{NUMBER},430204,生育,2019-01,2019-02,0"), "没有险种"),
        (file(f"{NUMBER},430204,养老,2019-13,2019-02,0"), "不是年月"),
        (file(f"{NUMBER},430204,养老,2019-02,2019-01,0"), "不是已经过去的月份"),
        (file(f"{NUMBER},430204,养老,2019-02,2026-11,0"), "不是已经过去的月份"),
        (file(f"{NUMBER},430204,养老,2019-01,2019-02,-1", whole="-1"), "不能小于零"),
        (file(f"{NUMBER},430204,失业,2019-01,2019-02,1", whole="1"), "只有养老有个人账户"),
        (file(f"{NUMBER},430204,养老,2019-01,2019-02,1e9"), "不是金额"),
        (file(f"{NUMBER},430204,养老,2019-01,2019-02,1", count=2, whole="1"), "实有 1 行"),
        (file(f"{NUMBER},430204,养老,2019-01,2019-02,1", whole="2"), "各行加起来是 1.00 元"),
    ],
)
def test_what_cannot_be_is_refused_by_row_and_column(person: int, content: bytes, words: str) -> None:
    with pytest.raises(RefusedError) as refused:
        taking_over.read(content, subjects, TODAY)
    assert words in refused.value.text.zh
    assert "Nothing was taken" in refused.value.text.en or "neither" in refused.value.text.en
    assert periods_of(person) == []
