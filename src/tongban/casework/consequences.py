"""What a change of a case brings with it, all or nothing with it: facts for their holders, and whatever follows.

Facts that a step produced are written to the registry here. Effects of packs, credentials and letters follow from
`Happened`: a receiver, registered at start-up, gets the changes of a batch that concern it, in the transaction that
wrote them; what it raises undoes the command. An announcer only says what goes out with the write itself, so that a
change which concerns no receiver needs no transaction around it. Cases of a walk or an exercise write to no holder;
receivers look at `application.mode` likewise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeAlias

from tongban.casework.definitions import InForce
from tongban.casework.model import Change, Event
from tongban.casework.store import ApplicationBrief
from tongban.casework.work import subject_of
from tongban.catalog.vocabulary import Value
from tongban.platform.database import Call
from tongban.registry import service as registry
from tongban.registry.model import Entry


@dataclass(frozen=True, slots=True)
class Happened:
    """One case that changed: its events (with their values), its application and the definitions it runs under."""

    change: Change
    application: ApplicationBrief
    in_force: InForce
    at: datetime

    def runs(self, what: str) -> bool:
        """Whether a step that was taken runs `effect` or `credentials`."""
        return any("runs" in event.data and what in _runs(event) for event in self.change.events)

    def notices(self) -> tuple[tuple[str, Event], ...]:
        """The notices that the steps taken send, each with its event."""
        return tuple((str(event.data["notice"]), event) for event in self.change.events if "notice" in event.data)


Receive: TypeAlias = Callable[[Sequence[Happened]], None]
Announce: TypeAlias = Callable[[Sequence[Happened]], Sequence[Call]]
Concerns: TypeAlias = Callable[[Happened], bool]

_receivers: dict[Receive, Concerns] = {}
_announcers: list[Announce] = []


def register(receive: Receive, concerns: Concerns) -> None:
    """Let `receive` know from now on of every change that `concerns` it, which is told without reading anything."""
    _receivers[receive] = concerns


def register_announcer(announce: Announce) -> None:
    """Let `announce` add to every write from now on."""
    if announce not in _announcers:
        _announcers.append(announce)


def announced(happened: Sequence[Happened]) -> list[Call]:
    """What is written together with these changes."""
    return [call for announce in _announcers for call in announce(happened)]


def deeds(happened: Sequence[Happened]) -> list[Callable[[], None]]:
    """What is to be done after these changes are written, in the same transaction; mostly nothing."""
    entries = [entry for one in happened if one.application.mode == "real" for entry in _entries(one)]
    due: list[Callable[[], None]] = [partial(_tell_holders, entries, happened)] if entries else []
    for receive, concerns in _receivers.items():
        concerned = [one for one in happened if concerns(one)]
        if concerned:
            due.append(partial(receive, concerned))
    return due


def _tell_holders(entries: Sequence[Entry], happened: Sequence[Happened]) -> None:
    keys = {name: kind.key for one in happened for name, kind in one.in_force.catalog.types.items()}
    registry.write(entries, keys=keys)


def produced(event: Event) -> dict[str, Value]:
    """The facts that an event's step made, by name in the service's terms; none for an event that was read back."""
    if event.kind != "stepped" or "facts" not in event.data:
        return {}
    facts: Mapping[str, Any] = event.data["facts"]  # type: ignore[assignment]  # written by `Work.kept`
    return {
        name: event.values[name] for name, (source, _) in facts.items() if source == "produced" and name in event.values
    }


def _entries(one: Happened) -> Iterator[Entry]:
    case = one.change.after
    for event in one.change.events:
        for name, value in produced(event).items():
            subject = subject_of(case.roles, name)
            yield Entry(subject, one.in_force.attribute(one.in_force.service(case.service), name), value, case.number)


def _runs(event: Event) -> Sequence[str]:
    runs = event.data.get("runs", ())
    return [str(one) for one in runs] if isinstance(runs, list) else ()
