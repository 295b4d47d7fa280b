"""Whatever is uploaded, a table of members or a paper: it is read or refused, in bounded time and memory."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import date
from io import BytesIO

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.applications.test_sheets import as_xlsx
from tests.examples import examples

from tongban.applications import papers, tables, workbooks
from tongban.applications.problems import Problem
from tongban.applications.tables import Column, WrongSheet
from tongban.applications.workbooks import Sheet
from tongban.catalog.model import Catalog
from tongban.catalog.vocabulary import Attribute, Option, Text
from tongban.publication.files import tree

MOST = 1_000
TODAY = date(2026, 11, 16)
(WORKBOOK,) = as_xlsx([["身份证号", "人数", "入职"], ["430200199001010019", 12, "2026-11-16"], ["", -1.5, ""]])
NAMES = st.sampled_from(["a.csv", "a.xlsx", "a.xls", "a.pdf", "", "\x00", "../../a", "x" * 5_000])
COLUMNS = [
    Column("hire.id_number", Attribute("base/Person", "id_number", Text("身份证号", "ID number"), "resident-id")),
    Column("hire.count", Attribute("base/Person", "count", Text("人数", "How many"), "integer")),
    Column("hire.pay", Attribute("base/Person", "pay", Text("工资", "Pay"), "fen")),
    Column("hire.since", Attribute("base/Person", "since", Text("入职", "Since"), "date")),
    Column("hire.is_new", Attribute("base/Person", "is_new", Text("新", "New"), "boolean")),
    Column("hire.place", Attribute("base/Person", "place", Text("地方", "Place"), "region")),
    Column(
        "hire.kind",
        Attribute("base/Person", "kind", Text("类", "Kind"), "choice", options=(Option("a", Text("甲", "A")),)),
    ),
]
CELLS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30) | st.sampled_from(["是", "NaN"])


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return tree()


def taken(name: str, content: bytes) -> Sheet | None:
    """The cells, or None where the table was refused as no table or as too large."""
    try:
        return tables.read_rows(name, content, MOST)
    except Problem as refusal:
        if refusal.status not in {413, 415}:
            raise
        return None


@pytest.mark.slow
@given(NAMES, st.binary(max_size=400) | st.text(',;"\n\r\t\x00a1é中=@', max_size=200).map(str.encode))
@example("a.csv", b'"' * 200_000)
@example("a.csv", b"," * 1_000_000)
@example("a.csv", b"\n" * 1_000_000)
@example("a.csv", b"a" * 1_000_000)
def test_any_bytes_are_a_table_or_are_refused(name: str, content: bytes) -> None:
    sheet = taken(name, content) if not content.startswith(b"PK") else None
    assert sheet is None or sum(map(bool, sheet.rows)) <= MOST + 1


@pytest.mark.slow
@settings(max_examples=examples(30))
@given(st.integers(0, len(WORKBOOK)), st.integers(0, 40), st.binary(max_size=8))
@example(0, len(WORKBOOK), b"PK")
def test_a_workbook_damaged_anywhere_is_read_or_refused(start: int, length: int, new: bytes) -> None:
    taken("a.xlsx", b"PK" + (WORKBOOK[:start] + new + WORKBOOK[start + length :])[2:])


@pytest.mark.slow
@settings(max_examples=examples(30))
@given(st.data())
def test_a_workbook_with_anything_in_its_parts_is_read_or_refused(data: st.DataObject) -> None:
    """Damaged before it is packed, so that what unpacks it does not notice."""
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(WORKBOOK)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        part = data.draw(st.sampled_from(old.namelist()))
        for name in old.namelist():
            content = old.read(name)
            if name == part:
                at = data.draw(st.integers(0, len(content)))
                bad = data.draw(
                    st.binary(max_size=6) | st.sampled_from([b"<v>1e999</v>", b"<row r='1048576'>", b"<c r='XFD9'>"])
                )
                content = content[:at] + bad + content[at + data.draw(st.integers(0, 30)) :]
            new.writestr(name, content)
    taken("a.xlsx", file.getvalue())


@given(
    st.lists(st.lists(CELLS, max_size=8), max_size=4),
    st.frozensets(st.tuples(st.integers(0, 4), st.integers(0, 7)), max_size=3),
    st.frozensets(st.integers(0, 4), max_size=2),
    st.frozensets(st.sampled_from([column.fact for column in COLUMNS])),
)
def test_every_row_says_something_of_each_column_or_is_told_what_is_wrong(
    catalog: Catalog,
    rows: list[list[object]],
    formulas: frozenset[tuple[int, int]],
    merged: frozenset[int],
    required: frozenset[str],
) -> None:
    heads = [column.label.zh for column in COLUMNS]
    sheet = Sheet(workbooks.said([heads, *rows]), formulas, merged)
    if not any(sheet.rows[1:]):
        with pytest.raises(WrongSheet):
            tables.judged(catalog, COLUMNS, sheet, TODAY)
        return
    found = tables.judged(catalog, COLUMNS, sheet, TODAY, required, {COLUMNS[0].fact})
    assert list(found.members) == [at for at, row in enumerate(sheet.rows, start=1) if row and at > 1]
    assert found.wrong <= found.members.keys()
    assert all(fault.text.zh and fault.text.en and fault.rows for fault in found.faults)
    right = [member for row, member in found.members.items() if row not in found.wrong]
    assert all(required <= member.keys() for member in right)
    named = [member[COLUMNS[0].fact] for member in right if COLUMNS[0].fact in member]
    assert len(named) == len(set(named))
    assert not found.members.keys() & {row + 1 for row in merged} - found.wrong


@given(
    st.binary(max_size=60)
    | st.sampled_from(sorted(papers.SIGNATURES)).flatmap(lambda one: st.binary().map(one.__add__))
)
def test_a_paper_is_what_it_begins_with_or_is_refused(content: bytes) -> None:
    kinds = {kind for start, kind in papers.SIGNATURES.items() if content.startswith(start)}
    if not kinds:
        with pytest.raises(Problem) as refusal:
            papers.looked_at("paper", [content])
        assert refusal.value.status == 415
    else:
        assert papers.looked_at("paper", [content[:3], content[3:]]) == (content, *kinds)


@pytest.mark.parametrize("most", [papers.LARGEST_FILE_BYTES, tables.MOST_BYTES])
def test_an_upload_without_end_is_given_up_when_it_is_too_large(most: int) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        while True:
            sent += 1_000_000
            yield bytes(1_000_000)

    with pytest.raises(Problem) as refusal:
        papers.looked_at("paper", endless()) if most == papers.LARGEST_FILE_BYTES else tables.collected(endless())
    assert refusal.value.status == 413
    assert sent <= most + 1_000_000
