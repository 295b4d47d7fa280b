"""What time does to cases by itself: lights that change, limits whose end decides, dates that a new calendar moves.

Each sweep may be run at any time, any number of times and by several workers: what was done stays done once. Lights
touch only rows whose moment has come, so their cost does not grow with what is closed or far from due. A case that
fails holds up no other (`apart`): it is logged and tried again by the next sweep.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, TypeAlias
from uuid import UUID, uuid5

import orjson
import structlog
from django.db import OperationalError, transaction

from tongban.casework import rows, service, store, timing
from tongban.casework.deed import Moment
from tongban.casework.model import MAIN_TASK, SYSTEM, Case, Command
from tongban.casework.numbers import case_number_of
from tongban.platform.database import query
from tongban.publication import service as publication

PAGE = 1_000
MOST_COUNTED = 10_000
MOST_CROSSED = 50_000

_NAMESPACE = UUID("8f6f3c0a-5d0e-5b7a-9c43-2f1f4f0a7d11")

log = structlog.get_logger(__name__)


Span: TypeAlias = tuple[date, date]
"""The first and the last of some days."""

EVER: Final[Span] = (date.min, date.max - timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Moved:
    """A date that a new calendar moved: of which case and clock (or task), whose, from when to when."""

    number: str
    applicant: int
    name: str
    was: datetime
    now: datetime


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
    moment, count = service.now(), 0
    while crossed := _cross_page(moment):
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


def move_due(
    over: Span = EVER,
    after: int = 0,
    keep: Callable[[Sequence[Moved], int], None] = lambda _moved, _after: None,
    in_force: int | None = None,
) -> tuple[int, int]:
    """Reckon the limits that run over any of these days by the calendar in force, each that moves noted on its case's
    timeline. Goes by the cases' ids, from `after` on, a thousand at a time: what moved, and up to which id no case
    failed, is given to `keep` on the transaction that writes them.

    Returns how many dates moved, and in how many cases it failed.
    """
    count, failed = 0, 0
    in_force = publication.since(0)[-1][0] if in_force is None else in_force
    until = over[1] + timedelta(days=1)
    running = query("select casework_running(%s, %s, %s)", [str(over[0]), str(until), after])[0][0]
    for start in range(0, len(running), store.MOST_CHANGES):
        page = running[start : start + store.MOST_CHANGES]
        with transaction.atomic():
            moved, done = _move_page(page, in_force)
            failed += len(page) - done
            after = after if failed else page[-1]
            keep(moved, after)
        count += len(moved)
    return count, failed


def _move_page(page: Sequence[int], in_force: int) -> tuple[list[Moved], int]:
    """What moved of these cases, and how many were carried out: by one publication each is moved once."""
    numbers = [case_number_of(case_id) for case_id in page]
    found = query("select * from casework_dues(%s::bigint[])", [page])
    before = {(case_id, name): (due_at, applicant) for case_id, name, due_at, applicant in found}
    answers = _carry_out(
        [
            service.Order(number, Command(str(uuid5(_NAMESPACE, f"{in_force}:{number}")), "move-due"), SYSTEM)
            for number in numbers
        ]
    )
    changed = [answer.case for answer in answers if isinstance(answer, service.Done) and answer.events]
    return [one for case in changed for one in _moved(case, before)], len(answers)


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


def _cross_page(moment: Moment) -> int:
    """Carry on some lights. Those of one limit and the same moments change alike: each kind is reckoned once."""
    with transaction.atomic():
        found = query("select * from casework_crossings(%s, %s)", [moment.at, MOST_CROSSED])
        kinds = [
            {"allowed": limit, "yellow_at": yellow_at, "due_at": due_at, **_crossing(limit, yellow_at, due_at, moment)}
            for limit, yellow_at, due_at in found
        ]
        if not kinds:
            return 0
        parameters = [moment.at, orjson.dumps(kinds).decode(), MOST_CROSSED]
        return int(query("select casework_cross(%s, %s::jsonb, %s)", parameters)[0][0])


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


def _moved(case: Case, before: Mapping[tuple[int, str], tuple[datetime, int]]) -> Iterator[Moved]:
    for name, row in rows.clock_rows(case).items():
        was, applicant = before.get((row["case_id"], name), (row["due_at"], 0))
        if was != row["due_at"]:
            yield Moved(case.number, applicant, name, was, row["due_at"])
