"""The shapes of a pack's own files: pack, vocabulary, authorities, offices, regions, laws."""

# ruff: noqa: RUF012 - pydantic gives each object its own copy of a default
from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from tongban.catalog.schema_base import LimitText, ReferenceShape, Shape, Status, TextShape, Word
from tongban.catalog.vocabulary import Kind, Level, Sensitivity

HOURS = r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$"
"""From when until when people are received, as 09:00-12:00."""


class PackShape(Shape):
    """pack.yaml."""

    pack: Word
    title: TextShape
    owner: TextShape
    requires: list[Word] = []
    platform: Word = ">=0"


class OptionShape(Shape):
    """One choice of an attribute."""

    value: Word
    label: TextShape


class AttributeShape(Shape):
    """One property of a type."""

    type: Kind
    label: TextShape
    held_by: Word | None = None
    derived: Word | None = None
    from_: list[Word] = Field(default=[], alias="from")
    claim: Literal["allowed", "never"] = "allowed"
    sensitivity: Sensitivity = "personal"
    options: list[OptionShape] = []
    hint: TextShape | None = None
    max_length: Annotated[int, Field(ge=1, le=100_000)] = 200
    at_most: Annotated[int, Field(ge=1, le=10**15)] | None = None
    asked_because: ReferenceShape | None = None
    standard_code: Word | None = None
    finds: bool = False
    unit: Literal["months"] | None = None


class TypeShape(Shape):
    """A type; its attributes stand directly under it or under `attributes`."""

    label: TextShape | None = None
    key: Word | None = None
    ends: dict[str, Word] = {}
    guardians: dict[str, list[Word]] = {}
    attributes: dict[str, AttributeShape] = {}

    @model_validator(mode="before")
    @classmethod
    def _direct_attributes(cls, raw: object) -> object:
        if not isinstance(raw, dict) or isinstance(raw.get("attributes"), dict):
            return raw
        own = {"label", "key", "ends", "guardians", "attributes"}
        direct = {name: body for name, body in raw.items() if name not in own}
        return {name: body for name, body in raw.items() if name in own} | {"attributes": direct}


class EvidenceShape(Shape):
    """A paper."""

    label: TextShape
    of: Word
    proves: list[Word]
    issued_by: Word
    valid_for: LimitText | None = None
    hint: TextShape | None = None
    kept_in: TextShape | None = None


class VocabularyShape(Shape):
    """vocabulary.yaml."""

    types: dict[str, TypeShape] = {}
    evidence: dict[str, EvidenceShape] = {}


class AuthorityShape(Shape):
    """A kind of body."""

    title: TextShape
    short: TextShape
    supervised_by: Word | None = None
    icon: Word = "building"


class AuthoritiesShape(Shape):
    """authorities.yaml."""

    authorities: dict[str, AuthorityShape]


class LawShape(Shape):
    """A law or document that definitions cite."""

    title: TextShape
    articles: Annotated[int, Field(ge=1)] | None
    number: Word | None = None
    status: Status = "unverified"
    source: TextShape | None = None


class LawsShape(Shape):
    """laws.yaml."""

    laws: dict[str, LawShape]


class WindowShape(Shape):
    """Where an office receives people, and when on working days."""

    address: TextShape
    hours: Annotated[list[Annotated[str, StringConstraints(pattern=HOURS)]], Field(min_length=1)]


class OfficeShape(Shape):
    """An actual body."""

    title: TextShape
    authority: Word
    region: Annotated[str, StringConstraints(pattern=r"^(\d{2}|\d{4}|\d{6}|\d{9}|\d{12})$")]
    level: Level
    window: WindowShape | None = None


class OfficesShape(Shape):
    """offices.yaml."""

    offices: dict[str, OfficeShape]


class RegionsShape(Shape):
    """regions.yaml."""

    regions: dict[str, TextShape]
