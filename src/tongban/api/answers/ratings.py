"""Ratings: one of a case, and all that are published."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from tongban.api.answers.common import Answer, Moment

Grade = Annotated[int, Field(ge=1, le=5)]


class RatingJson(Answer):
    """What an applicant said of a case: 5 very satisfied to 1 very dissatisfied, to be changed ``until`` a moment."""

    case: str
    grade: Grade
    reason: str
    said: str
    channel: str
    rated_at: Moment
    changed_at: Moment
    until: Moment
    may_change: bool
    is_called_back: bool


class SatisfiedJson(Answer):
    """How many rated (a service or office by ``id``; empty: all), each grade, how many of a hundred are satisfied."""

    id: str
    count: int
    satisfied_percent: int
    grades: dict[str, int]


class SatisfactionJson(Answer):
    """What is published, through a month (``2026-09``), in lots of at least ``least`` ratings."""

    through: str
    least: int
    whole: SatisfiedJson | None
    services: list[SatisfiedJson]
    offices: list[SatisfiedJson]
