"""How dates, numbers, money and identifiers are written."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


def test_money_is_exact() -> None:
    assert formats.money(197_414, "zh-hans") == "1,974.14 元"
    assert formats.money(-5, "en") == "-0.05 yuan"


@given(st.integers(-(10**15), 10**15))
def test_money_says_every_fen(amount_fen: int) -> None:
    digits = formats.money(amount_fen, "zh-hans").removesuffix(" 元").replace(",", "").replace(".", "")
    assert int(digits) == amount_fen


@given(st.text(alphabet="0123456789X", min_size=15, max_size=18))
def test_a_masked_number_hides_the_birthday(value: str) -> None:
    masked = formats.masked_id(value)
    assert len(masked) == len(value)
    assert masked[6:14] == "********"


def test_a_short_number_is_hidden_but_for_its_first_character() -> None:
    assert formats.masked_id("12345") == "1****"
    assert formats.masked_name("陈小明") == "陈**"
