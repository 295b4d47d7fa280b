"""Applications: the form, its cases, what happened."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from tongban.api.answers.common import Answer, Moment, Words
from tongban.api.answers.plans import PlanJson
from tongban.catalog.vocabulary import Raw
from tongban.clock import Light


class SignerJson(Answer):
    """Somebody who signs or consents."""

    subject: str
    label: Words | None
    name: str
    act: Literal["sign", "consent"]
    done: bool
    declined: bool
    is_you: bool


class FactJson(Answer):
    """One fact of a form with where it came from. ``hidden``: only the person it is about may see it."""

    fact: str
    label: Words
    kind: str
    value: Raw
    shown: Words
    source: str
    state: Literal["known", "absent", "unavailable"]
    holder: Words | None
    read_at: Moment | None
    disputed: bool
    hidden: bool = False


class QuestionJson(Answer):
    """One field of a form."""

    fact: str
    subject: str
    subject_label: Words | None
    label: Words
    kind: str
    options: list[dict[str, Any]]
    hint: Words | None
    max_length: int
    needed_by: list[str]
    because: list[dict[str, Any]]
    value: Raw
    unavailable: bool
    member: int


class PaperJson(Answer):
    """A paper that a form asks for, and how it is met."""

    key: str
    label: Words
    hint: Words | None
    how: Literal["needed", "uploaded", "promised", "deferred"]
    due: str | None
    promise: bool
    deferrable: str | None
    files: list[dict[str, Any]]


class FieldJson(Answer):
    """One thing that is missing or wrong."""

    fact: str
    code: str
    text: Words


class DocumentJson(Answer):
    """A credential or notice."""

    id: str
    sort: Literal["credential", "notice"]
    definition: str
    office: str
    title: Words
    number: str
    code: str
    case: str
    application: str
    issued_at: Moment
    valid_until: date | None
    state: Literal["valid", "revoked", "superseded", "expired"]
    revoked_on: date | None
    revoked_because: Words | None
    superseded_on: date | None


class OwnDocumentJson(DocumentJson):
    """A credential or notice in the list of its holder: of which service, and whose where that is not plain."""

    service_title: Words
    about: Words | None


class CaseLineJson(Answer):
    """One part of an application: where it stands, by when."""

    number: str
    part: int
    service: str
    title: Words
    office: str
    office_title: Words
    authority: str
    state: str
    state_label: Words
    result: Literal["granted", "refused", "withdrawn", "lapsed", "not-possible"] | None
    revoked: bool
    is_open: bool
    due: str | None
    statutory_due: str | None
    light: Light | None
    clock: str | None
    paused: bool
    waits_for_applicant: bool
    waits_for: list[int]
    version: int


class PartJson(CaseLineJson):
    """A part as its applicant follows it. ``needs_you``: the one thing that the applicant must do.

    ``about`` tells parts of one service apart: whose it is, where several take part. ``because``: the part that was not
    granted and without which this one is not possible. ``promise_due``: by when it will be decided, as things stand.
    ``theirs``: what an agency elsewhere that handles it calls it.
    """

    about: Words | None
    because: Words | None
    theirs: str | None
    documents: list[DocumentJson]
    promise_due: date | None
    needs_you: dict[str, Any] | None
    reason: str | None


class EventOfApplication(Answer):
    """Something that happened, as one would say it."""

    at: Moment
    case: str
    service: Words
    office: Words
    kind: str
    step: str | None
    by_you: bool
    silent: bool
    text: Words
    reason: str | None


class FeeJson(Answer):
    """A fee and where it stands."""

    id: str | None
    case: str | None
    service: str
    service_title: Words
    title: Words
    amount_fen: int
    basis: Words
    exempt_by: list[Words]
    refund_basis: Words | None
    is_unverified: bool
    state: Literal["expected", "exempt", "due", "begun", "paid", "refunding", "refunded", "void"]
    paid_at: Moment | None
    receipt: str | None
    refunded_at: Moment | None
    refund_receipt: str | None
    is_demonstration: bool | None
    next: str | None = None


class DeliveryJson(Answer):
    """How a result reaches its holder, and how far that has come."""

    service: str
    service_title: Words
    case: str | None
    way: Literal["electronic", "window", "post"]
    place: str | None
    place_label: Words | None
    ways: list[dict[str, Any]]
    may_choose: bool
    state: Literal["chosen", "ready", "posted", "served"]
    tracking: str
    posted_on: date | None
    returned_on: date | None
    served_on: date | None


class PromiseJson(Answer):
    """Today's promise for the whole beside the first, and why it is later; it may hang on what the applicant gives."""

    due: date
    first: date | None
    late_workdays: int
    because: list[Words]
    light: Light
    waits_for_applicant: bool


class ApplicationJson(Answer):
    """An application: the form while it is open (plan, questions, papers, missing), then its cases and events."""

    number: str
    bundle: str
    title: Words
    state: Literal["draft", "waiting", "submitted", "withdrawn"]
    mode: Literal["real", "walk", "exercise"]
    version: int
    channel: str
    created_at: Moment
    submitted_at: Moment | None
    promised_due: date | None
    is_applicant: bool
    signers: list[SignerJson]
    facts: list[FactJson]
    cases: list[PartJson]
    events: list[EventOfApplication]
    plan: PlanJson | None = None
    agreed_at: Moment | None = None
    counts: dict[str, int] | None = None
    questions: list[QuestionJson] | None = None
    papers: list[PaperJson] | None = None
    missing: list[FieldJson] | None = None
    fees: list[FeeJson]
    delivery: list[DeliveryJson]
    done: int | None = None
    due: str | None = None
    promise: PromiseJson | None = None
    progress_version: int | None = None


class SummaryJson(Answer):
    """One line of the reader's list."""

    number: str
    bundle: str
    title: Words
    state: Literal["draft", "waiting", "submitted", "withdrawn"]
    mode: Literal["real", "walk", "exercise"]
    created_at: Moment
    submitted_at: Moment | None
    is_applicant: bool
    parts: int
    done: int
    open: int
    results: list[str | None]
    due: str | None
    promised_due: date | None
    light: Light | None
