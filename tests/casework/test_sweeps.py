"""What time does by itself: lights cross, silence decides, a new calendar moves what it touches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connections, transaction
from django.test.utils import CaptureQueriesContext
from tests.casework.conftest import Trial
from tests.casework.hearing import all_heard
from tests.casework.world import ANNA, MONDAY, OWNER, WATER, card, catalog, command

from tongban.casework import consequences, outbox, service, store, sweeps
from tongban.casework.consequences import Happened
from tongban.casework.numbers import case_number_of, id_of
from tongban.catalog.canonical import hashed
from tongban.platform import time
from tongban.platform.database import query
from tongban.publication import service as publication


def at(**later: float) -> None:
    time.set_time(MONDAY + timedelta(**later), frozen=True)


def move_due() -> tuple[list[sweeps.Moved], int]:
    """Reckon all running limits anew: what moved, and in how many cases it failed."""
    moved: list[sweeps.Moved] = []
    count, failed = sweeps.move_due(keep=lambda some, _after: moved.extend(some))
    assert count == len(moved)
    return moved, failed


def crossings(number: str) -> list[int]:
    """How far the lights of a case have come, that of the promise apart, in the order noted."""
    items = all_heard("test-lights")
    if items:
        outbox.advance("test-lights", items[-1])
    lights = [item.body for item in items if item.topic == "light" and item.case == number]
    return [body["crossed"] for body in lights if body["name"] != "promise"]


def test_a_light_crosses_once_for_each_colour_and_each_multiple(trial: Trial) -> None:
    (number,) = trial.open()
    seen = {}
    for day in (0, 3, 4, 7, 8, 9, 14, 15, 16):
        at(days=day)
        sweeps.cross_lights()
        seen[day] = crossings(number)
    # Due on 23 November: yellow from the 21st, when one workday of five is left; red from the 24th; twice used up on
    # 30 November.
    assert seen == {0: [], 3: [], 4: [], 7: [1], 8: [2], 9: [], 14: [], 15: [3], 16: []}


def test_silence_decides_everywhere_it_may_and_once(trial: Trial) -> None:
    first, second = trial.open()[0], trial.open()[0]
    service.command(second, command("correct", fault="incomplete", items=["shop.seats"]), ANNA)
    at(days=8)
    assert {one.case.number for one in sweeps.silence()} == {first}
    assert sweeps.silence() == []
    service.command(first, command("consult", offices=[WATER]), ANNA)
    at(days=30)
    done = sweeps.silence()
    assert {(one.case.number, one.case.state) for one in done} == {(first, "accepted"), (second, "lapsed")}
    assert service.cases([first])[0].task(f"opinion:{WATER}") is None


def test_a_case_that_fails_holds_up_no_other_and_is_tried_again(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    first, broken, last = (trial.open()[0] for _ in range(3))
    at(days=8)
    assert sweeps.overdue() == 3
    with monkeypatch.context() as spoilt:
        spoilt.setattr(consequences, "_receivers", {failing_for(broken): lambda _one: True})
        assert [one.case.number for one in sweeps.silence()] == [first, last]
        assert sweeps.overdue() == 1
        assert sweeps.silence() == []
    assert [one.case.number for one in sweeps.silence()] == [broken]
    assert sweeps.overdue() == 0


def test_a_calendar_published_later_moves_open_cases_and_says_whom(trial: Trial) -> None:
    moving, closed = trial.open()[0], trial.open()[0]
    service.command(closed, command("withdraw"), OWNER)
    assert move_due() == ([], 0)
    publish_day_off()
    moved, failed = move_due()
    assert ([(one.number, one.name) for one in moved], failed) == ([(moving, "acceptance"), (moving, "promise")], 0)
    assert all(one.was and one.now == one.was + timedelta(days=1) for one in moved)
    assert move_due() == ([], 0)


def test_a_case_whose_date_cannot_be_moved_holds_up_no_other_and_is_tried_again(
    trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, broken, last = (trial.open()[0] for _ in range(3))
    publish_day_off()
    with monkeypatch.context() as spoilt:
        spoilt.setattr(consequences, "_receivers", {failing_for(broken): lambda _one: True})
        moved, failed = move_due()
        assert ({one.number for one in moved}, failed) == ({first, last}, 1)
        assert move_due() == ([], 1)
    moved, failed = move_due()
    assert ({one.number for one in moved}, failed) == ({broken}, 0)


def test_a_day_off_that_is_taken_back_and_announced_again_moves_dates_each_time(trial: Trial) -> None:
    trial.open()
    for _ in range(2):
        publish_day_off()
        assert len(move_due()[0]) == 2
        publication.publish(catalog())
        assert len(move_due()[0]) == 2


def test_a_sweep_reads_what_is_due_however_much_is_closed_or_far_from_due(trial: Trial) -> None:
    numbers = [trial.open()[0] for _ in range(3)]
    at(days=8)
    with trial.city.superuser() as superuser:
        superuser.execute(
            "insert into casework_clock (case_id, name, allowed, yellow_at, due_at, next_at, silence)"
            " select i, 'far', '5 workdays', moment, moment, moment, true from generate_series(1, 3000) i,"
            " (select %s + interval '1 year' as moment) m",
            [MONDAY],
        )
        superuser.execute(
            "insert into casework_case (id, version, head, office, region, open, state)"
            " select i, 1, '', 'trial/trade', '430211', false, '{}' from generate_series(1, 3000) i"
        )
        superuser.execute("analyze casework_clock, casework_case")
    counted = (
        "select sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::int from pg_stat_xact_user_tables"
        " where relname in ('casework_clock', 'casework_case')"
    )
    for sweep, found in ((sweeps.cross_lights, 3), (sweeps.overdue, 3), (lambda: sweeps.next_moment(MONDAY), None)):
        with transaction.atomic():
            before = query(counted, [])[0][0] or 0
            answer = sweep()
            assert query(counted, [])[0][0] - before <= 40, sweep
        assert found in {None, answer}
    assert crossings(numbers[0]) == [2]
    with trial.city.superuser() as superuser:
        superuser.execute("delete from casework_case where id <= 3000; delete from casework_clock where name = 'far'")


def test_lights_of_one_kind_are_reckoned_once_and_a_page_ends_no_sweep(
    trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [trial.open()[0] for _ in range(5)]
    at(days=8)
    monkeypatch.setattr(sweeps, "MOST_CROSSED", 3)
    with CaptureQueriesContext(connections["default"]) as heard:
        assert sweeps.cross_lights() == 5
    pages = [one for one in heard.captured_queries if "casework_cross(" in one["sql"]]
    assert len(pages) == 2
    assert all(one["sql"].count('"allowed"') == 1 for one in pages)
    items = [item for item in all_heard("kinds") if item.topic == "light"]
    assert sorted(item.case for item in items) == numbers


def test_a_new_day_off_is_asked_of_those_cases_alone_whose_limits_run_over_it(trial: Trial) -> None:
    over, (paused,) = trial.open()[0], trial.open()
    service.command(paused, command("correct", fault="incomplete", items=["shop.seats"]), ANNA)
    at(days=30)
    after = trial.open()[0]

    def running(first: str, until: str) -> list[str]:
        (found,) = query("select casework_running(%s, %s, 0)", [first, until])[0]
        return [case_number_of(case_id) for case_id in found]

    assert running("2026-11-18", "2026-11-19") == [over, paused]
    assert running("2026-11-15", "2026-11-16") == []
    assert running("2026-12-17", "2026-12-18") == [after]
    assert running("2027-06-01", "2027-06-02") == []
    assert set(running("0001-01-01", "9999-12-31")) == {over, paused, after}


def test_a_page_that_is_not_kept_moves_nothing_and_the_next_try_goes_on_behind_what_was_kept(
    trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [trial.open()[0] for _ in range(3)]
    publish_day_off()
    monkeypatch.setattr(store, "MOST_CHANGES", 1)
    kept: list[int] = []

    def keep(_moved: Sequence[sweeps.Moved], after: int) -> None:
        if len(kept) == 2:
            raise KeyboardInterrupt
        kept.append(after)

    with pytest.raises(KeyboardInterrupt):
        sweeps.move_due(keep=keep)
    assert [case.version for case in service.cases(numbers)] == [2, 2, 1]
    assert kept == [id_of(number) for number in numbers[:2]]
    with CaptureQueriesContext(connections["default"]) as heard:
        assert sweeps.move_due(sweeps.EVER, kept[-1]) == (2, 0)
    assert sum("casework_dues" in one["sql"] for one in heard.captured_queries) == 1
    assert [case.version for case in service.cases(numbers)] == [2, 2, 2]


def publish_day_off() -> None:
    """A calendar in which one workday of every open limit no longer is one."""
    extra: dict[str, object] = {
        "calendar": "cn-flood", "stack": "cn", "source": {"title": "停课停工通知"},
        "holidays": [{"from": "2026-11-18", "to": "2026-11-18", "name": {"zh": "防汛", "en": "Flood"}}],
    }  # fmt: skip
    base = catalog()
    publication.publish(hashed(replace(base, calendars={**base.calendars, "cn-flood": extra})))


def failing_for(number: str) -> consequences.Receive:
    """An effect of a pack that fails for one case."""

    def effect(happened: Sequence[Happened]) -> None:
        if any(one.change.after.number == number for one in happened):
            raise ValueError(number)

    return effect


def test_every_reader_of_the_outbox_reads_everything_once(trial: Trial) -> None:
    (number,) = trial.open()
    service.command(number, command("accept"), ANNA)
    readers = ("a", "b", "seal", "tally")
    found = {reader: all_heard(reader) for reader in readers}
    for reader in readers:
        assert [(item.case, item.n) for item in found[reader]] == [(number, 1), (number, 2)]
        outbox.advance(reader, found[reader][-1])
        assert outbox.read(reader) == []
    with trial.city.superuser() as connection:
        assert connection.execute("select count(*) from casework_outbox").fetchone() == (0,)


def test_nothing_is_read_past_an_unfinished_transaction(trial: Trial) -> None:
    trial.open()
    slow = trial.city.connect()
    slow.autocommit = False
    slow.execute("select casework_next_number()")
    slow.execute("select pg_current_xact_id()")
    (later,) = trial.open()
    assert later not in {item.case for item in outbox.read("careful")}
    slow.rollback()
    slow.close()
    assert later in {item.case for item in all_heard("careful")}


def test_an_instant_case_is_red_the_day_after(trial: Trial) -> None:
    (number,) = trial.open(card(part=1, roles={"shop": (trial.shop,)}))
    at(days=1)
    sweeps.cross_lights()
    assert crossings(number)[-1:] == [2]
    connections.close_all()


@pytest.mark.usefixtures("trial")
def test_sweeping_an_empty_city_does_nothing() -> None:
    assert (sweeps.cross_lights(), sweeps.silence(), move_due()) == (0, [], ([], 0))
