"""What time does to cases by itself: lights that change, limits whose end decides, dates that a new calendar moves.

Each sweep may be run at any time, any number of times and by several workers: what was done stays done once. Lights
touch only rows whose moment has come, so their cost does not grow with what is closed or far from due. A case that
fails holds up no other (`apart`): it is logged and tried again by the next sweep.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

import orjson
import structlog
from django.db import OperationalError, transaction

from tongban.casework import service, timing
from tongban.casework.deed import Moment
from tongban.casework.model import MAIN_TASK, SYSTEM, Case, Command
from tongban.casework.numbers import case_number_of
from tongban.platform.database import query

PAGE = 500
MOST_COUNTED = 10_000

_NAMESPACE = UUID("8f6f3c0a-5d0e-5b7a-9c43-2f1f4f0a7d11")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Moved:
    """A date that a new calendar moved: of which case and clock (or task), from when to when."""

    number: str
    name: str
    was: datetime | None
    now: datetime | None


@contextmanager
def apart(number: str) -> Iterator[None]:
    """Do something for one case, all or nothing, so that a failure of it is logged and holds up no other case."""
    try:
        with transaction.atomic():
            yield
    except OperationalError:
        raise
    except Exception as failure:  # an effect of a pack may raise whatever it likes
        log.error("sweep_failed", case=number, exc_info=failure)  # noqa: TRY400 -- the same


def cross_lights() -> int:
    """Note every light that has changed by now, in the outbox; returns how many."""
    count = 0
    while crossed := _cross_page():
        count += crossed
    return count


def silence() -> list[service.Done]:
    """Let every limit that has ended decide where silence decides; returns what was done."""
    done: list[service.Done] = []
    for page in _silent_pages():
        for answer in _carry_out([_silence_order(*row) for row in page]):
            if isinstance(answer, service.Done):
                done.append(answer)
            else:
                log.warning("silence_refused", reason=str(answer))
    return done


def overdue() -> int:
    """How many limits have ended by now at which silence decides and has not: between sweeps few, and none for long.

    Counts to `MOST_COUNTED` at most.
    """
    now = service.now().at
    statement = "select count(*) from casework_silent(%s, '-infinity', 0, '', %s)"
    return int(query(statement, [now, MOST_COUNTED])[0][0])


def next_moment(after: datetime) -> datetime | None:
    """The first moment after this one at which time itself does something; None where nothing runs."""
    found: datetime | None = query("select casework_next_moment(%s)", [after])[0][0]
    return found


def move_due() -> tuple[list[Moved], int]:
    """Reckon all running limits by the calendar in force, each that moves noted on its case's timeline.

    Returns what moved, and in how many cases it failed.
    """
    moved: list[Moved] = []
    failed = 0
    calendar_hash = service.now().calendar_hash
    after = 0
    while page := query("select id from casework_running(%s, %s)", [after, PAGE]):
        after = page[-1][0]
        numbers = [case_number_of(case_id) for (case_id,) in page]
        orders = [
            service.Order(number, Command(str(uuid5(_NAMESPACE, f"{calendar_hash}:{number}")), "move-due"), SYSTEM)
            for number in numbers
        ]
        before = {case.number: case for case in service.cases(numbers)}
        answers = _carry_out(orders)
        failed += len(orders) - len(answers)
        for answer in answers:
            if isinstance(answer, service.Done) and answer.events:
                moved.extend(_moved(before[answer.case.number], answer.case))
    return moved, failed


def _carry_out(orders: Sequence[service.Order]) -> list[service.Answer]:
    """Carry out a page together, or one by one where a case of it fails; what failed has no answer."""
    if len(orders) == 1:
        with apart(orders[0].number):
            return service.commands(orders)
        return []
    try:
        return service.commands(orders)
    except OperationalError:
        raise
    except Exception:  # noqa: BLE001 -- whatever it was, the cases say it one by one
        return [answer for order in orders for answer in _carry_out([order])]


def _cross_page() -> int:
    moment = service.now()
    with transaction.atomic():
        found = query("select * from casework_crossings(%s, %s)", [moment.at, PAGE])
        rows = [
            {"case_id": case_id, "name": name, **_crossing(limit, yellow_at, due_at, moment)}
            for case_id, name, limit, yellow_at, due_at, _ in found
        ]
        query("select casework_crossed(%s::jsonb)", [orjson.dumps(rows).decode()])
    return len(rows)


def _crossing(limit: str, yellow_at: datetime, due_at: datetime, moment: Moment) -> dict[str, object]:
    """How far a light has come (1 yellow, 2 red, 3 the limit used twice …), and when it comes further."""
    crossed, next_at = timing.crossing(limit, yellow_at, due_at, moment.at, moment.calendar)
    return {"crossed": crossed, "next_at": next_at}


def _silent_pages() -> Iterator[list[tuple[int, str, datetime]]]:
    now = service.now().at
    after: tuple[object, ...] = ("-infinity", 0, "")
    while page := query("select * from casework_silent(%s, %s, %s, %s, %s)", [now, *after, PAGE]):
        case_id, name, due_at = page[-1]
        after = (due_at, case_id, name)
        yield [(row[0], row[1], row[2]) for row in page]


def _silence_order(case_id: int, name: str, due_at: datetime) -> service.Order:
    number = case_number_of(case_id)
    order_id = str(uuid5(_NAMESPACE, f"{number}:{name}:{due_at.isoformat()}"))
    is_task = ":" in name or name == MAIN_TASK
    order = Command(order_id, "silence", {} if is_task else {"clock": name}, task=name if is_task else None)
    return service.Order(number, order, SYSTEM)


def _moved(before: Case, after: Case) -> Iterator[Moved]:
    was, now = _dues(before), _dues(after)
    return (Moved(after.number, name, was.get(name), at) for name, at in now.items() if was.get(name) != at)


def _dues(case: Case) -> dict[str, datetime | None]:
    dues = {clock.name: timing.moments(clock.green_until, clock.due)[1] for clock in case.clocks}
    return dues | {task.id: timing.moments(task.green_until, task.due)[1] for task in case.tasks if task.due}
