"""The portal in a real browser: the main job without a script, every page for everybody, no page too heavy."""

from __future__ import annotations

import gzip
import re
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, Response
from tests.browser.reading import Reading, for_every_reader
from tests.browser.walking import enter, go_on, opened, press

pytestmark = pytest.mark.browser
HEAVIEST_BYTES = 250_000
ANSWERED = urlencode(
    {
        "birth.in_city": "true",
        "marriage.registered": "true",
        "birth.household_follows": "mother",
        "mother.medical_insurance": "employee",
    }
)
OPEN = ["/", "/search?q=child", "/bundles/", "/login", "/login/slip", "/verify/AAAA", "/help", "/no-such-page"]
OPEN += ["/b/newborn", "/b/newborn/start?asked=marriage.registered", "/b/newborn/facts"]
OWN = [
    "/",
    "/my",
    "/messages",
    "/documents",
    "/reads",
    "/account",
    "/account/code",
    "/account/data",
    "/account/mandate",
    "/account/password",
    "/account/tokens",
]
READ = {
    "/",
    "/a/<str:number>",
    "/a/<str:number>/agree",
    "/a/<str:number>/events",
    "/a/<str:number>/form",
    "/a/<str:number>/sign",
    "/a/<str:number>/withdraw",
    "/account",
    "/account/code",
    "/account/data",
    "/account/mandate",
    "/account/password",
    "/account/tokens",
    "/b/<str:slug>",
    "/b/<str:slug>/facts",
    "/b/<str:slug>/start",
    "/bundles/",
    "/consent/<str:number>",
    "/documents",
    "/help",
    "/login",
    "/login/slip",
    "/messages",
    "/my",
    "/reads",
    "/search",
    "/verify/<str:code>",
}
"""The pages that are read here by everybody."""


def fill_in(page: Page) -> None:
    """Answer everything on a page of the form as a person would."""
    for question in page.locator("form[novalidate] .tb-question").all():
        if question.locator("input[type=radio]").count():
            question.locator("input[type=radio]").first.check()
        else:
            is_phone = question.locator("input[inputmode=tel]").count()
            question.locator("input").first.fill("10000000001" if is_phone else "陈小禾")


def choose_situation(page: Page) -> None:
    """Answer situation questions with their first option until there are none."""
    while "/start" in page.url:
        page.locator("input[type=radio]").first.check()
        go_on(page)


def test_the_main_job_works_without_a_script(browser: Browser, town: str) -> None:
    mother = opened(browser, town, script=False)
    mother.goto(town)
    mother.locator("main input[name=q]").fill("孩子上户口")
    press(mother.locator("main button[type=submit]").first)
    press(mother.locator("a.tb-found"))
    go_on(mother)
    choose_situation(mother)
    go_on(mother)
    press(mother.locator("button[value=mother]"))
    go_on(mother)
    go_on(mother)
    fill_in(mother)
    go_on(mother)
    mother.locator("input[name=true]").check()
    go_on(mother)
    link = mother.locator(".tb-link-to-copy a").inner_text()

    father = opened(browser, town, script=False)
    enter(father, town, "father", link.removeprefix(town))
    press(father.locator("button[value=yes]"))

    mother.reload()
    assert "0/7" in mother.locator(".tb-ring").inner_html()
    assert re.search(r"\d+\s月\s\d+\s日前全部办好", mother.locator(".tb-answer").inner_text())


def test_a_draft_outlives_a_closed_browser(browser: Browser, town: str) -> None:
    page = opened(browser, town)
    enter(page, town, "mother", f"/b/newborn?{ANSWERED}".replace("&", "%26"))
    go_on(page)
    go_on(page)
    fill_in(page)
    go_on(page)
    number = page.url.split("/a/")[1].split("/")[0]
    page.context.close()
    again = opened(browser, town)
    enter(again, town, "mother", f"/a/{number}")
    assert "陈小禾" in again.locator("main").inner_text()


def test_a_situation_is_swapped_in_place_and_can_be_shared(browser: Browser, town: str) -> None:
    page = opened(browser, town, 1440)
    page.goto(f"{town}/b/newborn")
    page.locator(".tb-situation summary").click()
    with page.expect_response(lambda answer: "marriage.registered=false" in answer.url):
        page.get_by_role("link", name="父母没有登记结婚").click()
    page.locator(".tb-situation .tb-chip", has_text="父母没有登记结婚").first.wait_for()
    assert "marriage.registered=false" in page.url
    page.reload()
    assert "父母没有登记结婚" in page.locator(".tb-situation p").inner_text()


@for_every_reader
def test_every_page_can_be_read_by_everybody(
    browser: Browser,
    town: str,
    width: int,
    language: str,
    elder: bool,  # noqa: FBT001 -- a parameter
) -> None:
    page = opened(browser, town, width, language, elder=elder)
    read = Reading()
    for address in OPEN:
        page.goto(town + address)
        read.look(page)
    enter(page, town, "mother")
    for address in OWN:
        page.goto(town + address)
        read.look(page)
    page.goto(f"{town}/b/newborn?{ANSWERED}")
    for name in ("plan", "agree", "form", "form with errors"):
        read.look(page, name)
        if name != "form with errors":
            go_on(page)
    fill_in(page)
    go_on(page)
    read.look(page)
    page.locator("input[name=true]").check()
    go_on(page)
    read.look(page, "waiting")
    number = page.url.rpartition("/")[2]
    father = opened(browser, town, width, language, elder=elder)
    enter(father, town, "father", f"/consent/{number}")
    read.look(father)
    press(father.locator("button[value=yes]"))
    for path in ("", "/events", "/withdraw"):
        page.goto(f"{town}/a/{number}{path}")
        read.look(page, "sent")
    assert read.faults == {}
    assert read.routes == READ


@pytest.mark.parametrize("address", ["/", "/b/newborn"])
def test_a_first_visit_is_light(browser: Browser, town: str, address: str) -> None:
    page = opened(browser, town)
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 -- playwright marks its handlers
    page.goto(town + address, wait_until="networkidle")
    assert {answer.url.startswith(town) for answer in answers} == {True}
    assert sum(len(gzip.compress(answer.body())) for answer in answers) < HEAVIEST_BYTES
