"""Retiring in a real browser, from search to papers that check out: at the age, early, later, too soon, by a daughter.

罗承岳 was born on 1966-06-20: under the reform of 2025 he reaches the statutory age on 2026-11-20, five months later
than before it. Every way of retiring is walked on a day on which it is his.
"""

from __future__ import annotations

from datetime import datetime

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.walking import (
    Answers,
    Town,
    answer,
    attach,
    fill,
    go_on,
    in_city,
    labels,
    parts,
    press,
    sign,
    situation,
    verified,
)
from tests.credentials.pdfs import text as text_of

from tongban.catalog.vocabulary import Raw
from tongban.platform import time
from tongban.testing.city.arrange import arrange

pytestmark = pytest.mark.browser
SITUATION = {
    "到龄退休，还是提前": "到龄退休",
    "加发吗": "不申请",
    "哪种医保": "有职工医保",
    "年限缴满": "满了",
    "公积金账户": "有公积金",
    "社保卡": "有社保卡",
}
CONTACT = {"手机号": "10000000006", "哪张卡": "6200000000000000006"}
FLEXIBLE = {**SITUATION, "到龄退休，还是提前": "提前退休", "为什么提前": "自愿提前"}
SPECIAL = {**FLEXIBLE, "为什么提前": "特殊工种"}
WORK = {
    "从哪天退休": "2026-03-31",
    "哪一类特殊工种": "井下、高温",
    "从哪天起干": "1996-03-01",
    "工种名称": "井下采煤",
}
LATER = {**SITUATION, "到龄退休，还是提前": "延迟退休"}
DAUGHTER = "430200199107150124"
NOTICE = "弹性提前退休书面告知"


def on(day: str) -> None:
    """Let the city have this day."""
    in_city(lambda: time.set_time(datetime.fromisoformat(day).replace(hour=9, tzinfo=time.ZONE), frozen=True))


def hold(**facts: Raw) -> None:
    """Let the registers hold this about the retiree; `fund__open` is fund.open."""
    in_city(lambda: arrange("retiree", {name.replace("__", "."): value for name, value in facts.items()}))


def begun(city: Town, answers: Answers, words: str = "办退休") -> Page:
    """From the search to the form: the situation answered, the plan seen, the reading agreed to."""
    page = city.found(words, "退休", "retiree")
    go_on(page)
    situation(page, answers)
    go_on(page)
    go_on(page)
    return page


def hindrance(page: Page) -> str:
    """What the page says is not yet possible."""
    return page.locator(".alert", has_text="现在还不能办").first.inner_text()


def changed(page: Page, label: str, value: str) -> None:
    """Go from what hinders to the answer that could be another one, and give it."""
    press(page.locator(".alert li", has_text=label).first.get_by_text("改"))
    answer(page.locator("main form .tb-question", has_text=label), value)
    press(page.locator("main form .btn-primary").last)


def paid_out(city: Town, number: str) -> None:
    """The fund's two parts are done by its clerks."""
    city.act("clerk-fund", number, "个人账户封存", "准予")
    city.grant(number, "离退休提取住房公积金", "fund")


def all_done(city: Town, number: str, persona: str = "retiree") -> Page:
    """The page of the application, which says that all is done."""
    page = city.at(persona, number)
    expect(page.locator(".tb-answer")).to_contain_text("全部办好了")
    return page


def decided(page: Page, site: str) -> str:
    """The words of the decision, whose PDF is real by its code and by its file; blanks left out."""
    return "".join(text_of(verified(page, site, "养老待遇核定表")).split())


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_at_the_statutory_age_two_answers_bring_everything(browser: Browser, town: str, script: bool) -> None:  # noqa: FBT001 -- a parameter
    city = Town(browser, town, script=script)
    page = begun(city, SITUATION)
    assert labels(page) == ["手机号", "钱打到哪张卡"]
    fill(page, CONTACT)
    number = sign(page)
    assert list(parts(page)) == ["企业职工正常退休申请", "个人账户封存", "离退休提取住房公积金", "职工医保在职转退休"]
    city.grant(number, "企业职工正常退休申请", "social-insurance")
    paid_out(city, number)
    city.grant(number, "职工医保在职转退休", "insurer")
    page = all_done(city, number)
    decision = decided(page, town)
    assert all(words in decision for words in ("2026年11月20日", "2026年12月1日", "3,589.76元"))


def test_too_soon_says_from_when_and_leads_on(browser: Browser, town: str) -> None:
    on("2026-03-02")
    page = begun(Town(browser, town), SITUATION)
    told = hindrance(page)
    assert all(day in told for day in ("2026 年 11 月 20 日", "从 2026 年 10 月 1 日起能办", "最早 2026 年 6 月 20 日"))
    fill(page, CONTACT)
    expect(page.locator("h1")).to_contain_text("现在还不能办，填的都在")
    assert not page.locator("button", has_text="签名并提交").count()
    press(page.locator(".alert li", has_text="到龄退休").get_by_text("改"))
    answer(page.locator("main form .tb-question"), "提前退休")
    go_on(page)
    situation(page, FLEXIBLE)
    assert "从哪天退休" in labels(page)


