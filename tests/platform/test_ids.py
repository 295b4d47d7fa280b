"""Numbers of applications and cases: a slip of the pen is noticed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tongban.platform.ids import (
    NumberError,
    application_number,
    case_number,
    from_address,
    in_address,
    new_id,
    parse_number,
)

serials = some.integers(1, 999_999)
years = some.integers(2000, 2099)


@given(years, serials, some.integers(1, 50_000))
def test_a_number_reads_back_as_itself(year: int, serial: int, case: int) -> None:
    number = parse_number(case_number(application_number("4302", year, serial), case))
    assert (number.city, number.year, number.serial, number.case) == ("4302", year, serial, case)
    assert parse_number(str(number)) == parse_number(f" {number} ".lower()) == number


def test_a_number_stands_in_an_address_as_one_piece() -> None:
    number = case_number(application_number("4302", 2026, 1), 2)
    assert in_address(number) == number.replace("/", ".")
    assert from_address(in_address(number)) == from_address(number) == number
    assert parse_number(in_address(number)) == parse_number(number)


def test_a_part_of_thousands_of_digits_is_no_number() -> None:
    with pytest.raises(NumberError, match="number-malformed"):
        parse_number(f"{application_number('4302', 2026, 1)}.{'9' * 5_000}")


@given(years, serials, some.integers(0, 14), some.sampled_from("0123456789"))
def test_one_wrong_digit_is_always_noticed(year: int, serial: int, place: int, digit: str) -> None:
    right = application_number("4302", year, serial)
    wrong = right[:place] + digit + right[place + 1 :]
    if wrong != right:
        with pytest.raises(NumberError):
            parse_number(wrong)


def test_the_check_character_is_iso_7064_mod_37_36() -> None:
    # Worked by hand from the standard's recursion over 4302 26 000001.
    product = 36
    for digit in "430226000001":
        total = (product + int(digit)) % 36 or 36
        product = total * 2 % 37
    expected = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[(1 - product) % 36]
    assert application_number("4302", 2026, 1) == f"4302-26-000001-{expected}"


@pytest.mark.parametrize(
    "text", ["", "4302-26-1-A", "4302-26-000001", "４３０２-26-000001-A", "4302-26-000001-A/1", "x" * 999]
)
def test_what_has_not_the_form_is_malformed(text: str) -> None:
    with pytest.raises(NumberError) as refusal:
        parse_number(text)
    assert refusal.value.code == "number-malformed"


def test_a_year_has_room_for_999_999_applications() -> None:
    application_number("4302", 2026, 999_999)
    with pytest.raises(ValueError, match="1000000"):
        application_number("4302", 2026, 1_000_000)


def test_identifiers_rise_with_time() -> None:
    made = [new_id() for _ in range(1000)]
    assert made == sorted(set(made))
