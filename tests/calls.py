"""What a computation costs, counted: the same on a busy machine as on an idle one. Seconds are `tongban bench`'s."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import TypeVar

Made = TypeVar("Made")


def calls_of(compute: Callable[[], Made]) -> tuple[Made, int]:
    """What `compute` returns, and how many Python functions were called for it."""
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        return compute(), calls
    finally:
        sys.setprofile(before)
