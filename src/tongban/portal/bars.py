"""Counts for pages that name nobody: a few are not said, and a bar beside each shows how they compare."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.utils.translation import gettext as _

FEW: Final = 5
"""So many at least are said: in fewer somebody may be recognised."""


def few(count: int) -> str:
    """A count as it is said: none as 0, and fewer than `FEW` only as that."""
    return f"{count:,}" if count == 0 or count >= FEW else _("fewer than %(few)s") % {"few": FEW}


def bars(lines: Iterable[tuple[Any, int]]) -> list[dict[str, Any]]:
    """Lines with their figure as `few` says it, and its length in per cent of the longest; a hidden one has none."""
    rows = list(lines)
    longest = max((count for _words, count in rows), default=0)
    return [
        {
            "words": str(words),
            "shown": few(count),
            "length": f"{100 * count / longest:.1f}" if count >= FEW else "0",
        }
        for words, count in rows
    ]
