"""Laws of the machine under any sequence of commands by anybody at any time (Hypothesis, stateful)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.casework.world import (
    ANNA,
    LAMPS,
    PEOPLE,
    TRADE,
    WATER,
    Run,
    card,
    catalog,
    command,
    fitting,
    lamp,
    permit,
)
from tests.examples import examples

from tongban.casework import chain, machine
from tongban.casework.model import ENGINE_COMMANDS, SYSTEM, Command, Doer, Event, Refused
from tongban.casework.work import subject_of

STEPS = sorted({step for procedure in catalog().procedures.values() for step in procedure.steps})
OFFICES = st.lists(st.sampled_from([TRADE, WATER, LAMPS, "trial/nowhere"]), unique=True, max_size=3)
DATA = st.fixed_dictionaries(
    {},
    optional={
        "reason": st.sampled_from(["材料不全", " "]),
        "note": st.just("知道了"),
        "items": st.sampled_from([["shop.seats"], [], ["'; drop"]]),
        "fault": st.sampled_from(["incomplete", "incorrect", "ugly"]),
        "procedure": st.sampled_from(["hearing", "party"]),
        "days": st.sampled_from([1, 10, 0, True]),
        "opinion": st.sampled_from(["agree", "disagree", "perhaps"]),
        "offices": OFFICES,
        "to": st.sampled_from(["staff:2", "person:8"]),
    },
)
OPENINGS = (permit(), lamp(), card(), card(waits={1: ("shop.licence_number",)}))


class Life(RuleBasedStateMachine):
    """One case under everybody's hands."""

    run: Run

    @initialize(opening=st.sampled_from(OPENINGS))
    def begin(self, opening: object) -> None:
        """A case of each kind."""
        self.run = Run(opening)  # type: ignore[arg-type]
        hold_record_laws(self.run, self.run.events)

    @rule(doer=st.sampled_from([*PEOPLE, SYSTEM]), kind=st.sampled_from([*STEPS, *ENGINE_COMMANDS]), data=DATA)
    def anything(self, doer: Doer, kind: str, data: dict[str, object]) -> None:
        """Anybody tries anything, sensible or not."""
        self._try(doer, command(kind, **data))  # type: ignore[arg-type]

    @rule(doer=st.sampled_from(PEOPLE), choice=st.integers(0, 20))
    def something_allowed(self, doer: Doer, choice: int) -> None:
        """Somebody does something they are shown."""
        steps = [s for s in machine.allowed(self.run.case, self.run.context(doer)).steps if s not in ENGINE_COMMANDS]
        if not steps:
            return
        self._try(doer, fitting(self.run.case, steps[choice % len(steps)], self.run.context(doer)))

    @rule(hours=st.integers(1, 400))
    def time_passes(self, hours: int) -> None:
        """Hours and weeks go by."""
        self.run.wait(hours=hours)

    @rule()
    def silence_decides(self) -> None:
        """The ends of limits are tried."""
        for clock in self.run.case.clocks:
            self._try(SYSTEM, command("silence", clock=clock.name))
        for task in self.run.case.tasks:
            self._try(SYSTEM, command("silence", task=task.id))

    @precondition(lambda self: self.run.case.state == "waiting")
    @rule(granted=st.booleans())
    def the_other_case_ends(self, granted: bool) -> None:  # noqa: FBT001 -- Hypothesis passes it
        """What a waiting case waits for happens, or never will."""
        kind = "supply" if granted else "not-possible"
        data = {"waits": {}, "facts": {"shop.licence_number": "L1"}} if granted else {"because": "4302-26-000001-9/01"}
        self._try(SYSTEM, command(kind, **data))

    @invariant()
    def rebuilding_from_any_point_gives_the_same(self) -> None:
        """The projection law."""
        stale = machine.rebuild(self.run.events[: 1 + len(self.run.events) // 2])
        for event in self.run.events[1 + len(self.run.events) // 2 :]:
            stale = machine.evolve(stale, event)
        assert stale == self.run.case == machine.rebuild(self.run.events)

    @invariant()
    def an_ended_case_has_nothing_open_and_an_open_one_can_go_on(self) -> None:
        """No dead ends, no loose ends."""
        case = self.run.case
        ends = self.run.context(SYSTEM).procedure.ends
        assert case.is_open == (case.state not in {*ends, "not-possible"})
        if not case.is_open:
            assert (case.tasks, case.clocks) == ((), ())
            return
        assert case.state == "waiting" or self._possible(), f"{case.state} is a dead end"

    @invariant()
    def records_hold_no_value_and_follow_each_other(self) -> None:
        """The chain is whole and holds nobody's data."""
        head = chain.GENESIS
        for n, event in enumerate(self.run.events, 1):
            assert event.n == n
            assert "贺小满" not in str(event.data)
            assert "理由" not in str(event.data)
            head = chain.head(head, event)
        assert head == self.run.case.head
        moments = [event.recorded_at for event in self.run.events]
        assert moments == sorted(moments)

    @invariant()
    def what_at_most_and_not_by_say_holds(self) -> None:
        """Limits on who and how often hold over the whole life."""
        for name, step in self.run.context(SYSTEM).procedure.steps.items():
            doers = self.run.case.taken.get(name, ())
            assert step.at_most is None or len(doers) <= step.at_most
            if name == "decide" and step.not_by:
                assert not {*doers} & {*self.run.case.taken.get(step.not_by, ())}

    @invariant()
    def a_clock_that_runs_has_a_date_and_one_that_is_paused_has_none(self) -> None:
        """A date stands exactly where counting goes on."""
        assert all((clock.due is None) == clock.is_paused for clock in self.run.case.clocks)

    def _possible(self) -> list[str]:
        procedure = self.run.context(SYSTEM).procedure
        return [name for name, step in procedure.steps.items() if self.run.case.state in step.from_]

    def _try(self, doer: Doer, order: Command) -> None:
        """A refused command changes nothing; one refused by the guard is not among what is allowed."""
        before, count = self.run.case, len(self.run.events)
        context = self.run.context(doer)
        shown = order.kind in machine.allowed(before, context).steps
        try:
            self.run.carry_out(doer, order)
        except Refused as refusal:
            assert (self.run.case, len(self.run.events)) == (before, count)
            if refusal.code in {"wrong-state", "role-missing", "same-person", "case-ended", "applicant-only"}:
                assert not shown or order.kind not in STEPS
        else:
            hold_record_laws(self.run, self.run.events[count:])
            assert shown or doer is SYSTEM or order.task is not None


def hold_record_laws(run: Run, events: Sequence[Event]) -> None:
    """A record keeps the digest of every value beside it, and names the calendar that its dates rest on."""
    for event in events:
        data: Any = event.data
        kept = {name: digest for name, (_, digest) in data.get("facts", {}).items()} | data.get("texts", {})
        assert kept == {
            name: chain.digest(chain.salt_of(event.salt, subject_of(run.case.roles, name)), name, value)
            for name, value in event.values.items()
        }
        assert bool(event.salt) == bool(event.values)
        has_dates = "clocks" in data or "opened" in data
        assert event.calendar == (run.calendar.hash[: chain.SHORT] if has_dates else "")


def test_only_the_next_event_of_a_case_is_folded() -> None:
    run = Run(permit())
    run.do(ANNA, "accept")
    opened, after = run.events
    begun = machine.rebuild([opened])
    for wrong in (opened, replace(after, n=3), replace(after, case="4302-26-000001-9/02")):
        with pytest.raises(ValueError, match="does not follow"):
            machine.evolve(begun, wrong)
    with pytest.raises(ValueError, match="at least one event"):
        machine.rebuild([])


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=examples(60), stateful_step_count=40, deadline=None)
