"""办不成事 on a phone: heard, the office brought to the table, and the same case goes on the same day."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.walking import Town, in_city, opened, press
from tests.portal import matters

from tongban.casework import store

pytestmark = pytest.mark.browser
CERTIFICATE = "health/birth-certificate"
HOSPITAL = "demonstration/maternity-430211"


def told(page: Page, site: str, number: str) -> str:
    """Say which of one's matters could not be done, and how; the number that the window gives it."""
    page.goto(f"{site}/help")
    expect(page.locator("h1")).to_contain_text("哪一件没办成")
    press(page.locator(f"a[href$='matter={number}']"))
    page.get_by_label("不收我的件").check()
    press(page.locator("main form .btn-primary"))
    expect(page.locator("h1")).to_contain_text("11 月 17 日")
    expect(page.locator("main")).to_contain_text("卡在哪：有人不给办")
    return page.url.rpartition("/")[2]


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_a_failed_applicant_is_heard_and_helped_within_a_working_day(
    browser: Browser,
    town: str,
    script: bool,  # noqa: FBT001 -- a parameter
) -> None:
    found: list[str] = []
    in_city(lambda: found.append(matters.sent()))
    [number] = found
    people = Town(browser, town, script)
    mother = people.page_of("mother")
    inquiry = told(mother, town, number)

    window = people.open_case("clerk-government-services", inquiry, "办不成事")
    expect(window.locator("main")).to_contain_text("出生医学证明")
    press(window.locator("#do").get_by_text("部门会商").first)
    window.locator(f"input[name=offices][value='{HOSPITAL}']").check()
    window.locator("textarea[name=note]").fill("材料齐了，为什么不收")
    press(window.locator("#do form:has(input[name=do]) button[type=submit]"))
    people.act("clerk-maternity", inquiry, "办不成事", "回复会商", {"意见": "同意", "说明": "马上收"})
    agreed = {"怎么往下走": "现在就受理", "商定的办法": "医院今天受理"}
    people.act("clerk-government-services", inquiry, "办不成事", "定下办法", agreed)
    answered = {"答复": "医院今天已经受理，11 月 19 日前发证", "流程的毛病": "推着不办"}
    people.act("clerk-government-services", inquiry, "办不成事", "答复", answered)

    mother.goto(f"{town}/ask/{inquiry}")
    expect(mother.locator("main")).to_contain_text("医院今天已经受理")
    assert mother.evaluate("document.documentElement.scrollWidth") <= 390
    press(mother.get_by_role("button", name="办成了"))
    states: list[str] = []
    in_city(lambda: states.extend(case.state for case in store.cases_of([number]) if case.service == CERTIFICATE))
    assert states == ["accepted"]


def test_a_stranger_learns_what_to_do_whom_to_ask_and_how(browser: Browser, town: str) -> None:
    page = opened(browser, town)
    page.goto(f"{town}/help")
    page.fill("#wanted", "孩子上户口")
    press(page.get_by_role("button", name="找", exact=True))
    card = page.locator("main ol > li").first
    expect(card).to_contain_text("新生儿出生")
    expect(card).to_contain_text("示例")  # the address of a window
    page.fill("#wanted", "法院判了对方不给钱")
    press(page.get_by_role("button", name="找", exact=True))
    expect(page.locator("main section").first).to_contain_text("12368")
