"""What was promised at first is kept for every part, also where one service is done for people of different kinds."""

from __future__ import annotations

import pytest
from tests.applications.hiring import drafted, employer, sent

from tongban.applications import promised, store
from tongban.applications.store import document_of
from tongban.casework import store as casework
from tongban.publication import service as publication

pytestmark = pytest.mark.django_db


def test_every_part_keeps_the_first_date_that_its_own_line_of_the_plan_had() -> None:
    firm = employer(publication.current(), hires=3)
    number = drafted(firm)
    sent(firm, number, deferred=0)
    plan = promised.plan_at_submission(firm.agent, number)
    assert plan is not None
    due = [line["due"] for line in plan["services"] for _ in line.get("members") or [1]]
    first = document_of(store.load(firm.agent, number).form).promised_dates
    assert first == {str(part): day for part, day in enumerate(due, 1)}
    assert first.keys() == {str(case.part) for case in casework.cases_of([number])}
