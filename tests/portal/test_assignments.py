"""Who walks what: a month's ranking assigns once, the organiser with a reason; it stands until it is walked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from tests.portal.matters import actor, browser_of

from tongban import publication
from tongban.applications import messages
from tongban.applications.models import Form
from tongban.applications.problems import Problem
from tongban.catalog.canonical import hashed
from tongban.platform import time
from tongban.supervision import assignments, jobs, menu, walks
from tongban.supervision.assignments import Order
from tongban.supervision.models import Vote, Walk
from tongban.supervision.walk_models import Assignment
from tongban.supervision.walks import Intent

pytestmark = pytest.mark.usefixtures("town")
POLICE = "base/population"


def last_month() -> date:
    return (menu.this_month() - timedelta(days=1)).replace(day=1)


def of_the_police() -> str:
    """A matter of the department that the persona `head` heads."""
    return next(one.about for one in menu.menu() if one.authority == POLICE)


def voted(about: str, *voters: int, month: date | None = None) -> None:
    Vote.objects.bulk_create(Vote(voter=one, month=month or last_month(), about=about) for one in voters)


def owed() -> list[tuple[str, str, str, int]]:
    return [(one.authority, one.about, one.by, one.votes) for one in assignments.owed()]


def walked(about: str, **other: Any) -> Walk:  # noqa: ANN401 -- what an intent takes
    """A walk of the police that sent its application."""
    walk = walks.begin(actor("head"), Intent(about, "experience", **other), uuid4())
    walks.join(actor("mother"), walk.code or "")
    number = walks.apply(actor("mother"), walk, about, command_id=uuid4())
    Form.objects.filter(number=number).update(submitted_at=time.now())
    return walks.end(actor("head"), walk.id)


def test_the_ranking_of_the_month_that_ended_decides_once_who_walks_what() -> None:
    first, second, third, fourth = menu.menu()[:4]
    voted(second.about, 1, 2, 3)
    voted(first.about, 4)
    voted(third.about, 5, 6, 7, 8, month=menu.this_month())  # this month's votes decide next month
    jobs.assign_walks(timestamp=0)
    assert owed() == [(one.authority, one.about, "votes", votes) for one, votes in ((second, 3), (first, 1))]
    assert {one.until_day.month for one in assignments.owed()} == {time.today().month}
    voted(fourth.about, 9)
    assert assignments.assign_by_votes() == 0
    assert len(owed()) == 2


def test_only_the_first_of_the_ranking_are_assigned() -> None:
    for nth, one in enumerate(menu.menu()[: assignments.A_MONTH + 2]):
        voted(one.about, *range(100 * nth, 101 * nth + 1))
    assert assignments.assign_by_votes() == assignments.A_MONTH
    assert min(votes for _authority, _about, _by, votes in owed()) == 3


@pytest.mark.slow
def test_the_head_begins_the_walk_from_what_is_owed_and_it_is_done_when_walked() -> None:
    wanted = of_the_police()
    voted(wanted, actor("mother").subject_id or 0, actor("father").subject_id or 0)
    assignments.assign_by_votes()
    for voter in ("mother", "father"):
        assert [one.code for one in messages.inbox(actor(voter))] == ["to-be-walked"]
    head = browser_of("head")
    assert "你们部门还有 1 件要去走" in head.get("/desk/").content.decode()
    told = head.get("/desk/walks/").content.decode()
    assert "2 票" in told
    assert f"/desk/walks/new?about={wanted}".replace("/", "%2F") in told.replace("/", "%2F")
    form = head.get(f"/desk/walks/new?about={wanted}").content.decode()
    assert 'value="votes" checked' in form
    assert "2 票" in form
    for reader, page in ((Client(), "/menu"), (browser_of("mother"), "/walks/"), (head, "/walks/")):
        assert "还要走的" in reader.get(page).content.decode()
    assert walked(wanted, chosen="votes").chosen == "votes"
    assert owed() == []
    assert "还要走的" not in Client().get("/menu").content.decode()


def test_what_the_organiser_assigns_is_another_thing_and_says_why() -> None:
    about, organiser = "health/birth-certificate", actor("organiser")
    order = Order(about, POLICE, time.today(), "热线里说得最多")
    command = uuid4()
    assert len({assignments.assign(organiser, order, command).id for _ in range(2)}) == 1
    assert [one.code for one in messages.inbox(actor("head"))] == ["walk-owed"]
    assert owed() == [(POLICE, about, "organiser", 0)]
    assert "牵头部门指定的：热线里说得最多" in Client().get("/menu").content.decode()
    assert 'value="assigned" checked' in browser_of("head").get(f"/desk/walks/new?about={about}").content.decode()
    assert walked(about, chosen="assigned").chosen == "assigned"
    assert owed() == []


def test_a_walk_that_sent_nothing_leaves_what_is_owed() -> None:
    wanted = of_the_police()
    assignments.assign(actor("organiser"), Order(wanted, POLICE, time.today(), "要走"), uuid4())
    walk = walks.begin(actor("head"), Intent(wanted, "experience", chosen="assigned"), uuid4())
    walks.end(actor("head"), walk.id)
    assert len(owed()) == 1


def test_nobody_but_the_organiser_assigns() -> None:
    order = Order(of_the_police(), POLICE, time.today(), "要走")
    for who in ("head", "clerk-population", "mother"):
        with pytest.raises(Problem) as refused:
            assignments.assign(actor(who), order, uuid4())
        assert refused.value.status == 403
    assert browser_of("head").get("/desk/walks/assign").status_code == 403
    assert not Assignment.objects.exists()


@pytest.mark.parametrize(
    ("other", "wrong"),
    [({"authority": "nobody"}, "authority"), ({"until": None}, "until"), ({"until": date(2020, 1, 1)}, "until"),
     ({"reason": " "}, "reason"), ({"reason": "x" * 201}, "reason")],
)  # fmt: skip
def test_what_cannot_be_assigned_is_refused_beside_its_field(other: dict[str, Any], wrong: str) -> None:
    order = replace(Order(of_the_police(), POLICE, time.today(), "要走"), **other)
    with pytest.raises(Problem) as refused:
        assignments.assign(actor("organiser"), order, uuid4())
    assert [error.fact for error in refused.value.errors] == [wrong]


def test_the_same_matter_is_assigned_once_until_it_is_walked() -> None:
    order, organiser = Order(of_the_police(), POLICE, time.today(), "要走"), actor("organiser")
    assignments.assign(organiser, order, uuid4())
    with pytest.raises(Problem) as refused:
        assignments.assign(organiser, order, uuid4())
    assert [error.fact for error in refused.value.errors] == ["authority"]


def test_nobody_says_that_people_chose_what_nobody_chose() -> None:
    form = browser_of("head").get(f"/desk/walks/new?about={of_the_police()}").content.decode()
    assert 'name="chosen"' in form
    assert 'value="votes"' not in form
    with pytest.raises(Problem) as refused:
        walks.begin(actor("head"), Intent(of_the_police(), "experience", chosen="assigned"), uuid4())
    assert [error.fact for error in refused.value.errors] == ["chosen"]


def test_the_organiser_assigns_by_the_page() -> None:
    organiser = browser_of("organiser")
    assert of_the_police() in organiser.get("/desk/walks/assign?q=户口").content.decode()
    sent = {"about": of_the_police(), "authority": POLICE, "reason": "群众反映多", "until.year": "2020",
            "until.month": "1", "until.day": "1"}  # fmt: skip
    assert organiser.post("/desk/walks/assign", sent).status_code == 422
    assert organiser.post("/desk/walks/assign", sent | {"until.year": "2090"}).status_code == 302
    assert "群众反映多" in organiser.get("/desk/walks/").content.decode()


@pytest.mark.slow
def test_a_new_version_of_a_service_keeps_its_votes() -> None:
    wanted = of_the_police()
    voted(wanted, 1, 2, 3)
    in_force = publication.current()
    service = in_force.services[wanted]
    lighter = replace(service, needs=service.needs[:-1])
    publication.publish(hashed(replace(in_force, services={**in_force.services, wanted: lighter})))
    assert publication.current().hashes[wanted] != in_force.hashes[wanted]
    assert next((one.about, one.votes) for one in menu.menu()) == (wanted, 3)
    assignments.assign_by_votes()
    assert owed() == [(POLICE, wanted, "votes", 3)]
