"""A company hires, walked through in a browser: one and three people, their own signatures, contracts, cards, files."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.walking import (
    Answers,
    Town,
    attach,
    fill,
    go_on,
    labels,
    link_of,
    on_record,
    parts,
    press,
    promise,
    sign,
    situation,
    verified,
)

pytestmark = pytest.mark.browser

HE, CHEN, LI = "430200199903040102", "430200199209170070", "430200199405120089"
FILING, EMPLOYMENT, CARD, FILE = "劳动用工备案", "新录用人员就业登记", "社会保障卡申领", "流动人员人事档案接收"
PENSION, INJURY, UNEMPLOYMENT = "职工养老保险参保登记", "职工工伤保险参保登记", "职工失业保险参保登记"
MEDICAL = "职工基本医疗保险参保登记"
EVERY_TIME = {
    FILING: "human-resources",
    EMPLOYMENT: "human-resources",
    PENSION: "social-insurance",
    INJURY: "social-insurance",
    UNEMPLOYMENT: "social-insurance",
    MEDICAL: "insurer",
}
SAID: Answers = {
    "办过社保登记": "单位办过",
    "社保卡吗": "员工有社保卡",
    "档案在哪": "没有档案",
    "备案了吗": "还没备案",
    "签哪种合同": "有固定期限",
}
FORM: Answers = {
    "手机号": "10000000004",
    "上班第一天": "2026-11-16",
    "合同到期日": "2027-11-15",
    "月工资": "5200",
    "岗位": "包装工",
    "电子合同已备案": "否",
    "收件地址": "株洲市荷塘区月塘街道示例路 66 号",
    "保管单位": "长沙市人才服务中心",
}


@pytest.fixture
def people(browser: Browser, town: str) -> Town:
    """Everybody of a scenario."""
    return Town(browser, town)


def named(people: Town, *hires: str, said: Answers = SAID, employer: str = "employer") -> Page:
    """From search until it is said who is hired."""
    page = people.found("我要招人", "企业招用员工", employer)
    go_on(page)
    situation(page, said)
    go_on(page)
    go_on(page)
    if len(hires) > 1:
        page.locator("input[name=count]").fill(str(len(hires)))
        press(page.locator(".tb-count-form button"))
    for field, number in zip(page.locator("form[novalidate] input[type=text]").all(), hires, strict=True):
        field.fill(number)
    press(page.locator("form[novalidate] .btn-primary"))
    situation(page, said)
    return page


def signed_by(people: Town, page: Page, *hires: str) -> str:
    """Sign, and let each new employee sign from the link; the application's number."""
    number = sign(page)
    link = link_of(page)
    for hire in hires:
        people.consent(hire, link)
    return number


def test_one_hire_from_search_to_signed_papers(browser: Browser, town: str) -> None:
    whole_way(Town(browser, town))


def test_one_hire_from_search_to_signed_papers_without_a_script(browser: Browser, town: str) -> None:
    whole_way(Town(browser, town, script=False))


def whole_way(people: Town) -> None:
    """The contract is attached, the employee signs, every office grants, and the company has its signed papers."""
    page = named(people, HE)
    assert "收件地址" not in labels(page)  # a card is there: nothing is posted
    fill(page, FORM)
    attach(page, "劳动合同")
    go_on(page)
    number = sign(page)
    expect(page.locator("h1")).to_have_text("还等新员工签，签了自动交出去")
    hire = people.page_of("hire")
    hire.goto(link_of(page))
    shown = hire.locator("main").inner_text()
    assert all(words in shown for words in ("株洲青禾食品有限公司", "包装工", "5,200", "2027-11-15"))
    people.consent("hire", hire.url)

    assert len(parts(people.at("employer", number))) == len(EVERY_TIME)
    for service, staff in EVERY_TIME.items():
        people.grant(number, service, staff)
    page = people.at("employer", number)
    assert page.locator(".tb-answer").inner_text() == "全部办好了"
    verified(people.page_of("hire"), people.site, "就业登记凭证")


