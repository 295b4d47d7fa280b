"""Tables that people fill in: their columns, their rows as they were handed in, and every fault in them, told at once.

A row is a member, a column a question; the same fault of many rows is one line. Cells are data: what looks like a
formula or a tag is a text, or no value of its column.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from io import StringIO
from typing import Final, TypeAlias

from tongban.applications.problems import Problem
from tongban.applications.workbooks import Sheet, UnreadableWorkbook, read_workbook, said
from tongban.catalog import values
from tongban.catalog.model import Catalog
from tongban.catalog.vocabulary import Attribute, Raw, Text, Value

MOST_BYTES: Final = 20_000_000
MOST_LINES: Final = 1_048_576
"""The rows that a sheet can have, empty ones among them."""
MOST_DIGITS: Final = 15
"""A spreadsheet keeps no more digits of a number than these: an ID number typed as one has lost its end."""
REMARK: Final = Text("要改的地方", "To put right")
"""The head of the column in which rows that were not taken come back with what is wrong; read, it is passed over."""
FORMULA: Final = Text(
    "这一格是公式。复制这一列，“选择性粘贴”成数值再传",
    "This cell is a formula. Copy the column, paste it as values, then send it.",
)
MERGED: Final = Text("有合并的单元格。拆开，一格填一项", "Cells are merged. Unmerge them; each cell holds one answer.")
TWICE: Final = Text("这个号码填了两次，一人填一次", "This number stands here twice. Give each person once.")
STILL_EMPTY: Final = Text("这一项还没填", "This is still empty.")
WHOLE_ROW: Final = Text("整行", "The row")

Cell: TypeAlias = object


@dataclass(frozen=True, slots=True)
class Column:
    """A question of the table: a fact of every member (``hire.id_number``) and its attribute.

    ``whose``: what its subject is called, where another column has the same name.
    """

    fact: str
    attribute: Attribute
    whose: Text | None = None

    @property
    def label(self) -> Text:
        """The head of the column."""
        label, whose = self.attribute.label, self.whose
        return Text(f"{whose.zh} · {label.zh}", f"{whose.en} · {label.en}") if whose else label


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the cells of one column in some rows, and what to do; rows count as the spreadsheet does.

    ``fact`` is the column's, empty where a whole row or table is meant.
    """

    column: Text
    text: Text
    rows: tuple[int, ...]
    example: str
    fact: str = ""


