"""When: starts, due dates, the path that fixes the end, and how much others may be late."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.planner.build import CALENDAR, HELD, MONDAY, Build

from tongban.clock import Calendar, Limit
from tongban.planner.findings import findings
from tongban.planner.plan import Plan
from tongban.planner.planning import plan
from tongban.planner.request import Request
from tongban.planner.schedule import due_date
from tongban.publication import calendars
from tongban.publication.files import tree

SELF = {"who": "Person"}


def newborn() -> Build:
    """The picture of the plan: a certificate, then the household, then the card; the pay-back beside them."""
    build = Build()
    build.type("Person", name={}, certificate=HELD, number=HELD, note={})
    build.service("birth", SELF, needs=["who.name"], makes=["who.certificate"], days=1)
    build.service("household", SELF, needs=["who.certificate"], makes=["who.number"], days=2)
    build.service("card", SELF, needs=["who.number"], days=3)
    build.service("insure", SELF, needs=["who.number"], days=1)
    build.service("pay-back", SELF, needs=["who.certificate"], days=5)
    build.service("note", SELF, needs=["who.certificate"], makes=["who.note"])
    parts = ("birth", "household", "card", "insure", "pay-back", "note")
    build.bundle({"child": "Person"}, [(part, {"who": "child"}) for part in parts], promised=Limit(6, "workday"))
    return build


def planned(on: date = MONDAY) -> Plan:
    return plan(newborn().catalog(), Request(on, bundle="t/bundle"), CALENDAR)


def dates(made: Plan) -> dict[str, tuple[str, str]]:
    return {line.id[2:]: (line.start.strftime("%m-%d"), line.due.strftime("%m-%d")) for line in made.services}


def test_each_service_starts_the_workday_after_its_last_input() -> None:
    assert dates(planned()) == {
        "birth": ("11-24", "11-24"),
        "note": ("11-24", "11-24"),
        "household": ("11-25", "11-26"),
        "pay-back": ("11-25", "12-01"),
        "card": ("11-27", "12-01"),
        "insure": ("11-27", "11-27"),
    }


def test_the_whole_ends_with_its_longest_chain() -> None:
    schedule = planned().schedule
    assert (schedule.start, schedule.due, schedule.days) == (MONDAY, date(2026, 12, 1), 6)
    assert schedule.critical_path == ("t/birth", "t/household", "t/card")


def test_slack_is_how_late_a_service_may_be() -> None:
    slack = {line.id[2:]: line.slack for line in planned().services}
    assert slack == {"birth": 0, "household": 0, "card": 0, "pay-back": 0, "insure": 2, "note": 5}


def test_a_weekend_submission_starts_on_the_next_workday() -> None:
    made = planned(date(2026, 11, 21))
    assert dates(made)["birth"] == ("11-23", "11-23")
    assert made.schedule.days == 6


def test_services_come_by_start_then_id() -> None:
    order = [(line.start, line.id) for line in planned().services]
    assert order == sorted(order)


@pytest.mark.parametrize(
    ("limit", "due"),
    [
        ("0 workdays", date(2026, 11, 23)),
        ("5 workdays", date(2026, 11, 30)),
        ("5 days", date(2026, 11, 30)),  # a Saturday, so the Monday after
        ("4 days", date(2026, 11, 27)),
        ("1 month", date(2026, 12, 23)),
        ("2 hours", date(2026, 11, 24)),
        ("24 hours", date(2026, 11, 24)),
        ("25 hours", date(2026, 11, 25)),
        ("48 hours", date(2026, 11, 25)),
    ],
)
def test_limits_count_from_the_day_after_the_last_input(limit: str, due: date) -> None:
    assert due_date(CALENDAR, MONDAY, Limit.parse(limit)) == due


@pytest.mark.parametrize("limit", ["0 workdays", "0 days", "0 hours"])
def test_what_takes_no_time_is_done_the_same_day_were_it_a_saturday(limit: str) -> None:
    assert due_date(CALENDAR, date(2026, 11, 21), Limit.parse(limit)) == date(2026, 11, 21)


def test_a_plan_beyond_the_last_calendar_is_provisional() -> None:
    calendar = Calendar.stacked(())
    assert plan(newborn().catalog(), Request(MONDAY, bundle="t/bundle"), calendar).schedule.is_provisional
    assert not planned().schedule.is_provisional


def test_a_plan_is_provisional_that_begins_or_ends_in_a_year_without_a_calendar() -> None:
    calendar = calendars.of(tree())
    assert calendar.years
    first, last = min(calendar.years), max(calendar.years)
    for on, is_provisional in (
        (date(first - 1, 12, 30), True),
        (date(first, 1, 5), False),
        (date(last, 12, 1), False),
        (date(last, 12, 30), True),
    ):
        made = plan(newborn().catalog(), Request(on, bundle="t/bundle"), calendar)
        assert made.schedule.is_provisional == is_provisional


def test_parts_longer_than_the_promise_are_found() -> None:
    build = newborn()
    assert findings(build.catalog(), CALENDAR) == ()
    build.bundle({"child": "Person"}, [("pay-back", {"who": "child"})], promised=Limit(4, "workday"))
    (found,) = findings(build.catalog(), CALENDAR)
    assert (found.code, found.severity, found.file) == ("parts-longer-than-promise", "error", "t/bundle")
    assert "t/pay-back" in found.message.en


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        (date(2025, 1, 1), None),  # the first of June is a Sunday then
        (date(2026, 8, 1), None),
        (None, date(2026, 3, 2)),
        (date(2026, 8, 1), date(2026, 8, 3)),
    ],
)
def test_parts_longer_than_the_promise_are_found_whenever_the_bundle_is_in_force(
    begins: date | None, ends: date | None
) -> None:
    build = newborn()
    build.bundle({"child": "Person"}, [("pay-back", {"who": "child"})], promised=Limit(4, "workday"))
    build.bundles["t/bundle"] = replace(build.bundles["t/bundle"], in_force_from=begins, in_force_to=ends)
    assert len(findings(build.catalog(), CALENDAR)) == 1
    build.bundles["t/bundle"] = replace(build.bundles["t/bundle"], promised=Limit(5, "workday"))
    assert findings(build.catalog(), CALENDAR) == ()
