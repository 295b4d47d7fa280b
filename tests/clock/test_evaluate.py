"""Bad questions get an error of their own, in bounded time, and spoil no other."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest

from tongban.clock import Calendar, ClockError, evaluate, questions

GOOD: dict[str, Any] = {"id": "good", "calendar": "cn", "start": "2026-03-02", "limit": "5 workdays"}
PLAIN: dict[str, Any] = {"weekend": [6, 7], "holidays": [], "workdays": []}


def answer(stacks: dict[str, Calendar], item: object) -> dict[str, Any]:
    [only] = cast("list[dict[str, Any]]", evaluate([item], stacks))
    return only


def test_an_answer_has_the_agreed_keys(stacks: dict[str, Calendar]) -> None:
    assert answer(stacks, {**GOOD, "limit": "2 workdays"}) == {
        "id": "good",
        "due": "2026-03-04",
        "provisional": False,
        "days": [
            {"date": "2026-03-03", "counted": True, "why": "workday"},
            {"date": "2026-03-04", "counted": True, "why": "workday"},
        ],
    }


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-03-02", "2026-03-04"),
        ("2026-03-02T09:00", "2026-03-04T09:00"),
        ("2026-03-02T09:00:00", "2026-03-04T09:00:00"),
        ("2026-03-02T09:00:00.250", "2026-03-04T09:00:00.250000"),
        ("2026-03-02T09:00+08:00", "2026-03-04T09:00+08:00"),
        ("2026-03-02T09:00:00Z", "2026-03-04T17:00:00+08:00"),
    ],
)
def test_due_has_the_form_of_start(stacks: dict[str, Calendar], start: str, due: str) -> None:
    assert answer(stacks, {**GOOD, "start": start, "limit": "2 workdays"})["due"] == due


def test_answers_keep_the_order_and_a_bad_one_spoils_no_other(stacks: dict[str, Calendar]) -> None:
    answers = evaluate([{**GOOD, "id": "1"}, {**GOOD, "id": "2", "limit": "soon"}, {**GOOD, "id": "3"}], stacks)
    assert [(item["id"], "error" in item) for item in answers] == [("1", False), ("2", True), ("3", False)]


PAUSE = {"from": "2026-03-03", "to": "2026-03-04", "kind": "pause"}


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("key-missing", {"id": None}),
        ("key-missing", {"start": None}),
        ("key-missing", {"limit": None}),
        ("key-missing", {"calendar": None}),
        ("key-unknown", {"extention": ["5 workdays"]}),
        ("key-unknown", {"pause": [PAUSE]}),
        ("limit-malformed", {"limit": "5 work days"}),
        ("limit-malformed", {"limit": "x" * 100_000}),
        ("limit-malformed", {"extensions": ["5"]}),
        ("too-far", {"limit": "9" * 100_000 + " workdays"}),
        ("too-far", {"limit": "1000000 months"}),
        ("too-far", {"start": "9999-12-31"}),
        ("date-impossible", {"start": "2026-02-30"}),
        ("date-impossible", {"start": "2026-3-2"}),
        ("date-impossible", {"start": "20260302"}),
        ("date-impossible", {"start": "2026-W10-1"}),
        ("date-impossible", {"start": "2026-03-02 09:00"}),
        ("date-impossible", {"start": "2026-03-02T25:00"}),
        ("date-impossible", {"start": "0000-01-01"}),
        ("date-impossible", {"start": 20260302}),
        ("date-impossible", {"now": "today"}),
        ("calendar-unknown", {"calendar": "us"}),
        ("date-impossible", {"calendar": {**PLAIN, "holidays": ["2026-13-01"]}}),
        ("too-far", {"calendar": {**PLAIN, "weekend": [1, 2, 3, 4, 5, 6, 7]}}),
        ("date-impossible", {"pauses": [{**PAUSE, "to": "2026-03-32"}]}),
        ("pause-reversed", {"pauses": [{**PAUSE, "to": "2026-03-02"}]}),
        ("pause-open", {"pauses": [{**PAUSE, "to": None}]}),
        ("pause-reversed", {"pauses": [{**PAUSE, "to": None}], "now": "2026-03-01"}),
        ("moment-needed", {"limit": "5 hours"}),
        ("units-mixed", {"extensions": ["5 hours"]}),
        ("extension-reversed", {"extensions": ["-5 workdays"]}),
    ],
)
def test_a_bad_question_is_refused(stacks: dict[str, Calendar], code: str, change: dict[str, Any]) -> None:
    error = answer(stacks, {**GOOD, **change})["error"]
    assert error["code"] == code
    assert error["message"]
    assert error["message_zh"]
    assert len(error["message"]) < 300


@pytest.mark.parametrize(
    ("place", "change"),
    [
        ("id", {"id": ["x"]}),
        ("limit", {"limit": 5}),
        ("extensions", {"extensions": "5 workdays"}),
        ("extensions.2", {"extensions": ["5 workdays", 5]}),
        ("calendar", {"calendar": 5}),
        ("calendar.weekend", {"calendar": {"holidays": []}}),
        ("calendar.weekend", {"calendar": {**PLAIN, "weekend": [0]}}),
        ("calendar.weekend", {"calendar": {**PLAIN, "weekend": [8]}}),
        ("calendar.weekend", {"calendar": {**PLAIN, "weekend": [True]}}),
        ("calendar.holidays", {"calendar": {**PLAIN, "holidays": "2026-03-02"}}),
        ("roll", {"roll": "forward"}),
        ("roll", {"roll": ["next"]}),
        ("start_roll", {"start_roll": "previous"}),
        ("pauses", {"pauses": PAUSE}),
        ("pauses.1", {"pauses": ["2026-03-03"]}),
        ("pauses.2", {"pauses": [PAUSE, {"to": "2026-03-04"}]}),
        ("pauses.1.kind", {"pauses": [{**PAUSE, "kind": "stop"}]}),
    ],
)
def test_a_wrong_value_is_refused_with_its_place(
    stacks: dict[str, Calendar], place: str, change: dict[str, Any]
) -> None:
    error = answer(stacks, {**GOOD, **change})["error"]
    assert error["code"] == "value-wrong"
    assert error["message"].startswith(f"'{place}' must be ")
    assert error["message_zh"].startswith(f"“{place}”应是")


@pytest.mark.parametrize(
    ("start", "shown"), [(20260302, "(int)"), ("x" * 40, "x" * 40), ("x" * 41, "x" * 40 + "…"), ("\ud800", "?")]
)
def test_what_was_given_is_shown_shortened(stacks: dict[str, Calendar], start: object, shown: str) -> None:
    error = answer(stacks, {**GOOD, "start": start})["error"]
    assert error["message"].startswith(f"start: {shown} is no date")
    assert error["message_zh"].startswith(f"start：{shown} 不是有效日期")


@pytest.mark.parametrize("item", [None, 5, "good", [], [GOOD]])
def test_what_is_no_object_is_refused(stacks: dict[str, Calendar], item: object) -> None:
    assert answer(stacks, item)["error"]["code"] == "not-an-object"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("not-json", ""),
        ("not-json", "[{]"),
        ("not-json", "[" * 100_000),
        ("not-json", "[" + "9" * 5_000 + "]"),
        ("not-an-array", json.dumps(GOOD)),
        ("not-an-array", "null"),
    ],
)
def test_input_that_is_no_array_of_json_is_refused(code: str, text: str) -> None:
    with pytest.raises(ClockError) as refusal:
        questions(text)
    assert refusal.value.code == code


def test_the_longest_answer_takes_bounded_time(stacks: dict[str, Calendar]) -> None:
    pauses = [
        {"from": f"20{year}-01-0{day}", "to": f"20{year}-12-31", "kind": "pause"} for year in (27, 28) for day in (1, 2)
    ]
    long = answer(stacks, {**GOOD, "limit": "25000 workdays", "pauses": pauses * 500})
    assert sum(day["counted"] for day in long["days"]) == 25_000
    assert long["provisional"]
