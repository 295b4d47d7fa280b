"""What can be applied for, and plans."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import Field

from tongban.api.answers.common import Answer, Words
from tongban.catalog.vocabulary import Raw


class HitJson(Answer):
    """One thing found by search; ``within`` is the service of the bundle that fits best."""

    id: str
    title: Words
    is_bundle: bool
    within: str | None


class QuestionOfBundle(Answer):
    """A situation question as a bundle words it."""

    fact: str
    text: Words
    options: dict[str, Words]


class Cited(Answer):
    """Articles of a law."""

    law: Words
    articles: str


class OfferJson(Answer):
    """A bundle or service as its page shows it. The keys after ``status`` are a service's alone."""

    id: str
    kind: Literal["bundle", "service"]
    title: Words
    plain: Words | None
    services: list[str]
    applicant: str
    subjects: dict[str, dict[str, Any]]
    questions: list[QuestionOfBundle]
    law: list[Cited]
    status: Literal["verified", "secondary", "unverified"]
    authority: dict[str, Any] | None = None
    needs: list[str] | None = None
    papers: list[str] | None = None
    produces: list[str] | None = None
    promised: str | None = None
    statutory: str | None = None
    fees: list[dict[str, Any]] | None = None
    delivery: list[str] | None = None
    unverified: list[str] | None = None


class ServiceOfPlan(Answer):
    """One service for one kind of members."""

    id: str
    roles: dict[str, str]
    members: list[int]
    starts_after: list[str]
    office: str | None
    start: date
    due: date
    days: int
    slack: int
    if_: str | None = Field(alias="if")
    unmet: list[dict[str, Any]]


class FactOfPlan(Answer):
    """A fact of a plan; ``holder`` and ``waiting`` where it is fetched, ``from`` derived, ``by`` produced."""

    fact: str
    members: list[int]
    needed_by: list[str]
    holder: str | None = None
    waiting: bool | None = None
    from_: list[str] | None = Field(None, alias="from")
    by: str | None = None
    value: Raw = None
    source: str | None = None


class UndecidedOfPlan(Answer):
    """A fact that conditions wait for."""

    fact: str
    members: list[int]
    options: list[Raw]
    settles: list[str]
    how: str


class PaperOfPlan(Answer):
    """A paper and how it is met."""

    id: str
    subject: str
    members: list[int]
    how: Literal["held", "proven", "waived", "uploaded"]
    needed_by: list[str]


class ScheduleOfPlan(Answer):
    """The whole in time."""

    start: date
    days: int
    due: date
    critical_path: list[str]
    provisional: bool


class ColumnOfPlan(Answer):
    """One way of going about it."""

    questions: int
    papers: int
    trips: int
    days: int
    windows: int
    steps: int
    unsourced: list[str]
    by_service: list[dict[str, Any]]


class PlanJson(Answer):
    """The shortest way."""

    services: list[ServiceOfPlan]
    undecided: list[UndecidedOfPlan]
    questions: list[FactOfPlan]
    fetched: list[FactOfPlan]
    derived: list[FactOfPlan]
    produced: list[FactOfPlan]
    known: list[FactOfPlan]
    evidence: list[PaperOfPlan]
    signers: list[dict[str, Any]]
    handovers: list[dict[str, Any]]
    receives: list[dict[str, Any]]
    schedule: ScheduleOfPlan
    cost: list[int]
    bound: list[int]
    proven: bool
    comparison: dict[Literal["apart", "connected", "together"], ColumnOfPlan]
    because: dict[str, list[dict[str, Any]]]
