"""The page of what-if: for the staff of the social insurance office alone, in both languages, with its file."""

from __future__ import annotations

import csv
import re
from datetime import datetime
from decimal import Decimal
from io import StringIO

import pytest
from django.test import Client
from tests.desk.scene import BUSINESS, Scene, browser_of
from tests.packs.ledger.test_billing import NOVEMBER

from tongban.packs.social_insurance.ledger import population, what_if_rows
from tongban.packs.social_insurance.models import Rating
from tongban.platform import time
from tongban.portal import bars
from tongban.testing.fixtures import City

AT = "/desk/social-insurance/what-if"
OFFICE = "demonstration/social-insurance-430211"
ASKED = {"month": "2027-01", "base-floor-fen": "5,000.00", "injury-base-rates.2": "0.3"}
MONDAY = datetime(2026, 11, 16, 9, tzinfo=time.ZONE)


@pytest.fixture
def office(city: City) -> Client:
    """Some synthetic people, and a clerk of the office in a browser."""
    time.set_time(MONDAY, frozen=True)
    population.make(400, NOVEMBER, ["430202", "430211"])
    return browser_of(Scene().staff("2301", "唐越", OFFICE, "handler"))


def text(answer: str) -> str:
    """A page's text without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.partition("<main")[2]))


@pytest.mark.slow
def test_other_offices_other_posts_and_strangers_are_refused(office: Client) -> None:
    scene = Scene()
    assert office.get(AT).status_code == 200
    assert browser_of(scene.staff("2302", "魏准", OFFICE, "head")).get(AT).status_code == 200
    for number, at, role in (
        ("2303", BUSINESS, "handler"),
        ("2304", BUSINESS, "head"),
        ("2305", OFFICE, "auditor"),
        ("2306", "demonstration/human-resources-430211", "approver"),
    ):
        browser = browser_of(scene.staff(number, "某人", at, role))
        for address in (AT, f"{AT}.csv"):
            assert browser.get(address, ASKED).status_code == 403
        assert AT not in browser.get("/desk/me").content.decode()
    assert browser_of(scene.person("何见山")).get(AT).status_code == 403
    assert Client().get(AT).status_code == 302
    assert office.post(AT).status_code == 405
    assert f'href="{AT}"' in office.get("/desk/me").content.decode()


def test_the_page_says_first_what_it_comes_to_and_that_nothing_was_changed(office: Client) -> None:
    raw = office.get(AT, ASKED).content.decode()
    page = text(raw)
    title = re.search(r"单位每月多付 ([0-9,.]+) 元，个人多付 ([0-9,.]+) 元", page)
    assert title
    for words in (
        "什么也没有改",
        "4,072.00 元 → 5,000.00 元",
        "工伤保险行业基准费率：2 类行业 0.4% → 0.3%",
        "2027-01 的缴费基数下限、缴费基数上限还没有公布",
        "待核 这几个数还没有查到文件： 缴费基数上限、失业保险单位费率",
        "按险种",
        "按区县",
        "按月工资",
        "4,000—5,000 元",
        "没有申报工资",
    ):
        assert words in page
    assert raw.count('<svg xmlns="http://www.w3.org/2000/svg"') == 4
    assert " style=" not in raw
    assert page.count(f"{title[1]} 元 {title[2]} 元") == 2


def test_it_speaks_english(office: Client) -> None:
    office.post("/language", {"language": "en", "next": "/desk/"})
    page = text(office.get(AT, ASKED).content.decode())
    assert "A month, employers pay" in page
    assert "nothing was changed, nothing was stored" in page
    assert "Not published yet for 2027-01: Floor of the contribution base" in page
    wrong = text(office.get(AT, {**ASKED, "base-floor-fen": "30000"}).content.decode())
    assert "The floor of 30,000.00 yuan is above the ceiling of 20,361.00 yuan." in wrong
    assert re.search(r"[\u4e00-\u9fff]", page.replace("中文", "").partition("What is taken for granted")[2]) is None


def test_the_file_has_every_group_and_its_sums_are_the_whole(office: Client) -> None:
    answer = office.get(f"{AT}.csv", ASKED)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="what-if-2027-01.csv"'
    head, *lines = csv.reader(StringIO(answer.content.decode().removeprefix("\ufeff")))
    assert len({len(line) for line in (head, *lines)}) == 1
    whole = next(line for line in lines if line[0] == "合计")
    for part in ("险种", "区县"):
        groups = [line for line in lines if line[0] == part]
        assert [sum(Decimal(line[at]) for line in groups) for at in range(4, 10)] == [
            Decimal(each) for each in whole[4:]
        ]
    for line in lines:
        if line[4] not in {"", "–"}:
            now, then, more = (Decimal(each) for each in line[4:7])
            assert then - now == more
            assert int(line[3]) <= int(line[2])
        elif line[0] != "假如":
            assert "少于 5" in line
    assert [line[1] for line in lines if line[0] == "假如"] == [
        "缴费基数下限: 4,072.00 元 → 5,000.00 元",
        "工伤保险行业基准费率：2 类行业: 0.4% → 0.3%",
    ]


def test_what_is_wrong_stands_on_top_and_beside_its_field_and_the_file_leads_there(office: Client) -> None:
    typed = {**ASKED, "month": "2026-11", "injury-base-rates.2": "9999"}
    raw = office.get(AT, typed).content.decode()
    assert raw.count("只能假设以后的月份，最早 2026-12") == 2
    assert raw.count("“工伤保险行业基准费率”要在 0% 和 100% 之间") == 2
    assert 'value="9999"' in raw
    assert 'value="5,000.00"' in raw
    assert "什么也没有改" not in raw
    sent = office.get(f"{AT}.csv", typed)
    assert (sent.status_code, sent.headers["Location"].partition("?")[0]) == (302, AT)
    assert "账单不用叫“&lt;b&gt;”的参数" in office.get(AT, {"month": "2027-01", "<b>": "1"}).content.decode()


def test_an_employer_without_a_class_is_told_on_the_form(city: City, office: Client) -> None:
    with city.superuser() as somebody:
        somebody.execute("delete from insurance_rating where employer = %s", [population.FIRST_EMPLOYER])
    assert "没有工伤费率类别" in text(office.get(AT, ASKED).content.decode())


@pytest.mark.slow
def test_figures_of_a_few_people_are_not_told(city: City) -> None:
    assert what_if_rows.FEW == bars.FEW
    time.set_time(MONDAY, frozen=True)
    population.make(3, NOVEMBER, ["430211"])
    browser = browser_of(Scene().staff("2301", "唐越", OFFICE, "head"))
    raw = browser.get(AT, {"month": "2027-01", "pension-employer-rate": "20"}).content.decode()
    page = text(raw)
    assert "涉及的人太少，不说数" in page
    assert "多付" not in raw.partition("</title>")[0]
    assert "多付" not in page.partition("改什么")[0].replace("多付多少", "")
    table = browser.get(f"{AT}.csv", {"month": "2027-01", "pension-employer-rate": "20"}).content.decode()
    assert not re.search(r"\d\.\d\d(,|\r)", table)


def test_what_the_page_cannot_reckon_the_file_shows_on_the_page(office: Client) -> None:
    Rating.objects.update(superseded_at=MONDAY, superseded_by="X/1")
    answer = office.get(f"{AT}.csv", ASKED)
    assert answer.status_code == 302
    assert "没有工伤" in text(office.get(answer["Location"]).content.decode())
