"""What the plan picture is drawn from: lanes of offices, bars of services, days, and what one hands to the next.

Everything is a plain value. Texts arrive in the reader's language; nothing here reads a clock, a file or a database.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

YOU: Final = "you"
"""The source of a hand-over that comes from the reader's own first block."""


class State(StrEnum):
    """How a bar is drawn."""

    PLANNED = "planned"
    DONE = "done"
    LATE = "late"
    WAITING = "waiting"
    NOT_POSSIBLE = "not-possible"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Day:
    """One calendar day; only workdays are counted."""

    on: date
    workday: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """One service: drawn from the morning of `start` to the evening of `due`.

    `short` stands where `title` does not fit and, set vertically, on the phone. `reason` is the `if…` of an undecided
    service, or why a service is not possible. `first_due` is the promise given at submission, when it was moved.
    """

    id: str
    title: str
    start: date
    due: date
    short: str = ""
    note: str = ""
    critical: bool = False
    state: State = State.PLANNED
    reason: str = ""
    first_due: date | None = None


@dataclass(frozen=True, slots=True)
class Lane:
    """One office and what it does; `icon` is the markup of a 24 by 24 outline."""

    title: str
    bars: tuple[Bar, ...]
    short: str = ""
    office: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """Something the reader (or a second signer) does on one day."""

    text: str
    on: date
    short: str = ""
    done: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """Something the reader receives on a day."""

    name: str
    on: date


@dataclass(frozen=True, slots=True)
class Handover:
    """Bar `target` needs something of bar `source` (or of the reader, YOU); `name` says what, when it has a name."""

    source: str
    target: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class PlanWords:
    """The fixed phrases of the picture in one language; `{…}` are filled in by the drawing."""

    you: str
    you_where: str
    promised: str
    submit: str
    today: str
    weekend: str
    rest: str
    day: str
    week: str
    first_promise: str
    results: str
    step: str
    step_you: str
    step_result: str
    hands_over: str
    phase: str
    offices: str
    and_others: str
    separator: str
    states: dict[State, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlanPicture:
    """One plan, ready to be drawn. `summary` is the one sentence read aloud in place of the drawing."""

    language: str
    words: PlanWords
    summary: str
    days: tuple[Day, ...]
    blocks: tuple[Block, ...]
    lanes: tuple[Lane, ...]
    handovers: tuple[Handover, ...] = ()
    results: tuple[Result, ...] = ()
    promised: date | None = None
    first_promised: date | None = None
    today: date | None = None

    @property
    def bars(self) -> tuple[Bar, ...]:
        """All bars, lane by lane."""
        return tuple(bar for lane in self.lanes for bar in lane.bars)


def plan_words(translate: Callable[[str], str]) -> PlanWords:
    """The phrases in the language of `translate`, which maps an English phrase to the reader's language."""
    _ = translate
    return PlanWords(
        you=_("You"),
        you_where=_("on the phone"),
        promised=_("Promised to you by"),
        submit=_("send"),
        today=_("Today"),
        weekend=_("weekend"),
        rest=_("holiday"),
        day=_("day {n}"),
        week=_("week {n}"),
        first_promise=_("first promised {date}"),
        results=_("{n} results"),
        step=_("{dates}: {office}, {title}."),
        step_you=_("{dates}: you, {title}."),
        step_result=_("{dates}: you receive {names}."),
        hands_over=_("It hands on {names}."),
        phase=_("Phase {n}"),
        offices=_("{n} offices"),
        and_others=_("{title} and {n} more"),
        separator=_(", "),
        states={
            State.DONE: _("Done."),
            State.LATE: _("Overdue."),
            State.WAITING: _("Waits for another part."),
            State.NOT_POSSIBLE: _("Not possible: {reason}."),
            State.UNDECIDED: _("{reason}."),
        },
    )
