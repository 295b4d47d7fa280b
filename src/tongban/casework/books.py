"""What the books of packs work out for a case at its decision; asked of the room that reads them.

A service says of a fact that it comes `from: books`. The room registers one answer at start-up; nobody is asked before
a step makes such a fact or a page offers one.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from tongban.casework.model import Refused
from tongban.catalog.vocabulary import Value


@dataclass(frozen=True, slots=True)
class Asked:
    """The case that asks, as far as it is known when it is decided."""

    number: str
    service: str
    roles: Mapping[str, tuple[int, ...]]
    facts: Callable[[], Mapping[str, Value]]
    at: datetime


Told: TypeAlias = Mapping[str, Value] | Refused
"""The figures by name, without those that the books do not know; or why nothing can be worked out."""
Answer: TypeAlias = Callable[[Asked, str], Told]

_answers: list[Answer] = []


def register(answer: Answer) -> None:
    """Let cases ask here from now on; once per process, at start-up."""
    _answers[:] = [answer]


def asker(asked: Asked) -> Callable[[str], Told]:
    """What `Context.books` is for this case: each rule is asked once."""

    @functools.cache
    def ask(rule: str) -> Told:
        return _answers[0](asked, rule) if _answers else {}

    return ask
