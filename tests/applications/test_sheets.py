"""A table for many new employees: filled in once, taken whole or told every fault; cells are data and nothing else."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable, Sequence
from io import BytesIO, StringIO
from uuid import uuid4
from xml.sax.saxutils import escape

import pytest
from tests.applications.family import family
from tests.applications.hiring import Employer, employer

from tongban.applications import filling, reading, sheets, starting, views
from tongban.applications.problems import Problem
from tongban.applications.tables import WrongSheet
from tongban.publication import service as publication
from tongban.registry import service as registry

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(db: None) -> Employer:
    """A company about to hire 20 people."""
    return employer(publication.current(), 20)


def begun(firm: Employer, count: int = 20) -> str:
    """A draft whose hires nobody has named yet."""
    number = starting.start(firm.agent, "hire-employee", command_id=uuid4(), counts={"hire": count})
    reading.agree(firm.agent, number)
    return number


def id_numbers(firm: Employer) -> list[str]:
    """The ID numbers of those hired."""
    return [str(registry.key_of(hire.subject_id or 0)) for hire in firm.hires]


def as_csv(rows: Sequence[Sequence[object]], encoding: str = "utf-8-sig") -> list[bytes]:
    """A table as a spreadsheet saves it."""
    text = StringIO()
    csv.writer(text).writerows(rows)
    return [text.getvalue().encode(encoding)]


def as_xlsx(rows: Sequence[Sequence[object]]) -> list[bytes]:
    """The smallest workbook with these cells: numbers as numbers, the rest as texts."""
    lines = []
    for row in rows:
        cells = [
            f"<c><v>{cell}</v></c>"
            if isinstance(cell, int | float)
            else f'<c t="inlineStr"><is><t>{escape(str(cell))}</t></is></c>'
            for cell in row
        ]
        lines.append(f"<row>{''.join(cells)}</row>")
    main = "http://schemas.openxmlformats.org"
    sheet, links = f'xmlns="{main}/spreadsheetml/2006/main"', f'xmlns="{main}/package/2006/relationships"'
    kind = f"{main}/officeDocument/2006/relationships"

    def link(name: str, target: str) -> str:
        found = f'<Relationship Id="r1" Type="{kind}/{name}" Target="{target}"/>'
        return f"<Relationships {links}>{found}</Relationships>"

    named = f'<sheets><sheet name="1" sheetId="1" xmlns:r="{kind}" r:id="r1"/></sheets>'
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{main}/package/2006/content-types"/>',
        "_rels/.rels": link("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": f"<workbook {sheet}>{named}</workbook>",
        "xl/_rels/workbook.xml.rels": link("worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": f"<worksheet {sheet}><sheetData>{''.join(lines)}</sheetData></worksheet>",
    }
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return [file.getvalue()]


def heads(firm: Employer, number: str) -> list[str]:
    """The heads of the table that is downloaded."""
    return [column.label.zh for column in sheets.columns(firm.agent, number, "hire")]


def values_of(view: dict[str, object], fact: str) -> list[object]:
    """The value of one fact for each hire."""
    facts = {line["fact"]: line["value"] for line in view["facts"]}  # type: ignore[attr-defined]
    return [facts.get(f"hire.{place}.{fact}") for place in range(1, 21)]


@pytest.mark.parametrize("form", [as_csv, as_xlsx])
def test_a_filled_table_names_everybody_and_sets_how_many(firm: Employer, form: object) -> None:
    number = begun(firm, 1)
    head = heads(firm, number)
    assert head[0] == "身份证号"
    rows = [head, *([each, *[""] * (len(head) - 1)] for each in id_numbers(firm)), [""] * len(head)]
    assert sheets.take(firm.agent, number, "hire", "hires", form(rows)) == 20  # type: ignore[operator]
    view = views.application_view(firm.agent, number)
    assert view["counts"]["hire"] == view["counts"]["job"] == 20
    assert values_of(view, "id_number") == id_numbers(firm)
    assert all(line["state"] == "known" for line in view["facts"] if line["fact"].endswith(".name"))


def test_the_table_holds_what_was_typed_and_can_be_handed_back(firm: Employer) -> None:
    number = begun(firm)
    head = heads(firm, number)
    phone = head.index("手机号") if "手机号" in head else next(at for at, name in enumerate(head) if "手机" in name)
    rows = [[each, *[""] * (len(head) - 1)] for each in id_numbers(firm)]
    for row in rows:
        row[phone] = "10000000001"
    sheets.take(firm.agent, number, "hire", "a.csv", as_csv([head, *rows], "gb18030"))
    columns, again = sheets.table(firm.agent, number, "hire")
    at = [column.label.zh for column in columns].index(head[phone])
    assert [row[at] for row in again] == ["10000000001"] * 20
    assert sheets.take(firm.agent, number, "hire", "b.csv", as_csv([[c.label.zh for c in columns], *again])) == 20


def test_five_thousand_wrong_rows_are_one_line_and_nothing_is_taken(firm: Employer) -> None:
    number = begun(firm)
    rows = [["身份证号"], *([f"4302001990010{at:04}"] for at in range(5_000))]
    with pytest.raises(WrongSheet) as wrong:
        sheets.take(firm.agent, number, "hire", "a.csv", as_csv(rows))
    assert sorted(row for fault in wrong.value.faults for row in fault.rows) == list(range(2, 5_002))
    assert {fault.column.zh for fault in wrong.value.faults} == {"身份证号"}
    assert len(wrong.value.faults) <= 4
    assert values_of(views.application_view(firm.agent, number), "id_number") == [None] * 20


def test_every_fault_of_every_column_is_told_at_once(firm: Employer) -> None:
    number = begun(firm)
    rows = [
        ["身份证号", "Phone" if "Phone" in heads(firm, number) else "手机号", "劳动合同起始日期"],
        ["=1+1", "<b>", "明天"],
        [id_numbers(firm)[0], "10000000001", "2026/11/1"],
    ]
    with pytest.raises(WrongSheet) as wrong:
        sheets.take(firm.agent, number, "hire", "a.csv", as_csv(rows))
    assert wrong.value.faults


def test_an_id_number_that_became_a_number_is_told_before_it_is_lost(firm: Employer) -> None:
    number = begun(firm)
    with pytest.raises(WrongSheet) as wrong:
        sheets.take(firm.agent, number, "hire", "a.xlsx", as_xlsx([["身份证号"], [430200199903040100]]))
    assert "文本" in wrong.value.faults[0].text.zh


@pytest.mark.parametrize("content", [b"PK\x03\x04 not a zip", b"\x00\x01\x02"])
def test_what_is_no_table_is_refused(firm: Employer, content: bytes) -> None:
    number = begun(firm)
    with pytest.raises(Problem, match="wrong-type"):
        sheets.take(firm.agent, number, "hire", "a.xlsx", [content])


@pytest.mark.slow
def test_a_flood_is_refused(firm: Employer) -> None:
    number = begun(firm)
    with pytest.raises(Problem, match="too-large"):
        sheets.take(firm.agent, number, "hire", "a.csv", (b"x" * 1_000_000 for _ in range(21)))
    with pytest.raises(Problem, match="too-large"):
        sheets.take(firm.agent, number, "hire", "a.csv", ["身份证号\n".encode(), b"1\n" * 1_000_000])


def corners() -> bytes:
    """A workbook of two cells, as far from each other as cells can be."""
    (book,) = as_xlsx([[1], [2]])
    return changed(book, b"<row><c><v>2", b'<row r="1048576"><c r="XFD1048576"><v>2')


def changed(book: bytes, old: bytes, new: bytes) -> bytes:
    """A workbook with a piece of its sheet replaced."""
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(book)) as before, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as after:
        for entry in before.namelist():
            after.writestr(entry, before.read(entry).replace(old, new))
    return file.getvalue()


def bomb() -> bytes:
    """A few hundred kilobytes that unpack to half a gigabyte of one cell."""
    (book,) = as_xlsx([["x"]])
    return changed(book, b"<t>x", b"<t>" + b"x" * 500_000_000)


def entities() -> bytes:
    """A workbook that would have its reader open a file of ours, and repeat itself without end."""
    (book,) = as_xlsx([["x"]])
    named = b'<!DOCTYPE w [<!ENTITY f SYSTEM "file:///etc/passwd">]><worksheet'
    return changed(changed(book, b"<worksheet", named), b"<t>x", b"<t>&f;")


@pytest.mark.slow
@pytest.mark.parametrize("bad", [corners, bomb])
def test_a_workbook_that_wants_all_memory_takes_none_of_ours(firm: Employer, bad: Callable[[], bytes]) -> None:
    number = begun(firm)
    with pytest.raises(Problem, match="wrong-type"):
        sheets.take(firm.agent, number, "hire", "a.xlsx", [bad()])


def test_a_workbook_opens_no_file_of_ours(firm: Employer) -> None:
    number = begun(firm)
    with pytest.raises((WrongSheet, Problem)) as refused:
        sheets.take(firm.agent, number, "hire", "a.xlsx", [entities()])
    assert "root:" not in repr(vars(refused.value))


@pytest.mark.parametrize("text", ["身份证号\r430200199903040100\r", "身份证号\n" + "1" * 200_000])
def test_a_text_that_is_hardly_a_table_is_judged_as_one(firm: Employer, text: str) -> None:
    number = begun(firm)
    with pytest.raises((WrongSheet, Problem)):
        sheets.take(firm.agent, number, "hire", "a.csv", [text.encode()])


def test_the_table_is_the_applicants_alone(firm: Employer) -> None:
    number = begun(firm)
    stranger = family(publication.current()).mother
    with pytest.raises(Problem, match="not-found"):
        sheets.table(stranger, number, "hire")
    with pytest.raises(Problem, match="not-found"):
        sheets.take(firm.agent, number, "company", "a.csv", [b""])


@pytest.mark.parametrize("count", [0, 10_001, 10**9])
def test_a_form_is_for_ten_thousand_at_most(firm: Employer, count: int) -> None:
    with pytest.raises(Problem) as refused:
        begun(firm, count)
    assert [error.code for error in refused.value.errors] == ["wrong-count"]
    with pytest.raises(Problem) as refused:
        filling.set_count(firm.agent, begun(firm), "hire", count)
    assert [error.code for error in refused.value.errors] == ["wrong-count"]
