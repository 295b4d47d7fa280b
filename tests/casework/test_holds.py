"""What holds a case up from outside: which step waits for it, which limit stands still, and what runs on by law."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.casework.world import ANNA, BEN, CARA, OWNER, WATER, Run, permit

from tongban.casework.model import SYSTEM, Context, Doer, Refused
from tongban.catalog.model import Hold
from tongban.catalog.vocabulary import Text

LICENSED = {"shop.licensed_until": date(2027, 11, 16)}


class Held(Run):
    """A case with holds that a test opens and settles."""

    holds: frozenset[str] = frozenset()

    def context(self, doer: Doer) -> Context:
        """With the holds of now."""
        return replace(super().context(doer), outside=self.why_open)

    def why_open(self, hold: Hold) -> Refused | None:
        """Open holds refuse by their own name."""
        return Refused(f"{hold}-open", Text("等", "wait")) if hold in self.holds else None


def accepted(*holds: str) -> Held:
    run = Held(permit())
    run.holds = frozenset(holds)
    run.do(ANNA, "accept")
    return run


def test_money_holds_up_the_issuing_and_nothing_before_it() -> None:
    run = accepted("payment")
    assert run.due("decision") is not None
    run.do(CARA, "decide", facts=LICENSED)
    assert (run.case.state, run.case.clocks, run.case.tasks) == ("decided", (), ())
    run.holds = frozenset()
    run.do(SYSTEM, "paid", fee=1, amount_fen=600)
    assert (run.case.state, run.case.result) == ("issued", "granted")
    assert [event.kind for event in run.events][-2:] == ["paid", "stepped"]


def test_a_paper_stops_the_promise_and_not_the_law() -> None:
    run = accepted("paper")
    clock = run.case.clock("decision")
    assert clock is not None
    assert (clock.is_paused, clock.due, clock.second_due is not None) == (True, None, clock.second is not None)
    law = clock.second_due
    with pytest.raises(Refused, match="paper-open"):
        run.do(CARA, "decide", facts=LICENSED)
    run.wait(days=2)
    run.holds = frozenset()
    run.do(SYSTEM, "paper-brought")
    clock = run.case.clock("decision")
    assert clock is not None
    assert not clock.is_paused
    assert clock.second_due == law
    whole = accepted().due("decision")
    assert isinstance(whole, date)
    assert clock.due is not None
    assert clock.due > whole
    run.do(CARA, "decide", facts=LICENSED)


def test_all_that_was_promised_stands_still_until_the_paper_is_there_and_for_no_other_news() -> None:
    run = accepted("paper")
    promise = run.case.clock("promise")
    assert promise is not None
    assert [(pause.since, pause.until, pause.kind, pause.reason) for pause in promise.pauses] == [
        (run.at.date(), None, "promise", "paper")
    ]
    run.do(SYSTEM, "paid", fee=1, amount_fen=600)
    assert {clock.name for clock in run.case.clocks if clock.is_paused} == {"promise", "decision"}
    run.wait(days=2)
    run.holds = frozenset()
    run.do(SYSTEM, "paper-brought")
    assert not any(clock.is_paused for clock in run.case.clocks)
    assert run.due("promise") == run.due("decision")


def test_a_hearing_does_not_end_because_a_paper_came() -> None:
    run = accepted()
    run.do(ANNA, "pause", procedure="hearing", reason="听证")
    run.do(SYSTEM, "paper-brought")
    assert all(clock.is_paused for clock in run.case.clocks)


def test_of_all_that_is_open_the_case_itself_is_named_first() -> None:
    run = accepted("paper")
    run.do(ANNA, "consult", offices=[WATER])
    with pytest.raises(Refused, match="condition-open"):
        run.do(CARA, "decide", facts=LICENSED)


def test_only_a_day_that_has_passed_lets_a_clerk_give_it_up() -> None:
    run = accepted("paper", "grace")
    with pytest.raises(Refused, match="grace-open"):
        run.do(BEN, "treat-as-withdrawn", reason="没来")
    run.holds = frozenset({"paper"})
    assert run.do(BEN, "treat-as-withdrawn", reason="没来").result == "withdrawn"


def test_what_is_heard_is_said_by_the_house_alone_and_stands_on_ended_cases_too() -> None:
    run = accepted()
    for doer in (ANNA, CARA, OWNER):
        with pytest.raises(Refused, match="system-only"):
            run.do(doer, "paid", fee=1, amount_fen=600)
    run.do(CARA, "refuse", reason="不符合")
    assert run.do(SYSTEM, "refunded", fee=1, amount_fen=600).result == "refused"
    assert [event.kind for event in run.events][-1] == "refunded"
