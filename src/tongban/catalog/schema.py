"""The shapes of services, bundles, credentials and notices: keys, types and short forms, nothing about meaning.

Each shape mirrors one definition of ``model`` as people write it. Short forms (`needs: [child.name]`, a role written as
its type alone) are spelled out before validation, so that the compiler meets one form only.
"""

# ruff: noqa: RUF012 - pydantic gives each object its own copy of a default
from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from tongban.catalog.model import ServiceKind
from tongban.catalog.schema_base import (
    DateText,
    LimitText,
    ReferenceShape,
    Scalar,
    Shape,
    Status,
    TextShape,
    Word,
    Words,
)
from tongban.catalog.vocabulary import Level


def _named(raw: object, key: str) -> object:
    """`name: {…}` or `name` alone as `{key: name, …}`."""
    if isinstance(raw, str):
        return {key: raw}
    if isinstance(raw, dict) and len(raw) == 1 and key not in raw:
        name, body = next(iter(raw.items()))
        if body is None or isinstance(body, dict):
            return {**(body or {}), key: name}
    return raw


class RoleShape(Shape):
    """A role of a service, a subject of a bundle: `Person`, `{type: Person, many: true}`, `{Birth: {child: baby}}`."""

    type: Word
    many: bool = False
    ends: dict[str, Word] = {}
    label: TextShape | None = None

    @model_validator(mode="before")
    @classmethod
    def _short_forms(cls, raw: object) -> object:
        if isinstance(raw, dict) and len(raw) == 1 and "type" not in raw:
            name, ends = next(iter(raw.items()))
            return {"type": name, "ends": ends}
        return {"type": raw} if isinstance(raw, str) else raw


class PeriodShape(Shape):
    """From and to which day a definition is in force, both included."""

    from_: DateText | None = Field(default=None, alias="from")
    to: DateText | None = None


class CodeShape(Shape):
    """National coding, with its source."""

    basic: Word | None = None
    source: Word | None = None


class RoutingShape(Shape):
    """Which office handles."""

    level: Level
    of: Word | None = None


class NeedShape(Shape):
    """A fact that a service needs."""

    fact: Word
    when: Word | None = None

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, raw: object) -> object:
        return {"fact": raw} if isinstance(raw, str) else raw


class EvidenceNeedShape(Shape):
    """A paper that a service needs."""

    evidence: Word
    of: Word | None = None
    form: Literal["electronic", "paper", "either"] = "electronic"
    when: Word | None = None
    waived_if: Word | None = None
    deferrable: LimitText | None = None
    promise: bool = False
    because: ReferenceShape | None = None

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, raw: object) -> object:
        return _named(raw, "evidence")


class RequirementShape(Shape):
    """A condition of acceptance."""

    that: Word
    because: ReferenceShape
    otherwise: TextShape | None = None
    asks: TextShape | None = None


class VisitShape(Shape):
    """A trip that remains."""

    at: Word
    phase: Literal["apply", "inspect", "collect"]
    because: ReferenceShape


class LimitClassesShape(Shape):
    """Promised limits that hang on a choice."""

    fact: Word
    limits: dict[str, LimitText]


class LimitsShape(Shape):
    """Statutory and promised limit."""

    statutory: LimitText | None = None
    promised: LimitText | None = None
    status: Status = "unverified"
    source: Word | None = None
    classes: LimitClassesShape | None = None
    until: Word | None = None


class ApartShape(Shape):
    """The service alone at its counter."""

    trips: Annotated[int, Field(ge=0, le=1_000)] = 0
    days: Annotated[int, Field(ge=0, le=10_000)] = 0
    source: Word | None = None
    by: Word | None = None


class ProducedShape(Shape):
    """How a service makes a fact; a literal stands alone. ``given``: inputs of a rule of the policy → facts. Of books,
    ``rule`` is what works the figure out.
    """

    from_: Literal["value", "clerk", "rule", "fact", "policy", "books"] = Field(alias="from")
    value: Scalar = None
    at: Word = "decide"
    rule: Word | None = None
    of: Words = []
    figure: Word | None = None
    given: dict[str, Word] = {}

    @model_validator(mode="before")
    @classmethod
    def _literal(cls, raw: object) -> object:
        return raw if isinstance(raw, dict) else {"from": "value", "value": raw}


class FeeShape(Shape):
    """What the service costs."""

    title: TextShape
    amount_fen: Annotated[int, Field(ge=0)]
    because: ReferenceShape
    exempt: Word | None = None
    refund: ReferenceShape | None = None


class DefinitionShape(Shape):
    """What services and bundles have in common."""

    title: TextShape
    plain: TextShape | None = None
    words: list[Word] = []
    in_force: PeriodShape = PeriodShape()
    law: list[ReferenceShape] = []


class ServiceShape(DefinitionShape):
    """services/*.yaml."""

    service: Word
    authority: Word
    procedure: Word
    roles: dict[str, RoleShape]
    applicant: Word | None = None
    needs: list[NeedShape] = []
    evidence: list[EvidenceNeedShape] = []
    requires: list[RequirementShape] = []
    produces: dict[str, ProducedShape] = {}
    limits: LimitsShape = LimitsShape()
    handled_at: RoutingShape = RoutingShape(level="city")
    visits: list[VisitShape] = []
    apart: ApartShape = ApartShape()
    code: CodeShape = CodeShape()
    credential: Word | None = None
    holder: Word | None = None
    effect: Word | None = None
    fees: list[FeeShape] = []
    delivery: list[Literal["electronic", "window", "post"]] = ["electronic"]
    steps: Annotated[int, Field(ge=0, le=100)] = 3
    asked_because: ReferenceShape | None = None
    unverified: list[Word] = []
    level: Literal["worked-out", "outline"] = "worked-out"
    kind: ServiceKind | None = None
    source: Word | None = None


class PartShape(Shape):
    """A service inside a bundle."""

    service: Word
    roles: dict[str, Word]
    when: Word | None = None

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, raw: object) -> object:
        return _named(raw, "service")


class SignerShape(Shape):
    """A subject that signs or consents, perhaps only when a condition holds."""

    subject: Word
    when: Word | None = None

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, raw: object) -> object:
        return {"subject": raw} if isinstance(raw, str) else raw


class QuestionShape(Shape):
    """How a bundle words one situation question."""

    fact: Word
    text: TextShape
    chips: dict[str, TextShape] = {}


class BundleShape(DefinitionShape):
    """bundles/*.yaml."""

    bundle: Word
    subjects: dict[str, RoleShape]
    applicant: Word
    services: list[PartShape]
    signatures: list[SignerShape] = []
    consents: list[SignerShape] = []
    questions: list[QuestionShape] = []
    commonest: dict[str, Scalar] = {}
    promised: LimitText | None = None
    icon: Word = "file"
    elders: bool = False
    status: Status = "unverified"
    source: Word | None = None


class CredentialShape(Shape):
    """credentials/*.yaml."""

    credential: Word
    title: TextShape
    holder: Word
    fields: list[Word]
    valid_for: LimitText | None = None
    proves: list[Word] = []
    template: Word = "certificate"
    listing: Word | None = None


class NoticeShape(Shape):
    """notices/*.yaml."""

    notice: Word
    title: TextShape
    body: TextShape
    remedies: TextShape | None = None
    under: Word | None = None
