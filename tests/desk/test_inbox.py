"""The inbox: the most urgent first, counted in one sentence, filtered by plain links, paged by key."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.desk.conftest import MONDAY, Desks
from tests.desk.scene import FOOD, browser_of

from tongban.applications import worklists
from tongban.applications.models import Form
from tongban.casework.model import RunningClock
from tongban.desk.pages import inbox
from tongban.platform import time
from tongban.publication import calendars


def filed_on(desks: Desks, *days: int) -> list[str]:
    """One licence a day, filed on these days after Monday; the city's time ends on the last."""
    numbers = []
    for day in days:
        time.set_time(MONDAY + timedelta(days=day), frozen=True)
        numbers.append(desks.scene.licence())
    return numbers


def shown(desks: Desks, query: str = "") -> list[str]:
    page = browser_of(desks.clerk).get(f"/desk/{query}")
    return [row["number"] for row in page.context["rows"]]


@pytest.mark.slow
def test_the_most_urgent_comes_first_and_the_sentence_counts(desks: Desks) -> None:
    late, today, later = filed_on(desks, -10, -3, 0)
    time.set_time(MONDAY + timedelta(hours=2), frozen=True)
    page = browser_of(desks.clerk).get("/desk/?queue=office")
    assert [row["number"] for row in page.context["rows"]] == [late, today, later]
    assert [row["light"] for row in page.context["rows"]] == ["red", "yellow", "green"]
    assert page.context["title"] == "今天要办完 1 件，1 件已超期"
    assert shown(desks, "?queue=office&light=yellow") == [today]


@pytest.mark.slow
def test_a_clerk_begins_with_what_is_claimed_and_an_approver_with_what_waits_for_a_decision(desks: Desks) -> None:
    first, second = filed_on(desks, 0, 0)
    desks.scene.do(desks.clerk, second, "claim")
    assert shown(desks) == [second]
    desks.scene.do(desks.clerk, first, "accept")
    page = browser_of(desks.approver).get("/desk/")
    assert (page.context["queue"], [row["number"] for row in page.context["rows"]]) == ("decide", [first])


@pytest.mark.slow
def test_what_waits_for_an_earlier_part_or_for_the_applicant_is_not_to_do(desks: Desks) -> None:
    (number,) = filed_on(desks, 0)
    food = desks.scene.part(number.partition("/")[0], FOOD)
    assert (shown(desks, "?queue=office"), shown(desks, "?queue=others")) == ([number], [food])
    desks.scene.do(desks.clerk, number, "correct", data={"items": ["owner.phone"], "fault": "incorrect"})
    assert (shown(desks, "?queue=office"), shown(desks, "?queue=others")) == ([], [number, food])


@pytest.mark.slow
def test_where_work_came_from_is_counted_and_chosen(desks: Desks) -> None:
    at_home, on_phone, beside = filed_on(desks, 0, 0, 0)
    Form.objects.filter(number__in=[number.partition("/")[0] for number in (on_phone, beside)]).update(channel="phone")
    page = browser_of(desks.clerk).get("/desk/?queue=office")
    assert [(line["words"], line["count"]) for line in page.context["channels"]] == [("网上", 1), ("手机", 2)]
    assert shown(desks, "?queue=office&channel=phone") == [on_phone, beside]
    assert shown(desks, "?queue=office&channel=web") == [at_home]
    first = worklists.worklist(desks.clerk, "office", of_channel="phone", limit=1)
    rest = worklists.worklist(desks.clerk, "office", of_channel="phone", after=first["next"], limit=1)
    assert ([line["number"] for line in rest["lines"]], rest["next"]) == ([beside], None)


def test_a_message_to_an_office_leads_its_staff_to_the_case(desks: Desks) -> None:
    (number,) = filed_on(desks, 0)
    browser = browser_of(desks.clerk)
    assert 'href="/desk/messages"' in browser.get("/desk/me").content.decode()
    assert browser.get("/messages")["Location"] == "/desk/messages"
    messages = browser.get("/desk/messages").content.decode()
    assert 'class="tb-staff-nav"' in messages
    place = f"/desk/cases/{number.replace('/', '.')}"
    assert f'href="{place}"' in messages
    assert browser.get(place).status_code == 200


@pytest.mark.slow
def test_done_today_is_what_i_did_and_only_today(desks: Desks) -> None:
    first, second = filed_on(desks, 0, 0)
    desks.scene.do(desks.clerk, first, "accept")
    desks.scene.do(desks.approver, first, "decide")
    desks.scene.do(desks.clerk, second, "claim")
    assert shown(desks, "?queue=done") == [first]
    time.set_time(MONDAY + timedelta(days=1), frozen=True)
    assert shown(desks, "?queue=done") == []


@pytest.mark.slow
def test_pages_follow_each_other_by_key_and_lose_nothing(desks: Desks, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = filed_on(desks, -2, -1, 0, 0, 0)
    monkeypatch.setattr(inbox, "PAGE_LINES", 2)
    browser, found, address = browser_of(desks.clerk), [], "/desk/?queue=office"
    while address:
        page = browser.get(address)
        found += [row["number"] for row in page.context["rows"]]
        address = page.context["next"]
    assert found == numbers


def test_names_in_lists_are_masked(desks: Desks) -> None:
    filed_on(desks, 0)
    html = browser_of(desks.clerk).get("/desk/?queue=office").content.decode()
    assert "苏**" in html
    assert "苏晚晴" not in html


def test_nothing_is_read_of_a_case_before_it_is_chosen(desks: Desks) -> None:
    (number,) = filed_on(desks, 0)
    browser = browser_of(desks.clerk)
    assert browser.get("/desk/?queue=office").context["preview"] is None
    chosen = browser.get(f"/desk/?queue=office&case={number.replace('/', '.')}")
    assert chosen.context["preview"]["view"]["number"] == number


def test_a_case_is_found_by_number_and_by_the_applicants_whole_key_within_reach(desks: Desks) -> None:
    owner = desks.scene.person("苏晚晴")
    application = desks.scene.restaurant(owner, "株洲市芦淞区晚晴小馆")
    licence, food = desks.scene.part(application, "market/business-licence"), desks.scene.part(application, FOOD)
    key = desks.scene.id_number(owner)
    for text, numbers in {
        application: [licence, food],
        food.lower(): [food],
        key: [licence, food],
        key[:17]: [],
    }.items():
        page = browser_of(desks.clerk).get("/desk/cases/", {"q": text})
        assert [row["number"] for row in page.context["rows"]] == numbers, text


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    ("hours", "words", "share"),
    [(0, "剩 5 天", 0.0), (24 * 4 + 12, "剩 1 天", 0.7), (24 * 7 + 12, "今天到期", 0.9), (24 * 9, "超 2 天", 1.0)],
)
def test_time_left_is_told_in_working_days_and_as_a_share(hours: int, words: str, share: float) -> None:
    start = MONDAY.replace(hour=0)
    due = (MONDAY + timedelta(days=7)).date()
    clock = RunningClock("decision", "5 workdays", start.date(), due, due - timedelta(days=3))
    left = worklists.time_left(clock, calendars.current(), start + timedelta(hours=hours))
    assert (left["left"]["zh"], round(left["used"], 2)) == (words, share)
