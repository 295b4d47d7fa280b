"""The year that a demonstration's platform begins with: the city's figures, as histories that hold and go on."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from tests.applications.newborn import desk_of_everyone

from tongban.applications import cases
from tongban.casework import audit, store, sweeps
from tongban.platform import time
from tongban.publication import service as publication
from tongban.supervision import walk_lists
from tongban.supervision.models import Found, Walk
from tongban.testing.city import walks
from tongban.testing.city.findings import DONE, LAST
from tongban.testing.fixtures import City


@pytest.mark.slow
def test_the_citys_figures_stand_and_the_share_rises_as_what_is_late_is_put_right(city: City) -> None:
    assert city
    walks.populate()
    whole = walk_lists.whole()
    assert (whole.people, whole.walks, whole.found) == (4_023, 1_480, 639)
    shares = {one.month: (one.found, one.closed, one.share_closed) for one in walk_lists.months()}
    assert shares[date(2026, 10, 1)] == (639, 488, 76.4)
    rising = [share or 0 for _found, _closed, share in shares.values()]
    assert rising == sorted(rising)
    assert rising[0] < 50
    assert whole.share_closed == rising[-1]
    assert rising[-1] > 80
    assert said_by("problem.said") > 20
    assert said_by("problem.measure") == len([one for own in DONE.values() for one in own])
    assert levels() == {"city", "county"}
    assert after_climbing() > 20
    assert audit.audit().findings == []
    before = list(Walk.objects.order_by("number").values_list("number", "about", "people")[:50])
    walks.populate()
    assert list(Walk.objects.order_by("number").values_list("number", "about", "people")[:50]) == before
    time.advance_time(timedelta(days=7))
    sweeps.silence()
    assert walk_lists.whole().late > whole.late
    desk = desk_of_everyone()
    late = Found.objects.filter(escalation__gt=0, state="repairing")[:5]
    for one in late:
        cases.act(
            desk(one.owners[0], "handler"), one.case, "repair", command_id=uuid4(), facts={"problem.evidence": "改了"}
        )
        cases.act(desk(one.office, "handler"), one.case, "recheck", command_id=uuid4(), facts={"problem.effect": "1→0"})
    assert len(late) == 5
    assert walk_lists.whole().closed == whole.closed + 5


def said_by(fact: str) -> int:
    """In how many different words a fact is told."""
    cases = list(Found.objects.filter(found_by="walk").values_list("case", flat=True))
    return len({facts.get(fact) for facts in store.facts_of(cases).values()} - {None})


def levels() -> set[str]:
    """The levels of the offices that walked."""
    offices = publication.current().offices
    return {offices[one].level for one in Walk.objects.values_list("office", flat=True)}


def after_climbing() -> int:
    """How many were put right after the period that had climbed the ladder."""
    after = Found.objects.filter(state="closed", ended_at__date__gt=LAST).values_list("case", flat=True)
    cases = store.cases_of(one.rpartition("/")[0] for one in after)
    return sum("remind" in case.taken for case in cases)
