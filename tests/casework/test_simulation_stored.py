"""What a town lives through happens to a city with its database as well: both answer alike and stand alike.

Now and then the process falls at some call of the database, before or after it has written: then the city stands as it
stood, and the same deed again is done once. A seed that fails is lived through alone, exactly as before, by
`TONGBAN_SEED=… .venv/bin/pytest tests/casework/test_simulation_stored.py`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

import pytest
from django.db import connection
from tests.casework.conftest import Trial
from tests.casework.script import Deed, Script, publications
from tests.casework.seeds import diary, seeds
from tests.casework.town import Published, Town
from tests.examples import examples

from tongban.casework import audit, machine, service, store, sweeps
from tongban.casework.model import Case, Event, Refused
from tongban.casework.numbers import id_of
from tongban.casework.service import Answer, Conflict, Done, Filing, Opened, Order
from tongban.platform import time
from tongban.publication import service as publication

TABLES = (
    "casework_application, casework_case, casework_event, casework_task, casework_clock, casework_value,"
    " casework_outbox"
)


class Fall(BaseException):
    """The process ends here: nobody catches it, and what was not committed is gone."""


class Stored:
    """A city with a database, where deeds are done as in a town."""

    def publish(self, published: Published) -> None:
        """Put a publication in force."""
        publication.publish(published.catalog)

    def set_time(self, at: datetime) -> None:
        """Let the clock show `at`."""
        time.set_time(at, frozen=True)

    def silence(self) -> None:
        """Let time do what it does; a second sweep finds nothing to do."""
        sweeps.silence()
        sweeps.cross_lights()
        assert (sweeps.cross_lights(), sweeps.silence()) == (0, [])

    def move_due(self) -> None:
        """Reckon every running limit by the calendar in force."""
        _, failed = sweeps.move_due()
        assert (failed, sweeps.move_due()) == (0, (0, 0))

    def open(self, filing: Filing) -> Opened | Refused:
        """Open an application."""
        try:
            return service.open_application(filing.submission, filing.doer)
        except Refused as refusal:
            return refusal

    def give(self, orders: Sequence[Order]) -> list[Answer]:
        """Carry out one order as a page does, several as a sweep does."""
        if len(orders) > 1:
            return service.commands(orders)
        return [answered(lambda: service.command(orders[0].number, orders[0].command, orders[0].doer))]

    def erase(self, number: str, subject: int, command_id: str) -> Answer:
        """Erase the values of one subject in a case."""
        return answered(lambda: service.erase(number, subject, command_id))


def answered(act: Callable[[], Done]) -> Answer:
    """The answer to a command, be it returned or raised."""
    try:
        return act()
    except (Refused, Conflict, service.UnknownCase) as answer:
        return answer


@pytest.mark.slow
def test_a_city_with_a_database_lives_as_the_pure_town_does(trial: Trial) -> None:
    for seed in seeds(examples(25)):
        empty(trial)
        with diary(seed, "tests/casework/test_simulation_stored.py") as lines:
            live(seed, trial, lines)


def live(seed: int, trial: Trial, lines: list[str]) -> None:
    """Live through one seed in both."""
    town, city = Town(publications()[0]), Stored()
    city.publish(town.in_force)
    city.set_time(town.at)
    for deed in Script(seed, town, trial.owner, trial.shop).deeds():
        lines.append(f"{deed.what}{f', falling at call {deed.falls_at}' if deed.falls_at else ''}")
        before = standing(town)
        wanted = [told(answer) for answer in deed.do(town)]
        answers, fell = done(deed, city, partial(is_standing, town, before))
        if fell:
            wanted = [after_fall(town, *pair) for pair in zip(wanted, answers, strict=True)]
            answers = [after_fall(town, answer, answer) for answer in answers]
        assert answers == wanted
        assert stored(town) == standing(town)
    told_once(trial, town)
    assert sweeps.overdue() == town.overdue()
    assert audit.audit().findings == []


def after_fall(town: Town, said: tuple[Any, ...], answer: tuple[Any, ...]) -> tuple[object, ...]:
    """What was said, as far as it must be said again after a fall: what was committed before it is known to have been
    done, and whoever comes too late sees a case that other orders, committed before the fall, have changed by then.
    """
    if answer[:2] == (True, "done"):
        return said[1], None, *said[3:]
    if answer[1] == said[1] == "conflict":
        case, events = answer[2], town.events[answer[2].number]
        assert replace(machine.rebuild(events[: case.version]), head="") == case
        return "conflict", case.number
    return said[1:]


def done(deed: Deed, city: Stored, is_as_before: Callable[[], bool]) -> tuple[list[tuple[object, ...]], bool]:
    """What a deed is answered, again from the start where it fell, and whether it did."""
    if deed.falls_at is not None:
        try:
            with falling(deed.falls_at):
                return [told(answer) for answer in deed.do(city)], False
        except Fall:
            assert not deed.is_whole or is_as_before()
    return [told(answer) for answer in deed.do(city)], deed.falls_at is not None


@contextmanager
def falling(at: int) -> Iterator[None]:
    """Fall at the call of the database with this number, from 1: when it is even, after the call was carried out."""
    calls = itertools.count(1)

    def execute(run: Callable[..., Any], *call: object) -> object:
        number = next(calls)
        if number == at and at % 2:
            raise Fall
        answer = run(*call)
        if number == at:
            raise Fall
        return answer

    connection.force_debug_cursor = True
    try:
        with connection.execute_wrapper(execute):
            yield
        assert next(calls) > 1, "no call of the database was heard"
    finally:
        connection.force_debug_cursor = False


def told(answer: Answer | Opened) -> tuple[object, ...]:
    """An answer without what differs from run to run; first, whether it was given before."""
    match answer:
        case Done():
            case_ = None if answer.is_repeated else replace(answer.case, head="")
            return answer.is_repeated, "done", case_, [event.n for event in answer.events]
        case Opened():
            return answer.is_repeated, "opened", answer.number, answer.cases
        case Conflict():
            return False, "conflict", replace(answer.case, head=""), [event.n for event in answer.since]
        case Refused():
            return False, answer.code, answer.names
        case _:
            return False, "unknown"


def standing(town: Town) -> list[Case]:
    """Every case of a town, without its hash, into which chance goes."""
    return [replace(case, head="") for _, case in sorted(town.cases.items())]


def is_standing(town: Town, wanted: list[Case]) -> bool:
    """Whether the database has these cases of a town, and no others."""
    return stored(town) == wanted


def stored(town: Town) -> list[Case]:
    """The same cases as the database has them, with everything else there is of these applications."""
    applications = {case.application for case in town.cases.values()}
    return [replace(case, head="") for case in store.cases_of(applications)]


def told_once(trial: Trial, town: Town) -> None:
    """Every event stands in the database as the town has it, and once in the outbox."""
    found = store.events_of(town.cases)
    given = {event.command for events in town.events.values() for event in events if " " not in event.command}
    for number, events in town.events.items():
        assert [written(event, given) for event in found[number]] == [written(event, given) for event in events]
    with trial.city.superuser() as connected:
        rows = connected.execute(
            "select case_id, n from casework_outbox where topic = 'event' order by 1, 2"
        ).fetchall()
    assert rows == sorted((id_of(number), event.n) for number, events in town.events.items() for event in events)


def written(event: Event, given: Collection[str]) -> tuple[object, ...]:
    """An event without its digests, into which chance goes, and without the names that the system gives its orders."""
    data = {key: value for key, value in event.data.items() if key != "application"}
    facts: Any = data.pop("facts", {})
    texts: Any = data.pop("texts", {})
    said = {name: source for name, (source, _) in facts.items()}, sorted(texts), data
    times = event.happened_at, event.recorded_at, event.definition, event.calendar
    return event.n, event.kind, event.actor, event.command if event.command in given else None, *times, *said


def empty(trial: Trial) -> None:
    """Take away every application, as if nothing had happened in this city yet."""
    with trial.city.superuser() as connected:
        connected.execute("set session_replication_role = replica")
        connected.execute(f"truncate {TABLES}")
