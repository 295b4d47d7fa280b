"""The machine that walks: planted faults are problems the same night, each once; one that returns opens its problem."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from math import isnan
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings
from procrastinate.contrib.django import app
from tests.applications.newborn import desk_of_everyone
from tests.desk.scene import browser_of
from tests.supervision.planted.rules import TAKES_SECONDS
from tests.supervision.ways import ABOUT, DEAD_END, WAY

from tongban.applications import cases
from tongban.applications.problems import Problem
from tongban.catalog.model import Catalog
from tongban.platform import database, time
from tongban.platform.errors import PlatformError
from tongban.platform.packs import pack_folders
from tongban.publication import service as publication
from tongban.publication.files import compile_files
from tongban.supervision import jobs, problem_lists
from tongban.supervision.models import Found, Round, Walked
from tongban.supervision.problem_lists import Wanted
from tongban.supervision.rounds import judging, keeping, shown
from tongban.supervision.rounds.rehearsing import Job
from tongban.supervision.rounds.ways import OWN_FAULT, Stuck, Way
from tongban.testing.fixtures import City
from tongban.testing.rehearsal.city import rehearsal_city

PLANTED = Path(__file__).parent / "planted"
PLANTED_PAGES = Path(__file__).parent / "planted_pages"
FAULTY = ("planted/dead-end", "planted/double", "planted/slow")
FINE = "planted/fine"
WATCHER, OWNER = "demonstration/government-services-4302", "demonstration/population-4302"


@pytest.fixture
def planted(city: City, monkeypatch: pytest.MonkeyPatch) -> Catalog:
    """A city in which services with a fault each, and a sound one, are in force."""
    monkeypatch.setitem(pack_folders(), "planted outside the tree", PLANTED)
    catalog, _findings = compile_files([*pack_folders().values()])
    assert catalog is not None
    publication.publish(catalog)
    return catalog


@pytest.fixture
def rehearsal(city: City) -> Callable[[Job], list[Way]]:
    """A rehearsal in this process, on another database of the same server."""

    def rehearsed(job: Job) -> list[Way]:
        with rehearsal_city(city.server, job.catalog, job.on) as walker:
            ways = [way for about in job.about for way in walker.ways(about)]
        database.point_to(city.server, city.database)
        return ways

    return rehearsed


def walked(*ways: Way) -> keeping.Ended:
    """A night of these ways."""
    return keeping.walk([ABOUT], ways=lambda _job: ways)


def quickest(ended: keeping.Ended, about: str, at: str) -> float:
    """How long a service took at a place, the quickest time."""
    return min(step.seconds for way in ended.ways if way.about == about for step in way.steps if step.at == at)


def rows_of(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"select count(*) from {table}")  # noqa: S608 -- names of this file
        return int(cursor.fetchone()[0])


TABLES = (
    "applications_form", "accounts_user", "accounts_token", "registry_record", "credentials_document",
    "publication_publication",
)  # fmt: skip
"""What a walk fills in its own city, and never in this one."""


@pytest.mark.slow
def test_planted_faults_are_problems_the_same_night_and_this_city_gains_nothing_else(
    planted: Catalog, rehearsal: Callable[[Job], list[Way]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "SLOW_SECONDS", 0.4)
    before = {table: rows_of(table) for table in TABLES}
    ended = keeping.walk([*FAULTY, FINE], ways=rehearsal)
    found = {(one.cause.about, one.cause.kind) for one in ended.noted}
    assert {
        ("planted/dead-end", "dead-end"), ("planted/double", "asked-twice"), ("planted/slow", "slow"),
    } <= found  # fmt: skip
    assert not {kind for about, kind in found if about == FINE} - {"slow"}, found
    slow_at = {one.cause.step for one in ended.noted if (one.cause.about, one.cause.kind) == ("planted/slow", "slow")}
    assert any(quickest(ended, "planted/slow", at) > quickest(ended, FINE, at) + TAKES_SECONDS / 2 for at in slow_at)
    assert {table: rows_of(table) for table in TABLES} == before
    assert Found.objects.count() == len(ended.noted)
    assert {row.found_by for row in Found.objects.all()} == {"machine"}
    (twice,) = (one.cause for one in ended.noted if one.cause.kind == "asked-twice")
    assert (twice.item, twice.said.zh) == ("planted/Stall.phone", "“手机号”问了两遍")
    again = keeping.walk([*FAULTY, FINE], ways=lambda _job: ended.ways)
    assert {one.reported.outcome for one in again.noted} == {"known"}
    assert Found.objects.count() == len(ended.noted)


@pytest.mark.slow
def test_a_link_and_a_form_that_lead_nowhere_are_dead_ends_of_their_page(
    planted: Catalog, rehearsal: Callable[[Job], list[Way]]
) -> None:
    engine = {**settings.TEMPLATES[0], "DIRS": [PLANTED_PAGES, *settings.TEMPLATES[0]["DIRS"]]}
    with override_settings(TEMPLATES=[engine]):
        ended = keeping.walk([FINE], ways=rehearsal)
    dead = {(link.at, link.method, link.to, link.status) for way in ended.ways for link in way.dead_links}
    assert dead == {("plan", "GET", "/nowhere", 404), ("plan", "POST", "/search", 405)}
    (found,) = (one for one in ended.noted if one.cause.kind == "dead-end")
    assert (found.cause.about, found.cause.step) == (FINE, "plan")
    assert all(way.stuck is None for way in ended.ways)


def test_situations_that_were_not_walked_are_told(db: None) -> None:
    ended = keeping.walk(ways=lambda _job: (WAY, Way(ABOUT, situation="-", left_out=3)))
    assert (ended.round.left_out, ended.to_json()["ways"], ended.to_json()["left_out"]) == (3, 1, 3)
    assert shown.nights()[0].left_out == 3
    page = browser_of(desk_of_everyone()(WATCHER, "head")).get("/desk/rounds").content.decode()
    assert "还有 3 种情形没走" in page


def test_what_comes_back_after_its_closing_opens_its_problem_again(db: None) -> None:
    desk = desk_of_everyone()
    (first,) = walked(DEAD_END).noted
    case = first.reported.case
    cases.act(desk(WATCHER, "handler"), case, "assign", command_id=uuid4(), data={"offices": [OWNER]})
    cases.act(desk(OWNER, "handler"), case, "plan", command_id=uuid4(), facts={"problem.measure": "设窗口"})
    cases.act(desk(OWNER, "handler"), case, "repair", command_id=uuid4(), facts={"problem.evidence": "设了"})
    assert walked(WAY).noted == ()
    assert keeping.nights_without(Found.objects.get(case=case)) == 1
    cases.act(desk(WATCHER, "handler"), case, "recheck", command_id=uuid4(), facts={"problem.effect": "走通"})
    (again,) = walked(DEAD_END).noted
    assert (again.reported.case, again.reported.outcome) == (case, "returned")
    assert keeping.nights_without(Found.objects.get(case=case)) == 0
    assert problem_lists.funnel(Wanted(found_by="machine")).returned == 1


def test_the_machine_closes_nothing_by_itself(db: None) -> None:
    (first,) = walked(DEAD_END).noted
    for _ in range(3):
        walked(WAY)
    row = Found.objects.get(case=first.reported.case)
    assert (row.ended_at, keeping.nights_without(row)) == (None, 3)
    assert [(one.case, count) for one, count in shown.gone()] == [(row.case, 3)]


def test_a_night_in_which_the_machine_could_not_walk_says_nothing(db: None) -> None:
    (first,) = walked(DEAD_END).noted
    ended = walked(Way(ABOUT, stuck=Stuck(OWN_FAULT, "KeyError")))
    assert ended.noted == ()
    assert ended.to_json()["not_walked"] == [ABOUT]
    assert keeping.nights_without(Found.objects.get(case=first.reported.case)) == 0


def test_one_cause_on_many_ways_is_one_problem(db: None) -> None:
    other = replace(DEAD_END, situation="birth.in_city == false")
    assert len(walked(DEAD_END, other).noted) == 1


def test_what_a_way_took_is_kept_and_nothing_of_whoever_went_it(db: None) -> None:
    ended = walked(WAY)
    row = Walked.objects.get(round=ended.round)
    assert (row.about, row.milliseconds, row.pages, row.clicks, row.slowest_at) == (ABOUT, 300, 1, 2, "send")


def test_two_rounds_at_one_time_are_refused(city: City) -> None:
    with city.connect() as other:
        other.execute("select pg_advisory_lock(hashtext('tongban round'))")
        with pytest.raises(PlatformError) as refused:
            walked(WAY)
    assert refused.value.code == "round-under-way"
    assert not Round.objects.exists()


def test_a_matter_that_is_not_there_is_refused(db: None) -> None:
    with pytest.raises(Problem) as refused:
        keeping.walk(["nothing"], ways=lambda _job: ())
    assert refused.value.code == "unknown-bundle"


def test_only_whole_rounds_that_came_to_their_end_are_compared(db: None) -> None:
    walked(WAY)
    Round.objects.create(digest="x", is_whole=True, began_at=time.recorded_now())
    assert shown.nights() == []
    ended = keeping.walk(ways=lambda _job: (WAY, DEAD_END))
    (night,) = shown.nights()
    assert (night.id, night.ways, night.through, night.stuck, night.new) == (ended.round.id, 2, 1, 1, 1)


@pytest.mark.parametrize(("days", "missed"), [(0, 0), (1, 0), (2, 1), (5, 4)])
def test_nights_that_nobody_walked_are_told(db: None, monkeypatch: pytest.MonkeyPatch, days: int, missed: int) -> None:
    assert isnan(shown.missed_now())
    keeping.walk(ways=lambda _job: [WAY])
    Round.objects.update(began_at=time.recorded_now() - timedelta(days=days))
    assert shown.missed_now() == missed
    page = browser_of(desk_of_everyone()(WATCHER, "head")).get("/desk/rounds").content.decode()
    assert (f"机器有 {missed} 夜没走" in page) == (missed > 0)


def test_every_night_a_process_of_its_own_walks_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr(subprocess, "Popen", lambda command, **_streams: started.append(command))
    asyncio.run(jobs.walk(timestamp=0))
    periodic = {task.task.name: task.cron for task in app.periodic_registry.periodic_tasks.values()}
    assert [command[1:] for command in started] == [["-m", "tongban", "walk", "--all", "--json"]]
    assert periodic[jobs.walk.name] == "10 18 * * *"
