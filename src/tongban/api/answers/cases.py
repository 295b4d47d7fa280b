"""Cases and tasks as staff see them."""

from __future__ import annotations

from typing import Any

from tongban.api.answers.applications import CaseLineJson, DocumentJson
from tongban.api.answers.common import Answer, Moment, Raw, Words


class TaskJson(CaseLineJson):
    """One thing that waits for an office."""

    case: str
    task: str
    holder: str | None
    is_mine: bool
    due_at: Moment | None
    bundle: Words | None
    channel: str
    submitted_at: Moment | None
    mode: str
    parts: list[dict[str, Any]]


class TaskPageJson(Answer):
    """A page of tasks; ``next`` asks for the one after."""

    tasks: list[TaskJson]
    next: str | None
    counts: dict[str, int]


class FactOfCase(Answer):
    """A fact that a case knows; personal numbers are masked."""

    fact: str
    label: Words
    kind: str
    value: Raw
    shown: Words
    source: str
    holder: Words | None
    at: Moment
    disputed: bool


class StepJson(Answer):
    """A step that the reader may take: what it asks for (``asks``), the facts it must carry."""

    name: str
    label: Words | None
    needs: list[str]
    asks: list[str]
    faults: list[str]
    procedures: list[str]
    facts: list[str]
    opens: list[str]
    is_forward: bool
    enters: bool
    runs: list[str]


class WhyNotJson(Answer):
    """A step that the reader may not take, and why."""

    name: str
    label: Words | None
    by: str | None
    code: str
    text: Words


class ClockJson(Answer):
    """A running limit and its days."""

    name: str
    limit: str
    since: str
    due: str | None
    statutory_due: str | None
    provisional: bool
    paused: bool
    days: list[dict[str, Any]]


class EventOfCase(Answer):
    """One event of a case as this reader may see it."""

    n: int
    at: Moment
    actor: str
    actor_label: Words
    kind: str
    step: str | None
    silent: bool
    text: Words
    texts: dict[str, str]
    said: dict[str, Any]
    inside: bool


class CaseJson(CaseLineJson):
    """One case whole, as far as its reader may see it. Staff also see what is left to judge and what was checked."""

    application: str
    publication: str
    bundle: Words | None
    mode: str
    supervisor: str | None
    tasks: list[dict[str, Any]]
    facts: list[FactOfCase]
    papers: list[dict[str, Any]]
    documents: list[DocumentJson]
    allowed: list[StepJson]
    not_allowed: list[WhyNotJson]
    clocks: list[ClockJson]
    events: list[EventOfCase]
    siblings: list[CaseLineJson]
    exceptions: list[dict[str, Any]] | None = None
    checks: list[dict[str, Any]] | None = None
    chain_intact: bool | None = None
