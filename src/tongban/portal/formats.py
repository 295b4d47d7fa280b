"""How dates and numbers are written for people, in Chinese and in English.

One place, pure, used by the template filters and by the plan picture, so that the same day never looks different on
two pages. A language is a code such as `zh-hans` or `en`; whatever does not begin with `zh` is written in English.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

WEEKDAYS_ZH: Final = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
WEEKDAYS_EN: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS_EN: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def is_chinese(language: str) -> bool:
    """Whether texts in this language code are Chinese."""
    return language.lower().startswith("zh")


def weekday(on: date, language: str) -> str:
    """The day of the week, short: `周二`, `Tue`."""
    return WEEKDAYS_ZH[on.weekday()] if is_chinese(language) else WEEKDAYS_EN[on.weekday()][:3]


def month_and_day(on: date, language: str) -> str:
    """A date inside a figure: `12 月 1 日`, `1 Dec`."""
    return f"{on.month} 月 {on.day} 日" if is_chinese(language) else f"{on.day} {MONTHS_EN[on.month - 1][:3]}"


def date_in_sentence(on: date, language: str) -> str:
    """A date inside a sentence: `12 月 1 日（周二）`, `Tuesday 1 December`."""
    if is_chinese(language):
        return f"{on.month} 月 {on.day} 日（{weekday(on, language)}）"
    return f"{WEEKDAYS_EN[on.weekday()]} {on.day} {MONTHS_EN[on.month - 1]}"


def date_in_table(on: date) -> str:
    """A date inside a table or on an axis, the same in both languages: `12-01`."""
    return f"{on:%m-%d}"


def dates_together(dates: Sequence[date], language: str) -> str:
    """Several dates in one cell, the month once: `11 月 24 日 · 25 日`, `24 · 25 Nov`; sorted, each once."""
    days = sorted(set(dates))
    if is_chinese(language):
        parts = [
            f"{day.day} 日" if index and day.month == days[index - 1].month else month_and_day(day, language)
            for index, day in enumerate(days)
        ]
    else:
        parts = [
            f"{day.day}"
            if index + 1 < len(days) and day.month == days[index + 1].month
            else month_and_day(day, language)
            for index, day in enumerate(days)
        ]
    return " · ".join(parts)


def date_span(start: date, end: date, language: str) -> str:
    """From one day to another: `11 月 25 日到 26 日`, `25 Nov to 1 Dec`; a single day when they are the same."""
    if start == end:
        return month_and_day(start, language)
    same_month = (start.year, start.month) == (end.year, end.month)
    if is_chinese(language):
        return f"{month_and_day(start, language)}到 {f'{end.day} 日' if same_month else month_and_day(end, language)}"
    return f"{start.day if same_month else month_and_day(start, language)} to {month_and_day(end, language)}"


def number(value: float) -> str:
    """A number with thousands separated by commas; an integer stays one."""
    return f"{value:,}"


def plain_cell(text: str) -> str:
    """A text for a cell of a table that spreadsheets open: what they would take for a formula stays a text."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else text
