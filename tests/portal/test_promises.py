"""What was promised and what is, as both sides read it: one reckoning, and a difference is said in words."""

from __future__ import annotations

import re
from datetime import date, datetime
from uuid import uuid4

import pytest
from django.utils.html import strip_tags
from tests.portal import matters

from tongban.applications import correcting, promised, views, worklists
from tongban.clock import SHANGHAI
from tongban.platform import time
from tongban.platform.ids import in_address

pytestmark = pytest.mark.usefixtures("town")

BIRTH, VACCINES = "health/birth-certificate", "health/immunisation-record"


def on(day: int) -> None:
    """A working morning of November 2026: the 16th is a Monday."""
    time.set_time(datetime(2026, 11, day, 9, 0, tzinfo=SHANGHAI), frozen=True)


def said(persona: str, address: str) -> str:
    """The words of a page, on one line."""
    html = matters.browser_of(persona).get(address).content.decode()
    return re.sub(r"\s+", " ", strip_tags(html.partition("<main")[2]))


def line_of(number: str, service: str) -> dict[str, object]:
    lines = views.application_view(matters.actor("mother"), number)["cases"]
    found: dict[str, object] = next(line for line in lines if line["service"] == service)
    return found


def sent_on(day: int) -> str:
    on(day)
    return matters.sent()


def asked_to_correct() -> str:
    number = sent_on(16)
    data = {"items": ["birth.record_number"], "fault": "incorrect"}
    matters.act("clerk-maternity", matters.part(number, BIRTH), "correct", data=data, texts={"reason": "少一位"})
    return number


def test_on_the_day_of_sending_the_cases_promise_what_the_plan_did() -> None:
    number = sent_on(16)
    plan = promised.plan_at_submission(matters.actor("mother"), number)
    assert plan is not None
    lines = views.application_view(matters.actor("mother"), number)
    assert [line["promise_due"] for line in lines["cases"]] == [line["due"] for line in plan["services"]]
    assert lines["promise"]["due"] == lines["promise"]["first"] == plan["schedule"]["due"]
    assert "和当初承诺一样" in said("mother", f"/a/{number}")


def test_the_desk_has_the_day_that_was_promised_beside_what_law_sets() -> None:
    number = sent_on(16)
    case = matters.part(number, BIRTH)
    shown = said("clerk-maternity", f"/desk/cases/{in_address(case)}")
    assert "明天（11 月 17 日）" in shown
    assert "承诺 11-17" in shown
    assert "受理最晚 11-23" in shown


@pytest.mark.slow
def test_a_promised_day_that_has_passed_is_red_on_both_sides() -> None:
    number = sent_on(16)
    matters.grant_birth_certificate(number)
    case = matters.part(number, VACCINES)
    clerk = matters.actor("clerk-disease-control")
    on(17)
    assert (line_of(number, VACCINES)["light"], worklists.amounts(clerk)["office"].overdue) == ("yellow", 0)
    on(18)
    assert (line_of(number, VACCINES)["light"], worklists.amounts(clerk)["office"].overdue) == ("red", 1)
    mine = said("mother", f"/a/{number}")
    assert "本该 11 月 17 日前办好，还没办好" in mine
    assert "有一件没有按时办好" in mine
    assert "和当初承诺一样" not in mine
    assert "已超期" in said("clerk-disease-control", f"/desk/cases/{in_address(case)}")


def test_what_is_later_is_said_with_the_reason_and_the_first_date() -> None:
    number = sent_on(16)
    on(19)
    promise = views.application_view(matters.actor("mother"), number)["promise"]
    assert (promise["first"], promise["due"], promise["late_workdays"]) == ("2026-11-24", "2026-11-26", 2)
    shown = said("mother", f"/a/{number}")
    assert "比当初晚 2 个工作日" in shown
    assert "当初承诺 11 月 24 日，因为“出生医学证明”没有按时办好" in shown


def test_while_a_part_is_corrected_the_page_says_what_the_date_becomes_and_blames_no_office() -> None:
    number = asked_to_correct()
    on(19)
    view = views.application_view(matters.actor("mother"), number)
    assert view["promise"]["waits_for_applicant"]
    assert view["promise"]["light"] == "yellow"
    part = line_of(number, BIRTH)
    assert part["promise_due"] == "2026-11-20"
    shown = said("mother", f"/a/{number}")
    assert "今天补上，11 月 27 日前全部办好" in shown
    assert "等的这几天不算" in shown
    assert "你补正到 12 月 7 日为止；今天补上，11 月 20 日前办好" in shown
    assert "和当初承诺一样" not in shown


def test_the_days_that_waited_for_the_applicant_are_given_back_and_told() -> None:
    number = asked_to_correct()
    on(19)
    correcting.send(matters.actor("mother"), number, 1, {"birth.record_number": "FM2026111401"}, uuid4())
    part = line_of(number, BIRTH)
    assert (part["due"], part["promise_due"], part["light"]) == ("2026-11-20", "2026-11-20", "yellow")
    assert "因为“出生医学证明”有几天不计时" in said("mother", f"/a/{number}")


def test_the_limit_of_the_applicant_is_called_the_applicants_at_the_desk() -> None:
    case = matters.part(asked_to_correct(), BIRTH)
    shown = said("clerk-maternity", f"/desk/cases/{in_address(case)}")
    assert "等申请人补正，到 12 月 7 日" in shown
    assert "要办完" not in shown
    assert "承诺 12-07" not in shown
    found = worklists.worklist(matters.actor("clerk-maternity"), "others")["lines"]
    [line] = [line for line in found if line["number"] == case]
    assert (line["left"]["zh"], line["light"]) == ("等申请人，到 12 月 7 日", "paused")


def test_the_list_of_applications_has_the_date_of_today_and_its_light() -> None:
    number = sent_on(16)
    on(19)
    [line] = [line for line in views.my_applications(matters.actor("mother")) if line["number"] == number]
    assert (line["due"], line["promised_due"], line["light"]) == ("2026-11-26", "2026-11-24", "red")
    assert date.fromisoformat(line["due"]) > date.fromisoformat(line["promised_due"])
    assert "11 月 26 日" in said("mother", "/my")
