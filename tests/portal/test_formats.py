"""How dates are written."""

from __future__ import annotations

from datetime import date

import pytest

from tongban.portal import formats

TUESDAY = date(2026, 12, 1)


def test_a_date_has_one_form_for_each_place() -> None:
    assert formats.date_in_sentence(TUESDAY, "zh-hans") == "12 月 1 日（周二）"
    assert formats.date_in_sentence(TUESDAY, "en") == "Tuesday 1 December"
    assert formats.date_in_table(TUESDAY) == "12-01"
    assert formats.month_and_day(TUESDAY, "en") == "1 Dec"


@pytest.mark.parametrize(
    ("language", "together", "span"),
    [
        ("zh-hans", "11 月 24 日 · 25 日 · 12 月 1 日", "11 月 24 日到 12 月 1 日"),
        ("en", "24 · 25 Nov · 1 Dec", "24 Nov to 1 Dec"),
    ],
)
def test_the_month_is_said_once(language: str, together: str, span: str) -> None:
    days = [TUESDAY, date(2026, 11, 25), date(2026, 11, 24), TUESDAY]
    assert formats.dates_together(days, language) == together
    assert formats.date_span(date(2026, 11, 24), TUESDAY, language) == span
