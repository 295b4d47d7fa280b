"""The menu of walks: who may vote how often, what hurts as counted, and what every voter hears of their vote."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from tests.applications.newborn import Desk, desk_of_everyone
from tests.portal.matters import actor, browser_of
from tests.portal.test_walks import begun, noted

from tongban.applications import (
    cases,
    messages,
)
from tongban.applications.models import Form
from tongban.applications.problems import Problem
from tongban.casework import tallies
from tongban.casework.model import SYSTEM
from tongban.casework.tallies import Took
from tongban.packs.demonstration import demonstration as rated_before
from tongban.platform import time
from tongban.publication import service as publication
from tongban.supervision import (
    assignments,
    menu,
    pains,
    problems,
    satisfaction,
    walk_notes,
    walks,
)
from tongban.supervision.assignments import Order
from tongban.supervision.models import Found, Vote, Walk
from tongban.supervision.walks import Intent

pytestmark = pytest.mark.usefixtures("town")


def test_one_vote_a_person_a_month_and_a_second_is_refused() -> None:
    wanted = menu.menu()[5].about
    browser = browser_of("mother")
    assert browser.post("/menu", {"about": wanted}).status_code == 302
    again = browser.post("/menu", {"about": menu.menu()[9].about})
    assert again.status_code == 409
    assert "下个月再点" in again.content.decode()
    assert next((one.about, one.votes) for one in menu.menu()) == (wanted, 1)
    assert Vote.objects.count() == 1
    Vote.objects.update(month=date(2020, 1, 1))
    menu.vote(actor("mother"), wanted)  # another month
    assert menu.menu()[0].votes == 2


def test_no_robots_vote_and_nobody_without_an_account_of_their_own(one_moment: None) -> None:
    wanted = menu.menu()[0].about
    assert Client().post("/menu", {"about": wanted})["Location"].startswith("/login")
    with pytest.raises(Problem) as staff:
        menu.vote(actor("clerk-fire"), wanted)
    assert staff.value.status == 403
    with pytest.raises(Problem) as unknown:
        menu.vote(actor("father"), "base/problem")
    assert unknown.value.status == 404
    for _ in range(menu.TRIES_PER_MINUTE):
        with pytest.raises(Problem):
            menu.vote(actor("retiree"), "nothing")
    with pytest.raises(Problem) as often:
        menu.vote(actor("retiree"), wanted)
    assert often.value.code == "too-often"
    assert not Vote.objects.exists()


def test_a_vote_leads_to_a_walk_and_every_voter_hears_what_became_of_it() -> None:
    wanted = next(one.about for one in menu.menu() if one.about.startswith("health/"))
    for voter in ("mother", "father"):
        menu.vote(actor(voter), wanted)
    empty = walks.begin(actor("head"), Intent(wanted, "experience"), uuid4())
    walks.end(actor("head"), empty.id)
    assert next(one.votes for one in menu.menu() if one.about == wanted) == 2  # who sent nothing answers nobody
    walk = walks.begin(actor("head"), Intent(wanted, "experience", chosen="votes"), uuid4())
    walks.join(actor("mother"), walk.code or "")
    number = walks.apply(actor("mother"), walk, wanted, command_id=uuid4())
    Form.objects.filter(number=number).update(submitted_at=time.now())
    walks.end(actor("head"), walk.id)
    with pytest.raises(Problem, match="walk-ended"):
        walks.end(actor("head"), walk.id)
    for voter in ("mother", "father"):
        assert [one.code for one in messages.inbox(actor(voter)) if one.code == "walked"] == ["walked"]
    assert [one.walk for one in menu.mine(actor("mother"))] == [walk.number]
    assert next(one.votes for one in menu.menu() if one.about == wanted) == 0
    assert walk.number in browser_of("mother").get("/menu").content.decode()


def a_walk_that_was_voted_for() -> Walk:
    """A walk under way of what the mother and the father voted for, whose application was sent."""
    wanted = next(one.about for one in menu.menu() if one.about.startswith("health/"))
    for voter in ("mother", "father"):
        menu.vote(actor(voter), wanted)
    walk = begun(about=wanted, chosen="votes")
    number = walks.apply(actor("mother"), walk, wanted, command_id=uuid4())
    Form.objects.filter(number=number).update(submitted_at=time.now())
    return walk


def heard(voter: str) -> list[str]:
    """What a voter was told of votes, the oldest first."""
    return [one.code for one in messages.inbox(actor(voter)) if one.code in {"walked", "repaired"}][::-1]


def put_right(desk: Desk, case: str) -> None:
    """From the office that owns the matter to the one that looks again."""
    found = Found.objects.get(case=case)
    owner = problems.owner_of(publication.current(), found.about).id
    problems.assign(case, owner, uuid4())
    for step, office, said in (
        ("plan", owner, "measure"),
        ("repair", owner, "evidence"),
        ("recheck", found.office, "effect"),
    ):
        facts = {f"problem.{said}": "改好了"}
        cases.act(desk(office, "handler"), case, step, command_id=uuid4(), facts=facts)


def test_every_voter_hears_once_that_it_was_walked_and_once_what_was_put_right_because_of_it() -> None:
    walk, desk = a_walk_that_was_voted_for(), desk_of_everyone()
    kinds = ("unclear", "slow")
    found = [walk_notes.make_problem(actor("mother"), walk.id, noted(walk), (kind, "find", "")).case for kind in kinds]
    walks.end(actor("mother"), walk.id)
    for case, told in zip(found, (["walked"], ["walked", "repaired"]), strict=True):
        put_right(desk, case)
        assert (heard("mother"), heard("father"), heard("retiree")) == (told, told, [])
    assert [one.repaired for one in menu.mine(actor("father"))] == [2]
    assert "改好了 2 个问题" in browser_of("father").get("/menu").content.decode()
    problems.report(problems.Finding(problems.Place(walk.about, "slow", "find"), "minor", "machine"), SYSTEM, uuid4())
    menu.tell_of_repairs(walk.number)
    assert heard("mother") == ["walked", "repaired"]


def test_what_was_put_right_before_a_walk_ended_is_told_when_it_ends() -> None:
    walk = a_walk_that_was_voted_for()
    put_right(
        desk_of_everyone(), walk_notes.make_problem(actor("mother"), walk.id, noted(walk), ("unclear", "find", "")).case
    )
    assert heard("father") == []
    walks.end(actor("mother"), walk.id)
    assert heard("father") == ["walked", "repaired"]


def test_nobody_hears_of_a_repair_where_the_problem_was_none() -> None:
    walk = a_walk_that_was_voted_for()
    case = walk_notes.make_problem(actor("mother"), walk.id, noted(walk), ("unclear", "find", "")).case
    walks.end(actor("mother"), walk.id)
    watching = desk_of_everyone()(Found.objects.get(case=case).office, "handler")
    cases.act(watching, case, "decline", command_id=uuid4(), texts={"reason": "本来就这样"})
    assert heard("mother") == ["walked"]


def test_the_pain_of_a_service_is_counted_and_never_told_of_a_few() -> None:
    catalog, today = publication.current(), time.today()
    about = "market/food-licence"
    pains.of.cache_clear()
    satisfaction.published.cache_clear()
    before = pains.of(catalog.digest, today, (about,))[about]
    assert (before.days, before.corrected_percent, before.dissatisfied_percent) == (None, None, None)
    assert str(before.limit) == str(catalog.services[about].limits.promised)
    with connection.cursor() as cursor:
        rated_before.populate([], cursor)
    pains.of.cache_clear()
    satisfaction.published.cache_clear()
    after = pains.of(catalog.digest, today, (about,))[about]
    assert after.dissatisfied_percent == round(100 * 11 / 42)
    page = Client().get("/menu").content.decode()
    assert "人太少，不说" in page
    pains.of.cache_clear()
    satisfaction.published.cache_clear()


@pytest.mark.parametrize("cases_ended", [9, 10])
def test_days_and_corrections_are_told_of_ten_cases_and_more(monkeypatch: pytest.MonkeyPatch, cases_ended: int) -> None:
    catalog, today, about = publication.current(), time.today(), "market/food-licence"
    took = [Took(about, today, 3, cases_ended - 4), Took(about, today, 8, 4)]
    ways = {(None, "submitted"): cases_ended, ("submitted", "correcting"): 4, ("correcting", "submitted"): 4}
    monkeypatch.setattr(tallies, "took", lambda *_: took)
    monkeypatch.setattr(tallies, "follows", lambda _service: ways)
    pains.of.cache_clear()
    felt = pains.of(catalog.digest, today, (about,))[about]
    pains.of.cache_clear()
    told = (felt.days, felt.corrected_percent)
    assert told == ((3.0, 40) if cases_ended >= pains.LEAST else (None, None))


def test_the_menu_has_a_hundred_services_of_all_departments_and_says_what_the_organiser_assigned() -> None:
    choices = menu.menu()
    assert len(choices) == len({one.about for one in choices}) == menu.MOST
    assert len({one.authority for one in choices}) == 22
    organiser = actor("organiser")
    for chosen in ("assigned", "votes"):
        with pytest.raises(Problem):
            walks.begin(organiser, Intent(choices[3].about, "experience", chosen=chosen), uuid4())
    order = Order(choices[3].about, choices[3].authority, time.today(), "群众反映多")
    assignments.assign(organiser, order, uuid4())
    assert [one.about for one in menu.menu() if one.is_assigned] == [choices[3].about]
    assert "牵头部门指定的" in Client().get("/menu").content.decode()
