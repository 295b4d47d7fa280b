"""A child is born, walked through in a browser from search to signed papers, with every branch of the way."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.walking import (
    Answers,
    Town,
    attach,
    download,
    fill,
    go_on,
    link_of,
    lists,
    on_record,
    parts,
    press,
    sign,
    situation,
    verdict,
    verified,
)

from tongban.testing.stories.model import Facts

pytestmark = pytest.mark.browser

CERTIFICATE, HOUSEHOLD, CARD = "出生医学证明", "出生户口登记", "社会保障卡申领"
VACCINES, GUIDANCE, ENROLMENT, COSTS = "预防接种证", "科学育儿指导登记", "城乡居民基本医疗保险", "生育医疗费用报销"
DEPENDENT = {VACCINES: "disease-control", GUIDANCE: "maternity", COSTS: "insurer"}
AFTER_HOUSEHOLD = {CARD: "human-resources", ENROLMENT: "insurer"}
REFUSAL = {"哪一条": "别的原因", "理由": "分娩记录对不上，由医院先更正（母婴保健法第 23 条）"}
DESK_ANSWERS = {"下次接种日期": "2026-12-14", "报销金额": "1722"}

COMMON: Answers = {
    "本市医院": "本市医院出生",
    "登记结婚": "父母已登记结婚",
    "户口随谁": "随母亲",
    "母亲参加哪种医保": "职工",
    "父亲参加哪种医保": "职工",
}
FORM: Answers = {
    "孩子的姓名": "陈星野",
    "户口簿": "现在这本",
    "疫苗": "泰山路街道社区卫生服务中心",
    "手机号": "10000000001",
    "收件地址": "株洲市天元区泰山路街道示例路 12 号 301",
    "哪张卡": "6200000000000000001",
}


@pytest.fixture
def people(browser: Browser, town: str) -> Town:
    """Everybody of a scenario."""
    return Town(browser, town)


def to_the_form(people: Town, answers: Answers = COMMON, mother: str = "mother") -> Page:
    """From search to the form, as the mother who has logged in."""
    page = people.found("孩子上户口", "新生儿出生", mother)
    go_on(page)
    situation(page, answers)
    go_on(page)
    go_on(page)
    return page


def sent(people: Town, form: Answers = FORM) -> str:
    """An application that the mother signed and the father agreed to; its number."""
    page = to_the_form(people)
    fill(page, form)
    number = sign(page)
    people.consent("father", link_of(page))
    return number


def test_from_search_to_signed_papers(browser: Browser, town: str) -> None:
    whole_way(Town(browser, town))


def test_from_search_to_signed_papers_without_a_script(browser: Browser, town: str) -> None:
    whole_way(Town(browser, town, script=False))


def whole_way(people: Town) -> None:
    """All seven parts, by a mother who logs in only when she begins."""
    page = people.found("孩子上户口", "新生儿出生")
    go_on(page)
    situation(page, COMMON)
    go_on(page)
    press(page.locator("button[value=mother]"))
    people.pages["mother"] = page
    go_on(page)
    go_on(page)
    fill(page, FORM)
    number = sign(page)
    expect(page.locator("h1")).to_have_text("还等父亲签，签了自动交出去")
    people.consent("father", link_of(page))

    people.grant(number, CERTIFICATE, "maternity")
    for service, staff in DEPENDENT.items():
        people.grant(number, service, staff, DESK_ANSWERS)
    people.grant(number, HOUSEHOLD, "population")
    for service, staff in AFTER_HOUSEHOLD.items():
        people.grant(number, service, staff)

    page = people.at("mother", number)
    assert page.locator(".tb-answer").inner_text() == "全部办好了"
    assert len(parts(page)) == 7
    for title in ("出生医学证明", "居民户口簿"):
        content = verified(page, people.site, title)
    altered = content.replace(b"/Page", b"/Pagf", 1)
    assert "是真的" not in verdict(page, people.site, altered)


@pytest.mark.parametrize(
    ("recorded", "said", "form", "left_out", "offices"),
    [
        pytest.param(
            {"marriage.registered": False},
            {"登记结婚": "没有登记"},
            {},
            set(),
            {HOUSEHOLD: "天元分局"},
            id="unmarried, the mother's household",
        ),
        pytest.param(
            {},
            {"户口随谁": "随父亲"},
            {},
            set(),
            {HOUSEHOLD: "醴陵市公安局", CERTIFICATE: "株洲市妇幼保健院"},
            id="the father's household",
        ),
        pytest.param(
            {"birth.in_city": False},
            {"本市医院": "外地出生"},
            {"出生证编号": "S260000001"},
            {CERTIFICATE},
            {HOUSEHOLD: "天元分局"},
            id="born elsewhere",
        ),
        pytest.param(
            {"mother.medical_insurance": "resident"},
            {"母亲参加哪种医保": "居民"},
            {},
            set(),
            {COSTS: "医疗保障"},
            id="mother insured as resident",
        ),
        pytest.param(
            {"mother.medical_insurance": "uninsured"},
            {"母亲参加哪种医保": "没有"},
            {},
            set(),
            {COSTS: "医疗保障"},
            id="only the father is insured",
        ),
        pytest.param(
            {"mother.medical_insurance": "uninsured", "father.medical_insurance": "resident"},
            {"母亲参加哪种医保": "没有", "父亲参加哪种医保": "居民"},
            {},
            {COSTS},
            {},
            id="nobody is insured for it",
        ),
    ],
)
def test_each_situation_has_its_own_way(
    browser: Browser,
    town: str,
    recorded: Facts,
    said: Answers,
    form: Answers,
    left_out: set[str],
    offices: Answers,
) -> None:
    on_record("mother", "newborn", recorded)
    people = Town(browser, town)
    page = to_the_form(people, {**COMMON, **said})
    fill(page, {**FORM, **form})
    if "/papers" in page.url:  # the hospital elsewhere is in no register of this city
        assert left_out == {CERTIFICATE}
        attach(page, "出生医学证明")
        go_on(page)
    number = sign(page)
    people.consent("father", link_of(page))
    shown = parts(people.at("mother", number))
    known = [CERTIFICATE, HOUSEHOLD, CARD, VACCINES, GUIDANCE, ENROLMENT, COSTS]
    assert {title for title in known if not any(title in part for part in shown)} == left_out
    for service, office in offices.items():
        assert office in next(line for title, line in shown.items() if service in title)


def test_a_father_without_marriage_proves_it_for_his_household(browser: Browser, town: str) -> None:
    on_record("mother", "newborn", {"marriage.registered": False})
    page = to_the_form(Town(browser, town), {**COMMON, "登记结婚": "没有登记", "户口随谁": "随父亲"})
    fill(page, FORM)
    assert "亲子鉴定意见书" in page.locator("main").inner_text()


def test_nothing_is_sent_while_the_father_says_no(people: Town) -> None:
    page = to_the_form(people)
    fill(page, FORM)
    number = sign(page)
    link = link_of(page)
    father = people.page_of("father")
    father.goto(link)
    assert "母亲 李**" in father.locator("main").inner_text()
    assert "陈星野" in father.locator("main").inner_text()  # what he agrees to
    assert "6200000" not in father.locator("main").inner_text()
    people.consent("father", link, agree=False)
    assert father.locator("h1").inner_text() == "你没同意，申请人知道了"
    page = people.at("mother", number)
    assert "没同意" in page.locator("main").inner_text()
    assert people.waiting_at("clerk-maternity") == []
    people.consent("father", link)  # he thinks again, and so must she
    page = people.at("mother", number)
    assert "没同意" not in page.locator("main").inner_text()
    sign(page)
    assert "0/7" in people.at("mother", number).locator(".tb-ring").inner_html()


def test_twins_have_papers_of_their_own(people: Town) -> None:
    said = {**COMMON, "户口随谁": "随父亲", "母亲参加哪种医保": "居民"}
    page = to_the_form(people, said, "twins-mother")
    situation(page, said)  # what was said of the first child is asked of the second
    shared = {word: FORM[word] for word in ("手机号", "收件地址", "哪张卡", "户口簿", "疫苗")}
    asked = []
    for name in ("", "", "唐一一", "唐二二"):
        if "/form" in page.url:
            asked.append(page.locator("h1").inner_text().partition("，")[0])
            fill(page, {**shared, "孩子的姓名": name})
    assert asked == ["母亲", "父亲", "孩子 1", "孩子 2"]
    number = sign(page)
    people.consent("twins-father", link_of(page))
    assert {f"{CERTIFICATE} · 孩子 {n}" for n in (1, 2)} <= parts(people.at("twins-mother", number)).keys()

    people.grant(number, CERTIFICATE, "maternity", member=1)
    people.grant(number, HOUSEHOLD, "population", member=1)
    shown = parts(people.at("twins-mother", number))
    assert "办好" in shown[f"{HOUSEHOLD} · 孩子 1"]
    assert "等前面的办好" in shown[f"{HOUSEHOLD} · 孩子 2"]
    people.grant(number, CERTIFICATE, "maternity", member=2)
    people.grant(number, HOUSEHOLD, "population", member=2)
    page = people.page_of("twins-mother")
    page.goto(f"{people.site}/documents")
    assert sorted(lists(page)) == ["出生医学证明"] * 2 + ["居民户口簿个人页"] * 2
    holders = {
        verdict(page, people.site, download(page, people.site, CERTIFICATE, n)[0]).partition("持有人")[2].split()[0]
        for n in (0, 1)
    }
    assert holders == {"唐**"}


def test_a_correction_is_asked_once_with_all_of_it(people: Town) -> None:
    number = sent(people)
    people.grant(number, CERTIFICATE, "maternity")
    wrong = {"落在哪本户口簿": "另立一户要有自己的住房，选“现在这本”", "孩子的姓名": "“野”字写成了别的字"}
    people.act("clerk-population", number, HOUSEHOLD, "一次性告知补正", {"是哪一种": "填错了"}, items=wrong)
    assert "一次性告知补正" not in people.open_case("clerk-population", number, HOUSEHOLD).locator("#do").inner_text()

    page = people.at("mother", number)
    box = page.locator(".tb-ask").inner_text()
    assert "2 样" in box
    assert all(words in box for words in wrong.values())
    press(page.locator(".tb-ask .btn-primary"))
    fill(page, {"孩子的姓名": "陈星也", "户口簿": "现在这本"})
    shown = parts(people.at("mother", number))
    assert "正常" in next(line for title, line in shown.items() if HOUSEHOLD in title)
    case = people.open_case("clerk-population", number, HOUSEHOLD)
    assert "陈星也" in case.locator("main").inner_text()
    people.grant(number, HOUSEHOLD, "population")


def test_what_needs_a_refused_part_is_not_possible_and_the_rest_goes_on(people: Town) -> None:
    number = sent(people)
    people.grant(number, CERTIFICATE, "maternity")
    people.act("clerk-population", number, HOUSEHOLD, "受理")
    why = "孩子已经在醴陵市登记了户口（户口登记条例第 6 条）"
    people.act("approver-population", number, HOUSEHOLD, "不予办理", {"理由": why})
    people.act("clerk-disease-control", number, VACCINES, "受理")
    case = people.open_case("approver-disease-control", number, VACCINES)
    press(case.locator("#do .btn-primary"))
    press(case.locator("#do form button[type=submit]"))  # nothing is typed: it says what, by its name
    assert "还要填：下次接种日期" in case.locator("#do .tb-error-summary").inner_text()
    people.act("approver-disease-control", number, VACCINES, "准予", DESK_ANSWERS)

    page = people.at("mother", number)
    assert why in page.locator(".tb-refused").inner_text()
    shown = parts(page)
    for service in AFTER_HOUSEHOLD:
        assert HOUSEHOLD in next(line for title, line in shown.items() if service in title), shown
    assert "办好" in shown[VACCINES]
    letter = page.locator(".tb-refused a").get_attribute("href") or ""
    assert page.context.request.get(f"{people.site}{letter}").body().startswith(b"%PDF-")

    press(page.locator("button", has_text="再办一次"))  # for the household and what follows from it, no more
    go_on(page)
    assert "/sign" in page.url
    assert "交给 3 个部门" in page.locator("h1").inner_text()
    assert CERTIFICATE not in page.locator("main").inner_text()


def test_applying_again_asks_nothing_that_is_known(people: Town) -> None:
    number = sent(people)
    people.act("clerk-maternity", number, CERTIFICATE, "不予受理", REFUSAL)
    page = people.at("mother", number)
    press(page.locator("button", has_text="再办一次"))
    go_on(page)  # agreeing once more to what is read
    assert "/sign" in page.url
    assert "陈星野" in page.locator("main").inner_text()


def test_what_is_not_decided_can_be_withdrawn(people: Town) -> None:
    number = sent(people)
    people.grant(number, CERTIFICATE, "maternity")
    page = people.at("mother", number)
    press(page.locator("a.btn-danger"))
    assert page.locator("h1").inner_text() == "撤回后 6 件停办"
    assert CERTIFICATE in page.locator("section", has_text="还有效").inner_text()
    press(page.locator("button.btn-danger"))
    shown = parts(page)
    assert "办好" in shown[CERTIFICATE]
    assert all("撤回" in line for title, line in shown.items() if title != CERTIFICATE)
    assert people.waiting_at("clerk-population") == []


def test_a_wrong_register_is_disputed_and_the_application_goes_on(people: Town) -> None:
    on_record("mother", "newborn", {"mother.residence_address": "株洲市荷塘区宋家桥街道旧地址 1 号"})
    page = to_the_form(people)
    page.locator("details.tb-known summary").first.click()
    press(page.locator("details.tb-known .tb-answers > div", has_text="旧地址 1 号").locator("a"))
    page.locator("form[novalidate] input[type=text]").fill("株洲市天元区泰山路街道示例路 12 号 301")
    go_on(page)
    fill(page, FORM)
    assert "有异议" in page.locator("main").inner_text() or page.locator("summary").count()
    number = sign(page)
    people.consent("father", link_of(page))
    case = people.open_case("clerk-maternity", number, CERTIFICATE)
    assert "有异议" in case.locator("main").inner_text()
    people.grant(number, CERTIFICATE, "maternity")
    assert "更正登记信息" in people.waiting_at("clerk-population")


def test_a_draft_outlives_a_closed_browser(people: Town) -> None:
    page = to_the_form(people)
    fill(page, FORM)
    number = page.url.split("/a/")[1].split("/")[0]
    page.context.close()
    del people.pages["mother"]
    page = people.page_of("mother")
    page.goto(f"{people.site}/my")
    press(page.locator("a", has_text="新生儿出生").first)
    assert number in page.url
    assert "陈星野" in page.locator("main").inner_text()
    sign(page)
