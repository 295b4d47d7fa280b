"""Cases and tasks as staff see them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from tongban.api.answers.applications import CaseLineJson, DeliveryJson, DocumentJson, PromiseJson
from tongban.api.answers.common import Answer, Moment, Words
from tongban.catalog.vocabulary import Raw


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


class WorkLineJson(CaseLineJson):
    """A case as it stands in a list of work: whose it is (masked), what is left of its limit, what may be done."""

    address: str
    left: Words
    used: float
    bundle: Words | None
    mode: str
    channel: str
    submitted_at: datetime | None
    returned: bool
    task: str | None
    holder: str | None
    is_mine: bool
    people: int
    allowed: list[str]
    primary: dict[str, Any] | None
    applicant: Words
    names: list[str]
    parts: list[dict[str, Any]]


class QueueJson(Answer):
    """Some lines of a queue; ``next`` asks for those after."""

    lines: list[WorkLineJson]
    next: str | None


class BatchAnswer(Answer):
    """What became of one command of a batch: done (``state`` and ``version`` after it), or why not."""

    case: str
    done: bool
    state: str | None
    version: int | None
    problem: dict[str, Any] | None


class ResultJson(DeliveryJson):
    """A result to be handed over or on its way; ``applicant`` and ``names`` are masked as in lists."""

    document: str
    document_number: str
    code: str
    applicant: Words
    names: list[str]
    issued_on: date


class ReceiptJson(ResultJson):
    """The service receipt; ``collector`` is the masked ID number on the card that was shown."""

    collector: str | None
    is_own: bool
    recorded_by: str


class LabelJson(Answer):
    """An address label, whole."""

    case: str
    name: str
    phone: str
    address: str
    office: Words
    title: Words


class LoadJson(Answer):
    """What one person of an office holds (``holder`` None: unclaimed), by the days of the office's answer."""

    holder: str | None
    id: int | None
    name: str
    number: str
    is_deputy: bool
    overdue: int
    days: list[int]
    later: int
    unlimited: int
    total: int


class OfficeJson(Answer):
    """An office as its head sees it."""

    id: str
    days: list[date]
    loads: list[LoadJson]
    red_tomorrow: int
    overdue: int


class HandedJson(Answer):
    """What became of handing one case over: nothing, or why not."""

    case: str
    why_not: Words | None


class DeputyJson(Answer):
    """Who stands in for whom, from which day to which."""

    id: int
    absent: int
    absent_name: str
    deputy: int
    deputy_name: str
    from_day: date
    until_day: date


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
    is_unverified: bool


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


class SiblingJson(CaseLineJson):
    """A part of the same matter. ``about`` tells parts of one service apart: whose it is, where several take part."""

    about: Words | None


class CaseJson(CaseLineJson):
    """One case whole, as far as its reader may see it. Staff also see what is left to judge and what was checked."""

    application: str
    publication: str
    bundle: Words | None
    mode: str
    region: str
    supervisor: str | None
    taken_at: Words | None
    tasks: list[dict[str, Any]]
    facts: list[FactOfCase]
    papers: list[dict[str, Any]]
    documents: list[DocumentJson]
    allowed: list[StepJson]
    not_allowed: list[WhyNotJson]
    clocks: list[ClockJson]
    events: list[EventOfCase]
    siblings: list[SiblingJson]
    promise: PromiseJson | None
    exceptions: list[dict[str, Any]] | None = None
    checks: list[dict[str, Any]] | None = None
    needed: list[str] | None = None
    chain_intact: bool | None = None


class ReferralJson(Answer):
    """A case that two agencies see, as it stands on this side: the steps that were ``taken``, by name."""

    number: str
    state: str
    result: str | None
    taken: list[str]