class WrongSheet(Exception):  # noqa: N818 -- reads as what it is where it is caught
    """A filled table of which nothing was taken, with every fault in it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"{sum(len(fault.rows) for fault in faults)} wrong cells")
        self.faults = tuple(faults)


@dataclass(slots=True)
class Judged:
    """A table row by row: what each says by fact, every fault, and what is odd though it is taken.

    ``members`` holds every row that is not empty; those in ``wrong`` are not to be taken.
    """

    heads: list[Column | None]
    members: dict[int, dict[str, object]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    doubts: list[Fault] = field(default_factory=list)

    @property
    def wrong(self) -> set[int]:
        """The rows with a fault."""
        return {row for fault in self.faults for row in fault.rows}


def collected(chunks: Iterable[bytes]) -> bytes:
    """An upload as a whole. Raises Problem 413 ``too-large``."""
    content = bytearray()
    for chunk in chunks:
        content += chunk
        if len(content) > MOST_BYTES:
            most = MOST_BYTES // 1_000_000
            text = Text(f"表格最多 {most} MB，分几次传", f"A table may have {most} MB. Send it in parts.")
            raise Problem(413, "too-large", text)
    return bytes(content)


def read_rows(name: str, content: bytes, most: int) -> Sheet:
    """The cells of the first sheet, row by row, whatever the file is called, for ``most`` people at most.

    Raises Problem 413, 415.
    """
    sheet = _workbook(content) if content.startswith(b"PK") else Sheet(said(_text_rows(name, content)))
    if sum(1 for row in sheet.rows if row) > most + 1:
        raise Problem(
            413,
            "too-large",
            Text(f"一张表最多 {most} 人，分几次传", f"{most} people at most. Send it in parts."),
        )
    return sheet


def _text_rows(name: str, content: bytes) -> Iterator[list[Cell]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", errors="replace")  # what spreadsheets of this country write
    if "\x00" in text or name.lower().endswith((".xls", ".pdf", ".html", ".htm")):
        raise _wrong_type()
    try:
        for number, row in enumerate(csv.reader(StringIO(text, newline=""))):
            if number == MOST_LINES:
                raise _wrong_type()
            yield list(row)
    except csv.Error:
        raise _wrong_type() from None


def _workbook(content: bytes) -> Sheet:
    try:
        return read_workbook(content)
    except UnreadableWorkbook:
        raise _wrong_type() from None


def _wrong_type() -> Problem:
    text = Text("打不开这个表格。存成 xlsx 或 CSV 再传", "This table cannot be opened. Save it as xlsx or CSV.")
    return Problem(415, "wrong-type", text)


def judged(
    catalog: Catalog,
    possible: Sequence[Column],
    sheet: Sheet,
    on: date,
    required: Collection[str] = (),
    naming: Collection[str] = (),
) -> Judged:
    """What each row says, by fact, as `filling.fill` takes it, and every fault; empty rows are left out.

    ``required`` facts must stand in every row; those ``naming`` somebody stand in one row only. ``on`` is today.
    Raises WrongSheet where the first row does not name the columns, or nobody stands below it.
    """
    heads = heads_of(possible, sheet.rows[0] if sheet.rows else [])
    absent = [each for each in possible if each.fact in required and each not in heads]
    judge = _Judge(catalog, sheet, on, frozenset(required))
    members: dict[int, dict[str, object]] = {}
    for at, row in enumerate(sheet.rows):
        if at and row:
            members[at + 1] = judge.row(at, heads, row)
            for column in absent:
                judge.faults.add(column, STILL_EMPTY, at + 1)
    if not members:
        nobody = Text("表里一行人也没有。一个人填一行", "There is nobody in the table. Give everybody a row.")
        raise WrongSheet([Fault(Text("整张表", "The table"), nobody, (), "")])
    for named in heads:
        if named is not None and named.fact in naming:
            judge.refuse_twice(named, members)
    return Judged(heads, members, judge.faults.told(), judge.doubts.told())


class _Notes:
    """What is to be told of cells: the same of many rows is told once, with one of them as it was typed."""

    def __init__(self) -> None:
        self._rows: dict[tuple[Column | None, Text], tuple[list[int], str]] = {}

    def add(self, column: Column | None, text: Text | None, row: int, cell: str = "") -> None:
        """Note a text, if there is one, of a cell in this column, or of the whole row."""
        if text is not None:
            self._rows.setdefault((column, text), ([], cell))[0].append(row)

    def told(self) -> list[Fault]:
        """All that was noted."""
        return [
            Fault(column.label if column else WHOLE_ROW, text, tuple(rows), cell, column.fact if column else "")
            for (column, text), (rows, cell) in self._rows.items()
        ]


@dataclass(frozen=True, slots=True)
class _Judge:
    """What cells are judged by, and what was found so far."""

    catalog: Catalog
    sheet: Sheet
    on: date
    required: frozenset[str]
    faults: _Notes = field(default_factory=_Notes)
    doubts: _Notes = field(default_factory=_Notes)

    def row(self, at: int, heads: Sequence[Column | None], row: Sequence[Cell]) -> dict[str, object]:
        """What a row says, by fact."""
        member: dict[str, object] = {}
        if at in self.sheet.merged:
            self.faults.add(None, MERGED, at + 1)
        for place, column in enumerate(heads):
            if column is None:
                continue
            cell = row[place] if place < len(row) else None
            try:
                value = self.cell(at, place, column, cell)
            except values.WrongValue as wrong:
                self.faults.add(column, wrong.text, at + 1, as_text(cell))
                continue
            if value is not None:
                member[column.fact] = values.write(value)
                self.doubts.add(column, values.doubt_of(column.attribute, value), at + 1, as_text(cell))
        return member

    def cell(self, at: int, place: int, column: Column, cell: Cell) -> Value:
        """The value of a cell, None of an empty one. Raises WrongValue."""
        if (at, place) in self.sheet.formulas:
            raise values.WrongValue("formula", FORMULA)
        text = as_text(cell)
        value = value_of(self.catalog, column.attribute, cell, text, self.on) if text else None
        if value is None and column.fact in self.required:
            raise values.WrongValue("missing", STILL_EMPTY)
        return value

    def refuse_twice(self, column: Column, members: Mapping[int, Mapping[str, object]]) -> None:
        """Two rows are two people: one key cannot name both."""
        rows: dict[object, list[int]] = defaultdict(list)
        for row, member in members.items():
            if column.fact in member:
                rows[member[column.fact]].append(row)
        for key, several in rows.items():
            for row in several if len(several) > 1 else ():
                self.faults.add(column, TWICE, row, str(key))


def heads_of(possible: Sequence[Column], heads: Sequence[Cell]) -> list[Column | None]:
    """The column of each head, by its name in either language; None for one that is empty or remarks.

    Raises WrongSheet where a head names no column, or two the same.
    """
    by_name = {name: each for each in reversed(possible) for name in (each.fact, each.label.zh, each.label.en.lower())}
    names = ["" if (name := as_text(head)) in (REMARK.zh, REMARK.en) else name for head in heads]
    found = [by_name.get(name) or by_name.get(name.lower()) for name in names]
    wrong = [name for name, column in zip(names, found, strict=True) if column is None and name]
    if wrong or not any(found):
        told = Text(
            "第一行是列名，用下载的表填，列名不改", "The first row names the columns. Fill in the table you downloaded."
        )
        raise WrongSheet([Fault(Text(name, name), told, (1,), name) for name in wrong[:20] or ["?"]])
    twice = [column for at, column in enumerate(found) if column is not None and column in found[:at]]
    if twice:
        told = Text("这一列出现了两次，删掉一列", "This column stands here twice. Remove one.")
        raise WrongSheet([Fault(column.label, told, (1,), "", column.fact) for column in twice])
    return found


def as_text(cell: Cell) -> str:
    """A cell as a person reads it."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip().removeprefix("'")


