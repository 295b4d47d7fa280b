"""Matters of the house itself, by the machine alone: when they are promised for, and whose desk they come back to."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.casework.world import ANNA, HALL, HANNA, MONDAY, TRADE, WANDA, WATER, Run, refusal

from tongban.casework.model import Given, Opening


def undertaking(**facts: object) -> Run:
    """Something to be done, of which this is known."""
    given = {f"problem.{name}": Given(value, "claimed") for name, value in facts.items()}  # type: ignore[arg-type]
    return Run(Opening(1, "base/undertaking", {"problem": (5,)}, TRADE, "430211", given))


@pytest.mark.parametrize(
    ("facts", "due"),
    [
        ({"severity": "urgent"}, date(2026, 11, 17)),
        ({"severity": "serious"}, date(2026, 12, 7)),
        ({"severity": "minor"}, date(2026, 12, 28)),
        ({"severity": "urgent", "by": date(2027, 3, 1)}, date(2027, 3, 1)),
        ({"by": MONDAY.date()}, MONDAY.date()),
        ({"by": MONDAY.date() - timedelta(days=40)}, MONDAY.date()),
    ],
)
def test_it_is_promised_for_its_own_day_else_by_how_grave_it_is(facts: dict[str, object], due: date) -> None:
    run = undertaking(**facts)
    run.do(ANNA, "assign", offices=[WATER])
    assert run.due("mending") == due


def test_whoever_watches_a_matter_cannot_give_it_to_themselves() -> None:
    run = Run(Opening(1, "base/bad-rating", {"rating": (5,)}, TRADE, "430211", {}))
    for offices in ([TRADE], [WATER, TRADE]):
        assert refusal(run, ANNA, "give", offices=offices) == "own-office"


def test_who_called_back_puts_right() -> None:
    run = Run(Opening(1, "base/bad-rating", {"rating": (5,)}, TRADE, "430211", {}))
    run.do(ANNA, "give", offices=[WATER, HALL])
    run.do(WANDA, "call-back", facts={"rating.heard": "等太久"})
    tasks = [(task.name, task.office) for task in run.case.tasks if task.name != "main"]
    assert tasks == [("callback", HALL), ("mending", WATER)]
    assert refusal(run, HANNA, "mend", facts={"rating.measure": "加窗口"}) == "not-your-office"
    run.do(WANDA, "mend", facts={"rating.measure": "加窗口"})
    assert run.case.state == "mended"
