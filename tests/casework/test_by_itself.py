"""What the system does by itself: it grants, starts, lets time decide, hears of the rooms around, and forgets."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Literal

import pytest
from tests.casework.world import (
    ANNA,
    CARA,
    GRANT,
    MONDAY,
    OWNER,
    OWNER_SUBJECT,
    WATER,
    Run,
    accepted,
    card,
    catalog,
    lamp,
    permit,
    refusal,
)

from tongban.casework import coding
from tongban.casework.model import HEARD, SYSTEM, Given
from tongban.clock import Limit

NUMBER = "shop.licence_number"


def automatic(source: str = "fetched", **changes: object) -> Run:
    """A card that the system grants where nothing is in doubt."""
    service = replace(catalog().services["trial/card"], procedure="base/automatic")
    return Run(card(**changes), service=service, sources=dict.fromkeys(("shop.region", NUMBER), source))


def test_what_leaves_no_doubt_is_granted_as_it_is_sent() -> None:
    run = automatic()
    assert [(event.data.get("step"), event.actor, event.k) for event in run.events] == [
        (None, OWNER.id, 0),
        ("grant", "system", 1),
        ("issue", "system", 2),
    ]
    assert (run.case.state, run.case.result) == ("issued", "granted")
    assert run.events[1].values == {"shop.carded": True}


def test_what_leaves_a_doubt_is_somebodys_to_decide() -> None:
    run = automatic("claimed")
    assert (run.case.state, run.case.result) == ("submitted", None)
    assert refusal(run, ANNA, "grant") == "system-only"
    assert run.do(ANNA, "decide").result == "granted"


def test_what_waited_is_granted_as_it_starts() -> None:
    run = automatic(waits={1: (NUMBER,)})
    assert len(run.events) == 1
    case = run.do(SYSTEM, "supply", waits={}, facts={NUMBER: "L1"})
    assert (case.state, [event.kind for event in run.events]) == ("issued", ["opened", "started", "stepped", "stepped"])


def test_only_an_office_that_there_is_gets_a_case() -> None:
    with pytest.raises(Exception, match="data-wrong"):
        Run(permit(office="trial/nowhere"))


def test_only_what_waits_becomes_impossible() -> None:
    run = Run(card())
    assert refusal(run, SYSTEM, "not-possible", because="4302-26-000001-9/01") == "wrong-state"
    run.do(OWNER, "withdraw")
    assert refusal(run, SYSTEM, "not-possible", because="4302-26-000001-9/01") == "case-ended"


@pytest.mark.parametrize("heard", HEARD)
def test_what_is_heard_is_noted_and_moves_nothing_that_waits_or_has_ended(heard: str) -> None:
    ended = accepted()
    ended.do(CARA, "decide", facts=GRANT)
    for run in (automatic(waits={1: ()}), automatic(), ended):
        before, count = run.case, len(run.events)
        after = run.do(SYSTEM, heard, fee=1)
        assert replace(after, version=before.version, head=before.head) == before
        assert [(event.kind, event.data) for event in run.events[count:]] == [(heard, {"fee": 1})]


def test_what_is_forgotten_is_said_by_whom_it_was_about() -> None:
    run = accepted()
    before = run.case
    after = run.do(SYSTEM, "erase", subject=OWNER_SUBJECT)
    assert (run.events[-1].kind, run.events[-1].data) == ("erased", {"subject": OWNER_SUBJECT})
    assert replace(after, version=before.version, head=before.head) == before


def dispatched(silence: Literal["agree", "lapse"] | None) -> Run:
    """A work order whose office has five days to answer."""
    order = catalog().procedures["base/work-order"]
    dispatch = order.steps["dispatch"]
    (opening,) = dispatch.opens
    asked = replace(dispatch, opens=(replace(opening, limit=Limit(5, "workday"), silence=silence),))
    run = Run(lamp(), procedure=replace(order, steps={**order.steps, "dispatch": asked}))
    run.do(ANNA, "dispatch", offices=[WATER])
    return run


@pytest.mark.parametrize(
    ("silence", "kind", "taken"), [("agree", "stepped", ("system",)), ("lapse", "task-lapsed", ())]
)
def test_an_office_that_says_nothing_in_time_has_agreed_or_is_no_longer_asked(
    silence: Literal["agree", "lapse"], kind: str, taken: tuple[str, ...]
) -> None:
    run, task = dispatched(silence), f"handling:{WATER}"
    run.at = MONDAY.replace(day=24, hour=0) - timedelta.resolution
    assert refusal(run, SYSTEM, "silence", task=task) == "not-due"
    run.wait(microseconds=1)
    case = run.silence(task=task)
    assert [event.kind for event in run.events[-2:]] == [kind, "stepped"]
    assert (case.state, case.taken.get("handle", ())) == ("handled", taken)
    assert [each.id for each in case.tasks] == ["main"]


def test_silence_decides_nothing_where_nobody_said_so() -> None:
    run = dispatched(None)
    run.wait(days=30)
    for of in (
        {"task": f"handling:{WATER}"},
        {"task": "main"},
        {"task": "nothing"},
        {"clock": "handling"},
        {"clock": "x"},
    ):
        assert refusal(run, SYSTEM, "silence", **of) == "no-clock"


def test_silence_takes_no_step_that_the_state_does_not_allow() -> None:
    standard = catalog().procedures["base/standard"]
    correct = replace(standard.steps["correct"], clock={})
    run = Run(permit(), procedure=replace(standard, steps={**standard.steps, "correct": correct}))
    run.do(ANNA, "correct", items=["shop.seats"])
    run.wait(days=10)
    assert refusal(run, SYSTEM, "silence", clock="acceptance") == "wrong-state"


@pytest.mark.parametrize(
    ("holiday", "moved"), [(19, {"clocks", "opened"}), (30, {"clocks"})], ids=["within both limits", "after one"]
)
def test_a_new_calendar_moves_the_dates_of_tasks_too(holiday: int, moved: set[str]) -> None:
    run = accepted()
    run.do(ANNA, "consult", offices=[WATER])
    before = {task.id: task for task in run.case.tasks}
    run.calendar = run.calendar.plain({6, 7}, holidays=[date(2026, 11, holiday)])
    run.do(SYSTEM, "move-due")
    after = {task.id: task for task in run.case.tasks}
    assert run.events[-1].data.keys() == moved
    assert after["main"] == before["main"]
    opinion = after[f"opinion:{WATER}"]
    assert opinion.due == date(2026, 11, 24 if "opened" in moved else 23)
    assert opinion == coding.read_task(coding.write_task(opinion))


def test_what_was_disputed_when_it_was_sent_is_in_doubt() -> None:
    facts = {**card().facts, "shop.region": Given("430211", "fetched", is_disputed=True)}
    assert automatic(facts=facts).case.state == "submitted"
