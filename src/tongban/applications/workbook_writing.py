"""Workbooks for people: the template of a table with its drop-down lists, and the rows that were not taken, remarked.

Every cell is a text and stays what was typed: nothing is read as a formula, an ID number keeps its last digits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from tongban.applications.tables import REMARK, Column
from tongban.catalog.vocabulary import Text

AS_TEXT: Final = "@"
BOLD: Final = Font(bold=True)
WRONG: Final = PatternFill("solid", fgColor="FFF2CC")
CHOICES: Final = Text("选项", "Choices")
WIDTH: Final = 22
MOST_COMMENTED: Final = 1_000
"""Rows whose wrong cells have a comment besides the remark that every row has: each costs kilobytes to write."""

Say = Callable[[Text], str]


def template(columns: Sequence[Column], most: int, say: Say) -> bytes:
    """An empty table to fill in: a head for each question with its hint, a list to choose from where there is one.

    ``most`` rows below the heads have their lists; ``say`` puts a text into the reader's language.
    """
    book = Workbook()
    sheet, lists = book.worksheets[0], book.create_sheet(say(CHOICES))
    sheet.title, sheet.freeze_panes, lists.sheet_state = say(Text("名单", "People")), "A2", "hidden"
    for place, column in enumerate(columns, start=1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = WIDTH
        sheet.column_dimensions[letter].number_format = AS_TEXT
        head = sheet.cell(1, place, say(column.label))
        head.font = BOLD
        if column.attribute.hint:
            head.comment = Comment(say(column.attribute.hint), "")
        choices = _choices(column, say)
        for row, choice in enumerate(choices, start=1):
            lists.cell(row, place, choice)
        rule = _rule(column, letter, len(choices), say)
        if rule is not None:
            rule.add(f"{letter}2:{letter}{most + 1}")
            sheet.add_data_validation(rule)
    return _saved(book)


def _choices(column: Column, say: Say) -> list[str]:
    if column.attribute.kind == "boolean":
        return [say(Text("是", "yes")), say(Text("否", "no"))]
    return [say(option.label) for option in column.attribute.options]


def _rule(column: Column, letter: str, choices: int, say: Say) -> DataValidation | None:
    """What a spreadsheet holds a column to: a list to choose from, or the length of a number."""
    if choices:
        source = f"'{say(CHOICES)}'!${letter}$1:${letter}${choices}"
        rule = DataValidation(type="list", formula1=source, allow_blank=True)
        rule.error = say(Text("从列表里选一个", "Choose from the list."))
    elif column.attribute.kind in {"resident-id", "credit-code"}:
        rule = DataValidation(type="textLength", operator="equal", formula1="18", allow_blank=True)
        rule.error = say(Text("要 18 位", "18 characters are needed."))
    else:
        return None
    rule.showErrorMessage = True
    return rule


def _text(sheet: Any, text: str) -> Cell:  # noqa: ANN401 -- openpyxl's write-only sheet
    """A cell that is this text, whatever it looks like."""
    cell: Cell = WriteOnlyCell(sheet, "".join(letter for letter in text if letter.isprintable()))
    cell.data_type = "s"
    cell.number_format = AS_TEXT
    return cell


def remarked(
    heads: Sequence[str],
    facts: Sequence[str],
    rows: Mapping[int, Sequence[str]],
    faults: Mapping[int, Sequence[Sequence[str]]],
    say: Say,
) -> bytes:
    """The rows with faults as they were typed: each wrong cell coloured, a last column says what is wrong with it.

    The first of them have it in comments too. Mended, it is a table like any other. ``facts`` are those of the
    columns, ``faults`` by row those of `BatchRow`.
    """
    missing = _not_among(facts, faults)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(say(Text("要改的行", "To put right")))
    places = [at for at, fact in enumerate(facts) if fact]
    for place in range(1, len(places) + len(missing) + 1):
        sheet.column_dimensions[get_column_letter(place)].width = WIDTH
    sheet.freeze_panes = "A2"
    named = [*(heads[at] for at in places), *(say(label) for label in missing.values()), say(REMARK)]
    sheet.append([_text(sheet, name) for name in named])
    columns = [*(facts[at] for at in places), *missing]
    for place, (number, told) in enumerate(faults.items()):
        cells = rows.get(number, ())
        typed = [*(cells[at] if at < len(cells) else "" for at in places), *("" for _ in missing)]
        sheet.append(_remarked_row(sheet, columns, typed, told, say, is_commented=place < MOST_COMMENTED))
    return _saved(book)


def _not_among(facts: Sequence[str], faults: Mapping[int, Sequence[Sequence[str]]]) -> dict[str, Text]:
    """The columns that the table lacked and that something is wrong with: fact and head."""
    found = {fault[0]: Text(fault[1], fault[2]) for told in faults.values() for fault in told if fault[0]}
    return {fact: label for fact, label in found.items() if fact not in facts}


def _remarked_row(
    sheet: Any,  # noqa: ANN401 -- openpyxl's write-only sheet
    columns: Sequence[str],
    typed: Sequence[str],
    told: Sequence[Sequence[str]],
    say: Say,
    *,
    is_commented: bool,
) -> Iterator[Cell]:
    by_fact: dict[str, list[str]] = {}
    for fact, _zh, _en, text_zh, text_en in told:
        by_fact.setdefault(fact, []).append(say(Text(text_zh, text_en)))
    for fact, text in zip(columns, typed, strict=True):
        cell = _text(sheet, text)
        if fact in by_fact:
            cell.fill = WRONG
            cell.comment = Comment("\n".join(by_fact[fact]), "") if is_commented else None
        yield cell
    yield _text(sheet, " · ".join(f"{say(Text(zh, en))}: {say(Text(a, b))}" for _fact, zh, en, a, b in told))


def _saved(book: Workbook) -> bytes:
    file = BytesIO()
    book.save(file)
    return file.getvalue()
