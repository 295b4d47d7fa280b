"""What printing promises: values are data, all of them are on the paper, and the same sheet gives the same file."""

from __future__ import annotations

import dataclasses
import re
from datetime import date

import pytest
from tests.credentials import pdfs

from tongban.catalog.vocabulary import Text
from tongban.credentials.render import render
from tongban.credentials.sheet import Field, Kind, Sheet, Template

HOSTILE = [
    '#panic("x")',
    '#read("/etc/passwd")',
    "$x^2$ *bold* _it_ `raw` @ref <label>",
    "// gone /* gone */",
    "] #let x = 1 [",
    "<script>alert(1)</script>",
    "'; drop table x; --",
    '=HYPERLINK("x")',
    "\\",
    '"}]}',
]


def named(sheet: Sheet, name: str) -> Sheet:
    return dataclasses.replace(sheet, fields=(Field(Text("姓名", "Name"), name),))


@pytest.mark.parametrize("value", HOSTILE)
def test_a_name_that_is_code_stays_a_name(sheet: Sheet, value: str) -> None:
    assert value in pdfs.text(render(named(sheet, value)))


def test_a_notice_shows_code_as_text_too(sheet: Sheet) -> None:
    letter = dataclasses.replace(
        sheet,
        template="notice",
        body=Text("李思远：\n#panic(1) 理由", 'To: #read("x") reason'),
        remedies=Text("#a", "#b"),
    )
    text = pdfs.text(render(letter))
    assert all(part in text for part in ("李思远：", "#panic(1) 理由", '#read("x") reason', "#a", "#b"))


@pytest.mark.parametrize("template", ["certificate", "notice"])
def test_a_figure_without_a_source_is_marked_and_no_other(sheet: Sheet, template: Template) -> None:
    marked = dataclasses.replace(
        sheet,
        template=template,
        fields=(Field(Text("每月", "A month"), "1,890.00 元", is_unverified=True), Field(Text("月数", "Months"), "12")),
        body=Text("", ""),
    )
    text = " ".join(pdfs.text(render(marked)).split())
    assert "1,890.00 元 待核 unverified" in text
    assert text.count("待核 unverified") == 1
    plain = dataclasses.replace(marked, fields=(Field(Text("月数", "Months"), "12"),))
    assert "待核" not in pdfs.text(render(plain))


def test_everything_is_on_the_paper(sheet: Sheet) -> None:
    text = pdfs.text(render(sheet))
    for part in (
        "出生医学证明",
        "Medical certificate of birth",
        "4302-26-000001-K/01-01",
        "陈一诺",
        "430200199305120021",
    ):
        assert part in text
    for part in ("7K2M-QD8F-3HT4", sheet.verify_address, "株洲市妇幼保健院", "2026 年 11 月 24 日", "Page 1 of 1"):
        assert part in text


@pytest.mark.parametrize(("kind", "sign"), [("real", "SPECIMEN"), ("walk", "WALK"), ("exercise", "WALK")])
def test_what_is_not_real_says_so_on_every_page(sheet: Sheet, kind: Kind, sign: str) -> None:
    unreal = dataclasses.replace(sheet, kind=kind, is_sample=True, fields=sheet.fields * 30)
    sides = pdfs.text(render(unreal)).split("\f")[:-1]
    assert len(sides) > 1
    # The letters stand aslant, one below the other.
    assert all(all(letter in side for letter in sign) for side in sides)
    assert all(letter in sides[-1] for letter in "演示专用章")


def test_a_real_paper_of_a_real_city_has_nothing_across(sheet: Sheet) -> None:
    text = pdfs.text(render(sheet))
    assert "样" not in text
    assert "流" not in text


def test_the_same_sheet_gives_the_same_file(sheet: Sheet) -> None:
    assert render(sheet) == render(sheet)
    assert render(sheet) != render(named(sheet, "别人"))


def test_rare_characters_of_names_are_printed(sheet: Sheet) -> None:
    assert "王䶮㛃𬌗𠅤𬙂" in pdfs.text(render(named(sheet, "王䶮㛃𬌗𠅤𬙂")))


@pytest.mark.parametrize("character", ["\U0010fffd", "\ue0ff", "\ufffe"])
def test_a_character_no_typeface_has_is_printed_as_its_code_point(sheet: Sheet, character: str) -> None:
    assert f"张〔U+{ord(character):04X}〕娜" in pdfs.text(render(named(sheet, f"张{character}娜")))


@pytest.mark.parametrize("value", ["W" * 200, "王" * 200, "长" * 50 + " " + "x" * 150])
def test_the_longest_value_stays_inside_the_page(sheet: Sheet, value: str) -> None:
    text = "".join(pdfs.text(render(named(sheet, value))).split())
    assert text.count(value[0]) >= value.count(value[0])


def test_many_rows_take_more_pages(sheet: Sheet) -> None:
    assert pdfs.pages(render(dataclasses.replace(sheet, fields=sheet.fields * 5))) == 1
    assert pdfs.pages(render(dataclasses.replace(sheet, fields=sheet.fields * 20))) > 1


def test_the_file_is_kept_for_ever(sheet: Sheet) -> None:
    pdf = render(dataclasses.replace(sheet, valid_until=date(2030, 1, 1)))
    table = pdfs.fonts(pdf).splitlines()[2:]
    assert table
    assert all(row.split()[-5] == "yes" for row in table), "a typeface is not embedded"
    assert re.search(r"Tagged:\s+yes", pdfs.info(pdf))
    assert "A4" in pdfs.info(pdf)
    assert b"<pdfaid:part>2</pdfaid:part>" in pdf
