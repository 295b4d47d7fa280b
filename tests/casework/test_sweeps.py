"""What time does by itself: lights cross, silence decides, a new calendar moves what it touches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connections
from tests.casework.conftest import Trial
from tests.casework.world import ANNA, MONDAY, OWNER, WATER, card, catalog, command

from tongban.casework import consequences, outbox, service, sweeps
from tongban.casework.consequences import Happened
from tongban.catalog.canonical import hashed
from tongban.platform import time
from tongban.publication import service as publication


def at(**later: float) -> None:
    time.set_time(MONDAY + timedelta(**later), frozen=True)


def crossings(number: str) -> list[int]:
    """How far the lights of a case have come, that of the promise apart, in the order noted."""
    items = outbox.read("test-lights")
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
        spoilt.setattr(consequences, "_receivers", [failing_for(broken)])
        assert [one.case.number for one in sweeps.silence()] == [first, last]
        assert sweeps.overdue() == 1
        assert sweeps.silence() == []
    assert [one.case.number for one in sweeps.silence()] == [broken]
    assert sweeps.overdue() == 0


def test_a_calendar_published_later_moves_open_cases_and_says_whom(trial: Trial) -> None:
    moving, closed = trial.open()[0], trial.open()[0]
    service.command(closed, command("withdraw"), OWNER)
    assert sweeps.move_due() == ([], 0)
    publish_day_off()
    moved, failed = sweeps.move_due()
    assert ([(one.number, one.name) for one in moved], failed) == ([(moving, "acceptance"), (moving, "promise")], 0)
    assert all(one.was and one.now == one.was + timedelta(days=1) for one in moved)
    assert sweeps.move_due() == ([], 0)


def test_a_case_whose_date_cannot_be_moved_holds_up_no_other_and_is_tried_again(
    trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, broken, last = (trial.open()[0] for _ in range(3))
    publish_day_off()
    with monkeypatch.context() as spoilt:
        spoilt.setattr(consequences, "_receivers", [failing_for(broken)])
        moved, failed = sweeps.move_due()
        assert ({one.number for one in moved}, failed) == ({first, last}, 1)
        assert sweeps.move_due() == ([], 1)
    moved, failed = sweeps.move_due()
    assert ({one.number for one in moved}, failed) == ({broken}, 0)


def publish_day_off() -> None:
    """A calendar in which one workday of every open limit no longer is one."""
    extra: dict[str, object] = {
        "calendar": "cn-flood", "stack": "cn", "source": {"title": "停课停工通知"},
        "holidays": [{"from": "2026-11-18", "to": "2026-11-18", "name": {"zh": "防汛", "en": "Flood"}}],
    }  # fmt: skip
    base = catalog()
    publication.publish(hashed(replace(base, calendars={**base.calendars, "cn-flood": extra})))


def failing_for(number: str) -> consequences.Receiver:
    """An effect of a pack that fails for one case."""

    def effect(happened: Sequence[Happened]) -> None:
        if any(one.change.after.number == number for one in happened):
            raise ValueError(number)

    return effect


def test_every_reader_of_the_outbox_reads_everything_once(trial: Trial) -> None:
    (number,) = trial.open()
    service.command(number, command("accept"), ANNA)
    readers = ("a", "b", "seal")
    found = {reader: outbox.read(reader) for reader in readers}
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
    assert later in {item.case for item in outbox.read("careful")}


def test_an_instant_case_is_red_the_day_after(trial: Trial) -> None:
    (number,) = trial.open(card(part=1, roles={"shop": (trial.shop,)}))
    at(days=1)
    sweeps.cross_lights()
    assert crossings(number)[-1:] == [2]
    connections.close_all()


@pytest.mark.usefixtures("trial")
def test_sweeping_an_empty_city_does_nothing() -> None:
    assert (sweeps.cross_lights(), sweeps.silence(), sweeps.move_due()) == (0, [], ([], 0))
