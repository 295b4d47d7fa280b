"""Visits leave what is to be done with an owner and a day; whoever went comes back and judges. Deeds are public."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from tests.applications.newborn import Desk

from tongban.applications import cases
from tongban.applications.problems import Problem
from tongban.casework import sweeps
from tongban.casework.model import SYSTEM
from tongban.platform import time
from tongban.publication import service as publication
from tongban.supervision import deeds, problem_lists, problems, visits
from tongban.supervision.models import Found, Visit
from tongban.supervision.problems import UNDERTAKEN, WAY, Finding, Hands, Place
from tongban.supervision.visits import Planned
from tongban.testing.city import deeds as city_deeds

pytestmark = pytest.mark.django_db
VISITING = "demonstration/government-services-4302"
VISITED = "demonstration/population-430211"
INSPECTORS = "demonstration/discipline-4302"
LAMPS = Place("小区 3 栋到公交站的路灯全亮", "deed")


def planned(**other: Any) -> Planned:  # noqa: ANN401 -- any field
    today = time.today()
    given = Planned(VISITED, today, is_announced=False, purpose="看户籍窗口", revisit_on=today + timedelta(days=30))
    return replace(given, **other)


def asked(days: int = 10, about: str = "取号机修好") -> Finding:
    by = time.today() + timedelta(days=days)
    return Finding(Place(about, "asked"), "serious", "visit", "取号机坏了一周", field="services", by=by)


def act(desk: Desk, case: str, step: str, office: str, role: str = "handler", **said: Any) -> None:  # noqa: ANN401 -- what a command takes
    cases.act(desk(office, role), case, step, command_id=uuid4(), **said)


def done(desk: Desk, case: str, owner: str = VISITED, watching: str = VISITING) -> None:
    act(desk, case, "plan", owner, facts={"problem.measure": "换一台"})
    act(desk, case, "repair", owner, facts={"problem.evidence": "11 月 20 日换好"})
    act(desk, case, "recheck", watching, facts={"problem.effect": "等 40 分钟 → 8 分钟"})


def test_every_kind_hurts_on_a_way_or_is_to_be_done_by_a_day() -> None:
    kinds = {one.value for one in publication.current().types[problems.TYPE].attributes["kind"].options}
    assert kinds == UNDERTAKEN | WAY
    assert not UNDERTAKEN & WAY


def test_what_a_visit_found_has_an_owner_and_its_own_day(desk: Desk) -> None:
    actor = desk(VISITING, "handler")
    visit = visits.make(actor, planned(), uuid4())
    case = visits.find(actor, visit.id, asked(), uuid4()).case
    [line] = problem_lists.lines(visits.findings(visit))
    assert (line["case"], line["is_open"], line["phase"]) == (case, True, "think")
    assert [one["id"] for one in line["owners"]] == [VISITED]
    act(desk, case, "plan", VISITED, facts={"problem.measure": "换一台"})
    [planned_line] = problem_lists.lines(visits.findings(visit))
    assert planned_line["due"].startswith((time.today() + timedelta(days=10)).isoformat())


def test_a_visit_ends_when_one_came_back_and_nothing_was_open(desk: Desk) -> None:
    actor = desk(VISITING, "handler")
    visit = visits.make(actor, planned(), uuid4())
    case = visits.find(actor, visit.id, asked(), uuid4()).case
    returning = desk(VISITING, "head")
    with pytest.raises(Problem) as refused:
        visits.judge(returning, visit.id, "还没修", uuid4())
    assert [error.fact for error in refused.value.errors] == ["again_on"]
    again = time.today() + timedelta(days=7)
    assert visits.judge(returning, visit.id, "还没修", uuid4(), again).ended_at is None
    done(desk, case)
    ended = visits.judge(returning, visit.id, "修好了，取号 3 秒", uuid4())
    assert ended.ended_at is not None
    assert [one.open_findings for one in ended.revisits.order_by("id")] == [1, 0]
    with pytest.raises(Problem) as late:
        visits.find(actor, visit.id, asked(about="别的"), uuid4())
    assert late.value.code == "visit-ended"


def test_only_those_who_made_a_visit_judge_it(desk: Desk) -> None:
    visit = visits.make(desk(VISITING, "handler"), planned(), uuid4())
    for office in (VISITED, INSPECTORS):
        with pytest.raises(Problem) as refused:
            visits.judge(desk(office, "handler"), visit.id, "好了", uuid4())
        assert refused.value.status == 404


def test_a_visit_sent_twice_is_one_and_so_is_its_judgement(desk: Desk) -> None:
    actor, command = desk(VISITING, "handler"), uuid4()
    first, again = (visits.make(actor, planned(), command) for _ in range(2))
    judged = uuid4()
    for _ in range(2):
        visits.judge(desk(VISITING, "head"), first.id, "都好", judged)
    assert (first.id, Visit.objects.count(), first.revisits.count()) == (again.id, 1, 1)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"visited": "demonstration/nowhere"}, "visited"),
        ({"on": date(2099, 1, 1), "revisit_on": date(2099, 2, 1)}, "on"),
        ({"revisit_on": date(2020, 1, 1)}, "revisit_on"),
        ({"visited": VISITING}, "visited"),
        ({"purpose": " "}, "purpose"),
        ({"purpose": "长" * 1001}, "purpose"),
    ],
)
def test_a_visit_that_cannot_be_is_refused_at_its_field(desk: Desk, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Problem) as refused:
        visits.make(desk(VISITING, "handler"), planned(**wrong), uuid4())
    assert [error.fact for error in refused.value.errors] == [field]


@pytest.mark.parametrize(
    ("finding", "owner", "field"),
    [
        (Finding(Place(" ", "deed"), "minor", "residents"), "", "problem.about"),
        (Finding(LAMPS, "minor", "residents", by=date(2020, 1, 1)), "", "problem.by"),
        (Finding(LAMPS, "minor", "residents"), "demonstration/nowhere", "problem.owner"),
        (Finding(LAMPS, "minor", "residents"), VISITED, "problem.by"),
        (Finding(LAMPS, "minor", "residents", by=date(2099, 1, 1)), "", "problem.owner"),
        (Finding(Place("修路灯", "asked"), "minor", "visit", field="streets"), VISITED, "problem.by"),
        (Finding(Place("修路灯", "asked"), "minor", "visit", by=date(2099, 1, 1)), VISITED, "problem.field"),
        (
            Finding(Place("修路灯", "asked"), "minor", "visit", field="streets", by=date(2099, 1, 1)),
            "",
            "problem.owner",
        ),
    ],
)
def test_what_cannot_be_promised_is_refused_at_its_field(finding: Finding, owner: str, field: str) -> None:
    with pytest.raises(Problem) as refused:
        problems.report(finding, SYSTEM, uuid4(), Hands(owner=owner))
    assert field in [error.fact for error in refused.value.errors]
    assert not Found.objects.exists()


def test_the_same_words_to_two_offices_are_two_things_to_do() -> None:
    blocked = Finding(Place("消防通道堵塞", "safety"), "serious", "inspection")
    cases_of = [problems.report(blocked, SYSTEM, uuid4(), Hands(owner=one)).case for one in (VISITED, INSPECTORS)]
    assert len(set(cases_of)) == 2
    assert [Found.objects.get(case=one).owners for one in cases_of] == [[VISITED], [INSPECTORS]]


def test_what_the_watching_office_itself_promises_is_watched_by_the_inspectors() -> None:
    by = time.today() + timedelta(days=5)
    own = problems.report(Finding(LAMPS, "minor", "residents", by=by), SYSTEM, uuid4(), Hands(owner=VISITING))
    assert Found.objects.get(case=own.case).office == INSPECTORS


def test_small_deeds_are_kept_due_or_late_and_anybody_may_read_them(
    desk: Desk, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases_of = {}
    for days, about in ((3, "修好凉亭"), (40, "加装扶手"), (4, "补种行道树")):
        by = time.today() + timedelta(days=days)
        finding = Finding(Place(about, "deed"), "minor", "residents", "贺小满提的", field="streets", by=by)
        cases_of[about] = problems.report(finding, SYSTEM, uuid4(), Hands(owner=VISITED)).case
    done(desk, cases_of["修好凉亭"], watching=Found.objects.get(case=cases_of["修好凉亭"]).office)
    later = time.now() + timedelta(days=10)
    monkeypatch.setattr(time, "now", lambda: later)
    sweeps.cross_lights()
    assert [(one.about, one.state) for one in deeds.listed()] == [
        ("补种行道树", "late"),
        ("加装扶手", "due"),
        ("修好凉亭", "kept"),
    ]
    page = client.get("/deeds").content.decode()
    assert "等 40 分钟 → 8 分钟" in page
    assert "贺小满" not in page


def test_the_profile_says_what_an_office_owes_and_what_the_last_visit_was(desk: Desk) -> None:
    actor = desk(VISITING, "handler")
    visit = visits.make(actor, planned(), uuid4())
    visits.find(actor, visit.id, asked(), uuid4())
    visits.find(actor, visit.id, asked(about="公示栏换新"), uuid4())
    found = visits.profile(actor, VISITED)
    assert (found.open, found.late, found.returned, len(found.owed)) == (2, 0, 0, 2)
    assert (found.waiting, found.overdue) == (0, 0)
    assert found.last == visit


@pytest.mark.slow
def test_a_demonstration_has_twenty_small_deeds_and_keeps_them_once(desk: Desk) -> None:
    assert (city_deeds.put(), city_deeds.put()) == (20, 0)
    assert Counter(one.state for one in deeds.listed()) == {"kept": 13, "due": 7}
