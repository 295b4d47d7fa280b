"""A town lives through whatever one seed holds; the laws of the pure core stand after every deed.

A seed that fails is named with all that happened; `TONGBAN_SEED=… .venv/bin/pytest tests/casework/test_simulation.py`
lives through it alone, exactly as before.
"""

from __future__ import annotations

import pytest
from tests.casework.script import Script, publications
from tests.casework.seeds import diary, seeds
from tests.casework.town import Town
from tests.examples import examples

from tongban.casework import coding, machine
from tongban.casework.model import WAITING
from tongban.casework.service import Done


@pytest.mark.parametrize("count", [20, pytest.param(2000, marks=pytest.mark.slow)])
def test_the_laws_hold_whatever_happens(count: int) -> None:
    for seed in seeds(examples(count)):
        with diary(seed, "tests/casework/test_simulation.py") as lines:
            live(seed, lines)


def live(seed: int, lines: list[str]) -> None:
    """Live through one seed."""
    town = Town(publications()[0])
    for deed in Script(seed, town).deeds():
        lines.append(deed.what)
        before = dict(town.cases)
        effects = {number: len(events) for number, events in town.events.items()}
        for answer in deed.do(town):
            if isinstance(answer, Done) and not answer.is_repeated:
                assert all(event.n > effects[answer.case.number] for event in answer.events)
        for number, case in town.cases.items():
            if case is not before.get(number):
                hold_laws(town, number)
    for number, events in town.events.items():
        assert machine.rebuild(events) == town.cases[number]
    assert not [case.number for case in town.cases.values() if case.is_open]


def hold_laws(town: Town, number: str) -> None:
    """What must be true of every case at every time."""
    case, events = town.cases[number], town.events[number]
    assert coding.read_case(number, case.version, case.head, case.office, case.region, coding.write_case(case)) == case
    assert case.is_open or (case.tasks, case.clocks) == ((), ())
    assert all((clock.due is None) == clock.is_paused for clock in case.clocks)
    moments = [event.recorded_at for event in events]
    assert moments == sorted(moments)
    commands = [event.command for event in events]
    assert all(commands.index(c) + commands.count(c) > n for n, c in enumerate(commands)), "a command took effect twice"
    for part in case.waits if case.state == WAITING else ():
        feeder = town.cases[f"{case.application}/{part:02}"]
        assert feeder.is_open, f"{number} waits for {feeder.number}, which has ended"
