"""Golden timelines: whole lives, written down line by line. A changed line is a changed life; run with
TONGBAN_WRITE_TIMELINES=1 to write them anew, and read the difference.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.casework.world import (
    ANNA,
    CARA,
    GRANT,
    HANNA,
    LAMPS,
    LEO,
    OWNER,
    WANDA,
    WATER,
    WILL,
    Run,
    card,
    lamp,
    permit,
)

from tongban.casework.model import SYSTEM, Event

FOLDER = Path(__file__).parent / "timelines"


def consulted() -> Run:
    run = Run(permit())
    run.do(ANNA, "claim")
    run.do(ANNA, "accept")
    run.wait(days=1)
    run.do(ANNA, "consult", offices=[WATER, LAMPS])
    run.wait(hours=3)
    run.do(WANDA, "opine", opinion="agree", note="可以")
    run.wait(days=8)
    run.silence(task=f"opinion:{LAMPS}")
    run.do(CARA, "extend", days=3, reason="要看现场")
    run.do(ANNA, "pause", procedure="inspection", reason="现场查看")
    run.wait(days=2)
    run.do(ANNA, "resume")
    run.do(CARA, "decide", facts=GRANT)
    return run


def corrected_then_refused() -> Run:
    run = Run(permit())
    run.wait(days=1, hours=2)
    run.do(ANNA, "correct", fault="incomplete", items=["shop.seats"])
    run.wait(days=3)
    run.do(OWNER, "resubmit", facts={"shop.seats": 20})
    run.wait(days=1)
    run.do(ANNA, "accept")
    run.do(HANNA, "note", note="上次也是缺这个")
    run.wait(days=2)
    run.do(CARA, "refuse", reason="与规划不符")
    return run


def left_alone() -> Run:
    run = Run(permit())
    run.wait(days=8)
    run.silence(clock="acceptance")
    run.do(SYSTEM, "move-due")
    run.do(OWNER, "dispute", facts=["shop.region"])
    run.do(OWNER, "withdraw")
    return run


def fed() -> Run:
    run = Run(card(waits={1: ("shop.licence_number",)}))
    run.wait(days=4)
    run.do(SYSTEM, "supply", waits={}, facts={"shop.licence_number": "430211-2026-000001"})
    run.do(ANNA, "decide")
    return run


def dark_lamp() -> Run:
    run = Run(lamp())
    run.wait(hours=1)
    run.do(ANNA, "dispatch", offices=[WATER, LAMPS])
    run.wait(days=1)
    run.do(WILL, "handle", note="与水管无关")
    run.do(LEO, "claim", task=f"handling:{LAMPS}")
    run.do(LEO, "handle", note="换了灯泡", task=f"handling:{LAMPS}")
    run.do(ANNA, "verify", note="亮了")
    run.wait(days=4)
    run.silence(clock="confirming")
    run.wait(days=1)
    run.do(OWNER, "reopen", reason="又灭了")
    return run


LIVES: tuple[Callable[[], Run], ...] = (consulted, corrected_then_refused, left_alone, fed, dark_lamp)


def written(event: Event) -> str:
    """One event in words: when, who, what, and all that follows."""
    data = dict(event.data)
    what = str(data.pop("step", event.kind))
    clocks: dict[str, dict[str, str] | None] = data.pop("clocks", {})  # type: ignore[assignment]
    parts = [f"{event.recorded_at:%m-%d %H:%M}", event.actor, what]
    parts += [f"{'silently ' if data.pop('silent', False) else ''}→ {data.pop('to')}"] if "to" in data else []
    parts += [f"{name}: {clock.get('due', 'paused') if clock else 'stopped'}" for name, clock in clocks.items()]
    opened: list[dict[str, str]] = data.pop("opened", [])  # type: ignore[assignment]
    parts += [f"+{task['name']}@{task['office']}{' until ' + task['due'] if 'due' in task else ''}" for task in opened]
    parts += [f"-{task}" for task in data.pop("closed", [])]  # type: ignore[union-attr]
    for key in ("facts", "texts"):
        parts += [f"{key} {' '.join(data.pop(key))}"] if key in data else []  # type: ignore[arg-type]
    parts += [f"{key}={value}" for key, value in sorted(data.items())]
    return " · ".join(parts)


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.__name__)
def test_a_life_goes_as_it_is_written(life: Callable[[], Run]) -> None:
    lines = "\n".join(written(event) for event in life().events) + "\n"
    file = FOLDER / f"{life.__name__}.txt"
    if os.environ.get("TONGBAN_WRITE_TIMELINES"):
        file.write_text(lines)
    assert lines == file.read_text()
