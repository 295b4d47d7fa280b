"""What turned red is a problem of the office that has it: one for each of its services, seen again every day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.portal import matters

from tongban.casework import figures
from tongban.platform import time
from tongban.supervision import overdue, problem_lists
from tongban.supervision.models import Found
from tongban.supervision.problem_lists import Wanted

pytestmark = pytest.mark.usefixtures("town")


def a_month_later(monkeypatch: pytest.MonkeyPatch, days: int = 30) -> None:
    later = time.now() + timedelta(days=days)
    monkeypatch.setattr(time, "now", lambda: later)


def test_what_is_overdue_is_reported_once_and_seen_again_each_day(monkeypatch: pytest.MonkeyPatch) -> None:
    matters.sent()
    assert overdue.report() == 0
    a_month_later(monkeypatch)
    late = {(one.office, one.service) for one in figures.overdue()}
    assert late
    assert overdue.report() == overdue.report() == len(late)
    found = {(row.item, row.about): row for row in Found.objects.all()}
    assert set(found) == late
    for (office, _service), row in found.items():
        assert (row.kind, row.found_by, row.owners, row.sightings.count()) == ("late", "light", [office], 1)
        assert row.office != office
    a_month_later(monkeypatch, 1)
    overdue.report()
    rows, _more = problem_lists.listed(Wanted(found_by="light"))
    assert {row["seen"] for row in rows} == {2}


def test_a_problem_that_is_late_is_no_problem_again(monkeypatch: pytest.MonkeyPatch) -> None:
    matters.sent()
    a_month_later(monkeypatch)
    overdue.report()
    count = Found.objects.count()
    a_month_later(monkeypatch, 200)
    overdue.report()
    assert Found.objects.count() == count
