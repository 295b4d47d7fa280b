"""All that a pack may import: the words its rules and effects are written with.

A pack's `rules.py` holds pure functions; those that `policy/` names are written with the words of `tongban.policy`. Its
`effects.py` marks the functions that services name as `effect: enrol@1`; each runs once for a whole batch, on the
command's connection and in its transaction, and may touch the pack's own tables only. Meaning never changes under a
name: a new meaning is `enrol@2`. What a case did is taken back by the function marked `undoing`. What a pack does on
its own account, such as billing a month, asks here for the definitions and the rules in force and for the city's time;
`pack_doors` is for its commands, `pack_pages` for its pages. Its `listings.py` marks the functions that credentials
name as `listing: months@1`: they give the tables printed there, and only read, `certify_in_turn` with whoever corrects.
Whoever corrects what a credential told says so by `supersede`. Its `facts.py` marks with `holds` what tells registers
from its books when they are asked: it only reads, and says nothing of somebody of whom the books know nothing.
Its `figures.py` marks the functions by which services
say of a fact that it comes `from: books`: they work out what a decision confirms, and only read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias

from tongban.catalog.months import Spans, common, count, joined_spans, read_spans, without, write_spans
from tongban.catalog.vocabulary import Text, Value
from tongban.clock import Limit, months_later
from tongban.credentials.sheet import Column, Listing
from tongban.credentials.superseding import certify_in_turn, supersede
from tongban.platform.errors import PlatformError
from tongban.platform.turns import in_turn
from tongban.policy import (
    WHOLE,
    PolicyError,
    Rulebook,
    choose,
    clip,
    half_up,
    in_force,
    larger,
    reckon,
    share,
    shown,
    smaller,
    table,
    value_on,
)
from tongban.registry.model import Answerer, Asked, holds
from tongban.text import Issue

if TYPE_CHECKING:
    from tongban.catalog.model import Catalog

__all__ = [
    "WHOLE",
    "Answerer",
    "Asked",
    "Column",
    "Database",
    "Decided",
    "Decisions",
    "Effect",
    "Figures",
    "Issue",
    "Limit",
    "Lister",
    "Listing",
    "Names",
    "PlatformError",
    "PolicyError",
    "RefusedError",
    "Rulebook",
    "Spans",
    "Text",
    "Value",
    "Worked",
    "Worker",
    "certify_in_turn",
    "choose",
    "clip",
    "common",
    "count",
    "date_of",
    "definitions",
    "effect",
    "figures",
    "half_up",
    "holds",
    "in_force",
    "in_turn",
    "integer_of",
    "is_real_city",
    "joined_spans",
    "larger",
    "listing",
    "months_later",
    "name_of_effect",
    "name_of_figures",
    "name_of_listing",
    "now",
    "numbered",
    "read_spans",
    "reckon",
    "reckon_columns",
    "reckoned",
    "share",
    "shown",
    "smaller",
    "subjects",
    "supersede",
    "table",
    "undoing",
    "value_on",
    "what_it_undoes",
    "without",
    "write_spans",
]


class RefusedError(Exception):
    """What an effect cannot do, as whoever takes the step is told: the step is not taken, and nothing is changed."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.text = Text(zh, en)


@dataclass(frozen=True, slots=True)
class Decided:
    """One case that was granted: its number, whose it is (role → subject ids), and the facts known when it was.

    `applied_on` is the day on which its application was sent.
    """

    case: str
    service: str
    subjects: Mapping[str, tuple[int, ...]]
    facts: Mapping[str, Value]
    at: datetime
    applied_on: date


class Database(Protocol):
    """A cursor on the command's connection, within its transaction."""

    def execute(self, query: str, params: Sequence[Any] | Mapping[str, Any] | None = None) -> object:
        """Run a statement."""

    def executemany(self, query: str, param_list: Sequence[Sequence[Any]]) -> object:
        """Run a statement for each row of parameters."""

    def fetchall(self) -> list[tuple[Any, ...]]:
        """The rows of the last statement."""


