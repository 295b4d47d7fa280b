"""What all shapes of pack files share: texts, references, limits, dates, and the refusal of unknown keys."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from tongban.clock.errors import ClockError
from tongban.clock.units import Limit

Status: TypeAlias = Literal["verified", "secondary", "unverified"]
Word: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=4_000)]


def _limit(raw: object) -> Limit:
    try:
        return Limit.parse(raw) if isinstance(raw, str) else Limit.parse(repr(raw))
    except ClockError as error:
        raise PydanticCustomError("wrong_limit", "{name}", {"name": str(raw)}) from error


def _limit_or_word(raw: object) -> object:
    return raw if raw in {"promised", "statutory"} else _limit(raw)


def _date(raw: object) -> date:
    try:
        return date.fromisoformat(raw if isinstance(raw, str) else "")
    except ValueError as error:
        raise PydanticCustomError("date_type", "a date") from error


def _scalar(raw: object) -> object:
    if raw is None or isinstance(raw, str | int):
        return raw
    raise PydanticCustomError("scalar_type", "one plain value")


def _articles(raw: object) -> object:
    return str(raw) if isinstance(raw, int) and not isinstance(raw, bool) else raw


def _several(raw: object) -> object:
    """A list, also when one thing stands alone."""
    return [] if raw is None else raw if isinstance(raw, list) else [raw]


LimitText: TypeAlias = Annotated[Limit, BeforeValidator(_limit)]
LimitOrWord: TypeAlias = Annotated[Limit | Literal["promised", "statutory"], BeforeValidator(_limit_or_word)]
DateText: TypeAlias = Annotated[date, BeforeValidator(_date)]
Scalar: TypeAlias = Annotated[Any, BeforeValidator(_scalar)]
Words: TypeAlias = Annotated[list[Word], BeforeValidator(_several)]


class Shape(BaseModel):
    """What every shape has in common: no unknown key, no guessing of types."""

    model_config = ConfigDict(extra="forbid", strict=True, arbitrary_types_allowed=True)


class TextShape(Shape):
    """A sentence in both languages."""

    zh: Word
    en: Word


class ReferenceShape(Shape):
    """A place in a law: `article: 7` or `articles: 57-58`; neither for a document without articles."""

    law: Word
    articles: Annotated[Word, BeforeValidator(_articles)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _one_article(cls, raw: object) -> object:
        if isinstance(raw, dict) and "article" in raw and "articles" not in raw:
            return {"articles" if key == "article" else key: value for key, value in raw.items()}
        return raw
