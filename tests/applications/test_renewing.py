"""Applying once more: only for what is left, only for whom, and with everything known from the first time."""

from __future__ import annotations

from uuid import uuid4

import pytest
from tests.applications.family import Family, family
from tests.applications.newborn import Desk, drafted, granted, part, sent

from tongban.applications import cases, renewing, views, withdrawal
from tongban.applications.models import Form
from tongban.applications.problems import Problem
from tongban.publication import service as publication

CERTIFICATE = "/birth-certificate"
HOUSEHOLD = "/birth-registration"
REFUSAL = {"reason": "材料对不上"}


def refused(desk: Desk, line: dict[str, object]) -> None:
    """One case that its office does not take."""
    office, number = str(line["office"]), str(line["number"])
    cases.act(desk(office, "handler"), number, "refuse-acceptance", command_id=uuid4(), texts=REFUSAL)


def test_only_what_is_left_is_applied_for_and_nothing_is_asked_again(home: Family, desk: Desk) -> None:
    number = drafted(home)
    granted(desk, part(sent(home, number), CERTIFICATE))
    before = views.application_view(home.mother, number)
    refused(desk, part(before, HOUSEHOLD))
    new = renewing.apply_again(home.mother, number, command_id=uuid4())
    view = views.application_view(home.mother, new)
    services = {line["id"].partition("/")[2] for line in view["plan"]["services"]}
    assert services == {"birth-registration", "social-card", "resident-enrolment"}
    assert [question["fact"] for question in view["questions"] if question["value"] is None] == []
    assert view["plan"]["undecided"] == []
    child = next(fact["value"] for fact in before["facts"] if fact["fact"] == "birth.1.child_name")
    assert next(fact["value"] for fact in view["facts"] if fact["fact"] == "birth.1.child_name") == child


@pytest.mark.slow
def test_of_twins_only_the_one_with_something_left_comes_along(desk: Desk, db: None) -> None:
    home = family(publication.current(), children=2)
    number = drafted(home)
    sent(home, number)
    lines = views.application_view(home.mother, number)["cases"]
    for line in [line for line in lines if line["service"].endswith(CERTIFICATE)]:
        granted(desk, line)
    first, second = [
        line for line in views.application_view(home.mother, number)["cases"] if line["service"].endswith(HOUSEHOLD)
    ]
    refused(desk, second)
    new = renewing.apply_again(home.mother, number, command_id=uuid4())
    plan = views.application_view(home.mother, new)["plan"]
    assert {tuple(line["members"]) for line in plan["services"]} == {(1,)}
    assert Form.objects.get(number=new).applicant_id == home.mother.subject_id
    assert first["result"] is None


def test_what_is_withdrawn_is_there_again_whole(home: Family) -> None:
    number = drafted(home)
    count = len(sent(home, number)["cases"])
    withdrawal.withdraw(home.mother, number, uuid4())
    new = renewing.apply_again(home.mother, number, command_id=uuid4())
    assert len(views.application_view(home.mother, new)["plan"]["services"]) == count


def test_what_goes_on_is_not_applied_for_twice(home: Family) -> None:
    number = drafted(home)
    sent(home, number)
    with pytest.raises(Problem, match="still-going"):
        renewing.apply_again(home.mother, number, command_id=uuid4())


def test_the_same_command_begins_one_draft_and_nobody_else_begins_any(home: Family) -> None:
    number, command = drafted(home), uuid4()
    with pytest.raises(Problem, match="not-found"):
        renewing.apply_again(home.mother, number, command_id=command)
    sent(home, number)
    withdrawal.withdraw(home.mother, number, uuid4())
    first = renewing.apply_again(home.mother, number, command_id=command)
    assert renewing.apply_again(home.mother, number, command_id=command) == first
    with pytest.raises(Problem, match="not-found"):
        renewing.apply_again(home.father, number, command_id=uuid4())