Figures: TypeAlias = Any
"""What a formula of `policy/` reads and sets by name: `f.base_fen = clip(f.wage_fen, f.floor_fen, f.ceiling_fen)`."""

Decisions: TypeAlias = Sequence[Decided]
Effect: TypeAlias = Callable[[Decisions, Database], None]
Names: TypeAlias = Callable[[Iterable[int]], Mapping[int, str]]
"""What registered organisations are called, by id: asked of their holder, each look logged."""
Lister: TypeAlias = Callable[[Decisions, Names, Database], Sequence[tuple[Listing, ...]]]
"""The tables of each of these cases' credentials, in their order."""


@dataclass(frozen=True, slots=True)
class Worked:
    """A figure that was worked out from a pack's books, and in one sentence from what; whether some figure behind it
    has no source.
    """

    value: Value
    why: Text
    is_unverified: bool = False


Worker: TypeAlias = Callable[[Decided, Database], Mapping[str, Worked]]
"""What the books work out for one case before it is granted, by figure; without what they do not know."""

_NAME: Final = "tongban_effect"
_FIGURES: Final = "tongban_figures"
_UNDOES: Final = "tongban_undoes"
_LISTING: Final = "tongban_listing"


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


def undoing(*names: str) -> Callable[[Effect], Effect]:
    """Mark a function of `effects.py` as what takes these effects back when their cases are revoked."""

    def mark(function: Effect) -> Effect:
        setattr(function, _UNDOES, frozenset(names))
        return function

    return mark


def what_it_undoes(function: object) -> frozenset[str]:
    """The names of the effects that ``undoing`` gave a function; none where it gave it none."""
    names = getattr(function, _UNDOES, None)
    return names if isinstance(names, frozenset) else frozenset()


def name_of_effect(function: object) -> str | None:
    """The name that ``effect`` gave a function, or None."""
    name = getattr(function, _NAME, None)
    return name if isinstance(name, str) else None


def definitions(publication: str | None = None) -> Catalog:
    """The definitions in force, or those of a publication that was. Raises ``PlatformError``."""
    from tongban.publication import at, current  # noqa: PLC0415 - rules are read without Django

    return current() if publication is None else at(publication)


def reckon_columns(book: Rulebook, rule: str, frame: Any, on: date) -> Any:  # noqa: ANN401 - a frame of any engine
    """A rule for a whole table, as `tongban.policy.columns` has it. Raises ``PolicyError``."""
    from tongban.policy import columns  # noqa: PLC0415 - one person's amount waits for no data frame

    return columns.reckon_columns(book, rule, frame, on)


def subjects(type_id: str, keys: Iterable[str]) -> dict[str, int]:
    """Who the government knows by these keys (ID numbers, credit codes) as subjects of a type, by key."""
    from tongban.registry import service as registry  # noqa: PLC0415 - as above

    return registry.find_each(type_id, keys)


def now() -> datetime:
    """The city's time."""
    from tongban.platform import time  # noqa: PLC0415 - as above

    return time.now()


def is_real_city() -> bool:
    """Whether this is no demonstration or test."""
    from tongban.platform import time  # noqa: PLC0415 - as above
    from tongban.platform.models import Mark  # noqa: PLC0415 - as above

    return time.city_mark() is Mark.REAL


def listing(name: str) -> Callable[[Lister], Lister]:
    """Mark a function of `listings.py` as the listing that credentials call ``name``, for example `months@1`."""

    def mark(function: Lister) -> Lister:
        setattr(function, _LISTING, name)
        return function

    return mark


def figures(name: str) -> Callable[[Worker], Worker]:
    """Mark a function of `figures.py` as what services call ``name``, for example `back-payment@1`."""

    def mark(function: Worker) -> Worker:
        setattr(function, _FIGURES, name)
        return function

    return mark


def name_of_figures(function: object) -> str | None:
    """The name that ``figures`` gave a function, or None."""
    name = getattr(function, _FIGURES, None)
    return name if isinstance(name, str) else None


def name_of_listing(function: object) -> str | None:
    """The name that ``listing`` gave a function, or None."""
    name = getattr(function, _LISTING, None)
    return name if isinstance(name, str) else None
