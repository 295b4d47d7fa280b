"""The words of the registry: what is wanted, what was found, who reads and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias

from tongban.catalog.vocabulary import Attribute, Raw, Text, Value

State = Literal["known", "absent", "unavailable"]


@dataclass(frozen=True, slots=True)
class Registered:
    """What a subject is, and the key that identifies it; None where it has none (yet)."""

    type: str
    key: str | None


@dataclass(frozen=True, slots=True)
class New:
    """A subject to be registered under an id that was set aside for it; a relation with its ends."""

    id: int
    type: str
    ends: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One attribute of one registered subject."""

    subject_id: int
    attribute: Attribute


@dataclass(frozen=True, slots=True)
class Held:
    """What a holder answered: ``known`` with a value, ``absent`` (it says there is none) or ``unavailable``."""

    state: State
    value: Value
    holder: str
    read_at: datetime


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads and why. ``actor`` is shown to the person the data is about: an office's desk, never a name."""

    actor: str
    purpose: Text
    office: str | None = None
    application: str | None = None
    case: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A fact to be written to its holder, made by a case. A value of ``None`` says that there is none any more.

    ``case`` hears whether a holder elsewhere took it.
    """

    subject_id: int
    attribute: Attribute
    value: Value
    case: str | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation and the subjects at its ends, by the names of the ends."""

    id: int
    ends: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody about whom a pack's books are asked; of a relation its ends, and what its holder has on record of it."""

    subject_id: int
    ends: Mapping[str, int]
    recorded: Mapping[str, Raw]


Answerer: TypeAlias = Callable[[Sequence[Asked], Any], Sequence[Mapping[str, Value]]]
"""Tells attributes of each of these from a pack's books, by name; none of somebody of whom the books know nothing."""

_HOLDS: Final = "tongban_holds"
_CORRECTED_BY: Final = "tongban_corrected_by"


def holds(type_id: str, *names: str, corrected_by: str) -> Callable[[Answerer], Answerer]:
    """Mark a function of a pack's `facts.py` as what tells these attributes of a type from the pack's books, which the
    service ``corrected_by`` puts right.
    """

    def mark(function: Answerer) -> Answerer:
        setattr(function, _HOLDS, tuple((type_id, name) for name in names))
        setattr(function, _CORRECTED_BY, corrected_by)
        return function

    return mark


def what_it_holds(function: object) -> tuple[tuple[str, str], ...]:
    """The attributes, by type and name, that ``holds`` gave a function; none where it gave it none."""
    held = getattr(function, _HOLDS, None)
    return held if isinstance(held, tuple) else ()


def what_corrects(function: Answerer) -> str:
    """The service by which the books behind a function that ``holds`` marked are put right."""
    return str(getattr(function, _CORRECTED_BY))


@dataclass(frozen=True, slots=True)
class ReadEntry:
    """One line of 谁查看了我的数据. ``subject_id`` is the person, or a relation the person takes part in."""

    id: int
    at: datetime
    subject_id: int
    subject_type: str
    reader: str
    office: str | None
    application: str | None
    case: str | None
    purpose: Text
    holder: str
    attributes: tuple[str, ...]


class KeyTaken(Exception):  # noqa: N818 -- says what is the matter with the key
    """A key (an ID number, a credit code) that already names another subject of its type."""

    def __init__(self, type_id: str, subject_id: int) -> None:
        super().__init__(f"the key given to {type_id} {subject_id} names another subject already")
        self.type_id = type_id
        self.subject_id = subject_id
