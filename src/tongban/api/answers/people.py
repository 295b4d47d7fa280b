"""Documents checked, messages, reads, mandates, windows, the city."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any, Literal

from tongban.api.answers.common import Answer, Moment, Words


class VerdictJson(Answer):
    """Whether a paper is real; what it says, where it is ours."""

    state: str
    valid: bool
    text: Words
    do: Words
    title: Words | None = None
    issuer: Words | None = None
    number: str | None = None
    code: str | None = None
    holder: str | None = None
    issued_on: date | None = None
    valid_until: date | None = None
    revoked_on: date | None = None
    revoked_because: Words | None = None
    superseded_on: date | None = None


class MessageJson(Answer):
    """A message, without personal values."""

    at: Moment
    code: str
    application: str
    case: str | None
    text: Words
    read: bool


class ReadJson(Answer):
    """One look at the reader's data; ``id`` is what an objection names."""

    id: int
    at: Moment
    reader: str
    by_me: bool
    who: Words
    office: Words | None
    application: str | None
    case: str | None
    purpose: Words
    holder: Words | None
    attributes: list[str]
    labels: list[Words]


class AgainJson(Answer):
    """That an answer did not help, and why."""

    at: Moment
    said: str


class InquiryJson(Answer):
    """A question, a problem or an objection of the reader's, who answers it by when, and the answer."""

    number: str
    kind: str
    kind_label: Words
    about: str
    reference: str
    said: str
    at: Moment
    office: Words
    state: str
    state_label: Words
    due: str | None
    light: str | None
    answer: str | None
    is_open: bool
    may_insist: bool
    may_confirm: bool
    times: int
    again: list[AgainJson] | None = None
    cause: str | None = None
    cause_label: Words | None = None
    tried: str | None = None
    agreed: str | None = None


class CallAnswerJson(Answer):
    """What the catalogue says of what was wanted: what to do, who does it, where and when, which papers."""

    id: str
    title: Words
    plain: Words | None
    authority: Words
    papers: list[Words]
    office: Words | None
    address: Words | None
    hours: list[str]
    is_open: bool


class CallJson(Answer):
    """A call that was taken: its number here, whether it is new or joined, who answers by when."""

    number: str
    outcome: str
    times: int
    office: Words
    due: str | None
    answers: list[CallAnswerJson]


class NearWindowJson(Answer):
    """Where people are received: its hours on working days, whether it is open now, how many wait."""

    id: str
    title: Words
    address: Words
    hours: list[str]
    is_open: bool
    opens_at: datetime | None
    closes_at: time | None
    everything: bool
    services: list[Words]
    waiting: int
    waiting_minutes: int | None


class MandateJson(Answer):
    """Somebody who may act for the reader (``by_me``), or for whom the reader may act."""

    id: int
    by_me: bool
    name: str
    basis: Literal["mandate", "agent", "parent"]
    everything: bool
    scope: list[Words]
    until: date | None
    may_end: bool


class MeJson(Answer):
    """Who the reader is: offices with roles there, and the registered ids of whom the reader may act for."""

    id: str
    kind: Literal["person", "staff", "machine"]
    name: str
    subject: int | None
    offices: dict[str, list[str]]
    principals: dict[str, list[str]]
    scopes: list[str]


class TokenJson(Answer):
    """A token of the reader's own, in force until the end of a day; ``token`` is shown when it is made, never again."""

    id: int
    label: str
    scopes: list[str]
    until: date | None


class NewTokenJson(TokenJson):
    """A token that was just made."""

    token: str


class TicketJson(Answer):
    """A number at a window."""

    id: int
    office: str
    label: str
    application: str | None
    taken_at: Moment
    called_at: Moment | None
    served_at: Moment | None


class WindowJson(Answer):
    """Today at a window: who waits, and how long people waited and were served, in minutes (medians)."""

    taken: int
    waiting: int
    waiting_minutes: int | None
    serving_minutes: int | None
    tickets: list[TicketJson]


class AuditJson(Answer):
    """What the auditor's check found; what is younger than the last seal is counted, not verified."""

    ok: bool
    cases: int
    events: int
    seals: int
    unsealed_cases: int
    unsealed_events: int
    findings: list[dict[str, Any]]


class TimeJson(Answer):
    """The city's time."""

    now: Moment


class MovedJson(TimeJson):
    """The city's time after a move, and what happened on the way."""

    moved: int
    lights: int
    decided: int
