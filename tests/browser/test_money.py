"""Paying and hand-over as people do it in a browser, without a script: pay over the counter, have the book posted."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect
from tests.browser.reading import Reading, for_every_reader, on_paper
from tests.browser.test_newborn import COMMON
from tests.browser.test_newborn import FORM as NEWBORN
from tests.browser.walking import Town, fill, go_on, in_city, link_of, press, sign, situation
from tests.portal import matters

from tongban.applications import handing_over
from tongban.platform import time

pytestmark = pytest.mark.browser

FORM = {**NEWBORN, "户口簿": "另立"}
READ = {
    "/a/<str:number>",
    "/a/<str:number>/delivery",
    "/a/<str:number>/fees",
    "/a/<str:number>/fees/<str:fee>/receipt",
    "/pay/<path:reference>",
}
"""The pages that are read here by everybody."""


def owing(people: Town) -> str:
    """The mother's application, its book to be posted, with the registration accepted: six yuan are due."""
    mother = people.found("孩子上户口", "新生儿出生", "mother")
    go_on(mother)
    situation(mother, COMMON)
    go_on(mother)
    go_on(mother)
    fill(mother, FORM)
    expect(mother.locator("main")).to_contain_text("6.00 元，受理后再交")
    press(mother.locator("a[href$='/delivery']").first)
    book = mother.locator("section.card", has_text="出生户口登记")
    book.locator("label.tb-choice", has_text="寄给我").first.locator("input").check()
    go_on(mother)
    expect(mother.locator("[role=status]")).to_contain_text("记下了")
    press(mother.get_by_role("link", name="回去"))
    expect(mother.locator("main")).to_contain_text("寄给我")
    number = sign(mother)
    people.consent("father", link_of(mother))
    people.grant(number, "出生医学证明", "maternity")
    people.act("clerk-population", number, "出生户口登记", "受理")
    return number


def test_paying_and_having_it_posted_needs_no_script(browser: Browser, town: str) -> None:
    people = Town(browser, town, script=False)
    number = owing(people)
    people.act("approver-population", number, "出生户口登记", "准予")

    mother = people.at("mother", number)
    expect(mother.locator(".tb-ask")).to_contain_text("付户口簿工本费")
    press(mother.locator(".tb-ask a"))
    go_on(mother)
    press(mother.locator("button[value=leave]"))
    expect(mother.locator("[role=status]")).to_contain_text("没有扣钱")
    go_on(mother)
    press(mother.locator("button[value=pay]"))
    expect(mother.locator("[role=status]")).to_contain_text("到账了")
    press(mother.get_by_role("link", name="收据"))
    expect(mother.locator("main")).to_contain_text("样张")
    with on_paper(mother) as words:
        assert [told for told in ("6.00", "样张", "收据号", number) if told not in words] == []

    in_city(
        lambda: handing_over.posted(
            matters.actor("clerk-population"),
            matters.part(number, "police/birth-registration"),
            "EX123456789CN",
            time.today(),
        )
    )
    mother = people.at("mother", number, "/delivery")
    expect(mother.locator("main")).to_contain_text("EX123456789CN")


@for_every_reader
def test_the_pages_of_money_can_be_read_by_everybody(
    browser: Browser,
    town: str,
    width: int,
    language: str,
    elder: bool,  # noqa: FBT001 -- a parameter
) -> None:
    people = Town(browser, town)
    number = owing(people)
    page = people.page_of("mother")
    page.set_viewport_size({"width": width, "height": 844})
    page.context.add_cookies(
        [
            {"name": "django_language", "value": language, "url": town},
            {"name": "elder", "value": "1" if elder else "0", "url": town},
        ]
    )
    read = Reading()
    for path in ("", "/fees", "/delivery"):
        page.goto(f"{town}/a/{number}{path}")
        read.look(page)
    page.goto(f"{town}/a/{number}/fees")
    go_on(page)
    read.look(page)
    press(page.locator("button[value=pay]"))
    press(page.locator("a[href$='/receipt']"))
    read.look(page)
    assert read.faults == {}
    assert read.routes == READ
