"""Layers of a calendar from plain documents, as they stand in `packs/base/calendars/*.yaml`.

A yearly file has `year`; a local override (a flood closes the offices, a festival of the province) has none and lies
above. Documents of one `stack` make one calendar. Reading files is the caller's first step, `read_documents`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NoReturn

import yaml

from tongban.clock.calendar import Calendar, Layer, Name, Source
from tongban.clock.errors import ClockError

_MOST_DAYS = 366


def read_documents(folder: Path) -> list[object]:
    """Read every `*.yaml` file of a folder, by name. The one place in this room that touches a disk.

    Raises `ClockError` `calendar-malformed` where a file is no YAML.
    """
    documents: list[object] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            documents.append(yaml.safe_load(path.read_text(encoding="utf-8")))
        except (yaml.YAMLError, ValueError, RecursionError) as error:  # no YAML, or a value that cannot be
            raise ClockError(
                "calendar-malformed", en=f"{path.name} is no YAML: {error}", zh=f"{path.name} 不是有效的 YAML：{error}"
            ) from error
    return documents


def calendars(documents: Iterable[object]) -> dict[str, Calendar]:
    """Build one calendar for each stack named in the documents.

    Raises `ClockError` `calendar-malformed` with the place in the document.
    """
    stacks: dict[str, list[Layer]] = {}
    for document in documents:
        stack, layer = _layer(document)
        beside = stacks.setdefault(stack, [])
        for other in beside:
            if other.id == layer.id or (layer.year is not None and other.year == layer.year):
                _refuse(layer.id, "year", f"is already settled by {other.id}", f"已由 {other.id} 规定")
        beside.append(layer)
    return {stack: Calendar.stacked(layers) for stack, layers in stacks.items()}


def _layer(document: object) -> tuple[str, Layer]:
    if not isinstance(document, Mapping) or not isinstance(document.get("calendar"), str):
        _refuse("?", "calendar", "must be the id of the file's calendar", "必须是本历法文件的标识")
    id_ = document["calendar"]
    year = document.get("year")
    if year is not None and (not isinstance(year, int) or not date.min.year < year < date.max.year):
        _refuse(id_, "year", "must be a year such as 2026", "必须是年份，如 2026")
    holidays: dict[date, Name] = {}
    workdays: set[date] = set()
    for place, entry in _entries(id_, document):
        name = _name(id_, f"{place}.name", entry.get("name"))
        listed = entry.get("workdays", [])
        if "from" in entry or not listed:
            holidays.update(dict.fromkeys(_span(id_, place, entry), name))
        if not isinstance(listed, list):
            _refuse(id_, f"{place}.workdays", "must be a list of dates", "必须是日期列表")
        workdays.update(_date(id_, f"{place}.workdays", day) for day in listed)
    for day in (*holidays, *workdays):
        # A notice may reach into the last days of the year before, as that for 2023 did.
        if year is not None and abs(day.year - year) > 1:
            _refuse(id_, day.isoformat(), f"lies far from the year {year}", f"与年份 {year} 相距过远")
    return _text(id_, "stack", document.get("stack")), Layer(
        id_, _source(id_, document), year, holidays, frozenset(workdays)
    )


def _entries(id_: str, document: Mapping[object, object]) -> Iterator[tuple[str, Mapping[object, object]]]:
    entries = document.get("holidays")
    if not isinstance(entries, list):
        _refuse(id_, "holidays", "must be a list of holidays", "必须是节假日列表")
    for number, entry in enumerate(entries, 1):
        place = f"holidays.{number}"
        if not isinstance(entry, Mapping):
            _refuse(id_, place, "must have name, from and to", "必须包含 name、from 和 to")
        yield place, entry


def _span(id_: str, place: str, entry: Mapping[object, object]) -> list[date]:
    first, last = _date(id_, f"{place}.from", entry.get("from")), _date(id_, f"{place}.to", entry.get("to"))
    if not 0 <= (last - first).days < _MOST_DAYS:
        _refuse(id_, f"{place}.to", f"must be from {first} to a year later", f"必须在 {first} 之后一年以内")
    return [first + timedelta(number) for number in range((last - first).days + 1)]


def _source(id_: str, document: Mapping[object, object]) -> Source:
    source = document.get("source")
    if not isinstance(source, Mapping):
        _refuse(id_, "source", "must name the notice: title, document_number, date", "必须写明来源：标题、文号、日期")
    number, published = source.get("document_number"), source.get("date")
    return Source(
        _text(id_, "source.title", source.get("title")),
        None if number is None else _text(id_, "source.document_number", number),
        None if published is None else _date(id_, "source.date", published),
    )


def _name(id_: str, place: str, value: object) -> Name:
    if not isinstance(value, Mapping):
        _refuse(id_, place, "must have zh and en", "必须包含 zh 和 en")
    return Name(_text(id_, f"{place}.zh", value.get("zh")), _text(id_, f"{place}.en", value.get("en")))


def _text(id_: str, place: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        _refuse(id_, place, "must be a text", "必须是文字")
    return value


def _date(id_: str, place: str, value: object) -> date:
    if isinstance(value, str):
        with suppress(ValueError):
            value = date.fromisoformat(value)
    if not isinstance(value, date) or isinstance(value, datetime):
        _refuse(id_, place, "must be a date such as 2026-10-01", "必须是日期，如 2026-10-01")
    return value


def _refuse(id_: str, place: str, en: str, zh: str) -> NoReturn:
    raise ClockError("calendar-malformed", en=f"calendar {id_}: {place} {en}", zh=f"历法 {id_}：{place} {zh}")
