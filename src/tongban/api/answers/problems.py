"""Problems: where something hurts, who puts it right by when, who looks again."""

from __future__ import annotations

from typing import Literal

from tongban.api.answers.common import Answer, Moment, Words


class NamedOfficeJson(Answer):
    """An office by its id and title."""

    id: str
    title: Words


class FoundJson(Answer):
    """A problem in a list. ``address``: its number as addresses carry it; ``escalation``: 0, or how far up the ladder;
    ``returns``: how often it came back.
    """

    case: str
    address: str
    where: Words
    about: str
    field: str
    field_label: Words | None
    by: str | None
    step: str
    item: str
    kind: str
    kind_label: Words
    severity: str
    severity_label: Words
    found_by: str
    found_by_label: Words
    state: str
    state_label: Words
    phase: str | None
    owners: list[NamedOfficeJson]
    office: NamedOfficeJson
    due: str | None
    light: str | None
    is_open: bool
    escalation: int
    returns: int
    found_at: Moment
    ended_at: Moment | None
    seen: int


class FoundListJson(Answer):
    """Some problems, the newest first, and the key of those after them."""

    problems: list[FoundJson]
    next: str | None


class SightingsJson(Answer):
    """How often something found it."""

    found_by: str
    label: Words
    count: int


class AskedJson(Answer):
    """What a definition asks: questions, papers, steps that somebody takes."""

    questions: int
    papers: int
    steps: int


class TakenJson(Answer):
    """How many walks, and what the middle one of them took."""

    walks: int
    seconds: int


class RepairJson(Answer):
    """A new version of a definition that differs in the problem's place, in force since ``at``: what the one before
    asked, what it asks, and what walks took under either.
    """

    name: str
    title: Words
    version: int
    at: Moment
    before: AskedJson
    after: AskedJson
    walked_before: TakenJson | None
    walked_after: TakenJson | None


class FoundWholeJson(FoundJson):
    """A problem with what offices said of it."""

    sightings: list[SightingsJson]
    measure: str | None
    agreed: str | None
    evidence: str | None
    effect: str | None
    repairs: list[RepairJson]


class ReportedJson(FoundWholeJson):
    """The problem that a report is about: new, open already, or one that came back."""

    outcome: Literal["new", "known", "returned"]
