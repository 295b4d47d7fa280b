"""What was measured on one way from search to result: plain data that the walker writes and the judging reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from pydantic import TypeAdapter

from tongban.catalog.vocabulary import Text
from tongban.supervision.walk_steps import STEPS

OWN_FAULT: Final = "walker"
"""Where a way is stuck that the machine itself could not go: nobody's problem, told as not walked."""

PAPERS_IN_HAND: Final = "papers"
"""The situation in which holders know nothing of what papers prove, so that each paper is handed in."""

MOST_SITUATIONS: Final = 6
"""So many are walked of one matter in one night besides the commonest and `PAPERS_IN_HAND`."""

Act = Literal["page", "call", "press"]
"""A page that is looked at; a call that sends something; a control that is pressed, with the page after it."""

PAGES: Final[Mapping[str, Text]] = {
    **STEPS,
    "send": Text("提交", "Send it"),
    "consent": Text("请别人同意", "Others’ consent"),
    "desk": Text("窗口办件页", "The case at the desk"),
    "handle": Text("窗口办理", "Handling at the desk"),
}
"""Where on a way one is: a step of the portal as people walk it, or what comes after it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One page, call or press: where (`PAGES`), for which service's case, how it was answered, how long it took."""

    act: Act
    at: str
    seconds: float
    status: int = 200
    service: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: the fact (``subject.attribute`` of the offer), its attribute's id, who was asked in which turn.

    ``by``: empty of the applicant, else the service whose office types it.
    """

    fact: str
    attribute: str
    turn: int
    by: str = ""


@dataclass(frozen=True, slots=True)
class Stuck:
    """Where a way ended before its result: ``at`` (`PAGES`), the service and item it hung on, and what was said."""

    at: str
    said: str
    service: str = ""
    item: str = ""


@dataclass(frozen=True, slots=True)
class Promise:
    """What the guide says beforehand: which questions, which papers, fees in fen, by which day (ISO 8601)."""

    questions: tuple[str, ...]
    papers: tuple[str, ...]
    fee_fen: int
    due: str | None


@dataclass(frozen=True, slots=True)
class Unreached:
    """A branch that nobody can come to: a part, or its need or paper ``item``, whose condition never holds."""

    service: str
    item: str
    condition: str


@dataclass(frozen=True, slots=True)
class DeadLink:
    """A link (`GET`) or form (`POST`) of a page at a step (`PAGES`) that leads nowhere: its address, and the answer."""

    at: str
    method: str
    to: str
    status: int


@dataclass(frozen=True, slots=True)
class Way:
    """One way through a bundle or service.

    ``situation``: empty the commonest, else the condition that it was walked for, or `PAPERS_IN_HAND`.
    ``answers_refused``: facts whose answer was not taken at first; ``results`` by service; ``is_found``: by its own
    name; ``due`` and ``fee_fen``: as they stood when it was sent. What concerns the matter and no way of it comes on a
    line without steps: ``unreached``, and ``left_out``, how many further situations were not walked.
    """

    about: str
    situation: str = ""
    steps: tuple[Step, ...] = ()
    asked: tuple[Asked, ...] = ()
    papers: tuple[str, ...] = ()
    answers_refused: tuple[str, ...] = ()
    results: Mapping[str, str | None] | None = None
    is_found: bool = True
    promise: Promise | None = None
    due: str | None = None
    fee_fen: int | None = None
    stuck: Stuck | None = None
    unreached: tuple[Unreached, ...] = ()
    dead_links: tuple[DeadLink, ...] = ()
    left_out: int = 0

    @property
    def is_walked(self) -> bool:
        """Whether somebody went it, or could not even begin."""
        return bool(self.steps or self.stuck)

    @property
    def milliseconds(self) -> int:
        """How long all answers together took."""
        return round(1000 * sum(step.seconds for step in self.steps))

    @property
    def pages(self) -> int:
        """How many pages were looked at."""
        return sum(step.act != "call" for step in self.steps)

    @property
    def clicks(self) -> int:
        """How often something was pressed: what was opened and what was sent."""
        return len(self.steps)

    @property
    def questions(self) -> int:
        """How many questions the applicant answered."""
        return sum(not one.by for one in self.asked)

    @property
    def slowest(self) -> Step | None:
        """The step that took longest."""
        return max(self.steps, key=lambda step: step.seconds, default=None)


LINE: Final = TypeAdapter(Way)
"""A way as one line of JSON, as the rehearsal writes it."""


def of_role(fact: str) -> str:
    """`subject.attribute` of a fact, without the number of a member."""
    subject, _dot, attribute = fact.rpartition(".")
    return f"{subject.partition('.')[0]}.{attribute}"
