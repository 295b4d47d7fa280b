"""Problems: found once at a place, put right by one office, looked at again by another, open again if they return."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from tests.applications.newborn import Desk

from tongban.applications import cases, messages
from tongban.applications.problems import Problem
from tongban.casework import sweeps
from tongban.casework.model import SYSTEM, Refused
from tongban.catalog.canonical import hashed
from tongban.platform import time
from tongban.publication import service as publication
from tongban.supervision import overdue, problem_lists, problems
from tongban.supervision.models import Found
from tongban.supervision.problem_lists import Wanted
from tongban.supervision.problems import Finding, Place

pytestmark = pytest.mark.django_db
WATCHER = "demonstration/government-services-4302"
OWNER = "demonstration/population-4302"
OTHER = "demonstration/business-4302"
ANSWERABLE = "demonstration/maternity-4302"
UNDONE = "Problem {} was not given to an office by its date"
INSPECTORS = "demonstration/discipline-4302"
BOOK = Place("life-events/newborn", "asked-twice", item="household-book")


def found(place: Place = BOOK, severity: str = "serious", **other: str) -> problems.Reported:
    """A problem that the machine found."""
    by, said = other.pop("found_by", "machine"), other.pop("said", "")
    finding = Finding(place, severity, by, said, other.pop("reference", ""))
    assert not other
    return problems.report(finding, SYSTEM, uuid4())


def act(desk: Desk, case: str, step: str, office: str, role: str = "handler", **said: Any) -> None:  # noqa: ANN401 -- what a command takes
    cases.act(desk(office, role), case, step, command_id=uuid4(), **said)


def put_right(desk: Desk, case: str, office: str = OWNER) -> None:
    """From the office that is given it to the one that looks again, short of looking."""
    act(desk, case, "assign", WATCHER, data={"offices": [office]})
    act(desk, case, "plan", office, facts={"problem.measure": "从户籍库读，不再收户口簿"})
    act(desk, case, "repair", office, facts={"problem.evidence": "事项第 4 版不再收"})


def closed(desk: Desk, case: str) -> None:
    put_right(desk, case)
    act(desk, case, "recheck", WATCHER, facts={"problem.effect": "材料 1 → 0"})


def test_a_problem_passes_its_four_phases_and_another_office_looks_again(desk: Desk) -> None:
    case = found(said="合同备过案还要传").case
    phases = [problem_lists.one(desk(WATCHER, "handler"), case)["phase"]]
    act(desk, case, "assign", WATCHER, data={"offices": [OWNER]})
    phases.append(problem_lists.one(desk(OWNER, "handler"), case)["phase"])
    act(desk, case, "plan", OWNER, facts={"problem.measure": "不再收"})
    phases.append(problem_lists.one(desk(OWNER, "handler"), case)["phase"])
    act(desk, case, "repair", OWNER, facts={"problem.evidence": "第 4 版"})
    assert cases.case_view(desk(WATCHER, "handler"), case)["state"] == "repaired"
    with pytest.raises(Refused) as refused:
        act(desk, case, "recheck", OWNER, facts={"problem.effect": "1 → 0"})
    assert refused.value.code == "not-your-office"
    act(desk, case, "recheck", WATCHER, facts={"problem.effect": "1 → 0"})
    whole = problem_lists.one(desk(OTHER, "handler"), case)
    assert phases == ["find", "think", "press"]
    assert (whole["state"], whole["is_open"], whole["phase"]) == ("closed", False, None)
    assert (whole["measure"], whole["evidence"], whole["effect"]) == ("不再收", "第 4 版", "1 → 0")
    assert "said" not in whole


def test_who_watches_a_problem_never_puts_it_right(desk: Desk) -> None:
    case = found().case
    with pytest.raises(Refused) as refused:
        act(desk, case, "assign", WATCHER, data={"offices": [WATCHER]})
    assert refused.value.code == "own-office"


def test_what_is_wrong_at_the_watching_office_itself_is_watched_by_the_inspectors() -> None:
    own = found(Place("base/inquiry", "slow"))
    assert Found.objects.get(case=own.case).office == INSPECTORS
    assert Found.objects.get(case=found().case).office == WATCHER


def test_one_place_has_one_open_problem_however_often_it_is_found(desk: Desk) -> None:
    first, again = found(), found(found_by="walk")
    other = found(Place(BOOK.about, "unclear", item=BOOK.item))
    assert (first.outcome, again.outcome, other.outcome) == ("new", "known", "new")
    assert (first.case == again.case, first.case == other.case) == (True, False)
    sightings = problem_lists.one(desk(WATCHER, "handler"), first.case)["sightings"]
    assert {(one["found_by"], one["count"]) for one in sightings} == {("machine", 1), ("walk", 1)}


def test_what_somebody_says_at_an_open_problem_stands_with_it_once(desk: Desk) -> None:
    case, finding = found(severity="minor").case, Finding(BOOK, "urgent", "walk", "老人跑了三趟", "W-7")
    command = uuid4()
    for _twice in range(2):
        problems.report(finding, SYSTEM, command)
    found(said="又要户口簿")  # the machine says the same every night
    told = [
        event["texts"]["note"]
        for event in cases.case_view(desk(WATCHER, "handler"), case)["events"]
        if "note" in event["texts"]
    ]
    assert told == ["紧急：老人跑了三趟（W-7）"]


def due(case: str) -> str:
    return str(problem_lists.lines([Found.objects.get(case=case)])[0]["due"])[:10]


def test_what_is_found_again_and_worse_is_as_bad_with_the_limit_of_that(desk: Desk) -> None:
    case = found(severity="minor").case
    act(desk, case, "assign", WATCHER, data={"offices": [OWNER]})
    act(desk, case, "plan", OWNER, facts={"problem.measure": "改"})
    before = due(case)
    command = uuid4()
    for _twice in range(2):
        joined = problems.report(Finding(BOOK, "serious", "walk", "跑了三趟", "W-7"), SYSTEM, command)
    assert (joined.case, Found.objects.get(case=case).severity) == (case, "serious")
    assert due(case) < before
    sooner = due(case)
    found(severity="minor")
    assert (Found.objects.get(case=case).severity, due(case)) == ("serious", sooner)


def test_what_is_worse_before_anybody_has_it_gets_the_limit_of_that_when_it_is_given_out(desk: Desk) -> None:
    case = found(severity="minor").case
    found(severity="urgent")
    assert Found.objects.get(case=case).severity == "urgent"
    act(desk, case, "assign", WATCHER, data={"offices": [OWNER]})
    act(desk, case, "plan", OWNER, facts={"problem.measure": "改"})
    assert due(case) == (time.today() + timedelta(days=1)).isoformat()


def test_a_worse_finding_never_gives_more_time(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    case = found(severity="minor").case
    act(desk, case, "assign", WATCHER, data={"offices": [OWNER]})
    act(desk, case, "plan", OWNER, facts={"problem.measure": "改"})
    last = due(case)
    later = time.now() + timedelta(days=20)  # a day before it is due
    monkeypatch.setattr(time, "now", lambda: later)
    found(severity="serious")
    assert (Found.objects.get(case=case).severity, due(case)) == ("serious", last)


def test_a_report_that_is_sent_twice_is_one() -> None:
    finding, command = Finding(BOOK, "minor", "visit"), uuid4()
    first = problems.report(finding, SYSTEM, command)
    assert problems.report(finding, SYSTEM, command).case == first.case
    assert Found.objects.get(case=first.case).sightings.count() == 1


@pytest.mark.parametrize(("days", "outcome"), [(89, "returned"), (92, "new")])
def test_what_comes_back_within_ninety_days_opens_the_old_problem_and_counts_against_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, days: int, outcome: str
) -> None:
    first = found()
    closed(desk, first.case)
    later = time.now() + timedelta(days=days)
    monkeypatch.setattr(time, "now", lambda: later)
    again = found()
    assert (again.outcome, again.case == first.case) == (outcome, outcome == "returned")
    row = Found.objects.get(case=first.case)
    assert (row.returns, row.ended_at is None, row.owners) == (
        (1, True, [OWNER]) if outcome == "returned" else (0, False, [OWNER])
    )


def test_no_old_problem_is_opened_where_a_new_one_stands(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    first = found()
    closed(desk, first.case)
    later = time.now() + timedelta(days=100)
    monkeypatch.setattr(time, "now", lambda: later)
    found()
    with pytest.raises(Problem) as refused:
        act(desk, first.case, "reopen", WATCHER, data={"offices": [OWNER]}, texts={"reason": "又要了"})
    assert refused.value.code == "problem-open"


def test_several_offices_each_say_what_they_will_do_and_all_must_have_done_it(desk: Desk) -> None:
    case = found().case
    act(desk, case, "assign", WATCHER, data={"offices": [OWNER, OTHER]})
    act(desk, case, "plan", OWNER, facts={"problem.measure": "甲"})
    assert cases.case_view(desk(OWNER, "handler"), case)["state"] == "located"
    act(desk, case, "repair", OWNER, facts={"problem.evidence": "甲好了"})
    act(desk, case, "plan", OTHER, facts={"problem.measure": "乙"})
    assert cases.case_view(desk(OTHER, "handler"), case)["state"] == "repairing"
    act(desk, case, "repair", OTHER, facts={"problem.evidence": "乙好了"})
    assert cases.case_view(desk(WATCHER, "handler"), case)["state"] == "repaired"


@pytest.mark.parametrize(
    ("severity", "last"), [("urgent", "2026-11-17"), ("serious", "2026-11-23"), ("minor", "2026-12-07")]
)
def test_how_bad_it_is_says_how_long_it_may_take(desk: Desk, severity: str, last: str) -> None:
    case = found(severity=severity).case
    act(desk, case, "assign", WATCHER, data={"offices": [OWNER]})
    clocks = cases.case_view(desk(WATCHER, "handler"), case)["clocks"]
    assert next(clock["due"] for clock in clocks if clock["name"] == "mending") == last


def test_who_is_late_climbs_the_ladder_and_each_rung_is_told_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    case = found(severity="urgent").case
    act(desk, case, "assign", WATCHER, data={"offices": [OWNER]})
    told = {"remind": desk(OWNER, "head"), "supervise": desk(WATCHER, "head"), "account": desk(INSPECTORS, "head")}
    start, climbed = time.now(), []
    for days in (2, 3, 7, 8, 15, 16):  # to Tuesday 17; three workdays, to Monday 23; five, to Tuesday 1 December
        later = start + timedelta(days=days)
        monkeypatch.setattr(time, "now", lambda at=later: at)
        sweeps.silence()
        climbed.append(Found.objects.get(case=case).escalation)
    assert climbed == [1, 1, 1, 2, 2, 3]
    for step, head in told.items():
        assert [one.code for one in messages.inbox(head) if one.code in told] == [step]
    assert problem_lists.funnel().late == 1
    act(desk, case, "plan", OWNER, facts={"problem.measure": "甲"})
    act(desk, case, "repair", OWNER, facts={"problem.evidence": "甲"})
    act(desk, case, "recheck", WATCHER, facts={"problem.effect": "甲"})
    assert problem_lists.funnel().late == 0


def test_what_nobody_gives_to_an_office_is_given_to_who_is_answerable_and_the_watching_office_hears_of_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, start = found(Place("life-events/newborn", "unclear")).case, time.now()
    watching, answering = desk(WATCHER, "head"), desk(INSPECTORS, "head")
    for days, owners in ((1, []), (3, [ANSWERABLE])):  # Tuesday; Thursday, the third working day
        later = start + timedelta(days=days)
        monkeypatch.setattr(time, "now", lambda at=later: at)
        sweeps.silence()
        overdue.give_out()
        assert Found.objects.get(case=case).owners == owners
    row = Found.objects.get(case=case)
    assert (row.state, row.escalation, overdue.give_out()) == ("located", 0, 0)
    assert [one.en for one in messages.inbox(watching) if one.code == "supervise"] == [UNDONE.format(case)]
    assert "account" not in {one.code for one in messages.inbox(answering)}


def test_who_watches_and_does_not_look_again_is_hurried_and_called_to_account_and_its_office_is_not_late(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = found().case
    put_right(desk, case)
    start, told = time.now(), {"supervise": desk(WATCHER, "head"), "account": desk(INSPECTORS, "head")}
    for days in (4, 11, 12):
        later = start + timedelta(days=days)
        monkeypatch.setattr(time, "now", lambda at=later: at)
        sweeps.silence()
    for step, head in told.items():
        assert [one.code for one in messages.inbox(head) if one.code in told] == [step]
    assert [burden.late for burden in problem_lists.by_owner()] == [0]
    act(desk, case, "recheck", WATCHER, facts={"problem.effect": "甲"})
    assert Found.objects.get(case=case).state == "closed"


def test_what_was_not_put_right_goes_back_with_its_limit_anew(desk: Desk) -> None:
    case = found().case
    put_right(desk, case)
    act(desk, case, "send-back", WATCHER, data={"offices": [OWNER]}, texts={"reason": "页面上还在要"})
    view = cases.case_view(desk(OWNER, "handler"), case)
    assert (view["state"], [clock["name"] for clock in view["clocks"]]) == ("repairing", ["mending"])


@pytest.mark.parametrize(
    ("place", "severity", "wrong"),
    [
        (Place("life-events/nothing", "slow"), "minor", "problem.about"),
        (Place(BOOK.about, "boring"), "minor", "problem.kind"),
        (BOOK, "deadly", "problem.severity"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(place: Place, severity: str, wrong: str) -> None:
    with pytest.raises(Problem) as refused:
        found(place, severity)
    assert [error.fact for error in refused.value.errors] == [wrong]
    assert not Found.objects.exists()


def test_people_read_no_list_of_problems_and_report_none(desk: Desk) -> None:
    clerk = desk(OWNER, "handler")
    number = problems.report_by(clerk, Finding(BOOK, "minor", "inspection"), uuid4()).case
    assert problem_lists.one(clerk, number)["found_by"] == "inspection"
    stranger = type(clerk)(user_id=1, kind="person", shown_name="")
    for refused in (
        lambda: problem_lists.one(stranger, number),
        lambda: problem_lists.require_staff(stranger),
        lambda: problems.report_by(stranger, Finding(BOOK, "minor", "visit"), uuid4()),
    ):
        with pytest.raises(Problem) as wrong:
            refused()
        assert wrong.value.status == 403


@pytest.mark.parametrize("by", ["visit", "walk", "machine", "rating", "light"])
def test_nobody_forges_a_finding_onto_a_walk_or_visit_of_others(desk: Desk, by: str) -> None:
    with pytest.raises(Problem) as refused:
        problems.report_by(desk(OWNER, "handler"), Finding(BOOK, "minor", by, reference="visit-1"), uuid4())
    assert [error.fact for error in refused.value.errors] == ["problem.found_by"]


def test_words_apart_by_two_spaces_or_a_line_are_the_same_place() -> None:
    first, again = found(Place(BOOK.about, "slow", step="a  b")), found(Place(BOOK.about, "slow", step="a\nb"))
    assert (first.case, first.outcome, again.outcome) == (again.case, "new", "known")


def test_lists_are_paged_and_filtered_and_the_funnel_counts_them(desk: Desk) -> None:
    numbers = [found(Place(BOOK.about, "slow", step=f"step-{n}")).case for n in range(5)]
    closed(desk, numbers[0])
    act(desk, numbers[1], "decline", WATCHER, texts={"reason": "本来就这样"})
    act(desk, numbers[2], "assign", WATCHER, data={"offices": [OTHER]})
    first, more = problem_lists.listed(Wanted(), most=3)
    rest, end = problem_lists.listed(Wanted(), more, most=3)
    assert ([one["case"] for one in [*first, *rest]], end) == (numbers[::-1], None)
    assert [one["case"] for one in problem_lists.listed(Wanted(phase="think"))[0]] == [numbers[2]]
    assert [one["case"] for one in problem_lists.listed(Wanted(owner=OTHER))[0]] == [numbers[2]]
    assert len(problem_lists.listed(Wanted(is_ended=True))[0]) == 2
    funnel = problem_lists.funnel()
    assert (funnel.found, funnel.open, funnel.closed, funnel.declined, funnel.share_closed) == (5, 3, 1, 1, 25)
    assert {one.office: one.open for one in problem_lists.by_owner()} == {OWNER: 0, OTHER: 1}
    with pytest.raises(Problem):
        problem_lists.listed(Wanted(), "nonsense")


@pytest.mark.slow
def test_a_repair_of_the_definition_is_shown_with_what_it_asks_less(desk: Desk) -> None:
    in_force, about = publication.current(), "health/birth-certificate"
    case = found(Place(about, "asked-twice")).case
    assert problem_lists.one(desk(WATCHER, "handler"), case)["repairs"] == []
    service = in_force.services[about]
    lighter = replace(service, needs=service.needs[1:], evidence=())
    publication.publish(hashed(replace(in_force, services={**in_force.services, about: lighter})))
    [repair] = problem_lists.one(desk(WATCHER, "handler"), case)["repairs"]
    assert repair["version"] == 2
    assert repair["before"]["questions"] - repair["after"]["questions"] == 1
    assert (repair["before"]["papers"], repair["after"]["papers"]) == (
        len({paper.evidence for paper in service.evidence}),
        0,
    )
    assert repair["before"]["steps"] == repair["after"]["steps"] > 0
