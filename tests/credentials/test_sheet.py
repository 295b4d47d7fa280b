"""What a sheet promises: visible text only, and never to pass for the real thing when it is not."""

from __future__ import annotations

import dataclasses
import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.catalog.vocabulary import Text
from tongban.credentials import sheet as sheets
from tongban.credentials.sheet import Kind, Sheet


@pytest.mark.parametrize(
    ("kind", "is_sample", "across"),
    [
        ("real", False, None),
        ("real", True, Text("样张", "SPECIMEN")),
        ("walk", False, Text("走流程", "WALK")),
        ("walk", True, Text("走流程", "WALK")),
        ("exercise", True, Text("走流程", "WALK")),
    ],
)
def test_what_is_printed_across(sheet: Sheet, kind: Kind, *, is_sample: bool, across: Text | None) -> None:
    assert dataclasses.replace(sheet, kind=kind, is_sample=is_sample).across == across


@given(st.text())
def test_shown_text_is_one_visible_line_of_valid_unicode(text: str) -> None:
    line = sheets.shown(text)
    line.encode()  # half a surrogate would not be text
    assert not any(character in line for character in "\n\r\t\x00\u202e\u200b\ufeff")
    assert sheets.shown(line) == line


def test_writing_cannot_be_turned_around() -> None:
    assert sheets.shown("陈\u202e一诺\x07") == "陈\N{REPLACEMENT CHARACTER}一诺\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize("name", ["䶮㛃𬌗𠅤𬙂", "葛\U000e0100", "José Müller"])
def test_names_that_people_have_stay_as_they_are(name: str) -> None:
    assert sheets.shown(name) == name


def test_a_span_is_a_sentence(sheet: Sheet) -> None:
    assert sheet.validity == Text("2026 年 11 月 24 日起，长期有效", "Valid from 24 November 2026, no end")
    ending = dataclasses.replace(sheet, valid_until=date(2027, 11, 23))
    assert ending.validity == Text(
        "有效期：2026 年 11 月 24 日至 2027 年 11 月 23 日", "Valid from 24 November 2026 to 23 November 2027"
    )
    assert dataclasses.replace(sheet, valid_from=None).validity is None


def test_what_templates_read_is_json(sheet: Sheet) -> None:
    assert json.loads(json.dumps(sheet.printed())) == sheet.printed()
