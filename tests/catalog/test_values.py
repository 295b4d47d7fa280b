"""What people type as a value: each kind takes what is meant, and refuses the rest with a code and what to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_2

from tongban.catalog import values
from tongban.catalog.vocabulary import Attribute, Kind, Option, Text, Value

KINDS: tuple[Kind, ...] = (
    "text", "integer", "boolean", "date", "fen", "choice", "resident-id", "credit-code", "phone", "region", "address",
    "months",
)  # fmt: skip
OPTIONS = (Option("red", Text("红", "Red")), Option("blue", Text("蓝", "Blue")))


def attribute(kind: Kind) -> Attribute:
    return Attribute("sample/Person", "it", Text("它", "It"), kind, options=OPTIONS, max_length=5)


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        ("text", " ab de ", "ab de"),
        ("text", date(1, 1, 1), "too-long"),
        ("text", "abcdef", "too-long"),
        ("text", "  ", "empty"),
        ("text", "a\u202eb", "unprintable"),
        ("text", "none", None),
        ("address", None, None),
        ("text", ["a"], "wrong-kind"),
        ("integer", 12, 12),
        ("integer", " -12 ", -12),
        ("integer", "+7", 7),
        ("integer", 10**15, 10**15),
        ("integer", -(10**15), -(10**15)),
        ("integer", 10**15 + 1, "too-large"),
        ("integer", True, "not-a-number"),
        ("integer", "1.0", "not-a-number"),
        ("integer", "１２", "not-a-number"),
        ("integer", 1.0, "wrong-kind"),
        ("boolean", True, True),
        ("boolean", False, False),
        ("boolean", "true", True),
        ("boolean", "false", False),
        ("boolean", "yes", "not-yes-or-no"),
        ("boolean", 1, "not-yes-or-no"),
        ("date", " 2026-11-16 ", date(2026, 11, 16)),
        ("date", date(1900, 1, 1), date(1900, 1, 1)),
        ("date", "2100-12-31", date(2100, 12, 31)),
        ("date", "1899-12-31", "date-out-of-range"),
        ("date", "2101-01-01", "date-out-of-range"),
        ("date", "2026-02-30", "not-a-date"),
        ("fen", "1,974.14", 197_414),
        ("fen", 5, 5),
        ("fen", 0, 0),
        ("fen", "0.01", 1),
        ("fen", "0.005", "not-an-amount"),
        ("fen", True, "not-an-amount"),
        ("fen", "NaN", "not-an-amount"),
        ("fen", "Infinity", "not-an-amount"),
        ("fen", "-0.01", "negative-amount"),
        ("fen", "10,000,000,000,000", 10**15),
        ("fen", "10,000,000,000,000.01", "not-an-amount"),
        ("fen", 10**15 + 1, "too-large"),
        ("choice", "red", "red"),
        ("choice", "green", "not-an-option"),
        ("months", "2024-02，2016-03 至 2023-12", "2016-03/2023-12,2024-02/2024-02"),
        ("months", "2024-02/2024-04, 2024-03/2024-05", "2024-02/2024-05"),
        ("months", "2024-13", "not-months"),
        ("months", "2024-05/2024-04", "not-months"),
        ("months", "，", "not-months"),
        ("resident-id", " 430200199001010019 ", "430200199001010019"),
        ("resident-id", "430200199001010018", "id-number-check"),
        ("resident-id", "4302001990010100", "id-number-length"),
        ("resident-id", "430200900101001", "id-number-length"),
        ("resident-id", "A30200199001010011", "id-number-characters"),
        ("resident-id", "430200199002300018", "id-number-birth-date"),
        ("resident-id", "430200189912310013", "id-number-birth-date"),
        ("resident-id", "430200190001010018", "430200190001010018"),
        ("resident-id", "430200210012310011", "430200210012310011"),
        ("credit-code", " 91430200ma4l00000x ", "91430200MA4L00000X"),
        ("credit-code", "91430200", "credit-code-length"),
        ("credit-code", "91430200MA4L0000OX", "credit-code-characters"),
        ("phone", "100 0000-0001", "10000000001"),
        ("phone", "20000000001", "not-a-phone-number"),
        ("region", " 430211 ", "430211"),
        ("region", "43021", "not-a-region"),
    ],
)
def test_a_value_is_read_or_refused_by_its_code(kind: Kind, raw: object, value: Value) -> None:
    try:
        found: Value = values.read(attribute(kind), raw)
    except values.WrongValue as wrong:
        found = wrong.code
    assert (found, type(found)) == (value, type(value))


def test_a_refusal_says_what_to_do_with_what_there_is() -> None:
    told = {}
    for kind, raw in (("text", "abcdefg"), ("choice", "green"), ("resident-id", "1"), ("credit-code", "12")):
        with pytest.raises(values.WrongValue) as wrong:
            values.read(attribute(kind), raw)  # type: ignore[arg-type]
        told[kind] = (wrong.value.text.zh, wrong.value.text.en)
    assert told["choice"] == ("从这几个里选一个：红、蓝", "Choose one of: Red, Blue.")
    assert told["text"][1] == "At most 5 characters; this has 7."
    assert "1" in told["resident-id"][0]
    with pytest.raises(values.WrongValue, match="old number of 15 digits"):
        values.read(attribute("resident-id"), "430200900101001")
    assert "2" in told["credit-code"][1]


@pytest.mark.parametrize(("kind", "raw"), [("fen", "100.01"), ("fen", 10_001), ("integer", "10001")])
def test_more_than_an_attribute_allows_is_a_slip_of_the_hand(kind: Kind, raw: object) -> None:
    bounded = replace(attribute(kind), at_most=10_000)
    with pytest.raises(values.WrongValue) as wrong:
        values.read(bounded, raw)
    assert wrong.value.code == "above-most"
    assert values.read(bounded, 10_000) == 10_000


@pytest.mark.parametrize(("code", "is_odd"), [("914302000000000192", False), ("91430200000000019X", True)])
def test_a_credit_code_of_the_pilot_years_is_read_and_doubted(code: str, is_odd: bool) -> None:  # noqa: FBT001
    one = attribute("credit-code")
    assert values.read(one, code) == code
    assert (values.doubt_of(one, code) is not None) is is_odd
    assert values.doubt_of(one, None) is values.doubt_of(attribute("text"), code) is None


@given(st.text(values.CREDIT_ALPHABET, min_size=17, max_size=17))
def test_a_credit_code_is_doubted_unless_its_check_character_is_right(body: str) -> None:
    one, right = attribute("credit-code"), uscc.calc_check_digit(body)
    for last in "0Y":
        doubt = values.doubt_of(one, body + last)
        assert (doubt is None) == (last == right)
    assert values.doubt_of(one, body + right) is None
    assert doubt is None or ("校验位" in doubt.zh and "check character" in doubt.en)


@given(st.dates(values.OLDEST_DATE, values.LATEST_DATE))
def test_every_day_has_people_born_on_it(day: date) -> None:
    number = f"430200{day:%Y%m%d}001"
    number += mod_11_2.calc_check_digit(number)
    assert values.read(attribute("resident-id"), number) == number


def test_money_is_written_as_people_write_it() -> None:
    assert [values.yuan(fen) for fen in (0, 5, 197_414, -100)] == ["0.00", "0.05", "1,974.14", "-1.00"]
    assert values.write(date(2026, 11, 16)) == "2026-11-16"


@given(st.sampled_from(KINDS), st.text() | st.integers() | st.floats() | st.dates())
def test_whatever_is_typed_is_a_value_that_reads_the_same_again_or_is_refused(kind: Kind, raw: object) -> None:
    one = attribute(kind)
    try:
        value = values.read(one, raw)
    except values.WrongValue:
        return
    assert values.read(one, value) == value
