"""Reading through a reach: lists, pages, lights, timelines, and what stays inside the offices."""

from __future__ import annotations

from datetime import timedelta

from tests.casework.conftest import Trial
from tests.casework.world import ANNA, BEN, HANNA, LAMPS, MONDAY, TRADE, WANDA, WATER, command

from tongban.casework import desks, queries, service
from tongban.casework.queries import Filter, Reach
from tongban.platform import time

HERE, ELSEWHERE = Reach((TRADE,)), Reach((LAMPS,))


def test_a_case_is_there_for_whoever_may_see_it_and_for_nobody_else(trial: Trial) -> None:
    (number,) = trial.open()
    own = Reach(applicants=(trial.owner,))
    for reach in (HERE, own, Reach(("trial/hall",))):
        found = queries.case(number, reach)
        assert found is not None
        assert (found[0].number, found[1].applicant) == (number, trial.owner)
    for reach in (ELSEWHERE, Reach(), Reach(applicants=(trial.shop,))):
        assert queries.case(number, reach) is None
        assert queries.timeline(number, reach) == []
    assert queries.case("4302-26-000009-9/01", HERE) is None
    assert queries.case("' or 1=1", HERE) is None


def test_an_office_that_was_asked_sees_the_case(trial: Trial) -> None:
    (number,) = trial.open()
    service.command(number, command("accept"), ANNA)
    assert queries.case(number, Reach((WATER,))) is None
    service.command(number, command("consult", offices=[WATER]), ANNA)
    assert queries.case(number, Reach((WATER,))) is not None
    service.command(number, command("opine", opinion="disagree", note="水压不够"), WANDA)
    assert queries.case(number, Reach((WATER,))) is not None


def test_the_applicant_sees_reasons_and_no_notes(trial: Trial) -> None:
    (number,) = trial.open()
    service.command(number, command("claim"), ANNA)
    service.command(number, command("note", note="眼熟"), HANNA)
    service.command(number, command("refuse-acceptance", reason="不归我们管", note="转走"), ANNA)
    inside = queries.timeline(number, HERE)
    assert [entry.event.kind for entry in inside] == ["opened", "claimed", "noted", "stepped"]
    assert inside[-1].texts == {"reason": "不归我们管", "note": "转走"}
    assert inside[0].facts["owner.name"] == "贺小满"
    outside = queries.timeline(number, Reach(applicants=(trial.owner,)))
    assert [(entry.event.kind, entry.texts) for entry in outside] == [
        ("opened", {}),
        ("stepped", {"reason": "不归我们管"}),
    ]


def test_a_list_is_paged_by_urgency_and_filtered(trial: Trial) -> None:
    numbers = []
    for hour in range(7):
        time.set_time(MONDAY + timedelta(days=hour), frozen=True)
        numbers.append(trial.open()[0])
    service.command(numbers[3], command("claim"), ANNA)
    service.command(numbers[4], command("accept"), BEN)
    everything = queries.tasks([TRADE, WATER], most=100)
    assert (len(everything.tasks), everything.after) == (7, None)
    assert [task.due_at for task in everything.tasks] == sorted(t.due_at for t in everything.tasks if t.due_at)
    paged: list[queries.TaskRow] = []
    after: str | None = None
    while True:
        page = queries.tasks([TRADE, WATER], after=after, most=2)
        paged += page.tasks
        after = page.after
        if after is None:
            break
    assert tuple(paged) == everything.tasks
    assert [task.number for task in queries.tasks([TRADE], Filter(holder=ANNA.id)).tasks] == [numbers[3]]
    assert len(queries.tasks([TRADE], Filter(is_free=True)).tasks) == 6
    assert [task.number for task in queries.tasks([TRADE], Filter(states=("accepted",))).tasks] == [numbers[4]]
    assert queries.tasks([TRADE], Filter(service="trial/card")).tasks == ()
    assert queries.tasks([WATER]).tasks == ()
    assert len(queries.watched(["trial/hall"]).tasks) == 7


def test_lights_follow_the_time_of_asking(trial: Trial) -> None:
    trial.open()
    seen = {}
    for day in (0, 4, 6, 8):
        time.set_time(MONDAY + timedelta(days=day), frozen=True)
        seen[day] = queries.tasks([TRADE]).tasks[0].light
    assert seen == {0: "green", 4: "green", 6: "yellow", 8: "red"}
    assert len(queries.tasks([TRADE], Filter(light="red")).tasks) == 1
    assert queries.tasks([TRADE], Filter(light="green")).tasks == ()


def test_what_no_limit_runs_for_comes_last_and_is_green(trial: Trial) -> None:
    (paused,) = trial.open()
    service.command(paused, command("accept"), ANNA)
    service.command(paused, command("pause", procedure="hearing", reason="听证"), ANNA)
    (running,) = trial.open()
    found = queries.tasks([TRADE], most=2)
    assert found.tasks[0].number == running
    rest = queries.tasks([TRADE], after=found.after)
    assert {(task.number, task.due_at, task.light) for task in (*found.tasks[1:], *rest.tasks)} == {
        (paused, None, "green")
    }
    assert {task.id for task in (*found.tasks[1:], *rest.tasks)} == {"main", f"procedure:{TRADE}"}


def test_the_head_sees_who_has_what_and_by_when(trial: Trial) -> None:
    numbers = [trial.open()[0] for _ in range(3)]
    service.command(numbers[0], command("claim"), ANNA)
    for people in ([ANNA.id], [ANNA.id, BEN.id]):
        load = desks.load_of_office(TRADE, people)
        assert {(one.holder, one.light, str(one.day), one.tasks) for one in load} == {
            (None, "green", "2026-11-23", 2),
            (ANNA.id, "green", "2026-11-23", 1),
        }
    assert [(one.holder, one.tasks) for one in desks.load_of_office(TRADE, [BEN.id])] == [(None, 3)]
    assert desks.load_of_office(WATER, [ANNA.id]) == []


def test_walks_and_exercises_are_no_load_of_an_office(trial: Trial) -> None:
    for mode in ("walk", "exercise", "real"):
        (number,) = trial.open(mode=mode)
        service.command(number, command("claim"), ANNA)
    trial.open(mode="walk")
    assert [(one.holder, one.tasks) for one in desks.load_of_office(TRADE, [ANNA.id])] == [(ANNA.id, 1)]


def test_applications_of_somebody_newest_first(trial: Trial) -> None:
    numbers = [service.cases(trial.open())[0].application for _ in range(3)]
    service.command(f"{numbers[0]}/01", command("refuse-acceptance", reason="不归我们"), ANNA)
    found = queries.applications_of([trial.owner], most=2)
    assert [(row.number, row.is_open) for row in found] == [(numbers[2], True), (numbers[1], True)]
    (oldest,) = queries.applications_of([trial.owner], before=numbers[1])
    assert (oldest.number, oldest.is_open) == (numbers[0], False)
    assert queries.applications_of([trial.shop]) == []
