"""Desks in a real browser: by keyboard, without script, readable by everybody at both widths in both languages."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TypeAlias
from uuid import uuid4

import pytest
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page
from tests.browser.reading import Reading
from tests.browser.walking import press
from tests.desk.conftest import MONDAY, Desks, at_work
from tests.desk.scene import FIRE, HALL, PASSWORD, address, resident_id
from tests.desk.test_results import granted

from tongban.applications import starting, tickets
from tongban.platform import time

pytestmark = pytest.mark.browser
READ = {
    "/desk/",
    "/desk/audit",
    "/desk/cases/",
    "/desk/cases/<str:number>",
    "/desk/many",
    "/desk/me",
    "/desk/messages",
    "/desk/office",
    "/desk/results",
    "/desk/results/<str:number>/label",
    "/desk/results/<str:number>/receipt",
    "/desk/window",
    "/desk/window/<str:office>/take",
    "/desk/window/plans/<str:number>",
    "/desk/window/receipts/<str:number>",
    "/desk/window/slips",
}
"""The pages that are read here by everybody."""
Office: TypeAlias = "tuple[str, Desks, list[str]]"


@pytest.fixture
def office(site: str) -> Office:
    """The city served, with three licences on the clerk's desk: late, due today, fresh."""
    desks, numbers = at_work(), []
    for days, name in ((-10, "贺小满"), (-7, "林亦舟"), (0, "周以宁")):
        time.set_time(MONDAY + timedelta(days=days), frozen=True)
        numbers.append(desks.scene.licence(name))
    return site, desks, numbers


@pytest.fixture
def busy(office: Office) -> tuple[str, str, str]:
    """Beside that: a licence accepted and asked about, somebody at the window, and people for every page.

    A draft begun at the window, the address of a result that is to be posted, and a case that is being corrected.
    """
    _site, desks, numbers = office
    desks.scene.do(desks.clerk, numbers[0], "accept")
    desks.scene.do(desks.clerk, numbers[0], "consult", data={"offices": [FIRE]})
    desks.scene.staff("9900", "樊明", HALL, "auditor")
    window = desks.scene.staff("9001", "黎晓", HALL, "window")
    tickets.take(HALL, "192.0.2.1")
    ticket = tickets.call_next(window, HALL)
    owner = desks.scene.person("罗承岳")
    draft = starting.start(
        window, "open-restaurant", command_id=uuid4(), applicant_key=desks.scene.id_number(owner), window=HALL
    )
    tickets.note_application(window, ticket.id, draft)
    granted(desks, desks.scene.person("何见山"), "window")
    to_post = granted(desks, desks.scene.person("陈望川"), "post")
    wrong = desks.scene.licence("许言")
    desks.scene.do(desks.clerk, wrong, "correct", data={"items": ["owner.phone"], "fault": "incorrect"})
    return draft, to_post.replace("/", "."), wrong


@pytest.fixture
def standing(office: Office) -> str:
    """What the browser waits for."""
    return office[0]


def states(desks: Desks, numbers: list[str]) -> list[str]:
    """The states of cases, asked from a thread beside the browser's loop."""

    def ask() -> list[str]:
        try:
            return [desks.scene.case(number).state for number in numbers]
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as beside:
        return beside.submit(ask).result()


