"""What hurts is put right: from the head's own screen to a shorter way that the next walk measures; what comes back is
open again; what people vote for is walked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.walking import Town, enter, go_on, in_city, later, opened, press
from tests.portal import matters

from tongban.applications import filling, reading, signing, submission
from tongban.catalog.canonical import hashed
from tongban.platform.ids import in_address
from tongban.publication import service as publication
from tongban.supervision import problems, walks
from tongban.supervision.models import Found, Walk

pytestmark = pytest.mark.browser
NEWBORN, REGISTRATION = "life-events/newborn", "police/birth-registration"
POLICE = "demonstration/population-430211"
LIST = "insurance-benefits/pension-payment-list"


def told(find: Callable[[], str]) -> str:
    """What something in the city is, asked from beside the browser's loop."""
    found: list[str] = []
    in_city(lambda: found.append(find()))
    return found[0]


def sent_on_walk() -> str:
    """The case of the police on the walk under way: the mother applied on it, the hospital has granted its part."""
    mother, walk = matters.actor("mother"), Walk.objects.get(ended_at=None)
    walks.join(mother, walk.code or "")
    number = walks.apply(mother, walk, NEWBORN, command_id=uuid4(), answers=matters.SITUATION)
    reading.agree(mother, number)
    filling.fill(mother, number, matters.typed_for(number))
    signing.sign(mother, number)
    submission.submit(mother, number, uuid4())
    form = signing.consent(matters.actor("father"), number, agree=True)
    submission.after_consent(matters.actor("father"), form, uuid4())
    matters.grant_birth_certificate(number)
    return matters.part(number, REGISTRATION)


def walk_at_the_desk(head: Page, phone: Page, town: str, said: str) -> None:
    """The head begins a walk, stands at the desk where its case lies, and notes on a phone what hurts there."""
    head.goto(f"{town}/desk/walks/new?about={NEWBORN}")
    press(head.locator("main .btn-primary"))
    walk = head.url
    case = told(sent_on_walk)
    head.goto(f"{town}/desk/cases/{in_address(case)}")
    expect(head.locator("main")).to_contain_text("出生户口登记")
    expect(head.locator("body")).to_contain_text("演练件")
    phone.goto(walk)
    phone.locator("select[name=step]").select_option(REGISTRATION)
    press(phone.locator("form:has(select[name=step]) button"))
    expect(phone.locator("#step-title")).to_have_text("出生户口登记")
    phone.locator(".tb-face-3 input").check()
    phone.locator("#said").fill(said)
    press(phone.get_by_text("记下", exact=True))
    press(phone.get_by_text("走完了"))
    form = phone.locator("article", has_text=said).locator("form")
    assert form.locator("select[name=kind]").input_value() == "simplify"
    press(form.locator("button"))


def shorten() -> None:
    """A new version of the service, which asks one question less."""
    catalog = publication.current()
    service = catalog.services[REGISTRATION]
    shorter = replace(service, needs=tuple(need for need in service.needs if need.fact != "birth.time"))
    assert len(shorter.needs) == len(service.needs) - 1
    publication.publish(hashed(replace(catalog, services={**catalog.services, REGISTRATION: shorter})))


def number_of() -> str:
    return str(Found.objects.get(kind="simplify").case)


def test_what_the_head_finds_at_the_screen_is_shortened_measured_and_reopened_when_it_returns(
    browser: Browser, town: str
) -> None:
    people = Town(browser, town)
    head, phone = opened(browser, town, 1440), opened(browser, town, 390)
    enter(head, town, "head", "/desk/")
    enter(phone, town, "head", "/desk/")
    walk_at_the_desk(head, phone, town, "出生时间医院已经报过，不用再看")
    took, before = phone.locator("table tbody tr", has_text="出生户口登记").locator("td").all_text_contents()[:2]
    assert before == "—"
    case = told(number_of)
    application = case.partition("/")[0]
    in_city(lambda: problems.assign(case, POLICE, uuid4()))
    people.act("clerk-population", application, "问题整改", "定办法", {"怎么改": "少看一项"})
    in_city(shorten)
    people.act("clerk-population", application, "问题整改", "报整改完成", {"证据": "第 2 版"})
    head.goto(f"{town}/desk/problems/{in_address(case)}")
    expect(head.locator("main")).to_contain_text("第 2 版定义从")
    people.act("clerk-government-services", application, "问题整改", "复查销号", {"改前和改后": "少一项"})
    head.goto(f"{town}/desk/problems/{in_address(case)}")
    expect(head.locator("main")).to_contain_text("已销号")

    later("5 workdays")
    walk_at_the_desk(head, phone, town, "又要看出生时间")  # within ninety days, at the same place
    expect(phone.locator("main")).to_contain_text(case)
    row = phone.locator("table tbody tr", has_text="出生户口登记").locator("td")
    now, earlier, before = row.all_text_contents()[:3]
    assert (earlier, before) == ("—", took)  # what the walk before the change was at this step, beside
    assert ":" in now
    head.goto(f"{town}/desk/problems/{in_address(case)}")
    expect(head.locator("main")).to_contain_text("又出现 1 次")
    expect(head.locator("main")).not_to_contain_text("已销号")
    assert told(lambda: Found.objects.get(case=case).state) == "located"  # with those who put it right, at once
    head.goto(f"{town}/desk/walks/")
    expect(head.locator("h1")).to_contain_text("发现 1 个问题")


def test_what_people_vote_for_is_walked_and_they_hear_of_it(browser: Browser, town: str) -> None:
    voter = opened(browser, town, 390)
    enter(voter, town, "retiree", "/menu")
    row = voter.locator(".tb-menu li", has_text="企业职工养老金发放明细查询")
    press(row.locator("button"))
    expect(voter.locator("main")).to_contain_text("还没走")
    assert not voter.locator(".tb-menu button:enabled").count()  # one vote a month

    head, mother = opened(browser, town, 1440), opened(browser, town, 390)
    enter(head, town, "head", f"/desk/walks/new?about={LIST}")
    head.locator("input[name=chosen][value=votes]").check()
    press(head.locator("main .btn-primary"))
    code = head.locator("main b.tb-nowrap").inner_text()
    enter(mother, town, "mother", "/walks/")
    mother.locator("input[name=code]").fill(code)
    press(mother.locator("main .btn-primary"))
    press(mother.get_by_text("从这里开始走"))
    recorder = told(lambda: f"/walks/{Walk.objects.get().id}")
    mother.goto(f"{town}/b/pension-payment-list")
    while "/sign" not in mother.url:
        for part, digits in (("year", "2026"), ("month", "10"), ("day", "1")):
            for field in mother.locator(f"main input[name$='.{part}']").all():
                field.fill(digits)
        go_on(mother)
    mother.locator("input[name=true]").check()
    press(mother.locator("button", has_text="签名并提交"))
    expect(mother.locator("body")).to_contain_text("演练件")
    mother.goto(f"{town}{recorder}")
    press(mother.get_by_text("走完了"))
    voter.goto(f"{town}/menu")
    expect(voter.locator("main")).to_contain_text("走过了：Z2026-00001")
    voter.goto(f"{town}/messages")
    expect(voter.locator("main")).to_contain_text("你点的“企业职工养老金发放明细查询”走过了")
