"""YAML 1.2 as packs and stories may use it: plain values, with the place of each, and every problem found on the way.

Booleans are ``true`` and ``false`` only, dates stay text, keys are always text. Duplicate keys, anchors, aliases, tags
and more than one document are refused; depth and size are bounded, and nothing is ever expanded or constructed, so a
file can be wrong but not harmful. libyaml does the scanning.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import yaml

from tongban.catalog.vocabulary import Text

LARGEST_BYTES: Final = 1_000_000
MOST_DEEP: Final = 64

_NOTHING: Final[Mapping[str | int, Any]] = MappingProxyType({})

_Event: TypeAlias = Any
"""One of libyaml's events; their published types leave out most of what they hold."""

Path: TypeAlias = Sequence[str | int]
"""The way from the top of a file to a value: keys and indices."""

_CONSTANTS: Final[dict[str, bool | None]] = {
    "true": True,
    "false": False,
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
}
_INTEGER: Final = re.compile(r"[-+]?[0-9]{1,18}", re.ASCII)
_FRACTION: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", re.ASCII)


@dataclass(slots=True)
class Place:
    """Where a value stands, lines and columns from 1; ``key`` is where its key stands, if it has one.

    ``inner`` is the column of a scalar's first character, and 0 where its characters do not stand in one line.
    """

    line: int
    column: int
    inner: int = 0
    key: tuple[int, int] | None = None
    inside: Mapping[str | int, Place] = field(default_factory=lambda: _NOTHING)

    def at(self, path: Path) -> Place:
        """The place of the value at ``path``.

        Shapes are sometimes written shorter than they are meant: a step that the file does not have is skipped, and
        the only key of a mapping may be left out.
        """
        place = self
        for step in path:
            place = place.inside.get(step) or place._only_child(step) or place
        return place

    def _only_child(self, step: str | int) -> Place | None:
        if len(self.inside) == 1:
            name, child = next(iter(self.inside.items()))
            return child.inside.get(step) if isinstance(name, str) else None
        return None


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that the file may not hold: a diagnostic's code, its place and the words for its sentence."""

    code: str
    line: int
    column: int
    words: dict[str, str | int | Text] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tree:
    """What a file says. ``value`` is None when it cannot be read at all; then there are problems."""

    value: object
    place: Place
    problems: tuple[Problem, ...]


def read(data: bytes) -> Tree:
    """Read one YAML document. Never raises for what the bytes are."""
    if len(data) > LARGEST_BYTES:
        return _refused(Problem("too-big", 1, 1, {"limit": LARGEST_BYTES}))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        column = error.start - before.rfind(b"\n")
        return _refused(Problem("not-utf-8", before.count(b"\n") + 1, column, {"offset": error.start}))
    reader = _Reader(text)
    try:
        value, place = reader.document()
    except _TooDeepError:
        return _refused(*reader.problems)
    except yaml.YAMLError as error:
        return _refused(*reader.problems, _broken(error, text))
    return Tree(value, place, tuple(reader.problems))


def _refused(*problems: Problem) -> Tree:
    return Tree(None, Place(1, 1), problems)


def _broken(error: yaml.YAMLError, text: str) -> Problem:
    if isinstance(error, yaml.reader.ReaderError):
        before = text.encode()[: error.position].decode(errors="replace")
        return Problem(
            "broken-yaml", before.count("\n") + 1, len(before) - before.rfind("\n"), {"problem": str(error.reason)}
        )
    marked: _Event = error
    mark = marked.problem_mark
    return Problem("broken-yaml", mark.line + 1, mark.column + 1, {"problem": marked.problem})


class _TooDeepError(Exception):
    """Stops the reading; the problem is already noted."""


class _Reader:
    """Turns libyaml's events into values and places, noting problems as it goes."""

    def __init__(self, text: str) -> None:
        self.problems: list[Problem] = []
        self._next: Callable[[], _Event] = yaml.CSafeLoader(text).get_event
        self._depth = 0

    def document(self) -> tuple[object, Place]:
        """The value of the first document; a second one is a problem."""
        self._next()
        first = self._next()
        if isinstance(first, yaml.StreamEndEvent):
            return None, Place(1, 1)
        value, place = self._node(self._next())
        self._next()
        another = self._next()
        if not isinstance(another, yaml.StreamEndEvent):
            self._note("broken-yaml", another, problem="a second document")
        return value, place

    def _note(self, code: str, event: _Event, **words: str | int | Text) -> None:
        self.problems.append(Problem(code, event.start_mark.line + 1, event.start_mark.column + 1, words))

    def _node(self, event: _Event) -> tuple[object, Place]:
        in_one_line = event.start_mark.line == event.end_mark.line
        if event.anchor is not None:
            self._note("anchor", event, name=event.anchor)
        if isinstance(event, yaml.AliasEvent):
            return None, _place(event)
        if event.tag is not None:
            self._note("tag", event, name=event.tag)
        if isinstance(event, yaml.ScalarEvent):
            quoted = event.style in {"'", '"'}
            place = _place(event)
            place.inner = place.column + quoted if in_one_line else 0
            return (event.value if quoted or not event.implicit[0] else _plain(event.value)), place
        self._depth += 1
        if self._depth > MOST_DEEP:
            self._note("too-deep", event, limit=MOST_DEEP)
            raise _TooDeepError
        found = self._mapping(event) if isinstance(event, yaml.MappingStartEvent) else self._sequence(event)
        self._depth -= 1
        return found

    def _mapping(self, start: _Event) -> tuple[object, Place]:
        values: dict[str, object] = {}
        inside: dict[str | int, Place] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            mark: _Event = event.start_mark
            self._node(event)
            value, place = self._node(self._next())
            if not isinstance(event, yaml.ScalarEvent):
                self._note("key-not-text", event)
                continue
            key = event.value
            if key in values:
                self._note("duplicate-key", event, name=key)
                continue
            place.key = (mark.line + 1, mark.column + 1)
            values[key] = value
            inside[key] = place
        return values, _place(start, inside)

    def _sequence(self, start: _Event) -> tuple[object, Place]:
        values: list[object] = []
        inside: dict[str | int, Place] = {}
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            value, inside[len(values)] = self._node(event)
            values.append(value)
        return values, _place(start, inside)


def _place(event: _Event, inside: Mapping[str | int, Place] = _NOTHING) -> Place:
    mark = event.start_mark
    return Place(mark.line + 1, mark.column + 1, 0, None, inside)


def _plain(text: str) -> object:
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FRACTION.fullmatch(text) else text
