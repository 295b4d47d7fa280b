"""A story as it was understood: every name resolved to an id, every word English, each with its line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, TypeAlias

from tongban.catalog.model import Catalog
from tongban.catalog.vocabulary import Raw, Text

Facts: TypeAlias = Mapping[str, Raw]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in a story file that cannot be meant. ``nearest`` is the right word most like a wrong one."""

    code: str
    file: str
    line: int
    column: int
    message: Text
    nearest: str | None = None

    def to_json(self) -> dict[str, Any]:
        """As `tongban story --json` prints it."""
        return {
            "code": self.code,
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "message": self.message.to_json(),
            "nearest": self.nearest,
        }


@dataclass(frozen=True, slots=True)
class Cast:
    """A persona of the story, and what registers hold about them here, by facts of ``offer``."""

    persona: str
    facts: Facts = field(default_factory=dict)
    offer: str | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """How the city is before the story begins. ``down`` are authorities whose registers do not answer."""

    on: date | None = None
    cast: Sequence[Cast] = ()
    down: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Move:
    """The city's time goes to a date or moment, or on by a span."""

    line: int
    set_to: str | None = None
    advance: str | None = None


@dataclass(frozen=True, slots=True)
class Do:
    """A persona does something. ``offer`` is the bundle or service that the story is about by then.

    ``is_step``: ``verb`` is a step of a procedure, which may be called as a verb is.
    """

    line: int
    persona: str
    verb: str
    args: Mapping[str, Any]
    offer: str | None = None
    is_step: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """A command of a pack is run, as whoever runs the city types it."""

    line: int
    command: str
    args: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """What a `then` speaks about: the application, a case of a service, a document, a fact or a paper."""

    kind: Literal["application", "service", "document", "fact", "paper"]
    id: str = ""
    member: int | None = None


@dataclass(frozen=True, slots=True)
class Then:
    """What must be true. Values by key: targets with their value, lists of targets, or plain words."""

    line: int
    expects: Mapping[str, Any]


Step: TypeAlias = Move | Do | Run | Then


@dataclass(frozen=True, slots=True)
class Story:
    """A whole story, in the words of one catalog."""

    id: str
    title: Text
    file: str
    given: Given
    steps: Sequence[Step]
    catalog: Catalog
