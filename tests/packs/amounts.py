"""What the rules of the installed packs give."""

from __future__ import annotations

from datetime import date
from typing import Any

from tongban.policy import reckon
from tongban.publication.files import tree

TODAY = date(2026, 11, 16)


def calc(rule: str, on: date = TODAY, /, **facts: object) -> dict[str, Any]:
    book = tree().rulebook
    return dict(reckon(book, rule, facts, on).results(book))
