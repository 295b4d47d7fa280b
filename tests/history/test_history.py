"""What earlier releases left behind is read by today's code: it adds up to what it added up to then, and goes on."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.casework.script import way_on
from tests.casework.town import Published, Town
from tests.casework.world import command
from tests.history.keeping import HERE, Life, catalog_of, folders, lives

from tongban.casework import chain, fold, upcasting
from tongban.casework.model import SYSTEM, Event
from tongban.casework.service import Done, Order

FILES = [file for folder in folders() for file in sorted(folder.glob("*.jsonl"))]
MOST_ROUNDS = 40


def published(file: Path) -> Published:
    """What a file was decided under."""
    return Published.of(catalog_of(file.parent))


def test_every_release_that_the_list_of_changes_names_has_left_its_history() -> None:
    lines = (HERE.parents[1] / "CHANGELOG.md").read_text().splitlines()
    assert {line.split()[1] for line in lines if line.startswith("## ")} == {folder.name for folder in folders()}


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_what_was_recorded_adds_up_to_what_it_did_then(file: Path) -> None:
    under = published(file)
    shortened = {hash_[: chain.SHORT] for hash_ in under.catalog.hashes.values()}
    kept = lives(file, under.catalog)
    assert kept
    for life in kept:
        assert fold.rebuild(life.events) == life.stands
        assert {event.definition for event in life.events} <= shortened
        assert {event.calendar for event in life.events} <= {"", under.calendar.hash[: chain.SHORT]}


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_whatever_was_open_is_carried_to_its_end_under_the_catalog_it_began_under(file: Path) -> None:
    under = published(file)
    town = settled(under, lives(file, under.catalog))
    before = dict(town.events)
    for _ in range(MOST_ROUNDS):
        carried = [number for number in sorted(town.cases) if carry_on(town, number)]
        if not carried:
            wait(town)
    assert [case.number for case in town.cases.values() if case.is_open] == []
    for number, events in town.events.items():
        assert events[: len(before[number])] == before[number]
        assert fold.rebuild(events) == town.cases[number]


def settled(under: Published, kept: Iterable[Life]) -> Town:
    """A town in which these cases stand as they stood."""
    town = Town(under)
    for life in kept:
        town.adopt(life.stands, life.events, life.facts)
    return town


def carry_on(town: Town, number: str) -> bool:
    """Bring one case nearer to its end, if anybody can."""
    case = town.cases[number]
    way = way_on(case, town.context, town.in_force.catalog.offices) if case.is_open else None
    if way is None:
        return False
    doer, wanted = way
    (answer,) = town.give([Order(number, wanted, doer)])
    assert isinstance(answer, Done), f"{number}: {answer}"
    return True


def wait(town: Town) -> None:
    """Let a month go by, in which whatever was still to be paid is paid."""
    town.set_time(town.at + timedelta(days=30))
    town.silence()
    town.give([Order(number, command("paid"), SYSTEM) for number, case in town.cases.items() if case.is_open])


def test_an_event_of_an_older_form_is_folded_in_todays_and_keeps_its_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    life = next(life for life in lives(FILES[0], published(FILES[0]).catalog) if len(life.events) > 1)

    def older(event: Event) -> Event:
        """The same event as a form before the first would have had it: the state under another name."""
        data = {"state" if key == "to" else key: value for key, value in event.data.items()}
        return replace(event, data=data, format=-1)

    def renamed(data: upcasting.Data) -> upcasting.Data:
        return {"to" if key == "state" else key: value for key, value in data.items()}

    old = [older(event) for event in life.events]
    assert fold.rebuild(old) != replace(life.stands, head=fold.rebuild(old).head)
    for event in life.events:
        monkeypatch.setitem(upcasting.UPCASTERS, (event.kind, -1), renamed)
    again = fold.rebuild(old)
    assert again == replace(life.stands, head=again.head)
    head = chain.GENESIS
    for event in old:
        head = chain.head(head, event)
    assert again.head == head
    assert json.loads(chain.canonical(chain.body(old[0])))["data"]["state"] == life.events[0].data["to"]
