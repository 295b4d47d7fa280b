"""Requests of the API. Answers are the views of ``applications``; both are described in the OpenAPI document."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from tongban.catalog.vocabulary import Raw
from tongban.supervision import walk_views
from tongban.supervision.problem_lists import Wanted
from tongban.supervision.problems import Phase

Facts = Annotated[dict[str, Raw], Field(max_length=2000)]
Id = Annotated[int, Field(ge=1, lt=2**63)]
Version = Annotated[int, Field(ge=0, lt=2**31)]
Day = Annotated[date, Field(ge=date(1949, 10, 1), le=date(2199, 12, 31))]
"""No calendar of ours goes further; beyond, days cannot even be counted."""

ShortText = Annotated[str, Field(max_length=200)]
LongText = Annotated[str, Field(max_length=5000)]
Counts = Annotated[dict[str, Annotated[int, Field(ge=1, le=50_000)]], Field(max_length=50)]
Texts = Annotated[dict[str, Annotated[str, Field(max_length=5000)]], Field(max_length=200)]


class Strict(BaseModel):
    """A request takes no key that it does not know."""

    model_config = ConfigDict(extra="forbid")


class Words(BaseModel):
    """One sentence in both languages."""

    zh: str
    en: str


class ProblemField(BaseModel):
    """One wrong field."""

    fact: str
    code: str
    text: Words


class ProblemJson(BaseModel):
    """RFC 9457, with a stable ``code`` and one entry per wrong field."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    detail_zh: str
    errors: list[ProblemField]


def refusals(*own: int) -> frozenset[int]:
    """How a route that wants a reader may refuse: as any, and in its own ways."""
    return public_refusals(401, 403, *own)


def public_refusals(*own: int) -> frozenset[int]:
    """How any route may refuse (a request that cannot be read, a city that is not ready), and in its own ways."""
    return frozenset({400, 503, *own})


class PlanRequest(Strict):
    """What to plan: a bundle, or a service in its place. ``known`` is supposed, ``as`` is for demonstration cities."""

    bundle: ShortText | None = None
    services: Annotated[list[ShortText], Field(max_length=100)] = Field(default_factory=list)
    want: Annotated[list[ShortText], Field(max_length=100)] = Field(default_factory=list)
    answers: Facts = Field(default_factory=dict)
    known: Facts = Field(default_factory=dict)
    counts: Counts = Field(default_factory=dict)
    as_: Annotated[ShortText | None, Field(alias="as")] = None
    on: Day | None = None


class StartRequest(Strict):
    """Begin an application: for oneself, for ``applicant`` (a registered id from `/me`) or ``applicant_key`` (an ID
    number or credit code) whom the reader acts for, or at a ``window`` for whoever walked in with that key.

    ``known`` may not be claimed: an application with any is refused as ``fact-not-claimable``. With ``submit`` it is
    signed and sent at once, or refused with all that is missing and not begun; data from elsewhere are read with
    ``agree``, by which the applicant agrees to it.
    """

    bundle: ShortText
    answers: Facts = Field(default_factory=dict)
    counts: Counts = Field(default_factory=dict)
    applicant: Id | None = None
    applicant_key: ShortText | None = None
    window: ShortText | None = None
    mode: Literal["real", "walk", "exercise"] = "real"
    agree: bool = False
    submit: bool = False
    known: Facts = Field(default_factory=dict)


class FactsRequest(Strict):
    """Facts typed by the applicant, by key; ``null`` takes one back. ``version`` is the one the reader saw."""

    facts: Facts
    known: Facts = Field(default_factory=dict)
    version: Version | None = None


class CountRequest(Strict):
    """How many members a subject has."""

    subject: ShortText
    count: Annotated[int, Field(ge=1, le=50_000)]


class VersionRequest(Strict):
    """Nothing but the version that the reader saw."""

    version: Version | None = None


class DisputeRequest(Strict):
    """A fetched value that is wrong, and what it should be."""

    fact: ShortText
    value: Raw
    version: Version | None = None


class PaperRequest(Strict):
    """Which paper."""

    paper: ShortText


class ConsentRequest(Strict):
    """A second signer's answer."""

    agree: bool


class DeliveryRequest(Strict):
    """How the result of a service is handed over; ``place`` is a window's office or the key of an address."""

    service: ShortText
    way: Literal["electronic", "window", "post"]
    place: ShortText | None = None


class CommandRequest(Strict):
    """A step of the procedure or an engine command; ``id`` makes it happen once however often it is sent."""

    id: UUID | None = None
    command: ShortText
    data: dict[str, Any] = Field(default_factory=dict)
    texts: Texts = Field(default_factory=dict)
    facts: Facts = Field(default_factory=dict)
    task: ShortText | None = None
    version: Version | None = None


class BatchCommand(CommandRequest):
    """One command of a batch; without an ``id`` it has one of the batch's Idempotency-Key and its case."""

    case: ShortText


class BatchRequest(Strict):
    """Commands on many cases, each all or nothing, answered one by one."""

    commands: Annotated[list[BatchCommand], Field(min_length=1, max_length=200)]


class HandOverRequest(Strict):
    """The cases whose task a colleague (by id, see `/offices/{office}`) takes over; their offices see the reason."""

    cases: Annotated[list[ShortText], Field(min_length=1, max_length=200)]
    to: Id
    reason: LongText = ""


