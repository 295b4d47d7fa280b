"""The office's pages of books: its own county alone, each look logged, with the figures of the bills, to the fen."""

from __future__ import annotations

import csv
import re
from datetime import date, datetime
from io import StringIO

import pytest
from django.db import connection, transaction
from django.test import Client
from tests.desk.scene import BUSINESS, Scene, browser_of
from tests.packs.ledger.books import MAY
from tests.packs.ledger.test_pages import EMPLOYER, FIRM_CODE, OTHER_CODE, agent, firm, hired, paid, read

from tongban.accounts.actor import Actor
from tongban.packs.social_insurance.ledger.benefits import Benefit, grant
from tongban.packs.social_insurance.ledger.billing import bill
from tongban.packs.social_insurance.ledger.months import written
from tongban.packs.social_insurance.ledger.office import arrears, runs
from tongban.packs.social_insurance.ledger.paying import pay
from tongban.packs.social_insurance.ledger.statements import of_employer
from tongban.packs.social_insurance.models import Statement
from tongban.platform import time
from tongban.registry import service as registry
from tongban.registry.looks import reads_about

pytestmark = pytest.mark.django_db
BOOKS, RUNS = "/desk/social-insurance/books", "/desk/social-insurance/books/runs"
OFFICE = "demonstration/social-insurance-430203"
ELSEWHERE, CITY = "demonstration/social-insurance-430211", "demonstration/social-insurance-4302"
NOW = datetime(2026, 7, 20, 9, 0, tzinfo=time.ZONE)
JUNE = MAY + 1


@pytest.fixture
def scene() -> Scene:
    """People, and a day on which May and June are over."""
    time.set_time(NOW, frozen=True)
    return Scene()


@pytest.fixture
def company(scene: Scene) -> int:
    """An employer of one county that paid for May and owes June."""
    return firm(scene)


@pytest.fixture
def person(scene: Scene, company: int) -> Actor:
    """Somebody who works there."""
    employee = scene.person("杜衡之")
    hired(employee, company)
    bill(MAY)
    bill(JUNE)
    paid(company, MAY, date(2026, 6, 10))
    return employee


def clerk(scene: Scene, number: str = "2301", office: str = OFFICE, role: str = "handler") -> Client:
    return browser_of(scene.staff(number, "唐越", office, role))


def table(browser: Client, address: str) -> list[list[str]]:
    content = browser.get(address).content.decode("utf-8-sig")
    return list(csv.reader(StringIO(content)))


@pytest.mark.slow
def test_other_posts_and_strangers_are_refused(scene: Scene) -> None:
    office = clerk(scene)
    assert f'href="{BOOKS}"' in office.get("/desk/me").content.decode()
    for place, page in enumerate((BOOKS, RUNS)):
        assert office.get(page).status_code == office.get(f"{page}.csv").status_code == 200
        for browser, status in (
            (clerk(scene, f"23{place}2", BUSINESS), 403),
            (clerk(scene, f"23{place}3", OFFICE, "auditor"), 403),
            (browser_of(scene.person("何见山")), 403),
            (Client(), 302),
        ):
            assert browser.get(page).status_code == browser.get(f"{page}.csv").status_code == status
        assert office.post(page).status_code == 405


def test_who_owes_stands_first_and_in_the_file(scene: Scene, company: int, person: Actor) -> None:
    office = clerk(scene)
    owed_fen = sum(one.owed_fen for one in of_employer(company) if one.month == JUNE)
    owed = f"{owed_fen / 100:,.2f}"
    page = read(office, BOOKS)
    assert f"1 家单位过期没缴 {owed} 元" in page
    assert "株洲市示例机械有限公司 芦淞区 1" in page
    assert table(office, f"{BOOKS}.csv")[1:] == [
        [
            "株洲市示例机械有限公司",
            FIRM_CODE,
            "芦淞区",
            "1",
            f"{owed_fen / 100:.2f}",
            f"{owed_fen / 100:.2f}",
            "0.00",
            "2026-07-15",
        ]
    ]
    paid(company, JUNE, date(2026, 7, 18))
    assert "没有单位欠缴" in read(office, f"{BOOKS}?show=all")
    assert "No employer owes anything" in read(office, BOOKS, language="en")


def test_a_month_that_is_not_due_yet_is_unpaid_and_not_overdue(scene: Scene, company: int, person: Actor) -> None:
    time.set_time(datetime(2026, 7, 10, 9, 0, tzinfo=time.ZONE), frozen=True)
    office = clerk(scene)
    assert "没有单位欠缴" in read(office, BOOKS)
    assert "1 家单位还没缴" in read(office, f"{BOOKS}?show=all")


def test_the_office_reads_what_the_employer_reads(scene: Scene, company: int, person: Actor) -> None:
    office, own = clerk(scene), browser_of(agent(scene, company))
    theirs = read(own, f"{EMPLOYER}?month={written(JUNE)}").partition("逐人")[0].partition("每月账单")[2]
    page = read(office, f"{BOOKS}?q={FIRM_CODE}&month={written(JUNE)}")
    assert theirs.partition("下载明细")[0] in page
    assert "到账" in page
    assert "入账" in page
    assert "应收养老" in page
    assert table(office, f"{BOOKS}.csv?employer={company}&month={written(JUNE)}") == table(
        own, f"{EMPLOYER}.csv?month={written(JUNE)}"
    )


