"""The year that a demonstration's platform begins with: the city's figures, as histories that hold and go on."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from tests.applications.newborn import desk_of_everyone

from tongban.applications import cases
from tongban.casework import audit, sweeps
from tongban.platform import time
from tongban.supervision import walk_lists
from tongban.supervision.models import Found, Walk
from tongban.testing.city import walks
from tongban.testing.fixtures import City


def test_the_citys_figures_stand_and_the_share_rises_as_what_is_late_is_put_right(city: City) -> None:
    assert city
    walks.populate()
    whole = walk_lists.whole()
    assert (whole.people, whole.walks, whole.found, whole.closed, whole.open) == (4_023, 1_480, 639, 488, 151)
    assert (whole.share_closed, walk_lists.months()[-1].share_closed) == (76.4, 76.4)
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
    assert (walk_lists.whole().closed, walk_lists.whole().share_closed) == (493, 77.2)
