"""The date of the whole, as things stand today."""

from __future__ import annotations

from datetime import date

from tests.casework.world import ANNA, CARA, Run, calendar, card, catalog, lamp, permit

from tongban.casework.model import SYSTEM
from tongban.casework.promise import promises


def promised(*runs: Run, on: date) -> list[date]:
    cases = [run.case for run in runs]
    return list(promises(cases, catalog(), calendar(), on).values())


def test_what_has_not_begun_counts_from_today_and_what_waits_from_the_workday_after() -> None:
    first, second = Run(permit()), Run(card(waits={1: ("shop.licence_number",)}))
    assert promised(first, second, on=date(2026, 11, 16)) == [date(2026, 11, 30), date(2026, 12, 1)]
    assert promised(first, second, on=date(2026, 11, 18)) == [date(2026, 12, 2), date(2026, 12, 3)]


def test_what_runs_keeps_its_own_date_and_a_pause_moves_it_day_by_day() -> None:
    run = Run(permit())
    run.do(ANNA, "accept")
    assert promised(run, on=date(2026, 11, 20)) == [date(2026, 11, 30)]
    run.do(ANNA, "pause", procedure="hearing", reason="听证")
    assert promised(run, on=date(2026, 11, 16)) == [date(2026, 11, 30)]
    assert promised(run, on=date(2026, 11, 18)) == [date(2026, 12, 2)]


def test_what_is_decided_has_its_day() -> None:
    run = Run(permit())
    run.do(ANNA, "accept")
    run.wait(days=1)
    run.do(CARA, "refuse", reason="不合格")
    waiting = Run(card(waits={1: ()}))
    waiting.wait(days=1)
    waiting.do(SYSTEM, "not-possible", because=run.case.number)
    assert promised(run, waiting, on=date(2026, 12, 24)) == [date(2026, 11, 17)] * 2


def test_a_work_order_counts_until_it_is_handled() -> None:
    run = Run(lamp())
    assert promised(run, on=date(2026, 11, 16)) == [date(2026, 11, 19)]
    run.do(ANNA, "decline", reason="不归我们")
    assert promised(run, on=date(2026, 12, 1)) == [date(2026, 11, 16)]
