"""A bad rating on a phone, through the office that calls back and the one that watches, to the person asked again."""

from __future__ import annotations

from uuid import uuid4

import pytest
from playwright.sync_api import Browser, expect
from tests.browser.reading import Reading
from tests.browser.walking import Town, go_on, in_city, press
from tests.portal import matters

from tongban.applications import withdrawal
from tongban.supervision.models import Rating

pytestmark = pytest.mark.browser
CERTIFICATE = "health/birth-certificate"


def ended() -> str:
    """The mother's application, of which the birth certificate was granted and the rest taken back."""
    number = matters.sent()
    matters.grant_birth_certificate(number)
    withdrawal.withdraw(matters.actor("mother"), number, uuid4())
    return number


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_a_bad_rating_is_said_with_a_thumb_and_called_back(
    browser: Browser,
    town: str,
    script: bool,  # noqa: FBT001 -- a parameter
) -> None:
    numbers: list[str] = []
    in_city(lambda: numbers.append(ended()))
    people, read = Town(browser, town, script), Reading()
    page = people.at("mother", numbers[0])
    expect(page.locator("#rating h2")).to_have_text("办得怎么样？")
    if script:
        read.look(page)
    press(page.locator("#rating button", has_text="非常不满意"))
    expect(page.locator("h1")).to_have_text("哪里不好？")
    if script:
        read.look(page)
    page.locator("main select").select_option(label="太慢")
    page.locator("main textarea").fill("等了两个月")
    go_on(page)
    expect(page.locator("#rating")).to_contain_text("部门会回访你")
    assert read.faults == {}

    matter: list[str] = []
    in_city(lambda: matter.append(str(Rating.objects.get().matter)))
    application = matter[0].partition("/")[0]
    people.act("clerk-maternity", application, "差评整改", "回访", {"回访时": "材料放了一个月"})
    people.act("clerk-maternity", application, "差评整改", "报整改完成", {"怎么改": "当天出证"})
