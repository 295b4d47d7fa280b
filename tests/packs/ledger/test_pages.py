"""The pages of the ledger: each shows one's own and nobody else's, with the figures of the bills, to the fen."""

from __future__ import annotations

import re
from datetime import date, datetime

import pytest
from django.db import connection, transaction
from django.test import Client
from tests.desk.scene import Scene, browser_of
from tests.packs.ledger.books import MAY, THREE

from tongban.accounts import mandates
from tongban.accounts.actor import Actor
from tongban.accounts.models import Mandate
from tongban.pack_api import Text
from tongban.packs.social_insurance.ledger.accounts import credit_interest
from tongban.packs.social_insurance.ledger.benefits import Benefit, amend, grant
from tongban.packs.social_insurance.ledger.billing import bill
from tongban.packs.social_insurance.ledger.coverage import coverages
from tongban.packs.social_insurance.ledger.declarations import Declared, declare
from tongban.packs.social_insurance.ledger.enrolments import Hire, Period, enrol
from tongban.packs.social_insurance.ledger.paying import pay
from tongban.packs.social_insurance.ledger.payments import Received, receive
from tongban.packs.social_insurance.ledger.refunds import Double, give_back
from tongban.packs.social_insurance.ledger.shown import account_years
from tongban.packs.social_insurance.ledger.statements import PaidMonth, months_paid, of_employer
from tongban.packs.social_insurance.ledger.words import in_spans, lasting, plain, signed
from tongban.platform import time
from tongban.registry import service as registry

pytestmark = pytest.mark.django_db
MINE, EMPLOYER = "/portal/social-insurance/mine", "/portal/social-insurance/employer"
NOW = datetime(2026, 7, 20, 9, 0, tzinfo=time.ZONE)
JUNE = MAY + 1
FIRM_CODE, OTHER_CODE = "91430200MA4L000018", "91430200MA4L000026"


@pytest.fixture
def scene() -> Scene:
    """People, and a day on which May and June are billed."""
    time.set_time(NOW, frozen=True)
    return Scene()


def firm(scene: Scene, code: str = FIRM_CODE, name: str = "株洲市示例机械有限公司") -> int:
    subject = registry.create("base/Organisation", key=code)
    scene.hold("base/Organisation", subject, {"name": name, "region": "430203"})
    return subject


def agent(scene: Scene, company: int, scope: str = "*") -> Actor:
    actor = scene.person("周以宁")
    mandates.give(company, actor.subject_id or 0, [scope], basis=Mandate.Basis.AGENT)
    return actor


def hired(person: Actor, company: int, wage_fen: int = 650_000, since: int = MAY) -> None:
    hire = Hire(person.subject_id or 0, company, THREE, since, "430203", f"A/{person.subject_id}", NOW, wage_fen, 2)
    with transaction.atomic(), connection.cursor() as cursor:
        enrol(cursor, [hire])


def paid(company: int, month: int, on: date) -> None:
    amount_fen = sum(one.owed_fen for one in of_employer(company) if one.month == month)
    with transaction.atomic(), connection.cursor() as cursor:
        receive(
            cursor, f"{company}-{month}", [Received(f"{company}-{month}", company, amount_fen, on)], amount_fen, NOW
        )


