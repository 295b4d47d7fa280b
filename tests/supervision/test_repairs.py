"""A repair of the definition is a version that differs in the very place; walks before it stand beside those after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from tongban.accounts.actor import Actor
from tongban.casework.model import SYSTEM
from tongban.catalog.canonical import hashed
from tongban.catalog.model import ServiceDefinition
from tongban.catalog.vocabulary import Text
from tongban.platform import time
from tongban.publication import service as publication
from tongban.supervision import problems, repairs, walk_reports
from tongban.supervision.models import Found, Walk
from tongban.supervision.problems import Finding, Place
from tongban.supervision.repairs import Taken

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SERVICE = "health/birth-certificate"
BUNDLE = "life-events/newborn"
Change = Callable[[ServiceDefinition], ServiceDefinition]


def fewer_questions(service: ServiceDefinition) -> ServiceDefinition:
    return replace(service, needs=service.needs[:-1])


def fewer_papers(service: ServiceDefinition) -> ServiceDefinition:
    return replace(service, evidence=service.evidence[:-1])


def another_name(service: ServiceDefinition) -> ServiceDefinition:
    return replace(service, title=Text("出生医学证明（新）", "Birth certificate, new"))


def dropped_question() -> str:
    """The question that `fewer_questions` asks no more, as a problem names it."""
    service = publication.current().services[SERVICE]
    role, _, name = service.needs[-1].fact.partition(".")
    return f"{service.roles[role].type}.{name}"


def dropped_paper() -> str:
    return publication.current().services[SERVICE].evidence[-1].evidence


def publish(change: Change, about: str = SERVICE) -> None:
    catalog = publication.current()
    publication.publish(hashed(replace(catalog, services={**catalog.services, about: change(catalog.services[about])})))


def problem(about: str, step: str = "", item: str = "", kind: str = "unclear") -> Found:
    case = problems.report(Finding(Place(about, kind, step, item), "minor", "inspection"), SYSTEM, uuid4()).case
    return Found.objects.get(case=case)


def repaired(row: Found) -> list[tuple[str, int]]:
    return [(one.name, one.version) for one in repairs.of(row)]


def test_only_a_version_that_differs_in_the_step_counts() -> None:
    rows = {step: problem(SERVICE, step) for step in ("", "find", "form", "papers", "sign", "decide")}
    for version, (change, of) in enumerate(
        ((another_name, {"", "find"}), (fewer_questions, {"", "form"}), (fewer_papers, {"", "papers"})), 2
    ):
        publish(change)
        assert {step for step, row in rows.items() if (SERVICE, version) in repaired(row)} == of


def test_a_question_or_paper_is_repaired_where_it_changed_and_by_nothing_else() -> None:
    question, paper = problem(SERVICE, "form", dropped_question()), problem(SERVICE, "papers", dropped_paper())
    publish(another_name)
    assert (repaired(question), repaired(paper)) == ([], [])
    publish(fewer_papers)
    assert (repaired(question), repaired(paper)) == ([], [(SERVICE, 3)])
    publish(fewer_questions)
    assert (repaired(question), repaired(paper)) == ([(SERVICE, 4)], [(SERVICE, 3)])


def test_a_service_in_a_bundle_is_found_and_another_service_repairs_nothing() -> None:
    rows = [problem(BUNDLE, step, item) for step, item in (("form", ""), (SERVICE, ""), ("form", dropped_question()))]
    other = next(part.service for part in publication.current().bundles[BUNDLE].parts if part.service != SERVICE)
    of_other = problem(BUNDLE, other)
    publish(fewer_questions)
    assert [repaired(row) for row in rows] == [[(SERVICE, 2)]] * 3
    assert repaired(of_other) == []
    publish(another_name, other)
    assert repaired(of_other) == [(other, 2)]
    assert [repaired(row) for row in rows] == [[(SERVICE, 2)]] * 3


def test_a_version_published_before_the_problem_was_found_repairs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    publish(fewer_questions)
    moment = time.now() + timedelta(hours=1)
    monkeypatch.setattr(time, "now", lambda: moment)
    assert repaired(problem(SERVICE)) == []


def test_a_step_of_the_procedure_is_repaired_by_its_procedure() -> None:
    catalog = publication.current()
    name = catalog.services[SERVICE].procedure
    procedure = catalog.procedures[name]
    row, other = problem(SERVICE, "decide"), problem(SERVICE, "accept")
    steps = {**procedure.steps, "decide": replace(procedure.steps["decide"], label=Text("定", "Decide now"))}
    publication.publish(
        hashed(replace(catalog, procedures={**catalog.procedures, name: replace(procedure, steps=steps)}))
    )
    assert (repaired(row), repaired(other)) == ([(name, 2)], [])


def walk(seconds: int, minutes_ago: int) -> Walk:
    begun = time.now() - timedelta(minutes=minutes_ago)
    return Walk.objects.create(
        number=f"Z2026-9{Walk.objects.count():04}", command=uuid4(), programme="programme_3", mode="experience",
        about=SERVICE, office="demonstration/population-430211", authority="base/police", walkers=[7],
        begun_at=begun, ended_at=begun, publication=publication.current().digest,
        way=[{"step": "form", "seconds": seconds, "clicks": 1, "pages": 1}],
    )  # fmt: skip


def test_walks_before_a_version_stand_beside_those_after() -> None:
    row = problem(SERVICE, "form")
    walk(300, 50)
    walk(500, 40)
    publish(fewer_questions)
    assert [(one.walked_before, one.walked_after) for one in repairs.of(row)] == [(Taken(2, 400), None)]
    after = walk(100, 30)
    assert [(one.walked_before, one.walked_after) for one in repairs.of(row)] == [(Taken(2, 400), Taken(1, 100))]
    last = walk(200, 20)
    walkers = Actor(user_id=7, kind="staff", shown_name="")
    told = [walk_reports.report_of(walkers, one) for one in (after, last)]
    assert [one.before for one in told] == [Taken(2, 400)] * 2
    assert [(one.lines[0].earlier_seconds, one.lines[0].before_seconds) for one in told] == [(None, 400), (100, 400)]
