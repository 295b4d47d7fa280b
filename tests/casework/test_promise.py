"""The date of the whole, as things stand today."""

from __future__ import annotations

from datetime import date

from tests.casework.world import ANNA, CARA, LEO, OWNER, Run, calendar, card, catalog, lamp, permit

from tongban.casework.model import SYSTEM
from tongban.casework.promise import deciding, is_met, promises


def promised(*runs: Run, on: date) -> list[date]:
    cases = [run.case for run in runs]
    return list(promises(cases, catalog(), calendar(), on).values())


def test_what_is_promised_counts_from_sending_and_stays_however_late_it_is_accepted() -> None:
    run = Run(permit())
    assert promised(run, on=date(2026, 11, 16)) == [date(2026, 11, 30)]
    run.wait(days=3)
    run.do(ANNA, "accept")
    assert run.due("decision") == date(2026, 12, 3)
    assert promised(run, on=date(2026, 12, 2)) == [date(2026, 11, 30)]


def test_what_waits_counts_from_what_it_waits_for_and_never_from_a_day_that_has_passed() -> None:
    first, second = Run(permit()), Run(permit(part=2, waits={1: ("shop.licence_number",)}))
    instant = Run(card(part=3, waits={2: ()}))
    cases = (first, second, instant)
    assert promised(*cases, on=date(2026, 11, 16)) == [date(2026, 11, 30), date(2026, 12, 14), date(2026, 12, 14)]
    late = [date(2026, 11, 30), date(2026, 12, 16), date(2026, 12, 16)]
    assert promised(*cases, on=date(2026, 12, 2)) == late


def test_the_whole_hangs_on_the_last_and_on_what_that_waits_for() -> None:
    first, other = Run(permit()), Run(card(part=2))
    last = Run(permit(part=3, waits={1: ("shop.licence_number",)}))
    cases = [run.case for run in (first, other, last)]
    dates = promises(cases, catalog(), calendar(), date(2026, 11, 16))
    assert deciding(cases, dates) == [first.case, last.case]
    open_alone = {number: day for number, day in dates.items() if number != first.case.number}
    assert deciding(cases, open_alone) == [last.case]
    assert deciding(cases, {}) == []
    same = dict.fromkeys(dates, date(2026, 11, 30))
    assert deciding([other.case, first.case], same) == [first.case], "of those of one day the first"


def test_what_is_decided_on_the_spot_is_promised_for_the_day_it_came() -> None:
    run = Run(card())
    assert promised(run, on=date(2026, 11, 18)) == [date(2026, 11, 16)]


def test_a_correction_moves_the_promise_to_what_it_is_if_it_comes_today() -> None:
    run = Run(permit())
    run.wait(days=2)
    run.do(ANNA, "correct", items=["shop.seats"], fault="incorrect")
    assert promised(run, on=date(2026, 11, 18)) == [date(2026, 12, 1)]
    assert promised(run, on=date(2026, 11, 20)) == [date(2026, 12, 3)]
    run.wait(days=2)
    run.do(OWNER, "resubmit", facts={"shop.seats": 20})
    assert promised(run, on=date(2026, 11, 25)) == [date(2026, 12, 3)]


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


def test_a_work_order_that_was_handled_stays_kept_until_it_is_opened_again() -> None:
    run = Run(lamp())
    run.do(ANNA, "dispatch", offices=["trial/lamps"])
    run.do(LEO, "handle", note="灯已换")
    assert is_met(run.case, catalog())
    run.do(ANNA, "return", reason="还是不亮", offices=["trial/lamps"])
    assert not is_met(run.case, catalog())
    run.do(LEO, "handle", note="换了线")
    run.do(ANNA, "verify", note="亮了")
    assert promised(run, on=date(2026, 11, 30)) == [date(2026, 11, 16)]
    run.do(OWNER, "reopen", reason="又灭了")
    assert not is_met(run.case, catalog())
    assert promised(run, on=date(2026, 11, 30)) == [date(2026, 12, 3)]
