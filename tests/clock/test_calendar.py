"""The calendar's data agrees with another source day by day, and layers stack as a person would expect."""

from __future__ import annotations

import copy
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import chinese_calendar
import pytest
from tests.examples import examples

from tongban.clock import Calendar, ClockError, Kind, Layer, Limit, Name, Source, calendars, due, read_documents

YEARS = range(2022, 2027)
FLOOD: dict[str, Any] = {
    "calendar": "zhuzhou-flood",
    "stack": "cn",
    "source": {"title": "a made-up order"},
    "holidays": [{"name": {"zh": "防汛停工", "en": "Closed for the flood"}, "from": "2026-07-02", "to": "2026-07-03"}],
}


def year_2026() -> dict[str, Any]:
    return {
        "calendar": "cn-2026",
        "stack": "cn",
        "year": 2026,
        "source": {"title": "a notice", "document_number": "1", "date": date(2025, 11, 4)},
        "holidays": [
            {"name": {"zh": "国庆节", "en": "National Day"}, "from": "2026-10-01", "to": "2026-10-07"},
            {"name": {"zh": "调休", "en": "Make-up"}, "workdays": ["2026-10-10"]},
        ],
    }


@pytest.mark.parametrize("year", YEARS)
def test_every_day_agrees_with_chinesecalendar(cn: Calendar, year: int) -> None:
    days = [date(year, 1, 1) + timedelta(number) for number in range(365 + (year == 2024))]
    assert days[-1] == date(year, 12, 31)
    assert [cn.is_workday(day) for day in days] == [chinese_calendar.is_workday(day) for day in days]


@pytest.mark.parametrize(("year", "workdays"), [(2022, 249), (2023, 249), (2024, 251), (2025, 248), (2026, 248)])
def test_workdays_of_a_year(cn: Calendar, year: int, workdays: int) -> None:
    assert len(cn.year(year).workdays) == workdays
    assert cn.covers(year)


def test_what_two_calendars_take_alike_moves_no_date(cn: Calendar) -> None:
    """A limit keeps its end unless a day that the two do not take alike lies between its start and that end."""
    random = Random(1)  # noqa: S311 -- repeatable, not secret
    moved = 0
    for _ in range(examples(300)):
        off = date(2026, 1, 1) + timedelta(random.randrange(330))
        flood = {**FLOOD, "holidays": [FLOOD["holidays"][0] | {"from": f"{off}", "to": f"{off + timedelta(1)}"}]}
        other = Calendar.stacked([*cn.layers, *calendars([flood])["cn"].layers])
        span = other.changed_since(cn)
        assert span == cn.changed_since(other)
        start = date(2026, 1, 1) + timedelta(random.randrange(330))
        limit = Limit(random.randrange(1, 30), random.choice(["workday", "day"]))
        was, now = due(cn, start, limit, roll="next"), due(other, start, limit, roll="next")
        moved += was.due != now.due
        if span is None or span[0] > was.due or span[1] < start:
            assert (was.due, was.green_until, was.provisional) == (now.due, now.green_until, now.provisional)
    assert moved > 0


def test_a_year_that_is_settled_by_now_is_a_change_of_all_its_days(cn: Calendar) -> None:
    known = Calendar.stacked([layer for layer in cn.layers if layer.year != 2026])
    assert cn.changed_since(known) == known.changed_since(cn) == (date(2026, 1, 1), date(2026, 12, 31))
    assert cn.changed_since(cn) is None
    assert Calendar.plain({7}).changed_since(Calendar.plain({6, 7})) == (date.min, date.max)
    assert cn.changed_since(Calendar.plain({6, 7})) == (date.min, date.max)
    settled = Calendar.stacked([Layer("quiet", Source("a notice"), 2026, {}, frozenset())])
    assert settled.changed_since(Calendar.stacked([])) == (date(2026, 1, 1), date(2026, 12, 31))


def test_every_year_names_its_notice(cn: Calendar) -> None:
    numbers = {layer.year: layer.source.document_number for layer in cn.layers}
    assert numbers == {
        2022: "国办发明电〔2021〕11号",
        2023: "国办发明电〔2022〕16号",
        2024: "国办发明电〔2023〕7号",
        2025: "国办发明电〔2024〕12号",
        2026: "国办发明电〔2025〕7号",
    }
    assert all(str(layer.year) in layer.source.title for layer in cn.layers)


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 2, 13), "workday"),
        (date(2026, 2, 14), "make-up"),
        (date(2026, 2, 15), "holiday"),
        (date(2026, 3, 1), "weekend"),
        (date(2024, 2, 9), "workday"),
        (date(2022, 12, 31), "holiday"),
        (date(2027, 10, 1), "workday"),
    ],
)
def test_kind(cn: Calendar, day: date, kind: Kind) -> None:
    assert cn.kind(day) == kind


def test_a_holiday_has_a_name_and_a_workday_has_none(cn: Calendar) -> None:
    name = cn.name(date(2026, 2, 17))
    assert name is not None
    assert (name.zh, name.en) == ("春节", "Spring Festival")
    assert cn.name(date(2026, 2, 14)) is None


def test_a_year_that_no_notice_covers_is_monday_to_friday(cn: Calendar) -> None:
    assert not cn.covers(2027)
    assert not cn.covers(2021)
    assert len(cn.year(2027).workdays) == 261


