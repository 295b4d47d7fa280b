"""What a change of a case brings with it, in its own transaction: facts for their holders, and whatever follows.

Facts that a step produced are written to the registry here. Effects of packs, credentials and letters follow from
`Happened`, which every receiver registered at start-up gets, a whole batch at a time; what a receiver raises undoes the
command. Cases of a walk or an exercise write to no holder; receivers look at `application.mode` likewise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from tongban.casework.definitions import InForce
from tongban.casework.model import Change, Event
from tongban.casework.store import ApplicationBrief
from tongban.casework.work import subject_of
from tongban.catalog.vocabulary import Value
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
        return any(what in _runs(event) for event in self.change.events)

    def notices(self) -> tuple[tuple[str, Event], ...]:
        """The notices that the steps taken send, each with its event."""
        return tuple((str(event.data["notice"]), event) for event in self.change.events if "notice" in event.data)


Receiver: TypeAlias = Callable[[Sequence[Happened]], None]

_receivers: list[Receiver] = []


def register(receiver: Receiver) -> None:
    """Let `receiver` know of every change from now on; once per process, at start-up."""
    if receiver not in _receivers:
        _receivers.append(receiver)


def tell(happened: Sequence[Happened]) -> None:
    """Write what was produced to its holders and tell every receiver, on the caller's transaction."""
    entries = [entry for one in happened if one.application.mode == "real" for entry in _entries(one)]
    if entries:
        keys = {name: kind.key for one in happened for name, kind in one.in_force.catalog.types.items()}
        registry.write(entries, keys=keys)
    for receiver in _receivers:
        receiver(happened)


def produced(event: Event) -> dict[str, Value]:
    """The facts that an event's step made, by name in the service's terms; none for an event that was read back."""
    facts: Mapping[str, Any] = event.data.get("facts", {})  # type: ignore[assignment]  # written by `Work.kept`
    return {
        name: event.values[name]
        for name, (source, _) in facts.items()
        if source == "produced" and event.kind == "stepped" and name in event.values
    }


def _entries(one: Happened) -> Iterator[Entry]:
    case = one.change.after
    service = one.in_force.service(case.service)
    for event in one.change.events:
        for name, value in produced(event).items():
            subject = subject_of(case.roles, name)
            yield Entry(subject, one.in_force.attribute(service, name), value, case.number)


def _runs(event: Event) -> Sequence[str]:
    runs = event.data.get("runs", ())
    return [str(one) for one in runs] if isinstance(runs, list) else ()
