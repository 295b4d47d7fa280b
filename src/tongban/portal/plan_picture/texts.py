"""How wide a text will be, and how to make it fit: the server has no font, so widths are estimated in ems."""

from __future__ import annotations

import unicodedata
from typing import Final

WIDE: Final = frozenset("WFA")
NARROW_EM: Final = 0.55
DASHES: Final = "–-"
CAPITAL_EM: Final = 0.68
SPACE_EM: Final = 0.27
ELLIPSIS: Final = "…"


def em_width(text: str) -> float:
    """The estimated width in ems: a Han character is 1, a digit or letter a little more than a half."""
    width = 0.0
    for character in text:
        if character not in DASHES and unicodedata.east_asian_width(character) in WIDE:
            width += 1
        elif character == " ":
            width += SPACE_EM
        else:
            width += CAPITAL_EM if character.isupper() else NARROW_EM
    return width


def fitting(candidates: tuple[str, ...], width: float, size: float) -> str:
    """The first candidate that is at most `width` pixels wide at `size`; else the last one, cut with an ellipsis.

    Returns an empty text when not even one character fits.
    """
    texts = [text for text in candidates if text]
    for text in texts:
        if em_width(text) * size <= width:
            return text
    if not texts:
        return ""
    shortened = min(texts, key=em_width)
    while shortened and em_width(shortened + ELLIPSIS) * size > width:
        shortened = shortened[:-1].rstrip()
    return shortened + ELLIPSIS if shortened else ""
