"""The head's page: load by person and day, what turns red tomorrow, handing over, deputies between two days."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from tests.desk.conftest import MONDAY, Desks
from tests.desk.scene import BUSINESS, address, browser_of

from tongban.accounts.actor import actor_of
from tongban.accounts.models import Deputy, User
from tongban.applications import staffing
from tongban.platform import time


def days(name: str, on: date) -> dict[str, str]:
    return {f"{name}.year": str(on.year), f"{name}.month": str(on.month), f"{name}.day": str(on.day)}


@pytest.mark.slow
def test_load_is_told_by_person_and_by_the_day_it_must_be_done(desks: Desks) -> None:
    late = desks.scene.licence("贺小满")  # a licence is promised in one workday
    desks.scene.do(desks.clerk, late, "claim")
    desks.scene.do(desks.clerk, late, "accept")
    time.set_time(MONDAY + timedelta(days=1), frozen=True)
    today = desks.scene.licence("林亦舟")
    time.set_time(MONDAY + timedelta(days=2), frozen=True)
    desks.scene.licence("周以宁")
    page = browser_of(desks.head).get("/desk/office")
    loads = {load.name: load for load in page.context["load"].loads}
    assert (loads["邓合"].overdue, loads[""].days[:2], loads[""].total) == (1, [1, 1], 2)
    assert page.context["title"] == "1 件超期，今天不办完，明天再添 1 件；邓合手里最多，1 件"
    assert [line["number"] for line in page.context["pressing"]] == [late, today]
    assert desks.scene.case(today).state == "submitted"


def test_a_head_hands_the_most_urgent_to_a_colleague(desks: Desks) -> None:
    first = desks.scene.licence("贺小满")
    time.set_time(MONDAY + timedelta(days=1), frozen=True)
    second = desks.scene.licence("林亦舟")
    sent = {"office": BUSINESS, "from": "", "count": "1", "to": str(desks.clerk.user_id), "command": str(uuid4())}
    assert browser_of(desks.head).post("/desk/office/hand-over", sent).status_code == 302
    assert [desks.scene.case(number).tasks[0].holder for number in (first, second)] == [desks.clerk.id, None]


@pytest.mark.slow
def test_a_deputy_has_the_post_and_the_claimed_cases_between_two_days_only(desks: Desks) -> None:
    number = desks.scene.licence()
    desks.scene.do(desks.clerk, number, "claim")
    other = desks.scene.staff("2108", "文清", BUSINESS, "handler")
    first, last = date(2026, 11, 17), date(2026, 11, 18)
    sent = {"office": BUSINESS, "absent": str(desks.clerk.user_id), "deputy": str(other.user_id)}
    sent |= days("from_day", first) | days("until_day", last)
    assert browser_of(desks.head).post("/desk/office/deputies", sent).status_code == 302

    def may_accept() -> bool:
        page = browser_of(other).get(address(number))
        return any(step["name"] == "accept" for step in page.context["view"]["allowed"])

    seen = {}
    for day in (0, 1, 2, 3):
        time.set_time(MONDAY + timedelta(days=day), frozen=True)
        seen[day] = may_accept()
    assert seen == {0: False, 1: True, 2: True, 3: False}


def test_a_deputy_ends_when_the_colleague_is_back(desks: Desks) -> None:
    other = desks.scene.staff("2108", "文清", BUSINESS, "handler")
    span = (MONDAY.date(), MONDAY.date() + timedelta(days=9))
    time.set_time(MONDAY + timedelta(days=2), frozen=True)
    row = staffing.deputise(desks.head, BUSINESS, desks.clerk.user_id or 0, other.user_id or 0, span)
    browser_of(desks.head).post(f"/desk/office/deputies/{row.id}/end")
    assert Deputy.objects.get(id=row.id).until_day == MONDAY.date() + timedelta(days=1)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (days("until_day", date(2026, 11, 10)), "已经过了"),
        ({"until_day.day": "31"}, "没有这一天"),
        ({"deputy": "0"}, "两位都要是本科室的"),
    ],
)
def test_wrong_deputies_are_refused_with_the_reason(desks: Desks, wrong: dict[str, str], words: str) -> None:
    other = desks.scene.staff("2108", "文清", BUSINESS, "handler")
    sent = {"office": BUSINESS, "absent": str(desks.clerk.user_id), "deputy": str(other.user_id)}
    sent |= days("from_day", date(2026, 11, 17)) | days("until_day", date(2026, 11, 18)) | wrong
    answer = browser_of(desks.head).post("/desk/office/deputies", sent)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Deputy.objects.exists()


def test_nobody_but_its_head_sees_or_changes_an_office(desks: Desks) -> None:
    other_head = desks.scene.staff("3001", "别的负责人", "demonstration/fire-430203", "head")
    browser = browser_of(other_head)
    assert browser.get("/desk/office", {"office": BUSINESS}).context["chosen"] == "demonstration/fire-430203"
    row = Deputy.objects.create(
        absent_id=desks.clerk.user_id or 0, deputy_id=desks.approver.user_id or 0, office=BUSINESS,
        from_day=MONDAY.date(), until_day=MONDAY.date(),
    )  # fmt: skip
    assert browser.post(f"/desk/office/deputies/{row.id}/end").status_code == 404
    assert actor_of(User.objects.get(id=desks.approver.user_id or 0)).has_role("handler", BUSINESS)
