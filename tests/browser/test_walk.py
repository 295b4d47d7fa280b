"""A leader walks in a real browser: begun at the desk, recorded on a phone, told in a report, and mended."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.applications.newborn import desk_of_everyone
from tests.browser.reading import Reading
from tests.browser.walking import enter, in_city, opened, press
from tests.photos import jpeg

from tongban.applications import cases
from tongban.catalog.canonical import hashed
from tongban.platform.ids import in_address
from tongban.publication import service as publication
from tongban.supervision import problems
from tongban.supervision.models import Found

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("script", [False, True], ids=["without a script", "with a script"])
def test_a_head_walks_on_a_phone_and_what_hurts_becomes_a_problem(browser: Browser, town: str, *, script: bool) -> None:
    desk = opened(browser, town, 1440)
    enter(desk, town, "head", "/desk/walks/new?about=life-events/newborn")
    desk.locator("input[name=played]").fill("第一胎的妈妈")
    press(desk.locator("main .btn-primary"))
    code = desk.locator("main b.tb-nowrap").inner_text()
    phone = opened(browser, town, 390, script=script)
    enter(phone, town, "mother", "/walks/")
    phone.locator("input[name=code]").fill(code)
    press(phone.locator("main .btn-primary"))
    expect(phone.locator(".tb-rehearsal")).to_contain_text("演练件")
    press(phone.get_by_text("从这里开始走"))
    phone.locator("main input[name=q]").fill("生孩子")
    press(phone.locator("main button[type=submit]").first)
    press(phone.locator("a.tb-found", has_text="出生"))
    read = Reading()
    look = read.look if script else lambda _page: None
    look(phone)
    press(phone.locator(".tb-rehearsal a"))
    expect(phone.locator("#step-title")).to_have_text("看办法和日期")
    expect(phone.locator("main")).to_contain_text("第 2 步，共 8 步")
    phone.locator(".tb-face-4 input").check()
    phone.locator("#said").fill("看不懂要什么")
    phone.locator("input[name=photo]").set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": jpeg()})
    press(phone.get_by_text("记下", exact=True))
    expect(phone.locator(".tb-walk-said")).to_contain_text("看不懂要什么")
    look(phone)
    press(phone.get_by_text("歇一下"))
    press(phone.locator(".tb-walk-bar button").first)
    press(phone.get_by_text("走完了"))
    expect(phone.locator("h1")).to_contain_text("出生")
    look(phone)
    press(phone.get_by_text("记成问题"))
    expect(phone.locator("main")).to_contain_text("已经记成问题")
    desk.goto(f"{town}/desk/walks/")
    expect(desk.locator("h1")).to_contain_text("发现 1 个问题")
    read.look(desk)
    assert read.faults == {}


CERTIFICATE = "health/birth-certificate"


def walked(browser: Browser, town: str, *, said: str = "") -> Page:
    """A walk of one service from the desk to its report, with a note if somebody says something."""
    desk = opened(browser, town, 1440)
    enter(desk, town, "head", f"/desk/walks/new?about={CERTIFICATE}")
    press(desk.locator("main .btn-primary"))
    code = desk.locator("main b.tb-nowrap").inner_text()
    phone = opened(browser, town, 390)
    enter(phone, town, "mother", "/walks/")
    phone.locator("input[name=code]").fill(code)
    press(phone.locator("main .btn-primary"))
    press(phone.get_by_text("从这里开始走"))
    phone.goto(f"{town}/b/birth-certificate")
    press(phone.locator(".tb-rehearsal a"))
    if said:
        phone.locator(".tb-face-3 input").check()
        phone.locator("#said").fill(said)
        press(phone.get_by_text("记下", exact=True))
    press(phone.get_by_text("走完了"))
    return phone


def shorten() -> None:
    """The office asks one question less, by a new version of the definition; who watches looks again."""
    desk, case = desk_of_everyone(), Found.objects.get(kind="simplify").case
    catalog = publication.current()
    owner = problems.owner_of(catalog, CERTIFICATE).id
    watching = Found.objects.get(case=case).office
    problems.assign(case, owner, uuid4())
    cases.act(desk(owner, "handler"), case, "plan", command_id=uuid4(), facts={"problem.measure": "少问一项"})
    service = catalog.services[CERTIFICATE]
    shorter = replace(service, needs=service.needs[:-1])
    publication.publish(hashed(replace(catalog, services={**catalog.services, CERTIFICATE: shorter})))
    cases.act(desk(owner, "handler"), case, "repair", command_id=uuid4(), facts={"problem.evidence": "第 2 版"})
    cases.act(desk(watching, "handler"), case, "recheck", command_id=uuid4(), facts={"problem.effect": "少一项"})


def test_what_could_be_shorter_becomes_a_new_version_and_the_next_walk_measures_it(browser: Browser, town: str) -> None:
    first = walked(browser, town, said="这一项系统里有，可以不问")
    press(first.get_by_text("记成问题"))
    in_city(shorten)
    number: list[str] = []
    in_city(lambda: number.append(Found.objects.get(kind="simplify").case))
    desk = opened(browser, town, 1440)
    enter(desk, town, "head", f"/desk/problems/{in_address(number[0])}")
    expect(desk.locator("main")).to_contain_text("第 2 版定义从")
    expect(desk.locator("main")).to_contain_text("少一项")
    second = walked(browser, town)
    expect(second.locator("main")).to_contain_text("改版前走了 1 次")