def test_a_persons_books_open_by_number_and_each_look_is_logged(scene: Scene, company: int, person: Actor) -> None:
    office = clerk(scene)
    with transaction.atomic(), connection.cursor() as cursor:
        rule = "social-insurance/unemployment-benefit"
        grant(
            cursor,
            [
                Benefit(
                    person.subject_id or 0, person.subject_id or 0, "unemployment", JUNE + 1, 189_000, "A/9", NOW, rule,
                    "430203", JUNE + 2,
                )
            ],
        )  # fmt: skip
    pay(JUNE + 1)
    page = read(office, f"{BOOKS}?q={scene.id_number(person)}")
    for words in (
        "杜衡之",
        "养老保险已缴 1 个月",
        "单位欠缴 1 个月",
        "逐月发放",
        "失业保险金 1,890.00 1,890.00",
        "A/9",
    ):
        assert words in page
    assert "开参保证明" not in page
    look = next(one for one in reads_about(person.subject_id or 0) if one.holder == "hrss/social-insurance")
    assert look.purpose.zh == "经办机构查社会保险账"
    assert look.office == OFFICE
    assert "pension_balance_fen" in look.attributes
    read(office, f"{BOOKS}?employer={company}&month={written(JUNE)}")
    assert "contribution_debt_fen" in reads_about(company)[-1].attributes + reads_about(company)[0].attributes


def test_another_countys_office_sees_nothing_and_the_citys_sees_it(scene: Scene, company: int, person: Actor) -> None:
    there, city = clerk(scene, "2304", ELSEWHERE), clerk(scene, "2305", CITY, "head")
    assert "没有单位欠缴" in read(there, BOOKS)
    for code in (FIRM_CODE, scene.id_number(person), OTHER_CODE, "nonsense"):
        assert "本辖区没有这个号码的账" in read(there, f"{BOOKS}?q={code}")
    for address in (
        f"{BOOKS}?employer={company}", f"{BOOKS}?person={person.subject_id}", f"{BOOKS}.csv?employer={company}",
        f"{BOOKS}?person=x", f"{BOOKS}?person={'9' * 40}",
    ):  # fmt: skip
        assert there.get(address).status_code == 404
    assert not [one for one in reads_about(person.subject_id or 0) if one.holder == "hrss/social-insurance"]
    assert "1 家单位" in read(city, BOOKS)
    assert city.get(f"{BOOKS}?employer={company}").status_code == 200
    assert "2026-06 出账 0.00 元" in read(there, RUNS)


def test_a_run_stands_with_its_sums_beside_the_month_before(scene: Scene, company: int, person: Actor) -> None:
    office = clerk(scene)
    whole = {
        month: sum(one.employer_fen + one.employee_fen for one in of_employer(company) if one.month == month)
        for month in (MAY, JUNE)
    }
    page = read(office, f"{RUNS}?kind=billing&month={written(JUNE)}")
    assert f"2026-06 出账 {whole[JUNE] / 100:,.2f} 元，一分不差" in page
    assert f"2026-06 3 3 {whole[JUNE] / 100:,.2f} — +0.00 +0 一分不差" in page
    assert "芦淞区 企业职工基本养老保险 1 6,500.00" in page
    hired(scene.person("江知白"), company, since=JUNE)  # billed afterwards, as a difference
    june = runs("billing", 2026, ["430203"])[0]
    assert june.agrees
    assert june.fen == whole[JUNE] * 2
    assert june.corrected_fen == whole[JUNE]
    assert june.before_fen == whole[MAY]
    assert "和上月不一样的单位 1" in read(office, f"{RUNS}?kind=billing&month={written(JUNE)}")
    lines = table(office, f"{RUNS}.csv?kind=billing&year=2026")
    assert [line[0] for line in lines[1:]] == ["2026-06", "2026-05"]
    assert lines[1][3] == f"{june.fen / 100:.2f}"
    assert lines[1][-1] == "一分不差"
    assert "还没有出过账" in read(office, f"{RUNS}?kind=benefits")


def test_a_month_whose_bills_were_tampered_with_does_not_agree(company: int, person: Actor) -> None:
    bill_of_june = Statement.objects.get(month=JUNE, kind="pension", employer=company)
    bill_of_june.id, bill_of_june.number, bill_of_june.employer_fen = None, 1, 1
    bill_of_june.save(force_insert=True)  # a statement that nothing was booked for
    assert [one.agrees for one in runs("billing", 2026, ["4302"])] == [False, True]


def test_arrears_are_what_the_bills_of_each_employer_come_to(scene: Scene, company: int, person: Actor) -> None:
    other = firm(scene, OTHER_CODE, "株洲市另一家有限公司")
    hired(scene.person("江知白"), other, 910_000)
    found = {one.employer: one for one in arrears(["43"], time.today(), is_overdue=False)}
    for employer in (company, other):
        stated = of_employer(employer)
        assert found[employer].owed_fen == sum(max(0, one.owed_fen) for one in stated)
        assert found[employer].months == len({one.month for one in stated if one.owed_fen > 0})
    assert registry.find("base/Organisation", OTHER_CODE) == other
    assert re.fullmatch(r"\d{6}", found[other].county)
