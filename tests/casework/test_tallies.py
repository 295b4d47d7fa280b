"""Boards count what is there: folded bit by bit is what one counts from nothing, whatever a city has lived through."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db import transaction
from tests.casework.conftest import Trial
from tests.casework.script import Script, publications
from tests.casework.seeds import diary, seeds
from tests.casework.test_simulation_stored import TABLES, Fall, Stored, falling
from tests.casework.town import Town
from tests.casework.world import ANNA, BEN, GRANT, MONDAY, TRADE, command
from tests.examples import examples

from tongban.casework import coding, service, store, tallies, timing
from tongban.casework.model import Event
from tongban.casework.numbers import case_number_of, id_of
from tongban.clock import SHANGHAI
from tongban.platform import time

SOON = timedelta(days=7)
KEYS = "ended_week, office, service, sent_week, allowed, yellow_at, due_at, due_week, met_week, days, is_late"
LINES = f"select id, {KEYS} from casework_line order by id"  # noqa: S608 -- our own words
SUMMED = "what, week, office, service, allowed, yellow_at, due_at, met_week, days, is_late"
TALLY = f"select {SUMMED}, cases from casework_tally"  # noqa: S608 -- as above


def lines(trial: Trial) -> list[tuple[Any, ...]]:
    """Every line as it is kept."""
    with trial.city.superuser() as connected:
        return connected.execute(LINES).fetchall()


def tally(trial: Trial) -> Counter[tuple[Any, ...]]:
    """What lines come to, as it is kept."""
    with trial.city.superuser() as connected:
        return Counter({tuple(row[:-1]): row[-1] for row in connected.execute(TALLY)})


def summed(kept: Sequence[tuple[Any, ...]]) -> Counter[tuple[Any, ...]]:
    """What lines come to, counted from nothing."""
    found = Counter[tuple[Any, ...]]()
    for _id, ended, office, name, sent, allowed, yellow_at, due_at, due, met, days, is_late in kept:
        if office:
            found["sent", sent, office, name, None, None, None, None, None, False] += 1
        if office and ended is None:
            found["open", None, office, name, allowed, yellow_at, due_at, None, None, False] += 1
        if office and ended is not None:
            found["ended", ended, office, name, None, None, None, None, None, is_late] += 1
        if due is not None:
            found["late", due, "", name, None, None, None, met, None, True] += 1
        if ended is not None:
            found["took", ended, "", name, None, None, None, None, days, False] += 1
    return found


def week(at: datetime | None) -> date | None:
    """The Monday before a moment."""
    day = at.astimezone(SHANGHAI).date() if at else None
    return day - timedelta(days=day.weekday()) if day else None


def told(town: Town) -> Iterator[tuple[Any, ...]]:
    """The line of every case of a town, by folding its events in Python."""
    for number, case in sorted(town.cases.items(), key=lambda one: id_of(one[0])):
        events = town.events[number]
        sent = week(events[0].recorded_at)
        if case.is_open:
            running = sorted(
                (at[1], at[0], clock.limit)
                for clock in case.clocks
                if (at := timing.moments(clock.green_until, clock.due))[1] is not None
            )
            due_at, yellow_at, _limit = running[0] if running else (None, None, None)
            limits = {one[2] for one in running if one[:2] == (due_at, yellow_at)}
            yield id_of(number), None, case.office, case.service, sent, limits, yellow_at, due_at, *[None] * 3, False
            continue
        ended, due_at, met_at = end_of(events)
        days = (ended.astimezone(SHANGHAI).date() - events[0].recorded_at.astimezone(SHANGHAI).date()).days
        is_late = due_at is not None and met_at is not None and due_at <= met_at
        last = (week(due_at - timedelta.resolution), week(met_at)) if due_at and is_late else (None, None)
        yield id_of(number), week(ended), case.office, case.service, sent, {None}, None, None, *last, days, is_late


def end_of(events: Sequence[Event]) -> tuple[datetime, datetime | None, datetime | None]:
    """When a case ended, the last date that ran, and when its clock stopped."""
    last = max(n for n, event in enumerate(events) if "result" in event.data)
    running: dict[str, datetime] = {}
    stopped: list[tuple[datetime, datetime]] = []
    for event in events[: last + 1]:
        clocks: Any = event.data.get("clocks", {})
        for name, json in clocks.items():
            if name in running:
                stopped.append((event.recorded_at, running.pop(name)))
            clock = coding.read_clock(name, json) if json else None
            due_at = timing.moments(clock.green_until, clock.due)[1] if clock else None
            if due_at is not None:
                running[name] = due_at
    ended = events[last].recorded_at
    stopped += [(ended, due_at) for due_at in running.values()]
    if not stopped:
        return ended, None, None
    met_at = max(at for at, _due_at in stopped)
    return ended, min(due_at for at, due_at in stopped if at == met_at), met_at


@pytest.mark.slow
def test_what_is_folded_now_and_then_is_what_one_counts_from_nothing(trial: Trial) -> None:
    for seed in seeds(examples(15)):
        with trial.city.superuser() as connected:
            connected.execute("set session_replication_role = replica")
            connected.execute(f"truncate {TABLES}, casework_line, casework_tally")
            connected.execute("update casework_tallied set seen = null")
        with diary(seed, "tests/casework/test_tallies.py") as said:
            lived(seed, trial, said)


def lived(seed: int, trial: Trial, said: list[str]) -> None:
    """A life with folds in between; now and then the process falls while it folds."""
    town, city, random = Town(publications()[0]), Stored(), Random(seed)  # noqa: S311 -- a script
    city.publish(town.in_force)
    city.set_time(town.at)
    for deed in Script(seed, town, trial.owner, trial.shop).deeds():
        said.append(deed.what)
        deed.do(town)
        deed.do(city)
        if random.random() < 0.3:
            folded(random)
    tallies.fold()
    kept, counted = lines(trial), tally(trial)
    wanted = list(told(town))
    assert [(*line[:5], *line[6:]) for line in kept] == [(*line[:5], *line[6:]) for line in wanted]
    assert all(line[5] in limits for line, limits in zip(kept, (line[5] for line in wanted), strict=True))
    assert counted == summed(kept)
    assert tallies.fold() == 0 or (lines(trial), tally(trial)) == (kept, counted)
    tallies.recount()
    assert (lines(trial), tally(trial)) == (kept, counted)


def folded(random: Random) -> None:
    """Fold, or fall while folding and leave it to the next."""
    if random.random() < 0.2:
        try:
            with falling(random.randint(1, 2)):
                tallies.fold()
        except Fall:
            return
    tallies.fold()


def test_walks_and_exercises_are_counted_nowhere(trial: Trial) -> None:
    tallies.fold()
    trial.open(mode="walk")
    trial.open(mode="exercise")
    (real,) = trial.open()
    tallies.fold()
    assert [case_number_of(line[0]) for line in lines(trial)] == [real]
    tallies.recount()
    assert [case_number_of(line[0]) for line in lines(trial)] == [real]


def test_lights_change_with_time_alone_and_without_folding(trial: Trial) -> None:
    trial.open()
    tallies.fold()
    lights = []
    for day in (0, 7, 8):
        now = MONDAY + timedelta(days=day)
        (one,) = tallies.open_now(now, now + SOON)
        lights.append((one.green, one.yellow, one.red, one.soon))
    # Five workdays from Monday the 16th: due on the 23rd, yellow from the 21st, red from the 24th.
    assert lights == [(1, 0, 0, 0), (0, 1, 0, 1), (0, 0, 1, 0)]


def test_what_ends_too_late_was_overdue_in_the_weeks_between(trial: Trial) -> None:
    late, in_time = trial.open()[0], trial.open()[0]
    time.set_time(MONDAY + timedelta(days=1), frozen=True)
    for number in (late, in_time):
        service.command(number, command("accept"), ANNA)
    due_at = timing.next_due(store.load_cases([late])[late].case)
    assert due_at is not None
    for day, number in ((1, in_time), (60, late)):
        time.set_time(MONDAY + timedelta(days=day), frozen=True)
        service.command(number, command("decide", facts=GRANT), BEN)
    tallies.fold()
    now = time.now()
    monday = MONDAY.date()
    for start, count in tallies.late(monday, now, tallies.red(now)):
        ends = datetime.combine(start + timedelta(weeks=1), datetime.min.time(), SHANGHAI)
        assert count == (due_at <= ends < now)
    assert sum(count for _start, count in tallies.late(monday, now, tallies.red(now))) > 1
    (one,) = tallies.flow(monday, (monday, monday + timedelta(weeks=1)))
    assert (one.ended, one.late, one.came, one.gone) == (2, 1, 2, 1)
    assert tallies.sent(monday) == {"trial/permit": 2}
    assert {one.days for one in tallies.took(monday, ["trial/permit"])} == {1, 60}


def test_what_a_transaction_itself_wrote_is_counted_once(trial: Trial) -> None:
    with transaction.atomic():
        trial.open()
        tallies.fold()
        tallies.fold()
        assert sum(one.green for one in tallies.open_now(MONDAY, MONDAY)) == 1
    tallies.fold()
    assert sum(one.green for one in tallies.open_now(MONDAY, MONDAY)) == 1


def test_a_bundle_counts_as_a_whole_once_all_its_cases_have_ended(trial: Trial) -> None:
    submission = replace(trial.submission(*trial.family()), bundle="trial/shop-opens", bundle_hash="0" * 64)
    first, *_others = service.open_application(submission, replace(ANNA, for_applicant=True)).cases
    tallies.fold()
    (whole,) = [line for line in lines(trial) if line[2] == ""]
    assert (whole[0] % 1_000_000, whole[1], whole[3]) == (0, None, "trial/shop-opens")
    assert {one.office for one in tallies.open_now(MONDAY, MONDAY)} >= {TRADE}
    assert "" not in {one.office for one in tallies.open_now(MONDAY, MONDAY)}
    time.set_time(MONDAY + timedelta(days=2), frozen=True)
    service.command(first, command("accept"), ANNA)
    service.command(first, command("refuse", reason="不符"), BEN)
    tallies.fold()
    (whole,) = [line for line in lines(trial) if line[2] == ""]
    assert [(one.days, one.cases) for one in tallies.took(MONDAY.date(), ["trial/shop-opens"])] == (
        [(2, 1)] if whole[1] else []
    )
    kept = lines(trial)
    tallies.recount()
    assert lines(trial) == kept
