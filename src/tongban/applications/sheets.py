"""Many members in one table: what a spreadsheet asks of them, and taking a filled one, all of it or nothing.

A row is a member, a column a question. Every wrong cell is told at once, the same fault of many rows in one line.
Cells are data: what looks like a formula or a tag is a text, or no value of its column.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import islice
from typing import Any, Final, TypeAlias

from django.db import transaction

from tongban.accounts.actor import Actor
from tongban.applications import filling
from tongban.applications.document import member_key
from tongban.applications.planning import plan_of
from tongban.applications.problems import Problem, not_found
from tongban.applications.store import Open, load
from tongban.applications.subjects import MOST_MEMBERS, owner_of, together
from tongban.applications.workbooks import UnreadableWorkbook, read_workbook
from tongban.catalog import values
from tongban.catalog.model import Catalog
from tongban.catalog.vocabulary import Attribute, Raw, Text

MOST_BYTES: Final = 10_000_000
MOST_ROWS: Final = MOST_MEMBERS + 1
MOST_DIGITS: Final = 15
"""A spreadsheet keeps no more digits of a number than these: an ID number typed as one has lost its end."""

Cell: TypeAlias = object


@dataclass(frozen=True, slots=True)
class Column:
    """A question of the table: a fact of every member (``hire.id_number``) and its attribute."""

    fact: str
    attribute: Attribute

    @property
    def label(self) -> Text:
        """The head of the column."""
        return self.attribute.label


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the cells of one column in some rows, and what to do; rows count as the spreadsheet does."""

    column: Text
    text: Text
    rows: tuple[int, ...]
    example: str


