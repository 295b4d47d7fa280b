"""A mandate for one matter opens that matter and nothing else: no list, case, paper or document of another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from tests.applications.family import Family, person
from tests.applications.newborn import Desk, drafted, granted, part, sent

from tongban.accounts import mandates
from tongban.accounts.actor import Actor, actor_of
from tongban.accounts.models import User
from tongban.applications import cases, documents, views
from tongban.applications.problems import Problem
from tongban.publication import service as publication

pytestmark = pytest.mark.django_db
NOT_FOUND = 404


def agent_for(home: Family, *offers: str) -> Actor:
    """Somebody whom the mother lets act for her in these offers."""
    subject, _ = person("周以宁", "43020019900206009")
    mandates.give(home.mother.subject_id or 0, subject, offers, until_day=date(2099, 1, 1))
    return actor_of(User.objects.get(subject_id=subject))


def offer(name: str) -> str:
    """The full id of a bundle."""
    return next(each for each in publication.current().bundles if each.endswith(f"/{name}"))


def seen(actor: Actor, case: str, paper: str) -> list[bool]:
    """Whether the actor is shown the application and the document in lists, the case and the file by their numbers."""
    return [
        case.rpartition("/")[0] in {line["number"] for line in views.my_applications(actor)},
        paper in {line["id"] for line in documents.mine(actor)},
        is_there(cases.case_view, actor, case),
        is_there(documents.pdf, actor, UUID(paper)),
    ]


def is_there(look: Callable[..., object], *at: object) -> bool:
    """Whether looking finds something, or answers as if there were nothing."""
    try:
        return bool(look(*at))
    except Problem as problem:
        return problem.status != NOT_FOUND


@pytest.mark.slow
@pytest.mark.parametrize(
    ("names", "is_shown"), [(["newborn"], True), (["*"], True), (["retire"], False), (["retire", "newborn"], True)]
)
def test_what_an_agent_sees_is_what_the_mandate_names(
    home: Family,
    desk: Desk,
    names: list[str],
    is_shown: bool,  # noqa: FBT001 -- a parameter of the test
) -> None:
    line = part(sent(home, drafted(home)), "/birth-certificate")
    granted(desk, line)
    paper = next(each["id"] for each in documents.mine(home.mother) if each["case"] == line["number"])
    agent = agent_for(home, *(each if each == "*" else offer(each) for each in names))
    assert seen(home.mother, line["number"], paper) == [True] * 4
    assert seen(agent, line["number"], paper) == [is_shown] * 4
