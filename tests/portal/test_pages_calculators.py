"""Calculators: any rule is a page of its inputs, its answer, and each line with its article; no log-in, no script."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tongban.publication import service as publication

pytestmark = pytest.mark.usefixtures("town")
CONTRIBUTION = {"month": "2025-11", "monthly_wage_fen": "6,500.00", "industry_class": "4"}
ESTIMATE = {
    "month": "2026-11",
    "birth_month": "1968-05",
    "category": "male-60",
    "retirement_month": "2029-07",
    "monthly_wage_fen": "6500",
    "paid_months_now": "300",
    "account_now_fen": "120000",
    "average_index": "100",
}


def text(path: str, **typed: str) -> str:
    """A page's text without its marks."""
    answer = Client().get(path, typed)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode().partition("<main")[2]))


@pytest.mark.slow
def test_every_rule_is_listed_and_has_a_page_that_asks_with_what_usually_holds() -> None:
    page = Client().get("/calc/").content.decode()
    home = Client().get("/").content.decode()
    assert 'href="/calc/"' in home
    book = publication.current().rulebook
    for rule in book.rules.values():
        address = f"/calc/{rule.id.replace('/', '.')}"
        assert f'href="{address}"' in page
        asked = text(address)
        assert all(one.label.zh in asked for one in book.inputs(rule.id).values())
        assert "怎么算出来的" not in asked


def test_an_answer_comes_first_and_each_line_has_its_article() -> None:
    page = text("/calc/contribution", **CONTRIBUTION)
    assert page.index("单位合计：1,144.00 元") < page.index("再算一次") < page.index("怎么算出来的")
    assert "缴费基数（6,500.00 元）×养老保险单位费率（16%），四舍五入到分" in page
    assert "《工伤保险条例》第 10 条" in page
    assert "国办发〔2019〕13号" in page


def test_figures_that_are_not_verified_are_marked() -> None:
    assert "这几个数还要核对： 失业保险单位费率" in text("/calc/contribution", **CONTRIBUTION)
    assert "这几个数还要核对" not in text("/calc/late-fee", principal_fen="1000", due="2026-01-01", paid="2026-02-01")


def test_what_is_wrong_is_told_on_top_and_beside_the_field_and_stays_typed() -> None:
    answer = Client().get("/calc/contribution", {**CONTRIBUTION, "monthly_wage_fen": "-1", "industry_class": "9"})
    page = answer.content.decode()
    assert page.count("“月工资”不能小于 0.00 元") == 2
    assert page.count("“工伤行业类别（1—8）”不能大于 8") == 2
    assert 'value="-1"' in page
    assert "怎么算出来的" not in page


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"monthly_wage_fen": "abc"}, "填金额，单位元"),
        ({"monthly_wage_fen": "1.234"}, "填金额，单位元"),
        ({"monthly_wage_fen": "NaN"}, "填金额，单位元"),
        ({"monthly_wage_fen": "Infinity"}, "填金额，单位元"),
        ({"monthly_wage_fen": "1e999999"}, "填金额，单位元"),
        ({"monthly_wage_fen": "9" * 30}, "填金额，单位元"),
        ({"month": "11"}, "月份按 2026-11 的样子填"),
        ({"industry_class": "1.5"}, "这里填整数"),
        ({"industry_class": ""}, "还缺“工伤行业类别（1—8）”"),
        ({"injury_level": "none"}, "只能是"),
        ({"month": "2030-01"}, "没有 2030-01-01 的数"),
    ],
)
def test_whatever_is_typed_gets_a_sentence(typed: dict[str, str], told: str) -> None:
    assert told in text("/calc/contribution", **{**CONTRIBUTION, **typed})


def test_a_month_may_be_written_as_people_do_and_a_date_in_three_boxes() -> None:
    for month in ("2025-11", "2025-11", "2025年11月", "2025 11", "202511"):
        assert "1,144.00 元" in text("/calc/contribution", **{**CONTRIBUTION, "month": month})
    boxes = {
        "due.year": "2026",
        "due.month": "1",
        "due.day": "1",
        "paid.year": "2026",
        "paid.month": "1",
        "paid.day": "31",
    }
    assert "欠缴天数：30 天" in text("/calc/late-fee", principal_fen="1000", **boxes)


def test_an_estimate_compares_three_dates_and_every_year_between() -> None:
    page = text("/calc/pension-estimate", **ESTIMATE)
    ends = ["最早可退休年月 2028 年 5 月", "法定退休年月 2029 年 4 月", "最晚可退休年月 2032 年 4 月"]
    assert [end in page for end in ends] == [True, True, True]
    raw = Client().get("/calc/pension-estimate", ESTIMATE).content.decode()
    widths = [int(width) for width in re.findall(r'<rect width="(\d+)" height="10"', raw)]
    assert len(widths) == 7
    assert widths[-1] == 100
    assert raw.count('class="tb-calc-asked"') == 1


def test_a_date_that_has_passed_is_left_open() -> None:
    page = text("/calc/pension-estimate", **{**ESTIMATE, "birth_month": "1966-08", "retirement_month": "2027-12"})
    assert "每月养老金 – " in page


def test_english_and_a_rule_that_nobody_wrote() -> None:
    client = Client()
    client.post("/language", {"language": "en", "next": "/calc/"})
    page = client.get("/calc/contribution", CONTRIBUTION).content.decode()
    assert "Employer in all: 1,144.00 yuan" in page
    assert Client().get("/calc/no-such-rule").status_code == 404


@pytest.mark.slow
def test_the_usual_values_of_every_rule_are_answered() -> None:
    book = publication.current().rulebook
    for rule in book.rules.values():
        form = Client().get(f"/calc/{rule.id.replace('/', '.')}").content.decode().partition("<main")[2]
        boxes = dict(re.findall(r'<input class="form-control[^>]* name="([^"]+)"[^>]* value="([^"]*)"', form))
        chosen = dict(re.findall(r'type="radio" name="([^"]+)"[^>]*value="([^"]+)" checked', form))
        answer = Client().get(f"/calc/{rule.id.replace('/', '.')}", boxes | chosen).content.decode()
        assert "怎么算出来的" in answer, (rule.id, boxes)