def value_of(catalog: Catalog, attribute: Attribute, cell: Cell, text: str, on: date) -> Value:
    """A cell as the form takes it: a label becomes its option, a name of a region its code. Raises WrongValue."""
    if isinstance(cell, float | int) and not isinstance(cell, bool) and len(text.lstrip("-")) > MOST_DIGITS:
        told = Text(
            "表格软件改掉了末尾几位。这一列设成文本，重新填",
            "The last digits are lost. Make the column text, type it again.",
        )
        raise values.WrongValue("not-a-number", told)
    if attribute.kind == "boolean":
        text = {"是": "true", "否": "false", "yes": "true", "no": "false"}.get(text.lower(), text.lower())
    if attribute.kind == "region":
        text = next((code for code, name in catalog.regions.items() if text in (name.zh, name.en)), text)
    if attribute.kind == "date":
        text = "-".join(f"{part:0>2}" for part in text.replace("/", "-").replace(".", "-").split("-"))
    text = next((o.value for o in attribute.options if text in (o.label.zh, o.label.en)), text)
    value = values.read(attribute, text)
    if attribute.kind == "resident-id" and str(value)[6:14] > f"{on:%Y%m%d}":
        born = Text("身份证号里的生日还没到，对一下", "Its date of birth is in the future.")
        raise values.WrongValue("id-number-birth-date", born)
    return value


def written(attribute: Attribute, raw: Raw) -> str:
    """A stored value as a cell: yuan, yes and no, the label of a choice."""
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if attribute.kind == "fen":
        return values.yuan(int(raw or 0)).replace(",", "")
    return next((option.label.zh for option in attribute.options if option.value == raw), str(raw))
