"""Lists of dated questions, answered one by one: the array in, array out form of `tongban clock`.

A question that cannot be answered gets an error of its own and spoils no other. A key that is not known is passed over,
unless it looks like a slip for one that is: a date must not come out wrong because of a letter.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date, datetime
from difflib import get_close_matches
from typing import Final, NoReturn, TypeVar

from tongban.clock.calendar import Calendar
from tongban.clock.deadline import Deadline, Pause, due
from tongban.clock.errors import ClockError, shortened
from tongban.clock.units import Limit

_NEEDED: Final = ("id", "calendar", "start", "limit")
_KEYS: Final = (*_NEEDED, "roll", "start_roll", "pauses", "extensions", "now", "source", "note", "due", "provisional")
_MOMENT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{3,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?"
)
_SUNDAY: Final = 7
_TO_MINUTES: Final = len("2026-03-01T09:00")

Item = Mapping[str, object]
Word = TypeVar("Word", bound=str)


def questions(text: str) -> list[object]:
    """Read the array of questions from JSON; raise `ClockError` `not-json` or `not-an-array`."""
    try:
        items = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ClockError("not-json", en=f"the input is no JSON: {error}", zh=f"输入不是有效的 JSON：{error}") from error
    if not isinstance(items, list):
        raise ClockError(
            "not-an-array", en="the input must be one array of questions", zh="输入必须是由问题组成的一个数组"
        )
    return items


def evaluate(items: Iterable[object], calendars: Mapping[str, Calendar]) -> list[dict[str, object]]:
    """Answer each question with `{id, due, provisional, days}` or `{id, error: {code, message, message_zh}}`, in order.

    `calendars` are those that a question may call by name.
    """
    return [_answer(item, calendars) for item in items]


def _answer(item: object, calendars: Mapping[str, Calendar]) -> dict[str, object]:
    id_ = item.get("id") if isinstance(item, dict) else None
    if not isinstance(id_, str | int):
        id_ = None
    try:
        if not isinstance(item, dict):
            _refuse(
                "not-an-object",
                "a question is an object with id, calendar, start and limit",
                "每个问题应是包含 id、calendar、start、limit 的对象",
            )
        deadline = _reckon(item, calendars)
    except ClockError as error:
        return {"id": id_, "error": {"code": error.code, "message": error.message, "message_zh": error.message_zh}}
    return {
        "id": id_,
        "due": _written(deadline.due, like=str(item["start"])),
        "provisional": deadline.provisional,
        "days": [{"date": day.date.isoformat(), "counted": day.counted, "why": day.why} for day in deadline.days],
    }


def _reckon(item: Item, calendars: Mapping[str, Calendar]) -> Deadline:
    _check_keys(item)
    now = item.get("now")
    return due(
        _calendar(item["calendar"], calendars),
        _moment("start", item["start"]),
        _limit("limit", item["limit"]),
        roll=_word("roll", item.get("roll"), ("next", "previous")),
        start_roll=_word("start_roll", item.get("start_roll"), ("next",)),
        pauses=[_pause(f"pauses.{number}", pause) for number, pause in enumerate(_list(item, "pauses"), 1)],
        extensions=[_limit(f"extensions.{number}", text) for number, text in enumerate(_list(item, "extensions"), 1)],
        now=None if now is None else _moment("now", now),
    )


def _check_keys(item: Item) -> None:
    for key in _NEEDED:
        if item.get(key) is None:
            _refuse("key-missing", f"'{key}' is missing; add it", f"缺少“{key}”；请补上")
    if not isinstance(item["id"], str | int):
        _wrong("id", "a text", "文字")
    for key in item.keys() - set(_KEYS):
        for near in get_close_matches(key, _KEYS, cutoff=0.8):
            _refuse(
                "key-unknown", f"'{key}' is no key; did you mean '{near}'?", f"没有“{key}”这个键；是否想写“{near}”？"
            )


def _calendar(value: object, calendars: Mapping[str, Calendar]) -> Calendar:
    if isinstance(value, str):
        if value not in calendars:
            known = ", ".join(sorted(calendars))
            _refuse(
                "calendar-unknown",
                f"there is no calendar '{shortened(value)}'; use one of: {known}",
                f"没有名为“{shortened(value)}”的历法；可用：{known}",
            )
        return calendars[value]
    if not isinstance(value, dict):
        _wrong("calendar", "a name, or weekend, holidays and workdays", "历法名称，或 weekend、holidays、workdays")
    weekend = value.get("weekend")
    if not isinstance(weekend, list) or not all(type(day) is int and 1 <= day <= _SUNDAY for day in weekend):
        _wrong("calendar.weekend", "a list of ISO weekdays from 1 to 7", "由 1 到 7 组成的星期列表")
    holidays, workdays = (
        [_date(f"calendar.{key}", day) for day in _list(value, key, "calendar.")] for key in ("holidays", "workdays")
    )
    return Calendar.plain(weekend, holidays, workdays)


def _pause(place: str, value: object) -> Pause:
    if not isinstance(value, dict) or value.get("from") is None:
        _wrong(place, "an object with from, to and kind", "包含 from、to、kind 的对象")
    to = value.get("to")
    return Pause(
        _moment(f"{place}.from", value["from"]),
        None if to is None else _moment(f"{place}.to", to),
        _word(f"{place}.kind", value.get("kind"), ("pause", "restart")) or "pause",
    )


def _limit(place: str, value: object) -> Limit:
    if not isinstance(value, str):
        _wrong(place, "a limit such as '5 workdays'", "期限，如“5 workdays”")
    return Limit.parse(value)


def _moment(place: str, value: object) -> date:
    """Read `YYYY-MM-DD`, or that with `THH:MM[:SS]` and perhaps an offset."""
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        with suppress(ValueError):
            return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    shown = shortened(value)
    raise ClockError(
        "date-impossible",
        en=f"{place}: {shown} is no date; write one that exists, as 2026-03-01 or 2026-03-01T09:00:00",
        zh=f"{place}：{shown} 不是有效日期；请写真实存在的日期，如 2026-03-01 或 2026-03-01T09:00:00",
    )


def _date(place: str, value: object) -> date:
    moment = _moment(place, value)
    return moment.date() if isinstance(moment, datetime) else moment


def _list(item: Item, key: str, within: str = "") -> list[object]:
    value = item.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        _wrong(within + key, "a list", "列表")
    return value


def _word(place: str, value: object, words: tuple[Word, ...]) -> Word | None:
    if value is None:
        return None
    if value not in words:
        choice = ", ".join(words)
        _wrong(place, f"null or one of: {choice}", f"null 或：{choice}")
    return value


def _written(value: date, like: str) -> str:
    """Write a date or moment in the form of the start: seconds only where it has them."""
    if not isinstance(value, datetime):
        return value.isoformat()
    has_seconds = like[_TO_MINUTES : _TO_MINUTES + 1] == ":"
    return value.isoformat(timespec="auto" if has_seconds else "minutes")


def _wrong(place: str, en: str, zh: str) -> NoReturn:
    _refuse("value-wrong", f"'{place}' must be {en}", f"“{place}”应是{zh}")


def _refuse(code: str, en: str, zh: str) -> NoReturn:
    raise ClockError(code, en=en, zh=zh)
