"""Registering a child makes its parents act for it: whatever comes next, they can apply for it at once."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from tests.applications.family import Family, family
from tests.applications.newborn import Desk, drafted, granted, part, run_all, sent

from tongban.accounts import mandates
from tongban.accounts.actor import Actor, actor_of
from tongban.accounts.models import Mandate, User
from tongban.applications import starting, views
from tongban.applications.models import Form
from tongban.applications.problems import Problem
from tongban.platform import time
from tongban.publication import service as publication
from tongban.registry import service as registry

pytestmark = pytest.mark.django_db
CARD = "hrss/social-card"


def wards(home: Family) -> list[set[int]]:
    """For whom mother and father may act today."""
    return [set(mandates.principals_of(parent.subject_id or 0, time.today())) for parent in (home.mother, home.father)]


def logged_in(actor: Actor) -> Actor:
    """The same person, logged in again."""
    return actor_of(User.objects.get(subject_id=actor.subject_id))


@pytest.mark.slow
def test_parents_act_for_their_child_from_its_registration_until_it_is_of_age(home: Family, desk: Desk) -> None:
    number = drafted(home)
    view = sent(home, number)
    granted(desk, part(view, "/birth-certificate"))
    assert wards(home) == [set(), set()]
    run_all(home, desk, number)
    (child,) = home.children
    assert wards(home) == [{child}, {child}]
    last_days = set(Mandate.objects.filter(grantor_subject_id=child).values_list("until_day", flat=True))
    born = registry.key_of(child) or ""
    assert last_days == {mandates.last_day_of_minority(date(int(born[6:10]), int(born[10:12]), int(born[12:14])))}


@pytest.mark.slow
def test_twins_each_have_both(db: None, desk: Desk) -> None:
    home = family(publication.current(), children=2)
    number = drafted(home)
    sent(home, number)
    run_all(home, desk, number)
    assert wards(home) == [set(home.children)] * 2
    assert Mandate.objects.count() == 4


@pytest.mark.slow
def test_the_next_application_finds_the_child(home: Family, desk: Desk) -> None:
    number = drafted(home)
    sent(home, number)
    with pytest.raises(Problem, match="forbidden"):
        starting.start(logged_in(home.father), CARD, command_id=uuid4(), applicant=home.children[0])
    run_all(home, desk, number)
    father = logged_in(home.father)
    again = starting.start(father, CARD, command_id=uuid4(), applicant=home.children[0])
    facts = {fact["fact"]: fact for fact in views.application_view(father, again)["facts"]}
    assert facts["holder.id_number"]["state"] == "known"
    assert Form.objects.get(number=again).applicant_id == home.children[0]


@pytest.mark.slow
def test_an_exercise_gives_nobody_any_right(home: Family, desk: Desk) -> None:
    number = drafted(home)
    Form.objects.filter(number=number).update(mode="exercise")
    sent(home, number)
    run_all(home, desk, number)
    assert wards(home) == [set(), set()]
