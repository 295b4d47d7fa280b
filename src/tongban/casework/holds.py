"""What holds cases up from outside: a fee to be paid, a paper to follow; asked of the rooms that keep them.

A procedure names such a hold in a step's condition (`no open payment`) or has a clock stand still for it
(`waits_for: [paper]`). The room that keeps it registers one answer at start-up, and tells the case once it is settled
by a command of `model.HEARD`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from tongban.casework.model import Refused
from tongban.catalog.model import Catalog, Hold, ServiceDefinition


@dataclass(frozen=True, slots=True)
class Asked:
    """The case that asks, as far as it is known when it is opened."""

    number: str
    service: ServiceDefinition
    roles: Mapping[str, tuple[int, ...]]
    catalog: Catalog


Answer: TypeAlias = Callable[[Asked], Refused | None]
"""Why a case is still held up, as a refusal tells it; None once it is not, or never was."""

_answers: dict[Hold, Answer] = {}


def register(hold: Hold, answer: Answer) -> None:
    """Let cases ask about this hold from now on; once per process, at start-up."""
    _answers[hold] = answer


def asker(asked: Asked) -> Callable[[Hold], Refused | None]:
    """What `Context.outside` is for this case; nobody is asked before a condition reads it."""

    def ask(hold: Hold) -> Refused | None:
        answer = _answers.get(hold)
        return answer(asked) if answer else None

    return ask
