"""Opening a restaurant in a real browser: a shop that is born on the way, one that stands already, and what stops both.

苏晚晴 opens a place in 芦淞区; whoever works there needs a health certificate. The business licence makes the credit
code without which no other office can begin.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.walking import (
    Answers,
    Town,
    attach,
    fill,
    go_on,
    in_city,
    labels,
    parts,
    press,
    promise,
    sign,
    situation,
    verified,
)
from tests.credentials.pdfs import text as text_of

from tongban.testing.city.arrange import arrange

pytestmark = pytest.mark.browser
NEW = {
    "营业执照了吗": "还没有执照",
    "个体户还是公司": "个体工商户",
    "自己的还是租的": "店面租的",
    "门头招牌": "挂招牌",
    "消防检查怎样办": "消防先承诺",
    "健康证吗": "没有健康证",
}
COMPANY = {
    **NEW,
    "个体户还是公司": "公司",
    "自己的还是租的": "店面自己的",
    "门头招牌": "不挂招牌",
    "消防检查怎样办": "消防先检查",
}
LICENSED = {**NEW, "营业执照了吗": "已有执照", "健康证吗": "没有健康证"}
PLACE = "430203000000GB00001F00010001"
HE, LIN, CHEN = "430200199903040102", "430200198811230166", "430200199209170070"
RESTAURANT = {
    "店名": "株洲市芦淞区晚晴小馆",
    "租到哪天": "2029-11-30",
    "卖什么": "热食",
    "座位数": "36",
    "厨房面积": "28",
    "食品安全管理员": "苏晚晴",
    "招牌上写什么": "晚晴小馆",
    "招牌尺寸": "4 米 × 1 米",
    "注册资本": "100000",
}
STAFF = {"身份证号": HE, "手机号": "10000000004", "去哪家体检": "荷塘区疾病预防控制中心"}
EVERYTHING = {**RESTAURANT, **STAFF, "不动产单元号": PLACE}
LICENCE, FOOD, SIGN = "设立登记（营业执照）", "食品经营许可", "门店招牌设置备案"
HEALTH, FIRE_PROMISE, FIRE_VISIT = "从业人员健康证明", "（告知承诺）", "（现场检查）"


def begun(city: Town, answers: Answers, persona: str = "restaurateur") -> Page:
    """From the search to the form: the situation answered, the plan seen, the reading agreed to."""
    page = city.found("开饭店", "开办餐饮店", persona)
    go_on(page)
    situation(page, answers)
    go_on(page)
    go_on(page)
    return page


def filled(page: Page, answers: Answers) -> None:
    """Fill page after page of the form until it is full; what no register knew is asked between them."""
    for _ in range(12):
        situation(page, {"健康证吗": "没有健康证"})
        if "/form" not in page.url:
            break
        fill(page, answers)
        assert not page.locator(".tb-error-summary").count(), page.locator(".tb-error-summary").inner_text()


def handed_in(page: Page, *, is_new: bool = True, sign_too: bool = True) -> None:
    """Attach or promise each paper; the plan of the kitchen follows."""
    if is_new:
        promise(page, "租房合同")
    promise(page, "店面布局")
    promise(page, "食品安全管理制度")
    if sign_too:
        attach(page, "招牌效果图")
    promise(page, "消防安全制度")
    go_on(page)


def consulted(city: Town, persona: str, number: str, service: str, offices: tuple[str, ...]) -> None:
    """Ask several offices at the same time."""
    page = city.open_case(persona, number, service)
    press(page.locator("#do").get_by_text("征求意见"))
    for office in offices:
        page.locator("label", has_text=office).locator("input").check()
    press(page.locator("#do form button[type=submit]"))
    expect(page.locator(".tb-told")).to_contain_text("征求意见")


def answered(city: Town, persona: str, number: str, opinion: str) -> None:
    """Find the question among those put to the own office, and give an opinion."""
    page = city.page_of(persona)
    page.goto(f"{city.site}/desk/?queue=consult")
    expect(page.locator("tbody th", has_text=FOOD)).to_have_count(1)
    city.open_case(persona, number, FOOD)
    press(page.locator("#do").get_by_text("回复意见").first)
    page.locator("#do label", has_text=opinion).first.locator("input").check()
    page.locator("#do textarea").first.fill("没有意见")
    press(page.locator("#do form button[type=submit]"))
    expect(page.locator(".tb-told")).to_contain_text("回复意见")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_shop_is_born_and_every_office_follows(browser: Browser, town: str, script: bool) -> None:  # noqa: FBT001 -- a parameter
    city = Town(browser, town, script=script)
    page = begun(city, NEW)
    filled(page, EVERYTHING)
    handed_in(page)
    number = sign(page)
    assert "等" in parts(page)[SIGN]
    city.grant(number, LICENCE, "business")

    city.act("clerk-urban-management", number, SIGN, "补正", {"是哪一种": "填错了"}, items={"招牌效果图": "看不清尺寸"})
    page = city.at("restaurateur", number)
    press(page.locator(".tb-ask .btn"))
    attach(page, "招牌效果图")
    go_on(page)
    city.grant(number, SIGN, "urban-management")
    city.grant(number, FIRE_PROMISE, "fire")
    city.grant(number, HEALTH, "disease-control")

    city.act("clerk-business", number, FOOD, "受理")
    consulted(city, "clerk-business", number, FOOD, ("芦淞区消防救援大队", "芦淞区城市管理和综合执法局"))
    answered(city, "clerk-fire", number, "同意")
    answered(city, "clerk-urban-management", number, "同意")
    page = city.at("restaurateur", number, "/owed")
    attach(page, "店面布局")
    city.act("approver-business", number, FOOD, "准予")

    page = city.at("restaurateur", number)
    expect(page.locator(".tb-answer")).to_contain_text("全部办好了")
    licence = text_of(verified(page, town, "营业执照"))
    code = re.search(r"92430203[0-9A-Z]{10}", licence)
    assert code is not None
    assert "株洲市芦淞区晚晴小馆" in licence
    assert code[0] in text_of(verified(page, town, "食品经营许可证"))
    assert code[0] in text_of(verified(page, town, "消防安全检查意见书"))
    verified(page, town, "健康证明")


def test_one_of_three_brings_the_certificate_that_was_issued_before(browser: Browser, town: str) -> None:
    city = Town(browser, town)
    worker = city.page_of("hire")
    worker.goto(f"{town}/b/food-worker-certificate")
    for _ in range(2):
        go_on(worker)
    fill(worker, STAFF)
    own = sign(worker)
    city.grant(own, HEALTH, "disease-control")
    verified(worker, town, "健康证明")

    page = begun(city, COMPANY)
    page.fill("input[name=count]", "3")
    press(page.locator(".tb-count-form button"))
    for member, number in enumerate((HE, LIN, CHEN), start=1):
        page.fill(f"input[name='staff.{member}.id_number']", number)
    filled(page, {key: value for key, value in EVERYTHING.items() if key != "身份证号"})
    promise(page, "店面布局")
    promise(page, "食品安全管理制度")
    attach(page, "公司章程")
    attach(page, "消防安全制度")
    go_on(page)
    number = sign(page)
    told = parts(page)
    assert sum(title.startswith(HEALTH) for title in told) == 2  # not for the one who has it
    city.grant(number, LICENCE, "business")
    city.grant(number, FIRE_VISIT, "fire")
    for member in (1, 2):
        city.grant(number, HEALTH, "disease-control", member=member)
    city.act("clerk-business", number, FOOD, "受理")
    attach(city.at("restaurateur", number, "/owed"), "店面布局")
    city.act("approver-business", number, FOOD, "准予")
    page = city.at("restaurateur", number)
    expect(page.locator(".tb-answer")).to_contain_text("全部办好了")
    assert "91430203" in text_of(verified(page, town, "食品经营许可证"))


def test_an_inspection_is_a_trip_and_a_promise_is_none(browser: Browser, town: str) -> None:
    page = Town(browser, town).found("开饭店", "开办餐饮店")
    trips = []
    for answers in (NEW, {**NEW, "消防检查怎样办": "消防先检查"}):
        page.goto(f"{town}/b/open-restaurant/start")
        situation(page, answers)
        trips.append(page.locator("main tr", has_text="一起办").locator("td").nth(1).inner_text().strip())
    assert trips == ["1", "2"]


def test_a_dwelling_will_not_do_and_says_so_before_anything_is_filled(browser: Browser, town: str) -> None:
    in_city(lambda: arrange("restaurateur", {"place.planned_use": "residential"}))
    city = Town(browser, town)
    page = begun(city, COMPANY)
    filled(page, EVERYTHING)
    assert "这处房子是住宅，不能开餐饮店" in page.locator(".alert").inner_text()
    press(page.locator(".alert li", has_text="不动产单元号").get_by_text("改"))
    assert "不动产单元号" in labels(page)


def test_a_licence_is_there_and_the_county_is_asked(browser: Browser, town: str) -> None:
    city = Town(browser, town)
    page = begun(city, LICENSED, "employer")
    unknown = {
        "不动产单元号": "430203000000GB00001F00099999",
        "房屋地址": "株洲市天元区栗雨街道示例路 9 号 1 层",
        "建筑面积": "90",
        "房屋所在区县": "天元区",
        "统一社会信用代码": "914302000000000192",
    }
    filled(page, {**EVERYTHING, **unknown})
    assert not page.locator(".alert").count()
    handed_in(page, is_new=False)
    number = sign(page)
    assert LICENCE not in parts(page)
    assert "天元区" in parts(page)[SIGN]
    city.act("clerk-urban-management", number, SIGN, "不予受理", {"理由": "这条街不归城管备案，找街道办"})
    page = city.at("employer", number)
    assert "这条街不归城管备案" in page.locator("main").inner_text()
    city.grant(number, FIRE_PROMISE, "fire")
    city.grant(number, HEALTH, "disease-control")
    city.act("clerk-business", number, FOOD, "受理")
    attach(city.at("employer", number, "/owed"), "店面布局")
    city.act("approver-business", number, FOOD, "准予")
    page = city.at("employer", number)
    expect(page.locator(".tb-answer")).to_contain_text("4 件办好 3 件")
    assert "914302000000000192" in text_of(verified(page, town, "食品经营许可证"))


def test_somebody_elses_licence_is_no_licence(browser: Browser, town: str) -> None:
    page = begun(Town(browser, town), LICENSED)
    filled(page, {**EVERYTHING, "统一社会信用代码": "914302000000000192"})
    assert "营业执照上不是你的名字" in page.locator(".alert").inner_text()
