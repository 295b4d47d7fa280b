"""What every answer is made of."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

Moment = str
"""ISO 8601 with the city's offset."""


class Answer(BaseModel):
    """Part of an answer."""

    model_config = ConfigDict(extra="allow")


class Words(Answer):
    """One sentence in both languages."""

    zh: str
    en: str
