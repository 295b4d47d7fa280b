"""The shape of a procedure."""

# ruff: noqa: RUF012 - pydantic gives each object its own copy of a default
from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import BeforeValidator, Field, StringConstraints

from tongban.catalog.model import Each, Hold
from tongban.catalog.schema_base import LimitOrWord, LimitText, Shape, TextShape, Word, Words

StepName: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=40)]
"""A message about a step carries its name, in a column of this size."""


class StartShape(Shape):
    """Where a procedure begins, and which clocks begin with it."""

    state: Word
    starts: Words = []


class OpeningShape(Shape):
    """A task opened beside the state."""

    each: Each = "one"
    limit: LimitText | None = None
    silence: Literal["agree", "lapse"] | None = None


Performer: TypeAlias = Literal["handler", "approver", "applicant", "system", "task-office", "supervisor", "anyone"]


def _performer(raw: object) -> object:
    return "task-office" if raw == "office of the task" else raw


class StepShape(Shape):
    """One step of a procedure."""

    label: TextShape
    by: Annotated[Performer, BeforeValidator(_performer)]
    from_: Words = Field(default=[], alias="from")
    to: Word | None = None
    not_by: Word | None = None
    at_most: Annotated[int, Field(ge=1)] | None = None
    when: Word | None = None
    notice: Word | None = None
    starts: Words = []
    stops: Words = []
    pauses: Words = []
    resumes: Words = []
    extends: Words = []
    clock: dict[str, Literal["restart", "pause"]] = {}
    opens: dict[str, OpeningShape] = {}
    closes: Word | None = None
    enters: Literal["produces"] | None = None
    runs: list[Literal["effect", "credentials"]] = []
    needs: list[Literal["reason", "items", "offices", "days", "note"]] = []
    tells: TextShape | None = None


class ClockShape(Shape):
    """A running limit."""

    limit: LimitOrWord
    second: LimitOrWord | None = None
    silence: Word | None = None
    excludes: list[Word] = []
    waits_for: list[Hold] = []


class ProcedureShape(Shape):
    """procedures/*.yaml."""

    procedure: Word
    title: TextShape
    start: StartShape
    ends: list[Word]
    states: dict[str, TextShape]
    steps: dict[StepName, StepShape]
    clocks: dict[str, ClockShape] = {}
    results: dict[str, Literal["granted", "refused", "withdrawn", "lapsed"]] = {}