def read(browser: Client, address: str, status: int = 200, language: str = "zh-hans") -> str:
    """What stands on a page, without its marks."""
    browser.cookies["django_language"] = language
    answer = browser.get(address)
    assert answer.status_code == status, address
    text = re.sub(r"<(style|script).*?</\1>|<svg.*?</svg>", " ", answer.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_somebody_without_a_record_reads_what_to_do(scene: Scene) -> None:
    page = read(browser_of(scene.person("杜衡之")), MINE)
    assert "这里还没有你的社会保险记录" in page
    assert "自己参保" in page
    assert "No social insurance of yours" in read(browser_of(scene.person("杜衡之")), MINE, language="en")


def test_an_insured_person_reads_what_was_paid_by_whom(scene: Scene) -> None:
    person, company = scene.person("杜衡之"), firm(scene)
    hired(person, company)
    bill(MAY)
    bill(JUNE)
    paid(company, MAY, date(2026, 6, 10))
    page = read(browser_of(person), MINE)
    assert "养老保险已缴 1 个月" in page
    assert "单位欠缴 1 个月" in page
    assert "单位欠缴 2026-06 1 个月" in page
    assert "还没有出账单 2026-07" in page
    assert page.count("株洲市示例机械有限公司") == 2 * 3 + 2
    for amount in ("6,500.00", "520.00", "1,040.00", "19.50", "45.50", "26.00"):
        assert amount in page
    assert "养老个人账户: 520.00 元" in page
    assert "待核" in page  # the floor of 2026 has no document yet
    english = read(browser_of(person), MINE, language="en")
    assert "Pension contributions: 1 month" in english
    assert "unverified" in english


def test_nobody_reads_of_somebody_else(scene: Scene) -> None:
    ana, bo, company = scene.person("杜衡之"), scene.person("江知白"), firm(scene)
    hired(ana, company)
    hired(bo, company, 910_000)
    bill(MAY)
    page = read(browser_of(ana), f"{MINE}?insured={bo.subject_id}")
    assert "6,500.00" in page
    assert "9,100.00" not in page
    assert Client().get(MINE).status_code == 302
    assert "没有这一件" in read(browser_of(scene.staff("7001", "莫一")), MINE, 404)


def test_a_correction_is_shown_with_its_case_and_its_difference(scene: Scene) -> None:
    person, company = scene.person("杜衡之"), firm(scene)
    hired(person, company)
    bill(MAY)
    with transaction.atomic(), connection.cursor() as cursor:
        declare(cursor, [Declared(person.subject_id or 0, company, MAY, 700_000, "4302-26-000009-K/01", NOW)])
    page = read(browser_of(person), MINE)
    assert "更正过的" in page
    assert "+500.00 +41.50 +85.50 2026-07-20 4302-26-000009-K/01" in page
    assert "7,000.00" in page
    employers = read(browser_of(agent(scene, company)), EMPLOYER)
    assert "更正过" in employers
    assert "+500.00 +41.50 +85.50 2026-07-20 4302-26-000009-K/01" in employers


def test_the_account_has_its_interest_by_year(scene: Scene) -> None:
    person, company = scene.person("杜衡之"), firm(scene)
    hired(person, company, since=MAY - 12)
    bill(MAY - 12)
    paid(company, MAY - 12, date(2025, 6, 10))
    with transaction.atomic(), connection.cursor() as cursor:
        credit_interest(cursor, 2025, NOW)
    [year] = account_years(person.subject_id or 0, months_paid(person.subject_id or 0))
    assert (year.year, year.months, year.credited_fen) == (2025, 1, 52_000)
    assert year.interest_fen > 0
    assert year.balance_fen == 52_000 + year.interest_fen
    assert plain(year.interest_fen) in read(browser_of(person), MINE)


def test_what_was_overpaid_is_read_with_what_was_kept_or_paid_back_of_it(scene: Scene) -> None:
    person = scene.person("何远")
    one = person.subject_id or 0
    with transaction.atomic(), connection.cursor() as cursor:
        grant(cursor, [Benefit(one, one, "pension", MAY, 318_646, "A/1", NOW, "hrss/pension", "430211")])
    pay(MAY)
    with transaction.atomic(), connection.cursor() as cursor:
        amend(cursor, one, "pension", 100_000, "R/1", NOW)
    page = read(browser_of(person), MINE)
    assert "多领的待遇 养老金 2026-05 2,186.46 元 要退回" in page
    assert "退回多领的待遇" in page
    pay(JUNE)
    page = read(browser_of(person), MINE)
    assert "养老金 2026-05 1,186.46 元 要退回" in page
    assert "养老金 2026-05 1,000.00 元 待核 2026-06 的待遇里扣回了" in page
    assert "从以后每月同一待遇里最多抵扣" in page
    english = read(browser_of(person), MINE, language="en")
    assert "Paid to you too much Pension 2026-05 1,186.46 yuan to be given back" in english
    assert "2026-06 paid that much less" in english
    with transaction.atomic(), connection.cursor() as cursor:
        receive(cursor, "back", [Received("back", one, 118_646, NOW.date())], 118_646, NOW)
    page = read(browser_of(person), MINE)
    assert "养老金 2026-05 1,186.46 元 2026-07-20 已退回" in page
    assert "要退回" not in page
    assert "2026-07-20 paid back" in read(browser_of(person), MINE, language="en")


def test_a_pension_in_payment_is_the_first_sentence(scene: Scene) -> None:
    person = scene.person("罗承岳")
    one = person.subject_id or 0
    with transaction.atomic(), connection.cursor() as cursor:
        grant(cursor, [Benefit(one, one, "pension", MAY, 318_646, "A/1", NOW, "hrss/pension", "430211")])
    page = read(browser_of(person), MINE)
    assert "每月领养老金 3,186.46 元" in page
    assert "2026-05 起" in page
    assert "Your pension: 3,186.46 yuan a month" in read(browser_of(person), MINE, language="en")


def test_an_employer_reads_its_bills_what_is_owed_and_everybody_on_them(scene: Scene) -> None:
    ana, bo, company = scene.person("杜衡之"), scene.person("江知白"), firm(scene)
    hired(ana, company)
    hired(bo, company, 910_000)
    bill(MAY)
    bill(JUNE)
    paid(company, MAY, date(2026, 6, 10))
    owed_fen = sum(one.owed_fen for one in of_employer(company))
    page = read(browser_of(agent(scene, company)), EMPLOYER)
    assert f"欠缴 {owed_fen // 100:,}.{owed_fen % 100:02} 元，滞纳金到今天" in page
    assert "杜衡之" in page
    assert "江知白" in page
    assert "430200********" in page
    assert scene.id_number(ana) not in page
    assert "15,600.00" in page  # the bases of both
    may = read(browser_of(agent(scene, company)), f"{EMPLOYER}?month=2026-05")
    assert "已缴清" in may


def test_who_is_erased_stays_a_line_without_a_name(scene: Scene) -> None:
    company, actor = firm(scene), scene.person("周以宁")
    with transaction.atomic(), connection.cursor() as cursor:
        enrol(cursor, [Hire(10**12, company, THREE, MAY, "430203", "A/1", NOW, 650_000, 2)])
    bill(MAY)
    mandates.give(company, actor.subject_id or 0, ["*"], basis=Mandate.Basis.AGENT)
    assert "— —" in read(browser_of(actor), EMPLOYER)
    assert "—,—,6500.00" in browser_of(actor).get(f"{EMPLOYER}.csv").content.decode()


def test_all_paid_and_nothing_billed_are_said_first(scene: Scene) -> None:
    time.set_time(datetime(2026, 7, 10, 9, 0, tzinfo=time.ZONE), frozen=True)
    person, company = scene.person("杜衡之"), firm(scene)
    actor = agent(scene, company)
    assert "还没有账单" in read(browser_of(actor), EMPLOYER)
    hired(person, company)
    bill(JUNE)
    assert "2026-07-15 前要缴 1,651.00 元" in read(browser_of(actor), EMPLOYER)
    time.set_time(NOW, frozen=True)
    assert "欠缴 1,651.00 元，滞纳金到今天 4.13 元" in read(browser_of(actor), EMPLOYER)
    paid(company, JUNE, date(2026, 7, 9))
    assert "都缴清了：2026-06 是 1 人，1,651.00 元" in read(browser_of(actor), EMPLOYER)


def test_an_agent_reads_of_no_other_employer(scene: Scene) -> None:
    company, other = firm(scene), firm(scene, OTHER_CODE, "株洲市别家有限公司")
    hired(scene.person("杜衡之"), other)
    bill(MAY)
    actor = agent(scene, company)
    assert "别家" not in read(browser_of(actor), EMPLOYER)
    for address in (f"{EMPLOYER}?employer={other}", f"{EMPLOYER}.csv?employer={other}", f"{EMPLOYER}?month=2026-05"):
        read(browser_of(actor), address, 404)
    assert browser_of(scene.person("江知白")).get(EMPLOYER).status_code == 403
    assert browser_of(agent(scene, other, "life-events/hire-employee")).get(EMPLOYER).status_code == 403
    both = agent(scene, company)
    mandates.give(other, both.subject_id or 0, ["*"], basis=Mandate.Basis.AGENT)
    assert "杜衡之" in read(browser_of(both), f"{EMPLOYER}?employer={other}")


@pytest.mark.parametrize("query", ["month=2026-13", "month=x", "month=1999-01", "employer=0", "employer=9e9", "page=x"])
def test_what_no_bill_answers_is_not_there(scene: Scene, query: str) -> None:
    company = firm(scene)
    hired(scene.person("杜衡之"), company)
    bill(MAY)
    read(browser_of(agent(scene, company)), f"{EMPLOYER}?{query}", 200 if query == "page=x" else 404)


def test_the_file_adds_up_to_the_bill(scene: Scene) -> None:
    ana, bo, company = scene.person("杜衡之"), scene.person("江知白"), firm(scene)
    hired(ana, company)
    hired(bo, company, 910_000)
    bill(MAY)
    answer = browser_of(agent(scene, company)).get(f"{EMPLOYER}.csv?month=2026-05")
    heads, *rows = [line.split(",") for line in answer.content.decode("utf-8-sig").splitlines()]
    assert heads[:5] == ["月份", "姓名", "身份证号", "申报工资（元）", "缴费基数（元）"]
    assert answer.headers["Content-Disposition"] == 'attachment; filename="social-insurance-2026-05.csv"'
    whole_fen = sum(round(float(row[10]) * 100) + round(float(row[11]) * 100) for row in rows)
    assert whole_fen == sum(one.employer_fen + one.employee_fen for one in of_employer(company))
    assert {row[1] for row in rows} == {"杜衡之", "江知白"}


def test_whose_names_were_looked_at_reads_so(scene: Scene) -> None:
    person, company = scene.person("杜衡之"), firm(scene)
    hired(person, company)
    bill(MAY)
    read(browser_of(agent(scene, company)), EMPLOYER)
    assert "单位看本单位的社会保险账单" in read(browser_of(person), "/reads")


def test_entrances_stand_on_the_account(scene: Scene) -> None:
    company = firm(scene)
    assert MINE in browser_of(scene.person("杜衡之")).get("/account").content.decode()
    assert EMPLOYER not in browser_of(scene.person("杜衡之")).get("/account").content.decode()
    assert EMPLOYER in browser_of(agent(scene, company)).get("/account").content.decode()


def period(first: int, last: int | None, employer: int | None = 1) -> Period:
    return Period("pension", employer, first, last, "430203", "A/1")


def month(at: int, employer: int = 1, *, is_paid: bool = True) -> PaidMonth:
    return PaidMonth("pension", at, employer, 1, 1, 1, is_paid)


def test_what_an_insurance_comes_to() -> None:
    periods = [period(1, 12, None), period(13, 20), period(24, None)]
    bills = [*(month(one) for one in range(13, 21)), month(24), month(25, is_paid=False), month(24, 2)]
    [found] = coverages(periods, bills, 26)
    assert found.counted == 12 + 8 + 1
    assert found.taken_over == ((1, 12),)
    assert found.owed == ((25, 25),)
    assert found.missing == ((21, 23),)
    assert found.twice == ((24, 24),)
    assert found.unbilled == ((26, 26),)
    assert found.ended is None
    assert [one.ended for one in coverages([period(1, 5)], [], 26)] == [5]
    assert list(coverages([period(30, None)], [], 26)) == []


def test_how_months_and_amounts_are_written() -> None:
    assert [lasting(one) for one in (0, 1, 12, 14)] == [
        Text("0 个月", "0 months"),
        Text("1 个月", "1 month"),
        Text("1 年", "1 year"),
        Text("1 年 2 个月", "1 year 2 months"),
    ]
    assert in_spans([(MAY, MAY), (MAY + 2, MAY + 4)]) == "2026-05, 2026-07 – 2026-09"
    assert (signed(123_456), signed(-5), signed(0)) == ("+1,234.56", "−0.05", "+0.00")
    assert plain(123_456) == "1234.56"


def test_what_is_paid_once_stands_apart_from_what_is_paid_every_month(scene: Scene) -> None:
    person = scene.person("杜衡之")
    told = [
        ("care", MAY, 203_610, None),
        *((kind, JUNE + 1, fen, JUNE + 1) for kind, fen in (("injury-grant", 14_000_000), ("work-grant", 5_000_000))),
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        me, rule = person.subject_id or 0, "social-insurance/injury-benefit"
        grant(
            cursor,
            [Benefit(me, me, kind, first, fen, "I/1", NOW, rule, "430203", last) for kind, first, fen, last in told],
        )
        cursor.execute(
            'insert into insurance_benefit (beneficiary, insured, kind, county, monthly_fen, rule, first_month, "case",'
            " recorded_at) select beneficiary, insured, 'dependant', county, 0, rule, first_month, \"case\","
            " recorded_at from insurance_benefit where kind = 'care'"
        )
    page = read(browser_of(person), MINE)
    monthly, _, once = page.partition("一次性领取")
    assert "每月领的 生活护理费 2,036.10 元" in monthly
    assert "一次性伤残补助金 140,000.00 元" in once
    assert "一次性工亡补助金 50,000.00 元" in once
    assert "2026-07 –" not in once
    assert "供养亲属抚恤金" not in page
    assert "Paid once" in read(browser_of(person), MINE, language="en")


@pytest.mark.slow
def test_months_that_were_given_back_do_not_count_and_are_told(scene: Scene) -> None:
    person, company = scene.person("杜衡之"), firm(scene)
    hired(person, company)
    for month, on in ((MAY, date(2026, 6, 10)), (JUNE, date(2026, 7, 10))):
        bill(month)
        paid(company, month, on)
    double = Double(person.subject_id or 0, JUNE, JUNE, 52_000, "430203", "D/1", NOW)
    with transaction.atomic(), connection.cursor() as cursor:
        give_back(cursor, double)
    page = read(browser_of(person), MINE)
    assert "养老保险已缴 1 个月" in page
    assert "已退还，在别处计算 2026-06 1 个月" in page
    assert "重复缴费退还 520.00 元" in page
    assert "Given back, counted elsewhere" in read(browser_of(person), MINE, language="en")