class DeputyRequest(Strict):
    """Who stands in for whom (by id), from which day to which, both included."""

    absent: Id
    deputy: Id
    from_day: Day
    until_day: Day


class InquiryRequest(Strict):
    """A question, or what could not be done (``kind``), about an ``application`` or an ``offer``, or about anything."""

    said: LongText
    kind: ShortText = "question"
    application: ShortText | None = None
    offer: ShortText | None = None


class CallRequest(Strict):
    """What somebody who rang a hotline or wrote to it could not get done: the hotline's own ``reference``, the
    ``caller``'s ID number; or, of whom no register knows, the ``phone`` to call back.

    ``kind`` is a choice of `base/NotDone`; ``application`` or ``offer`` name the matter where the caller knows it.
    """

    reference: Annotated[str, Field(min_length=1, max_length=200)]
    caller: ShortText = ""
    phone: ShortText = ""
    said: LongText = ""
    kind: ShortText = "other"
    application: ShortText | None = None
    offer: ShortText | None = None


class FindingRequest(Strict):
    """What hurts: ``about`` a bundle or service, at a ``step`` of its way, with an ``item`` (a fact or a paper).

    ``kind``, ``severity``, ``found_by`` and ``field`` are choices of `base/Problem`; ``reference`` is the number of
    what found it. Of a hazard, a small deed or what a visit asked for, ``about`` says in words what is to be done,
    ``by`` the day, and ``owner`` the office that does it.
    """

    about: ShortText
    kind: ShortText
    severity: ShortText = "minor"
    found_by: ShortText = "inspection"
    step: ShortText = ""
    item: ShortText = ""
    said: LongText = ""
    reference: ShortText = ""
    region: ShortText = ""
    field: ShortText = ""
    by: Day | None = None
    owner: ShortText = ""


class ProblemsQuery(Strict):
    """Which problems: of a phase (``go`` all that are open), or those that ended; of an office; found in one way."""

    phase: Phase | None = None
    ended: bool = False
    owner: ShortText | None = None
    found_by: ShortText | None = None
    about: ShortText | None = None
    after: ShortText | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50

    def wanted(self) -> Wanted:
        """The same, as the use case takes it."""
        return Wanted(self.phase, self.ended, self.owner, self.found_by, self.about)


class WalksQuery(Strict):
    """Which walks: begun from one day until another, both counted; of a department; of a matter."""

    since: Day | None = None
    until: Day | None = None
    authority: ShortText | None = None
    about: ShortText | None = None
    after: ShortText | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50

    def wanted(self) -> walk_views.Wanted:
        """The same, as the use case takes it."""
        return walk_views.Wanted(self.since, self.until, self.authority, self.about)


class RatingRequest(Strict):
    """A grade from 5 (very satisfied) to 1, what was worst (a choice of `base/Rating`), a few words for the office;
    words that are not sent stay.

    ``card_code``: of the applicant's electronic card, where another's device (``channel``) sends it.
    """

    grade: Annotated[int, Field(ge=1, le=5)]
    reason: ShortText = ""
    said: LongText | None = None
    card_code: ShortText | None = None
    channel: Literal["window", "terminal", "phone"] = "window"


class SaidRequest(Strict):
    """What one has to say."""

    said: LongText = ""


class TokenRequest(Strict):
    """What a token is for, what it allows, and its last day."""

    label: ShortText
    scopes: Annotated[list[ShortText], Field(max_length=10)]
    until: Day


class PostedRequest(Strict):
    """The number of the letter and the day it was posted."""

    tracking: ShortText
    on: Day


class DayRequest(Strict):
    """The day on the return slip."""

    on: Day


class CollectedRequest(Strict):
    """The ID number on the card of whoever takes a result at its window."""

    id_number: ShortText


class MandateRequest(Strict):
    """Whom to let act for oneself, in which bundles or services, until which day."""

    id_number: ShortText
    scope: Annotated[list[ShortText], Field(max_length=100)]
    until: Day


class TimeRequest(Strict):
    """Where the city's time goes: a moment (ISO 8601) or a span such as ``3 workdays``."""

    set: ShortText | None = None
    advance: ShortText | None = None


class OutageRequest(Strict):
    """A holder that goes down or comes back."""

    holder: ShortText
    down: bool


class SubjectRequest(Strict):
    """One subject as another system knows it."""

    type: ShortText
    key: ShortText | None = None
    ends: Annotated[dict[str, ShortText], Field(max_length=20)] = Field(default_factory=dict)


class ReferralRequest(Strict):
    """A case sent by an agency elsewhere: its ``number`` there, the service, the office here, whom it is about.

    A subject has its ``type`` and ``key`` (ID number, credit code), a relation its ``type`` and the keys at ``ends``.
    """

    number: Annotated[str, Field(min_length=1, max_length=80)]
    service: ShortText
    office: ShortText
    subjects: Annotated[dict[str, Annotated[list[SubjectRequest], Field(max_length=1000)]], Field(max_length=50)]
    facts: Facts = Field(default_factory=dict)


class StepRequest(Strict):
    """A step taken on the other side's case, when (ISO 8601 with its offset), and what was said and made known."""

    step: ShortText
    at: AwareDatetime
    data: dict[str, Any] = Field(default_factory=dict)
    texts: Texts = Field(default_factory=dict)
    facts: Facts = Field(default_factory=dict)