def logged_in(context: BrowserContext, site: str, number: str) -> Page:
    page = context.new_page()
    page.goto(f"{site}/login")
    page.fill("[name=name]", number)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/desk/**")
    return page


def test_a_clerk_works_without_touching_the_mouse(browser: Browser, office: Office) -> None:
    site, desks, numbers = office
    page = logged_in(browser.new_context(viewport={"width": 1440, "height": 900}), site, "2107")
    page.goto(f"{site}/desk/?queue=office")
    for _ in range(2):
        page.keyboard.press("j")
    page.wait_for_selector(f"#preview:has-text('{numbers[1]}')")
    page.keyboard.press("k")
    page.wait_for_selector(f"#preview:has-text('{numbers[0]}')")
    page.keyboard.press("a")
    page.wait_for_selector(".tb-told")
    assert states(desks, numbers[:1]) == ["accepted"]
    page.keyboard.press("/")
    page.keyboard.type(numbers[2])
    page.keyboard.press("Enter")
    press(page.locator(f"a[href='{address(numbers[2])}']"))
    page.wait_for_url(f"**{address(numbers[2])}")
    page.keyboard.press("c")
    page.wait_for_url("**do=correct*")
    page.keyboard.press("Escape")
    page.wait_for_url(f"**{address(numbers[2])}?queue=office")
    page.keyboard.press("k")
    page.wait_for_url(f"**{address(numbers[1])}*")
    page.context.close()


@pytest.mark.usefixtures("busy")
def test_ticking_shows_only_what_all_chosen_allow(browser: Browser, office: Office) -> None:
    site, _desks, numbers = office
    page = logged_in(browser.new_context(viewport={"width": 1440, "height": 900}), site, "2107")
    page.goto(f"{site}/desk/?queue=office")
    bar, accept = page.locator("[data-selection]"), page.locator("[data-selection] button[value=accept]")
    assert not bar.is_visible()
    boxes = [page.locator(f"input[value='{number.replace('/', '.')}']") for number in numbers]
    boxes[1].check()
    boxes[2].check()
    assert (accept.is_visible(), "2" in bar.inner_text()) == (True, True)
    boxes[0].check()
    assert not accept.is_visible()
    page.context.close()


def test_the_work_of_a_clerk_needs_no_script(browser: Browser, office: Office) -> None:
    site, desks, numbers = office
    page = logged_in(browser.new_context(java_script_enabled=False), site, "2107")
    page.goto(f"{site}/desk/?queue=office")
    page.locator("tbody input[type=checkbox]").nth(0).check()
    page.locator("tbody input[type=checkbox]").nth(1).check()
    press(page.locator("[data-selection] button[value=accept]"))
    press(page.locator("main form button[type=submit]"))
    assert states(desks, numbers) == ["accepted", "accepted", "submitted"]
    page.goto(f"{site}{address(numbers[2])}")
    press(page.locator("a[href*='do=correct']"))
    page.check("input[value='owner.phone']")
    page.fill("input[name='item:owner.phone']", "少了一位", force=True)
    page.check("input[value=incorrect]")
    press(page.locator("#do form button[type=submit]"))
    assert states(desks, numbers[2:]) == ["correcting"]
    page.context.close()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("width", [390, 1440])
def test_every_page_is_readable_by_everybody(
    busy: tuple[str, str, str], browser: Browser, office: Office, width: int, language: str
) -> None:
    (site, _desks, numbers), (draft, waiting, wrong) = office, busy
    licence, accepted = address(numbers[2]), address(numbers[0])
    pages = {
        "2107": [address(wrong), "/desk/results", f"/desk/results/{waiting}/label",
                 f"/desk/results/{waiting}/receipt", "/desk/nowhere",
                 "/desk/", f"/desk/?queue=office&case={licence.rpartition('/')[2]}", licence, f"{licence}?do=correct",
                 f"{accepted}?do=consult", f"/desk/cases/?q={numbers[0]}", "/desk/me", "/desk/messages"],
        "2201": [f"{accepted}?do=decide"],
        "2001": ["/desk/office"],
        "9001": ["/desk/window", f"/desk/window/plans/{draft}", f"/desk/window/receipts/{draft}", "/desk/results",
                 f"/desk/window/{HALL.replace('/', '.')}/take"],
        "9900": ["/desk/audit", licence],
    }  # fmt: skip
    read = Reading()
    for worker, addresses in pages.items():
        context = browser.new_context(viewport={"width": width, "height": 900})
        page = logged_in(context, site, worker)
        context.add_cookies([{"name": "django_language", "value": language, "url": site}])
        for path in addresses:
            page.goto(f"{site}{path}")
            read.look(page, path.partition("?")[2])
        if worker == "2107":
            page.goto(f"{site}/desk/?queue=office")
            page.locator(f"input[value='{numbers[1].replace('/', '.')}']").check()
            press(page.locator("[data-selection] button[value=accept]"))
            read.look(page, "asks first")
            press(page.locator("main form button[type=submit]"))
            read.look(page, "answers")
        if worker == "9001":
            page.goto(f"{site}/desk/window")
            page.fill("#id_number", "430200")
            press(page.locator("form[action$=slips] button"))
            read.look(page, "says what is wrong")
            page.fill("#id_number", resident_id(11))
            press(page.locator("form[action$=slips] button"))
            read.look(page, "is given")
        context.close()
    assert read.faults == {}
    assert read.routes == READ
