"""The one error of the clock: a stable code, what happened and what to do, in Chinese and in English."""

from __future__ import annotations

from typing import Final

_MOST_SHOWN: Final = 40


class ClockError(ValueError):
    """Says why the clock cannot answer. `code` is stable; the two messages are for people."""

    def __init__(self, code: str, *, en: str, zh: str) -> None:
        super().__init__(f"{code}: {en}")
        self.code = code
        self.message = en
        self.message_zh = zh


def shortened(value: object) -> str:
    """Show what was given inside a message: a text in at most 40 characters, anything else by its kind."""
    if not isinstance(value, str):
        return f"({type(value).__name__})"
    text = value.encode(errors="replace").decode()
    return text if len(text) <= _MOST_SHOWN else text[:_MOST_SHOWN] + "…"


def too_far() -> ClockError:
    """Give the refusal of a count that leaves the hundred years the clock is willing to walk."""
    return ClockError(
        "too-far",
        en="the count runs over more than 100 years or out of the calendar; use a shorter limit or nearer dates",
        zh="计算跨度超过 100 年或超出历法范围；请缩短期限或改用更近的日期",
    )
