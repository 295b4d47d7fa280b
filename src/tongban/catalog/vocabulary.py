"""What packs speak with: sentences, laws, types and their attributes, papers, authorities and their offices.

Plain, immutable data made by the compiler; the definitions in `catalog.model` are written in these words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal, TypeAlias

from tongban.clock.units import Limit
from tongban.text import Option, Reference, Status, Text

__all__ = [
    "LEADERS",
    "POST_ROLES",
    "Attribute",
    "Authority",
    "EvidenceType",
    "Kind",
    "Law",
    "Level",
    "Office",
    "Option",
    "Raw",
    "Reference",
    "Sensitivity",
    "Text",
    "Type",
    "Value",
    "Window",
]

POST_ROLES: Final = frozenset({"handler", "approver", "head", "vice-head", "window", "auditor"})
"""What a member of staff may be at an office; a vice-head walks and plans nothing, decides nothing."""
LEADERS: Final = frozenset({"head", "vice-head"})
"""Who walks for a department."""

Value: TypeAlias = str | int | bool | date | None
"""A fact's value. Money is integer fen; ``None`` means that the source says there is none (absent)."""

Raw: TypeAlias = str | int | bool | None
"""A value as JSON has it: dates in ISO 8601, money in fen, ``None`` where there is none."""

Kind: TypeAlias = Literal[
    "text",
    "integer",
    "boolean",
    "date",
    "fen",
    "choice",
    "resident-id",
    "credit-code",
    "phone",
    "region",
    "address",
    "months",
]
Level: TypeAlias = Literal["province", "city", "county", "town", "village"]
"""Where in the country an office stands, the widest first."""

Sensitivity: TypeAlias = Literal["public", "personal", "identifier"]


@dataclass(frozen=True, slots=True)
class Law:
    """A law or document that definitions cite.

    ``articles``: how many it has; ``None`` where it has none, or nobody here could count them. ``status``: whether its
    whole text was read (``verified``), passages of it (``secondary``), or nothing. ``source``: who issued it, and where
    what was read stands.
    """

    id: str
    title: Text
    articles: int | None
    number: str | None = None
    status: Status = "unverified"
    source: Text | None = None


@dataclass(frozen=True, slots=True)
class Attribute:
    """One property of a type, declared once. ``held_by`` is the id of the authority that holds it.

    ``at_most``: more than this (fen, of an amount) is a slip of the hand and no value.
    ``finds``: whoever it belongs to is found by it at a window, as by the key: the number of a card.
    ``unit``: what an integer counts; months are said as years and months.
    """

    type: str
    name: str
    label: Text
    kind: Kind
    held_by: str | None = None
    derived: str | None = None
    derived_from: tuple[str, ...] = ()
    claimable: bool = True
    sensitivity: Sensitivity = "personal"
    options: tuple[Option, ...] = ()
    hint: Text | None = None
    max_length: int = 200
    asked_because: Reference | None = None
    standard_code: str | None = None
    at_most: int | None = None
    finds: bool = False
    unit: Literal["months"] | None = None


@dataclass(frozen=True, slots=True)
class Type:
    """A kind of subject. A relation has ``ends``: name of the end → type id. ``key`` identifies one in a registry.

    ``guardians`` maps an end to the ends that act for it until it is of age: a child to its parents.
    """

    id: str
    label: Text
    attributes: Mapping[str, Attribute]
    ends: Mapping[str, str] = field(default_factory=dict)
    key: str | None = None
    guardians: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EvidenceType:
    """A paper: ``proves`` names attributes of type ``of``. ``issued_by`` is an authority's id or ``applicant``.

    ``kept_in``: the register outside the city in which what it proves stands, though nobody here may read it yet.
    """

    id: str
    label: Text
    of: str
    proves: tuple[str, ...]
    issued_by: str
    valid_for: Limit | None = None
    hint: Text | None = None
    kept_in: Text | None = None


@dataclass(frozen=True, slots=True)
class Authority:
    """A kind of body. ``supervised_by`` is the authority whose offices watch the tasks of this one's offices."""

    id: str
    title: Text
    short: Text
    supervised_by: str | None = None
    icon: str = "building"


@dataclass(frozen=True, slots=True)
class Window:
    """Where an office receives people: its address, and when on working days, as ``09:00-12:00``."""

    address: Text
    hours: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Office:
    """An actual body with a region (code of 2, 4, 6, 9 or 12 digits: GB/T 2260, GB/T 10114) and a level."""

    id: str
    title: Text
    authority: str
    region: str
    level: Level
    window: Window | None = None