def test_early_by_own_choice_within_the_rule(browser: Browser, town: str) -> None:
    on("2026-06-15")
    hold(fund__open=False)
    city = Town(browser, town)
    page = begun(city, {**FLEXIBLE, "加发吗": "申请加发", "公积金账户": "没有公积金"}, words="提前退休")
    fill(page, {**CONTACT, "从哪天退休": "2026-06-19", "哪天书面": "2026-04-10"})
    assert "最早 2026 年 6 月 20 日" in hindrance(page)
    changed(page, "从哪天退休", "2026-06-30")
    assert "最早 2026 年 7 月 10 日" in hindrance(page)
    changed(page, "从哪天退休", "2026-07-31")
    assert not page.locator(".alert").count()
    attach(page, NOTICE)
    attach(page, "独生子女父母光荣证")
    go_on(page)
    number = sign(page)
    assert list(parts(page)) == ["企业职工提前退休申请", "职工医保在职转退休"]
    city.grant(number, "企业职工提前退休申请", "social-insurance")
    city.grant(number, "职工医保在职转退休", "insurer")
    decision = decided(all_done(city, number), town)
    assert all(words in decision for words in ("2026年7月31日", "2026年8月1日", "3,589.76元"))


def test_early_after_special_work_confirms_its_years_on_the_way(browser: Browser, town: str) -> None:
    on("2026-03-02")
    city = Town(browser, town)
    page = begun(city, SPECIAL)
    fill(page, {**CONTACT, **WORK, "干到哪天": "2004-02-28"})
    assert "干了 95 个月，这一类要满 108 个月" in hindrance(page)
    changed(page, "干到哪天", "2006-02-28")
    number = sign(page)
    city.grant(number, "特殊工种提前退休核准", "human-resources")
    city.grant(number, "企业职工提前退休申请", "social-insurance")
    paid_out(city, number)
    city.grant(number, "职工医保在职转退休", "insurer")
    assert "2026年4月1日" in decided(all_done(city, number), town)


def test_early_after_special_work_whose_years_are_confirmed(browser: Browser, town: str) -> None:
    on("2026-03-02")
    hold(pension__special_work_confirmed=True)
    city = Town(browser, town)
    page = begun(city, SPECIAL)
    fill(page, {**CONTACT, "从哪天退休": "2026-03-31"})
    number = sign(page)
    assert "特殊工种提前退休核准" not in parts(page)
    city.grant(number, "企业职工提前退休申请", "social-insurance")
    paid_out(city, number)
    city.grant(number, "职工医保在职转退休", "insurer")
    assert "2026年4月1日" in decided(all_done(city, number), town)


def test_later_with_months_of_insurance_missing_and_no_card(browser: Browser, town: str) -> None:
    on("2026-12-07")
    hold(person__medical_years_full=False, person__medical_missing_months=24, person__has_social_card=False)
    city = Town(browser, town)
    # What the registers know stands, whatever was guessed before they were asked.
    page = begun(city, LATER, words="延迟退休")
    answers = {**CONTACT, "收件地址": "株洲市石峰区田心街道示例路 20 号", "医保怎样补": "按月"}
    fill(page, {**answers, "从哪天退休": "2029-11-30"})
    assert "最晚 2029 年 11 月 20 日" in hindrance(page)
    changed(page, "从哪天退休", "2026-12-31")
    attach(page, "延迟退休书面约定")
    go_on(page)
    number = sign(page)
    assert set(parts(page)) == {
        "企业职工延迟退休申请",
        "个人账户封存",
        "离退休提取住房公积金",
        "职工医保退休补缴",
        "社会保障卡申领",
    }
    city.grant(number, "企业职工延迟退休申请", "social-insurance")
    paid_out(city, number)
    city.grant(number, "职工医保退休补缴", "insurer")
    city.grant(number, "社会保障卡申领", "human-resources")
    page = all_done(city, number)
    assert "2027年1月1日" in decided(page, town)
    verified(page, town, "电子社会保障卡")


def test_a_daughter_applies_for_her_father(browser: Browser, town: str) -> None:
    city = Town(browser, town)
    father = city.page_of("retiree")
    father.goto(f"{town}/account/mandate")
    father.fill("input[name=id_number]", DAUGHTER)
    answer(father.locator("fieldset:has(.tb-date)"), "2026-12-31")
    father.get_by_role("checkbox", name="退休", exact=True).check()
    go_on(father)

    page = city.found("办退休", "退休", "daughter")
    go_on(page)
    situation(page, SITUATION)
    page.locator("select[name=for]:visible").select_option(label="罗承岳")
    go_on(page)
    go_on(page)
    fill(page, CONTACT)
    number = sign(page)
    assert "企业职工正常退休申请" in parts(city.at("retiree", number))
    city.grant(number, "企业职工正常退休申请", "social-insurance")
    paid_out(city, number)
    city.grant(number, "职工医保在职转退休", "insurer")
    for persona in ("daughter", "retiree"):
        decided(all_done(city, number, persona), town)

    father.goto(f"{town}/account")
    press(father.locator("main form button", has_text="结束"))
    assert "没有这一件" in city.at("daughter", number).locator("h1").inner_text()
