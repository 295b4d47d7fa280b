"""Logs hold no personal value, whatever a line was given."""

from __future__ import annotations

import json

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as some

from tongban.platform.logging import PERSONAL_KEYS, masked, without_personal_values

ID_NUMBER = some.from_regex(r"430200(19|20)[0-9]{9}[0-9X]", fullmatch=True)
PHONE = some.from_regex(r"1[0-9]{10}", fullmatch=True)
NO_DIGITS = some.text(alphabet="请帮忙查 :，。,/-\n", max_size=10)


@given(ID_NUMBER | PHONE, NO_DIGITS, NO_DIGITS)
def test_a_personal_number_never_reaches_a_line(number: str, before: str, after: str) -> None:
    event = {"event": before + number + after, "deep": {"list": [number, {"n": (number,)}]}}
    line = json.dumps(without_personal_values(None, "info", event), ensure_ascii=False)
    assert number not in line


@given(PHONE)
def test_a_personal_number_is_masked_as_an_integer_too(number: str) -> None:
    assert masked(int(number)) == "…"


@pytest.mark.parametrize("value", ["4302-26-000001-C", "hrss/enrol-employee", 20261116, 3.5, True, None, "1" * 40])
def test_numbers_of_cases_and_other_values_stay(value: object) -> None:
    assert masked(value) == value


def test_keys_that_name_people_are_dropped() -> None:
    event = dict.fromkeys(PERSONAL_KEYS, "王小明") | {"case": "4302-26-000001-C"}
    assert without_personal_values(None, "info", event) == {"case": "4302-26-000001-C"}


def test_a_line_logged_through_structlog_is_json_without_the_number(caplog: pytest.LogCaptureFixture) -> None:
    structlog.get_logger("tongban.test").warning("holder-failed", holder="police", said="no 430200199001010016")
    (record,) = caplog.records
    assert record.msg["event"] == "holder-failed"  # type: ignore[index]
    assert record.msg["said"] == "no …"  # type: ignore[index]
