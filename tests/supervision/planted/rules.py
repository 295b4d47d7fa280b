"""A rule that takes its time."""

from __future__ import annotations

from time import sleep
from typing import Final

TAKES_SECONDS: Final = 0.5


def awning_code(width_cm: int, **_on: object) -> int:
    """Reckoned the long way round."""
    sleep(TAKES_SECONDS)
    return width_cm % 97