def test_an_override_lies_above_and_settles_no_year() -> None:
    calendar = calendars([FLOOD, year_2026()])["cn"]
    assert calendar.kind(date(2026, 7, 2)) == "holiday"
    assert not calendar.covers(2027)
    worked = {**FLOOD, "calendar": "zhuzhou-work", "holidays": [{**FLOOD["holidays"][0], "workdays": ["2026-10-02"]}]}
    assert calendars([year_2026(), worked])["cn"].kind(date(2026, 10, 2)) == "make-up"


def test_a_later_notice_lies_above_an_earlier_one_and_an_override_above_both_whatever_their_ids() -> None:
    eve = date(2026, 12, 31)
    a_notice = Source("a notice")
    later = Layer("a", a_notice, 2027, {eve: Name("元旦", "New Year")}, frozenset())
    earlier = Layer("b", a_notice, 2026, {}, frozenset({eve}))
    flood = Layer("0", a_notice, None, {eve: Name("防汛停工", "Closed for the flood")}, frozenset())
    assert Calendar.stacked([later, earlier]).name(eve) == Name("元旦", "New Year")
    assert Calendar.stacked([flood, later, earlier]).name(eve) == Name("防汛停工", "Closed for the flood")


def test_a_span_of_days_off_may_last_a_year_and_a_day() -> None:
    long = year_2026()
    long["holidays"][0]["to"] = "2027-10-01"
    assert calendars([long])["cn"].kind(date(2027, 10, 1)) == "holiday"


def test_a_listed_workday_that_was_worked_anyway_is_an_ordinary_one() -> None:
    assert Calendar.plain({6, 7}, (), [date(2026, 3, 2)]).kind(date(2026, 3, 2)) == "workday"
    assert Calendar.plain({6, 7}, [date(2026, 3, 2)], [date(2026, 3, 2)]).kind(date(2026, 3, 2)) == "make-up"


def test_the_hash_follows_what_can_move_a_date_and_nothing_else() -> None:
    plain = calendars([year_2026()])["cn"]
    renamed = year_2026()
    renamed["holidays"][0]["name"]["en"] = "Golden Week"
    renamed["source"]["title"] = "another title"
    assert calendars([renamed])["cn"] == plain
    assert len({plain, calendars([renamed])["cn"]}) == 1
    days = [date(2026, 3, 2), date(2026, 3, 3)]
    assert Calendar.plain([7, 6], days) == Calendar.plain([6, 7], days[::-1])
    shorter = year_2026()
    shorter["holidays"][0]["to"] = "2026-10-06"
    unsettled = {key: value for key, value in year_2026().items() if key != "year"}
    assert len({plain.hash, calendars([shorter])["cn"].hash, calendars([unsettled])["cn"].hash}) == 3
    assert plain not in {calendars([shorter])["cn"], calendars([unsettled])["cn"]}
    assert plain != calendars([shorter])["cn"]
    assert plain != plain.hash


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (("calendar",), None, "calendar must be the id"),
        (("stack",), 3, "stack must be a text"),
        (("year",), "2026", "year must be a year"),
        (("year",), True, "year must be a year"),
        (("year",), 1, "year must be a year"),
        (("year",), 9999, "year must be a year"),
        (("year",), 2028, "2026-10-01 lies far from the year 2028"),
        (("source",), "the State Council", "source must name"),
        (("source", "title"), " ", "source.title must be a text"),
        (("source", "document_number"), 7, "source.document_number must be a text"),
        (("source", "date"), "2025-11-31", "source.date must be a date"),
        (("holidays",), {}, "holidays must be a list"),
        (("holidays", 0), "National Day", "holidays.1 must have name"),
        (("holidays", 0, "name"), "National Day", "holidays.1.name must have zh and en"),
        (("holidays", 0, "name", "zh"), None, "holidays.1.name.zh must be a text"),
        (("holidays", 0, "name", "en"), "", "holidays.1.name.en must be a text"),
        (("holidays", 0, "from"), "2026-10-32", "holidays.1.from must be a date"),
        (("holidays", 0, "to"), "2026-09-30", "holidays.1.to must be from 2026-10-01"),
        (("holidays", 0, "to"), "2027-10-02", "holidays.1.to must be from 2026-10-01"),
        (("holidays", 0, "to"), None, "holidays.1.to must be a date"),
        (("holidays", 1, "workdays"), "2026-10-10", "holidays.2.workdays must be a list"),
        (("holidays", 1, "workdays", 0), "10-10", "holidays.2.workdays must be a date"),
        (("holidays", 1, "workdays"), [], "holidays.2.from must be a date"),
    ],
)
def test_a_malformed_document_is_refused_with_its_place(path: tuple[Any, ...], value: object, told: str) -> None:
    document = copy.deepcopy(year_2026())
    at: Any = document
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    with pytest.raises(ClockError) as refusal:
        calendars([document])
    assert refusal.value.code == "calendar-malformed"
    id_ = "?" if path == ("calendar",) else "cn-2026"
    assert refusal.value.message.startswith(f"calendar {id_}: {told}")
    assert refusal.value.message_zh.startswith(f"历法 {id_}：{told.split(maxsplit=1)[0]} ")


def test_two_files_for_one_year_are_refused() -> None:
    with pytest.raises(ClockError, match="calendar cn-2026-again: year is already settled by cn-2026"):
        calendars([year_2026(), {**year_2026(), "calendar": "cn-2026-again"}])


@pytest.mark.parametrize("text", ["calendar: [", "year: 2026-02-30", "[" * 2_000, "year: " + "9" * 5_000, "? [a]\n: b"])
def test_a_file_that_is_no_yaml_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "broken.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ClockError, match=r"broken\.yaml"):
        read_documents(tmp_path)
