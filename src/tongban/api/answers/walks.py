"""Walks and small deeds: what leaders walked and found, what a city promised by a day."""

from __future__ import annotations

from typing import Literal

from tongban.api.answers.common import Answer, Moment, Words
from tongban.api.answers.problems import FoundJson, TakenJson


class WalkLineJson(Answer):
    """A walk: of which matter, in which way of which programme, by which department; ``people`` were on it.

    ``chosen``: who chose what is walked; ``may_read``: whether the reader may have its report.
    """

    number: str
    about: str
    title: Words
    programme: str
    mode: str
    mode_label: Words
    authority: str
    department: Words
    office: str
    people: int
    led_by: Literal["head", "vice-head"]
    is_announced: bool
    chosen: Literal["self", "votes", "assigned"]
    begun_at: Moment
    ended_at: Moment | None
    may_read: bool


class WalkJson(WalkLineJson):
    """A walk with what it found."""

    problems: list[FoundJson]


class WalkListJson(Answer):
    """Some walks, the newest first, and the key of those after them."""

    walks: list[WalkJson]
    next: str | None


class UsualJson(Answer):
    """How long ordinary applicants took for the same matter: the fifth of them in the middle, and the slowest fifth."""

    middle_seconds: int
    slow_seconds: int
    applicants: int


class WalkedStepJson(Answer):
    """A step: how long and with how much work, the worst that hurt there (1 to 5), what earlier walks took, and
    those before the definitions changed.
    """

    step: str
    title: Words
    seconds: int
    clicks: int
    pages: int
    pain: int | None
    earlier_seconds: int | None
    before_seconds: int | None


class WalkNoteJson(Answer):
    """What hurt. ``file``, ``recording``: the type of a picture or recording that the report's page shows; ``problem``:
    its case.
    """

    id: str
    step: str
    title: Words
    at: Moment
    pain: int
    pain_label: Words
    said: str
    file: str | None
    recording: str | None
    problem: str | None


class DrawJson(Answer):
    """How cases were drawn: the same seed and candidates give the same lots."""

    seed: str
    candidates: int


class DrawnJson(Answer):
    """A finished case that a draw gave a walk; ``said``: what was looked at, or what the applicant said."""

    case: str
    title: Words
    office: Words
    ended: Words
    outcome: Literal["nothing", "found", "not-reached"] | None
    said: str
    problem: str | None


class DiscussionJson(Answer):
    """Who was at a discussion, and what was said."""

    present: str
    said: str


class WalkReportJson(WalkJson):
    """The report of a walk. ``drawn``: finished cases that a draw gave it; ``usual``: null of too few applicants;
    ``before``: earlier walks under other definitions, null of none.
    """

    draw: DrawJson | None
    drawn: list[DrawnJson]
    discussion: DiscussionJson | None
    seconds: int
    clicks: int
    pages: int
    usual: UsualJson | None
    before: TakenJson | None
    steps: list[WalkedStepJson]
    notes: list[WalkNoteJson]


class DeedJson(Answer):
    """A small deed: kept, due or late; what offices said of it; the addresses of photos that show nobody."""

    about: str
    field: Words | None
    owners: list[Words]
    by: str | None
    state: Literal["kept", "due", "late"]
    kept_on: str | None
    was_late: bool
    measure: str
    evidence: str
    effect: str
    photos: list[str]


class DeedListJson(Answer):
    """All small deeds: late, due, kept."""

    deeds: list[DeedJson]