class WrongSheet(Exception):  # noqa: N818 -- reads as what it is where it is caught
    """A filled table of which nothing was taken, with every fault in it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"{sum(len(fault.rows) for fault in faults)} wrong cells")
        self.faults = tuple(faults)


def columns(actor: Actor, number: str, subject: str) -> list[Column]:
    """The questions that are asked of at least one member of a ``many`` subject. Raises Problem 404."""
    return _columns(_opened(actor, number, subject), subject)


def table(actor: Actor, number: str, subject: str) -> tuple[list[Column], list[list[str]]]:
    """The columns, and a row of what was typed for each member, as people write it. Raises Problem 404."""
    opened = _opened(actor, number, subject)
    found = _columns(opened, subject)
    rows = []
    for member in range(1, len(opened.document.members[subject]) + 1):
        entries = [opened.document.facts.get(_key(opened, column, member)) for column in found]
        rows.append(
            [
                written(column.attribute, entry.raw) if entry is not None and entry.raw is not None else ""
                for column, entry in zip(found, entries, strict=True)
            ]
        )
    return found, rows


def take(actor: Actor, number: str, subject: str, name: str, chunks: Iterable[bytes]) -> int:
    """Take a filled table (xlsx or CSV): each row is a member, in order; returns how many there are.

    What a register already said is passed over. Raises WrongSheet with every fault, Problem 404, 413 ``too-large``,
    415 ``wrong-type``, 422.
    """
    opened = _opened(actor, number, subject)
    rows = read_rows(name, _collected(chunks))
    members = read_members(opened.catalog, _possible(opened, subject), rows)
    with transaction.atomic():
        filling.set_count(actor, number, subject, len(members))
        keys = {fact for each in together(opened.bundle, subject) if (fact := _naming(opened, each))}
        _fill(actor, number, subject, [{fact: raw for fact, raw in row.items() if fact in keys} for row in members])
        asked = {column.fact for column in columns(actor, number, subject)}
        _fill(actor, number, subject, [{fact: raw for fact, raw in row.items() if fact in asked} for row in members])
    return len(members)


def _fill(actor: Actor, number: str, subject: str, members: Sequence[Mapping[str, object]]) -> None:
    opened = _opened(actor, number, subject)
    facts: dict[str, Any] = {}
    for member, row in enumerate(members, start=1):
        for fact, raw in row.items():
            role, _, attribute = fact.partition(".")
            key = f"{member_key(opened.bundle, role, member)}.{attribute}"
            entry = opened.document.facts.get(key)
            if entry is None or entry.source == "claimed":
                facts[key] = raw
    if facts:
        filling.fill(actor, number, facts)


def _opened(actor: Actor, number: str, subject: str) -> Open:
    opened = load(actor, number)
    role = opened.bundle.subjects.get(subject)
    if role is None or not role.many or not opened.is_applicant:
        raise not_found()
    return opened


def _naming(opened: Open, subject: str) -> str | None:
    key = opened.catalog.types[opened.bundle.subjects[subject].type].key
    return f"{subject}.{key}" if key else None


def _columns(opened: Open, subject: str) -> list[Column]:
    """What the plan asks, and what was answered already, of these members, in the order of the definitions."""
    plan = plan_of(opened)
    asked = {line.fact for line in plan.questions} | {line.fact for line in plan.undecided}
    asked |= {line.fact for line in plan.had("known") if line.source == "claimed"}
    return [column for column in _possible(opened, subject) if column.fact in asked]


def _possible(opened: Open, subject: str) -> list[Column]:
    """Everything that anybody may say of these members."""
    subjects = [each for each in opened.bundle.subjects if owner_of(opened.bundle, each) == subject]
    subjects.sort(key=lambda each: each != subject)
    return [
        Column(f"{each}.{name}", attribute)
        for each in subjects
        for name, attribute in opened.catalog.types[opened.bundle.subjects[each].type].attributes.items()
        if attribute.claimable and attribute.derived is None
    ]


def _key(opened: Open, column: Column, member: int) -> str:
    role, _, name = column.fact.partition(".")
    return f"{member_key(opened.bundle, role, member)}.{name}"


def _collected(chunks: Iterable[bytes]) -> bytes:
    content = b""
    for chunk in chunks:
        content += chunk
        if len(content) > MOST_BYTES:
            raise Problem(
                413, "too-large", Text("表格最多 10 MB，分几次传", "A table may have 10 MB. Send it in parts.")
            )
    return content


def read_rows(name: str, content: bytes) -> list[list[Cell]]:
    """The cells of the first sheet, row by row, whatever the file is called. Raises Problem 413, 415."""
    return _few(_workbook_rows(content) if content.startswith(b"PK") else _text_rows(name, content))


def _few(rows: Iterable[list[Cell]]) -> list[list[Cell]]:
    """All rows, if no application could have more."""
    found = list(islice(rows, MOST_ROWS + 1))
    if len(found) > MOST_ROWS:
        most = MOST_MEMBERS
        text = Text(f"一张表最多 {most} 人，分几次传", f"{most} people at most. Send it in parts.")
        raise Problem(413, "too-large", text)
    return found


def _text_rows(name: str, content: bytes) -> Iterator[list[Cell]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", errors="replace")  # what spreadsheets of this country write
    if "\x00" in text or name.lower().endswith((".xls", ".pdf", ".html", ".htm")):
        raise _wrong_type()
    try:
        yield from map(list, csv.reader(StringIO(text, newline="")))
    except csv.Error:
        raise _wrong_type() from None


def _workbook_rows(content: bytes) -> list[list[Cell]]:
    try:
        return read_workbook(content)
    except UnreadableWorkbook:
        raise _wrong_type() from None


def _wrong_type() -> Problem:
    text = Text("打不开这个表格。存成 xlsx 或 CSV 再传", "This table cannot be opened. Save it as xlsx or CSV.")
    return Problem(415, "wrong-type", text)


def read_members(
    catalog: Catalog, possible: Sequence[Column], rows: Sequence[Sequence[Cell]]
) -> list[dict[str, object]]:
    """What each row says, by fact, as `filling.fill` takes it; empty rows are left out. Raises WrongSheet."""
    heads = _heads(possible, rows[0] if rows else [])
    faults: dict[tuple[Text, Text], tuple[list[int], str]] = {}
    members: list[dict[str, object]] = []
    for number, row in enumerate(rows[1:], start=2):
        if all(_as_text(cell) == "" for cell in row):
            continue
        said: dict[str, object] = {}
        for column, cell in zip(heads, row, strict=False):
            text = _as_text(cell)
            if column is None or not text:
                continue
            try:
                said[column.fact] = _value(catalog, column.attribute, cell, text)
            except values.WrongValue as wrong:
                faults.setdefault((column.label, wrong.text), ([], text))[0].append(number)
        members.append(said)
    if not members and not faults:
        nobody = Text("表里一行人也没有。一个人填一行", "There is nobody in the table. Give everybody a row.")
        raise WrongSheet([Fault(Text("整张表", "The table"), nobody, (), "")])
    if faults:
        raise WrongSheet([Fault(label, text, tuple(at), said) for (label, text), (at, said) in faults.items()])
    return members


def _heads(possible: Sequence[Column], heads: Sequence[Cell]) -> list[Column | None]:
    """The column of each head, by its name in either language; a head that names none is a fault, an empty one none."""
    by_name = {name: each for each in reversed(possible) for name in (each.fact, each.label.zh, each.label.en.lower())}
    found = [by_name.get(_as_text(head)) or by_name.get(_as_text(head).lower()) for head in heads]
    wrong = [_as_text(head) for head, column in zip(heads, found, strict=True) if column is None and _as_text(head)]
    if wrong or not any(found):
        told = Text(
            "第一行是列名，用下载的表填，列名不改", "The first row names the columns. Fill in the table you downloaded."
        )
        raise WrongSheet([Fault(Text(name, name), told, (1,), name) for name in wrong[:20] or ["?"]])
    return found


def _as_text(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip().removeprefix("'")


def _value(catalog: Catalog, attribute: Attribute, cell: Cell, text: str) -> object:
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
    return values.write(values.read(attribute, text))


def written(attribute: Attribute, raw: Raw) -> str:
    """A stored value as a cell: yuan, yes and no, the label of a choice."""
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if attribute.kind == "fen":
        return values.yuan(int(raw or 0)).replace(",", "")
    return next((option.label.zh for option in attribute.options if option.value == raw), str(raw))
