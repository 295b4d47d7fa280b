"""The shape of a file in `policy/`: parameters and rules of one subject."""

# ruff: noqa: RUF012 - pydantic gives each object its own copy of a default
from __future__ import annotations

from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from tongban.catalog.schema_base import DateText, ReferenceShape, Scalar, Shape, Status, TextShape, Word
from tongban.catalog.schema_vocabulary import OptionShape
from tongban.policy.model import Kind


def _held(raw: object) -> object:
    """One whole number, or a table: its keys are numbers where all of them are, else words."""
    if isinstance(raw, int) and not isinstance(raw, bool):
        return raw
    if (
        isinstance(raw, dict)
        and raw
        and all(isinstance(one, int) and not isinstance(one, bool) for one in raw.values())
    ):
        are_numbers = all(key.isdecimal() for key in raw)
        return {int(key) if are_numbers else key: one for key, one in raw.items()}
    raise PydanticCustomError("held_type", "a whole number or a table of them")


Held: TypeAlias = Annotated[Any, BeforeValidator(_held)]


class DatedShape(Shape):
    """One value of a parameter."""

    value: Held
    from_: DateText = Field(alias="from")
    to: DateText | None = None
    status: Status
    because: ReferenceShape | None = None
    note: TextShape | None = None


class ParameterShape(Shape):
    """A value that a policy sets, with its history."""

    title: TextShape
    kind: Kind
    region: Annotated[str, StringConstraints(pattern=r"^(|\d{2}|\d{4}|\d{6})$")] = ""
    values: Annotated[list[DatedShape], Field(min_length=1)]


class InputShape(Shape):
    """What a rule is told."""

    label: TextShape
    kind: Kind
    least: Scalar = None
    most: Scalar = None
    options: list[OptionShape] = []
    options_of: Word | None = None
    hint: TextShape | None = None
    otherwise: Scalar = None
    usual: Scalar = None


class FigureShape(Shape):
    """What a formula sets."""

    label: TextShape
    kind: Kind
    because: ReferenceShape | None = None
    status: Status | None = None


class VersionShape(Shape):
    """A formula and when it holds."""

    formula: Word
    from_: DateText = Field(alias="from")
    to: DateText | None = None
    because: ReferenceShape


class ViewsShape(Shape):
    """What a page compares."""

    input: Word
    figure: Word
    rule: Word
    ends: Annotated[list[Word], Field(min_length=1)]


class RuleShape(Shape):
    """A dated formula. An input without a body is that of a rule which it builds on, or compares by."""

    title: TextShape
    plain: TextShape | None = None
    at: Word | None = None
    inputs: dict[str, InputShape | None] = {}
    builds_on: list[Word] = []
    versions: Annotated[list[VersionShape], Field(min_length=1)]
    figures: dict[str, FigureShape]
    results: Annotated[list[Word], Field(min_length=1)]
    assumes: list[TextShape] = []
    compares: ViewsShape | None = None


class PolicyShape(Shape):
    """policy/*.yaml."""

    parameters: dict[str, ParameterShape] = {}
    rules: dict[str, RuleShape] = {}