def test_three_hires_with_and_without_card_and_file(people: Town) -> None:
    on_record("mother", "newborn", {"father.has_social_card": False})
    page = named(people, HE, CHEN, LI)
    asked = {}
    while "/form" in page.url:
        asked[page.locator("h1").inner_text().partition("，")[0]] = labels(page)
        fill(page, FORM)
    assert list(asked) == ["新员工 1 何**", "新员工 2 陈**", "新员工 3 李**"]
    assert [len([1 for label in found if label == "收件地址"]) for found in asked.values()] == [0, 1, 0]
    attach(page, "新员工 1")
    promise(page, "新员工 2")
    attach(page, "新员工 3")
    go_on(page)
    number = sign(page)
    assert page.locator("h1").inner_text() == "还等何**、陈**、李**签，签了自动交出去"
    link = link_of(page)
    for hire in ("hire", "father"):
        people.consent(hire, link)
    assert page.reload() is not None
    assert page.locator("h1").inner_text() == "还等新员工签，签了自动交出去"
    people.consent("mother", link)
    shown = parts(people.at("employer", number))
    assert len(shown) == 3 * len(EVERY_TIME) + 1
    assert f"{CARD} · 新员工 2 陈**" in shown
    for member in (1, 3):
        people.grant(number, PENSION, "social-insurance", member=member)
    shown = parts(people.at("employer", number))
    assert ["办好" in shown[f"{PENSION} · 新员工 {who}"] for who in ("1 何**", "2 陈**", "3 李**")] == [
        True,
        False,
        True,
    ]


def test_card_and_file_join_when_they_are_needed(people: Town) -> None:
    on_record("mother", "newborn", {"mother.has_social_card": False, "mother.archive_place": "elsewhere"})
    page = named(people, LI, said={**SAID, "社保卡吗": "员工没有", "档案在哪": "档案在外地"})
    fill(page, FORM)
    attach(page, "劳动合同")
    go_on(page)
    number = signed_by(people, page, "mother")
    shown = parts(people.at("employer", number))
    assert shown.keys() == {*EVERY_TIME, CARD, FILE}
    people.grant(number, FILE, "human-resources")
    assert "办好" in parts(people.at("employer", number))[FILE]


def test_the_register_knows_better_than_the_employer(people: Town) -> None:
    page = named(people, HE, said={**SAID, "社保卡吗": "员工没有", "档案在哪": "档案在外地"})
    fill(page, FORM)
    attach(page, "劳动合同")
    go_on(page)
    number = signed_by(people, page, "hire")
    assert parts(people.at("employer", number)).keys() == EVERY_TIME.keys()


def test_a_contract_on_file_is_not_asked_for(people: Town) -> None:
    page = named(people, HE, said={**SAID, "备案了吗": "合同已备案"})
    fill(page, FORM)
    assert "/sign" in page.url


def test_a_contract_may_follow_within_five_workdays(people: Town) -> None:
    page = named(people, HE)
    fill(page, FORM)
    promise(page, "劳动合同")
    go_on(page)
    number = signed_by(people, page, "hire")
    people.act("clerk-human-resources", number, FILING, "受理")
    case = people.open_case("approver-human-resources", number, FILING)
    assert "材料" in case.locator("#do").inner_text()
    assert "准予" not in case.locator("#do .btn-primary").all_inner_texts()
    page = people.at("employer", number)
    assert "劳动合同" in page.locator(".tb-ask").inner_text()
    press(page.locator(".tb-ask .btn-primary"))
    attach(page, "劳动合同")
    people.act("approver-human-resources", number, FILING, "准予")
    assert "办好" in parts(people.at("employer", number))[FILING]


def test_nothing_is_sent_before_the_new_employee_signs(people: Town) -> None:
    page = named(people, HE)
    fill(page, FORM)
    attach(page, "劳动合同")
    go_on(page)
    number = sign(page)
    link = link_of(page)
    stranger = people.page_of("father")
    stranger.goto(link)
    assert stranger.locator("button[value=yes]").count() == 0
    assert "包装工" not in stranger.locator("body").inner_text()
    people.consent("hire", link, agree=False)
    assert "没同意" in people.at("employer", number).locator("main").inner_text()
    assert people.waiting_at("clerk-social-insurance") == []


def test_an_agent_with_limited_rights_hires_and_does_nothing_else(people: Town) -> None:
    page = named(people, HE, employer="agent")
    fill(page, FORM)
    attach(page, "劳动合同")
    go_on(page)
    number = signed_by(people, page, "hire")
    assert len(parts(people.at("agent", number))) == len(EVERY_TIME)
    assert parts(people.at("employer", number)) == parts(people.at("agent", number))
