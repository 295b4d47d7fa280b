"""From the window to one's own page: the card is shown, the slip printed, and at home a password is chosen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.authenticator import code_of
from tests.browser.reading import on_paper
from tests.browser.walking import enter, opened, press

pytestmark = pytest.mark.browser
MOTHER = "430200199405120089"
NEW = "nine-blue-kettles"  # a test's own


def given(clerk: Page, site: str) -> str:
    """The 12 digits of a slip for the mother, as they stand on paper."""
    clerk.goto(f"{site}/desk/window")
    clerk.fill("#id_number", MOTHER)
    press(clerk.locator("form[action$=slips] button"))
    with on_paper(clerk) as words:
        assert [told for told in ("登录凭条", "李**", "/login/slip") if told not in words] == []
        assert MOTHER not in words
        assert clerk.locator(".tb-receipt svg").first.is_visible()
    return clerk.locator(".tb-slip-code").inner_text()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_who_forgot_the_password_and_lost_the_phone_is_back_in(
    browser: Browser,
    town: str,
    script: bool,  # noqa: FBT001 -- a parameter
) -> None:
    before = opened(browser, town, script=script)
    enter(before, town, "mother", "/account/code")
    before.fill("#code", code_of(before.locator("code").inner_text()))
    press(before.locator("form[novalidate] button"))

    clerk = opened(browser, town, 1440, script=script)
    enter(clerk, town, "window")
    code = given(clerk, town)

    home = opened(browser, town, script=script)
    home.goto(f"{town}/login")
    press(home.get_by_text("第一次登录，或忘了密码"))
    home.fill("#number", MOTHER)
    home.fill("#code", code)
    home.fill("#new", "12345678")
    home.fill("#again", "12345678")
    press(home.locator("main form button[type=submit]"))
    expect(home.locator("#new-error")).to_contain_text("换一个")
    assert home.locator("#new").input_value() == ""
    home.fill("#new", NEW)
    home.fill("#again", NEW)
    press(home.locator("main form button[type=submit]"))
    assert home.url == f"{town}/account"
    expect(home.locator("h1")).to_contain_text("李沐禾")

    before.goto(f"{town}/account")
    assert "/login" in before.url  # what was open elsewhere has ended
    before.fill("#name", MOTHER)
    before.fill("#password", NEW)
    press(before.locator("main form .btn-primary"))
    before.goto(f"{town}/reads")
    expect(before.locator("main")).to_contain_text("开登录凭条")
