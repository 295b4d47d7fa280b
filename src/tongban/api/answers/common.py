"""What every answer is made of."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Moment = str
"""ISO 8601 with the city's offset."""
Raw = str | int | bool | None
Light = Literal["green", "yellow", "red"]


class Answer(BaseModel):
    """Part of an answer."""

    model_config = ConfigDict(extra="allow")


class Words(Answer):
    """One sentence in both languages."""

    zh: str
    en: str
