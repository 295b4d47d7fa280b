"""What formulas may say, what they are read to do, and how that is told to people."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.policy.book import LAW, TRADES, book, text

from tongban.policy import (
    Input,
    Rulebook,
    Step,
    choose,
    lines,
    reckon,
    rests_on_unverified,
    shown,
    sources,
    table,
)
from tongban.policy.language import Source

TODAY = date(2026, 11, 16)


def formula(*body: str) -> Source:
    lines_ = "\n".join(f"    {line}" for line in body)
    return sources(f'LIMIT = 7\nROWS = {{1: 2}}\nother = 3\ndef one(f):\n    """What."""\n{lines_}\n')["one"]


def test_a_formula_is_read_without_being_run() -> None:
    found = formula("f.a = share(f.wage, f.rate) - LIMIT", "f.b = choose(f.a > 3, table(f.wage, ROWS), -1)")
    assert [(step.figure, step.expression) for step in found.steps] == [
        ("a", "share(wage, rate) - 7"),
        ("b", "choose(a > 3, table(wage, {1: 2}), -1)"),
    ]
    assert [(one.name, one.line, one.column) for one in found.reads] == [("wage", 6, 17), ("rate", 6, 25)]
    assert found.strange == ()


@pytest.mark.parametrize(
    ("body", "column"),
    [
        ("f.a = round(f.b)", 11),
        ("f.a = f.b / 2", 11),
        ("f.a = f.b % 2", 11),
        ("f.a = f.b * 0.5", 17),
        ("f.a = f.b if f.c else 1", 11),
        ("f.a = 1 < f.b < 3", 11),
        ("f.a = f.b and f.c", 11),
        ("f.a = not f.b", 11),
        ("f.a = ~f.b", 11),
        ("f.a = True", 11),
        ("f.a = other", 11),
        ("f.a = clip(f.b, least=1, most=2)", 11),
        ("f.a = f.clip(1)", 11),
        ("f.a = f.b.c", 11),
        ("a = f.b", 5),
        ("f.a = f.b = 1", 5),
        ("f.a += 1", 5),
        ("g.a = 1", 5),
        ("return f.a", 5),
        ("if f.a: f.b = 1", 5),
        ("for x in f.a: f.b = x", 5),
        ("f.a = f.a", 11),
    ],
)
def test_nothing_else_can_be_said(body: str, column: int) -> None:
    found = formula(body)
    if body == "f.a = f.a":
        assert [one.name for one in found.reads] == ["a"]
        return
    assert [(one.line, one.column) for one in found.strange] == [(6, column)]


def test_what_cannot_be_said_is_shown_in_at_most_60_characters() -> None:
    assert [one.name for one in formula("f.a = " + "x" * 61, "f.b = " + "y" * 60).strange] == ["x" * 60, "y" * 60]


def test_a_figure_is_set_once_and_not_after_it_was_read() -> None:
    assert [one.line for one in formula("f.a = 1", "f.a = 2").strange] == [7]
    assert [one.line for one in formula("f.b = f.a", "f.a = 2").strange] == [7]


def test_only_functions_of_one_argument_are_formulas() -> None:
    assert list(sources("def a(f): pass\ndef b(x, *, on): pass\ndef c(x, y): pass\ndef d(f, /): pass")) == ["a"]


def test_the_derivation_tells_each_line_with_its_source() -> None:
    whole = book()
    found = lines(whole, reckon(whole, "dues", {"month": "2026-11", "wage_fen": 5_000, "trade": "wild"}, TODAY))
    assert [(line.name, line.what, line.status) for line in found] == [
        ("trade", "given", None),
        ("month", "given", None),
        ("wage_fen", "given", None),
        ("floor_fen", "parameter", "unverified"),
        ("ceiling_fen", "parameter", "secondary"),
        ("rates", "parameter", "verified"),
        ("base_fen", "figure", "secondary"),
        ("employer_fen", "figure", "secondary"),
        ("employee_fen", "figure", "secondary"),
        ("left_fen", "figure", "secondary"),
    ]
    told = {line.name: line for line in found}
    assert told["trade"].shown.en == "wild trade"
    assert (told["trade"].value, told["month"].value, told["wage_fen"].value) == ("wild", "2026-11", 5_000)
    assert (told["base_fen"].because, told["ceiling_fen"].because) == (LAW, LAW)
    assert told["rates"].value == {"calm": 1_600, "wild": 2_005}
    assert told["rates"].shown.en == "a table of 2 rows"
    assert (told["floor_fen"].because, told["floor_fen"].note) == (
        None,
        book().parameters["made/floor-fen"].values[1].note,
    )
    how = {name: (line.how.en, line.how.zh) for name, line in told.items() if line.how}
    assert how["base_fen"] == (
        "wage (50.00 yuan), at least floor-fen (31.00 yuan), at most ceiling-fen (90.00 yuan)",
        "中wage（50.00 元），不低于中floor-fen（31.00 元），不高于中ceiling-fen（90.00 元）",
    )
    assert how["employer_fen"][0] == "base_fen (50.00 yuan) × (rates for trade (wild trade)), half up"
    assert how["employer_fen"][1] == "中base_fen（50.00 元）×（按中trade（中wild trade）查中rates），四舍五入到分"
    assert how["left_fen"][1] == "中wage（50.00 元）－中employee_fen（16.67 元）"


def test_a_figure_rests_on_what_is_behind_it_and_on_nothing_else() -> None:
    whole = book()
    old = whole.rules["made/dues"]
    steps = (Step("employer_fen", "base_fen"), Step("employee_fen", "employer_fen // 3"), Step("left_fen", "wage_fen"))
    rule = replace(old, versions=tuple(replace(one, steps=steps) for one in old.versions))
    other = Rulebook({**whole.rules, rule.id: rule}, whole.parameters, whole.formulas)
    for month, loose in [("2024-06", []), ("2024-07", ["base_fen", "employer_fen", "employee_fen"])]:
        reckoning = reckon(other, "dues", {"month": month, "wage_fen": 5_000}, TODAY)
        found = [name for name in other.figures(rule.id) if rests_on_unverified(other, reckoning, name)]
        assert found == loose


def test_conditions_and_choices_are_told() -> None:
    whole = book()
    found = lines(whole, reckon(whole, "wait", {"since": "2024-01-01", "until": "2024-02-20"}, TODAY))
    assert found[-1].how is not None
    assert found[-1].how.en == (
        "0 if ((days (50 days) < 0) or (calm (0) = 1)), else "
        "(the smaller of ((days (50 days) ÷ 30, rounded down) + 1) and 3)"
    )


@pytest.mark.parametrize(
    ("kind", "value", "zh", "en"),
    [
        ("fen", 123_456_789, "1,234,567.89 元", "1,234,567.89 yuan"),
        ("fen", 5, "0.05 元", "0.05 yuan"),
        ("fen", -5, "-0.05 元", "-0.05 yuan"),
        ("fen", 0, "0.00 元", "0.00 yuan"),
        ("rate", 1_600, "16%", "16%"),
        ("rate", 5, "0.05%", "0.05%"),
        ("rate", 831, "8.31%", "8.31%"),
        ("rate", 10_000, "100%", "100%"),
        ("months", 139, "139 个月", "139 months"),
        ("age", 60, "60 岁", "60 years old"),
        ("count", 1_234, "1,234", "1,234"),
        ("month", 2026 * 12 + 10, "2026 年 11 月", "2026-11"),
        ("date", date(2026, 11, 16).toordinal(), "2026 年 11 月 16 日", "2026-11-16"),
    ],
)
def test_values_are_shown_as_people_write_them(kind: str, value: int, zh: str, en: str) -> None:
    told = shown(kind, value)  # type: ignore[arg-type]
    assert (told.zh, told.en) == (zh, en)


def wait(f: Any) -> None:  # noqa: ANN401
    f.days = table(f.trade, {"calm": 1, "wild": 2})
    f.months = choose(f.trade == "calm", f.since, 0)


def test_tables_and_choices_in_a_formula_are_told_by_their_labels() -> None:
    whole = book(wait=wait)
    steps = sources(Path(__file__).read_text(encoding="utf-8"))["wait"].steps
    old = whole.rules["made/wait"]
    trade = Input("trade", text("trade"), "choice", options=TRADES)
    figures = (old.figures[0], replace(old.figures[1], kind="date"))
    rule = replace(old, inputs=(*old.inputs, trade), figures=figures, versions=(replace(old.versions[0], steps=steps),))
    other = Rulebook({"made/wait": rule}, {}, whole.formulas)
    facts = {"since": "2024-01-01", "until": "2024-01-02", "trade": "calm"}
    days, months = lines(other, reckon(other, "wait", facts, TODAY))[-2:]
    assert days.how is not None
    assert days.how.en == "a table (calm trade: 1; wild trade: 2) for trade (calm trade)"
    assert days.how.zh == "按中trade（中calm trade）查表（中calm trade: 1; 中wild trade: 2）"
    assert months.how is not None
    assert months.how.en == "since (2024-01-01) if trade (calm trade) = calm trade, else 0"
    assert (months.value, months.shown.zh) == ("2024-01-01", "2024 年 1 月 1 日")
