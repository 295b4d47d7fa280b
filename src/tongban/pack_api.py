"""All that a pack may import: the words its rules and effects are written with.

A pack's `rules.py` holds pure functions; those that `policy/` names are written with the words of `tongban.policy`. Its
`effects.py` marks the functions that services name as `effect: enrol@1`; each runs once for a whole batch, on the
command's connection and in its transaction, and may touch the pack's own tables only. Meaning never changes under a
name: a new meaning is `enrol@2`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any, Final, Protocol, TypeAlias

from tongban.catalog.months import Spans, common, count, joined_spans, read_spans, without, write_spans
from tongban.catalog.vocabulary import Text, Value
from tongban.clock import Limit, months_later
from tongban.policy import WHOLE, choose, clip, half_up, larger, share, smaller, table

__all__ = [
    "WHOLE",
    "Database",
    "Decided",
    "Decisions",
    "Effect",
    "Figures",
    "Limit",
    "Spans",
    "Text",
    "Value",
    "choose",
    "clip",
    "common",
    "count",
    "date_of",
    "effect",
    "half_up",
    "integer_of",
    "joined_spans",
    "larger",
    "months_later",
    "name_of_effect",
    "numbered",
    "read_spans",
    "reckoned",
    "share",
    "smaller",
    "table",
    "without",
    "write_spans",
]


@dataclass(frozen=True, slots=True)
class Decided:
    """One case that was granted: its number, whose it is (role → subject ids), and the facts known when it was."""

    case: str
    service: str
    subjects: Mapping[str, tuple[int, ...]]
    facts: Mapping[str, Value]
    at: datetime


class Database(Protocol):
    """A cursor on the command's connection, within its transaction."""

    def execute(self, query: str, params: Sequence[Any] | None = None) -> object:
        """Run a statement."""

    def executemany(self, query: str, param_list: Sequence[Sequence[Any]]) -> object:
        """Run a statement for each row of parameters."""

    def fetchall(self) -> list[tuple[Any, ...]]:
        """The rows of the last statement."""


Figures: TypeAlias = Any
"""What a formula of `policy/` reads and sets by name: `f.base_fen = clip(f.wage_fen, f.floor_fen, f.ceiling_fen)`."""

Decisions: TypeAlias = Sequence[Decided]
Effect: TypeAlias = Callable[[Decisions, Database], None]

_NAME: Final = "tongban_effect"


def reckoned(formula: Callable[[Figures], None], **given: int | str) -> Figures:
    """What a formula that reads no parameter sets, for a function of `rules.py` that needs it for one value."""
    figures = SimpleNamespace(**given)
    formula(figures)
    return figures


def integer_of(facts: Mapping[str, object], name: str) -> int:
    """The whole number that a fact is. Raises ``KeyError`` where it is not given, ``TypeError`` where it is none."""
    value = facts[name]
    if not isinstance(value, int):
        raise TypeError(name)
    return value


def date_of(facts: Mapping[str, object], name: str) -> date:
    """The day that a fact is. Raises ``KeyError`` where it is not given, ``TypeError`` where it is none."""
    value = facts[name]
    if not isinstance(value, date):
        raise TypeError(name)
    return value


def numbered(prefix: str, serial: int, on: date, digits: int = 7) -> str:
    """A number to give out: the prefix, the year in two digits, and so many digits of the serial number."""
    return f"{prefix}{on:%y}{serial % 10**digits:0{digits}d}"


def effect(name: str) -> Callable[[Effect], Effect]:
    """Mark a function of `effects.py` as the effect that services call ``name``, for example `enrol@1`."""

    def mark(function: Effect) -> Effect:
        setattr(function, _NAME, name)
        return function

    return mark


def name_of_effect(function: object) -> str | None:
    """The name that ``effect`` gave a function, or None."""
    name = getattr(function, _NAME, None)
    return name if isinstance(name, str) else None
