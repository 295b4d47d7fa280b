"""A small rulebook of made-up law, small enough to reckon in the head."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from tongban.policy import (
    Dated,
    Figure,
    Input,
    Parameter,
    Rule,
    Rulebook,
    Version,
    choose,
    clip,
    half_up,
    share,
    smaller,
    sources,
    table,
)
from tongban.text import Option, Reference, Text

LAW = Reference("made/up", "7")
STEP_MONTHS = 3


def base(f: Any) -> None:  # noqa: ANN401
    f.base_fen = clip(f.wage_fen, f.floor_fen, f.ceiling_fen)


def dues(f: Any) -> None:  # noqa: ANN401
    f.employer_fen = share(f.base_fen, table(f.trade, f.rates))
    f.employee_fen = half_up(f.base_fen, 3)
    f.left_fen = f.wage_fen - f.employee_fen


def dues_of_old(f: Any) -> None:  # noqa: ANN401
    f.employer_fen = 0 * f.base_fen
    f.employee_fen = f.base_fen // 3
    f.left_fen = f.wage_fen - f.employee_fen


def wait(f: Any) -> None:  # noqa: ANN401
    f.days = f.until - f.since
    f.months = choose((f.days < 0) | (f.calm == 1), 0, smaller(f.days // 30 + 1, STEP_MONTHS))


FORMULAS = {f"made/rules.{one.__name__}": one for one in (base, dues, dues_of_old, wait)}
STEPS = {name: one.steps for name, one in sources(Path(__file__).read_text(encoding="utf-8")).items()}


def text(word: str) -> Text:
    return Text(f"中{word}", word)


def version(formula: str, begin: date, end: date | None = None, *parameters: str) -> Version:
    names = tuple(f"made/{one}" for one in parameters)
    return Version(f"made/rules.{formula}", begin, LAW, end, names, STEPS[formula])


def figure(name: str, kind: Any = "fen") -> Figure:  # noqa: ANN401
    return Figure(name, text(name), kind, "secondary")


def parameter(name: str, *values: Dated, kind: Any = "fen") -> Parameter:  # noqa: ANN401
    return Parameter(f"made/{name}", text(name), kind, values)


BEGIN, CHANGE, END = date(2020, 1, 1), date(2024, 7, 1), date(2026, 12, 31)
WAGE = Input("wage_fen", text("wage"), "fen", most=100_000)
TRADES = (Option("calm", text("calm trade")), Option("wild", text("wild trade")))


def book(**formulas: Any) -> Rulebook:  # noqa: ANN401
    """The rulebook, with other formulas where they are given."""
    month = Input("month", text("month"), "month")
    rules = [
        Rule(
            "made/base",
            text("base"),
            (month, WAGE),
            (figure("base_fen"),),
            ("base_fen",),
            (version("base", BEGIN, None, "floor-fen", "ceiling-fen"),),
            "month",
        ),
        Rule(
            "made/dues",
            text("dues"),
            (Input("trade", text("trade"), "choice", options=TRADES, otherwise="calm"),),
            (figure("employer_fen"), figure("employee_fen"), figure("left_fen")),
            ("employer_fen", "left_fen"),
            (version("dues_of_old", BEGIN, date(2024, 6, 30)), version("dues", CHANGE, None, "rates")),
            "month",
            ("made/base",),
        ),
        Rule(
            "made/wait",
            text("wait"),
            (
                Input("since", text("since"), "date", most="on"),
                Input("until", text("until"), "date", least="since"),
                Input("calm", text("calm"), "count", most=1, otherwise=0),
            ),
            (figure("days", "days"), figure("months", "months")),
            ("days", "months"),
            (version("wait", BEGIN),),
        ),
    ]
    parameters = [
        parameter(
            "floor-fen",
            Dated(3_000, "verified", BEGIN, date(2024, 6, 30), LAW),
            Dated(3_100, "unverified", CHANGE, END, note=text("soon")),
        ),
        parameter("ceiling-fen", Dated(9_000, "secondary", BEGIN, None, LAW)),
        parameter("rates", Dated({"calm": 1_600, "wild": 2_005}, "verified", BEGIN, None, LAW), kind="rate"),
    ]
    named = FORMULAS | {f"made/rules.{name}": one for name, one in formulas.items()}
    return Rulebook({one.id: one for one in rules}, {one.id: one for one in parameters}, named)
