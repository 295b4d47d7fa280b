"""How many random examples a law is tried on: fewer for `make check`, ten times as many for `make proof`."""

from __future__ import annotations

from typing import Final

from hypothesis import settings

USUAL = 100


def examples(count: int) -> int:
    """`count` where the usual profile is loaded, and in the same proportion under another."""
    profile = settings.default
    return count if profile is None else max(1, count * profile.max_examples // USUAL)


PROVES: Final = examples(USUAL) > USUAL
"""Whether this is `make proof`."""
