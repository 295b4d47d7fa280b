"""What every room says: a sentence in both languages, an option, a place in the law, and one thing that is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Status: TypeAlias = Literal["verified", "secondary", "unverified"]
"""How well something is known: read in a primary text, in another's account of it, or nowhere yet (待核)."""


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in both languages."""

    zh: str
    en: str

    def to_json(self) -> dict[str, str]:
        """``{"zh": …, "en": …}``."""
        return {"zh": self.zh, "en": self.en}


@dataclass(frozen=True, slots=True)
class Option:
    """One of the texts that a choice can be."""

    value: str
    label: Text


@dataclass(frozen=True, slots=True)
class Reference:
    """A place in the law: ``law`` is a law's id; ``articles`` as written, for example ``57-58`` or ``32(4)``."""

    law: str
    articles: str


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing wrong with a request. ``at`` is the key it is about, ``nearest`` the name most like a wrong one."""

    code: str
    at: str
    text: Text
    nearest: str | None = None
