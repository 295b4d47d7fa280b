"""Taking over finished histories: applications that were carried through elsewhere, each case with all its events.

Nothing is decided here. Every history is folded in memory and held against its publication, its digests and its values;
then a batch is written by COPY as the city's owner, in one transaction. The next seal covers it. Nobody is told of it
and no holder is written to. What is there already, with the same heads, is passed over.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, TypeAlias

import psycopg
from django.db import connections, transaction

from tongban.casework import chain, definitions, fold, rows, sealed
from tongban.casework.model import NOT_POSSIBLE, WAITING, WITHDRAWN, Change, Event
from tongban.casework.numbers import id_of
from tongban.casework.store import Application
from tongban.casework.work import subject_of
from tongban.platform import time
from tongban.platform.database import query
from tongban.platform.errors import PlatformError
from tongban.platform.ids import parse_number

BATCH_CASES: Final = 2_000
"""About how many cases one transaction takes; an application is never parted."""

_OWNER: Final = "owner"
_ENGINE_STATES: Final = frozenset({WAITING, NOT_POSSIBLE, WITHDRAWN})


@dataclass(frozen=True, slots=True)
class History:
    """An application as it was submitted, the command (a UUID) that opened it, and the events of each of its cases.

    Cases stand in the order of their parts, from 1, events in theirs, with their values and the salt of these. Whom
    they are about must be registered.
    """

    application: Application
    command: str
    cases: Sequence[Sequence[Event]]


@dataclass(slots=True)
class Imported:
    """How much was written; `repeated` counts the applications that were there already."""

    applications: int = 0
    cases: int = 0
    events: int = 0
    repeated: int = 0


@dataclass(frozen=True, slots=True)
class _Folded:
    """A history, and what each of its cases has come to."""

    history: History
    changes: Sequence[Change]

    @property
    def heads(self) -> dict[int, str]:
        """The head of each case by its row id."""
        return {id_of(change.after.number): change.after.head for change in self.changes}


def import_histories(histories: Iterable[History], batch_cases: int = BATCH_CASES) -> Imported:
    """Write histories, a batch of about so many cases all or nothing.

    Raises PlatformError `history-broken` where one does not hold, `history-exists` where a number or a command of it
    stands for something else; the batches before it stay, and are passed over when all is sent again.
    """
    done, now = Imported(), time.now()
    batch: list[_Folded] = []
    cases = 0
    for history in histories:
        batch.append(_folded(history, now))
        cases += len(history.cases)
        if cases >= batch_cases:
            _write(batch, done)
            batch, cases = [], 0
    if batch:
        _write(batch, done)
    return done


def _folded(history: History, now: datetime) -> _Folded:
    """What each case has come to. Raises PlatformError `history-broken`."""
    number = history.application.number
    try:
        changes = [Change(None, fold.rebuild(events), tuple(events)) for events in history.cases]
        in_force = definitions.of(history.application.brief.publication)
        digest = history.application.digest
        for part, change in enumerate(changes, 1):
            _hold(change, f"{number}/{part:02}", digest, now, in_force)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise _broken(number, f"{type(error).__name__}: {error}") from error
    return _Folded(history, changes)


def _hold(change: Change, number: str, digest: str, now: datetime, in_force: definitions.InForce) -> None:
    """Raise ValueError where a case is not this part of its application and publication, or a value not what it was."""
    case, events = change.after, change.events
    if case.number != number:
        raise ValueError(f"{case.number} stands where {number} should")
    if events[0].data.get("application") != digest:
        raise ValueError(f"{case.number}: the first event was made for another application")
    if case.recorded_at > now:
        raise ValueError(f"{case.number}: recorded in the future")
    definition = in_force.catalog.hashes[case.service][: chain.SHORT]
    states = in_force.procedure(in_force.service(case.service)).states
    if case.state not in states and case.state not in _ENGINE_STATES:
        raise ValueError(f"{case.number}: there is no state {case.state}")
    erased = {event.data["subject"] for event in events if event.kind == "erased"}
    for event in events:
        if event.definition != definition:
            raise ValueError(f"{case.number}: event {event.n} was decided under another definition")
        _hold_values(event, case.roles, erased)


def _hold_values(event: Event, roles: Mapping[str, tuple[int, ...]], erased: set[Any]) -> None:
    """Raise ValueError where a value is not the one its event was made with, or is missing and was not erased."""
    salts: dict[int, bytes] = {}
    for name, digest in sealed.digests(event):
        subject = subject_of(roles, name)
        if name not in event.values:
            if subject not in erased:
                raise ValueError(f"{event.case}: event {event.n} has no value {name}")
            continue
        salt = salts.get(subject) or salts.setdefault(subject, chain.salt_of(event.salt, subject))
        if chain.digest(salt, name, event.values[name]) != digest:
            raise ValueError(f"{event.case}: event {event.n} was made with another value {name}")


def _write(batch: Sequence[_Folded], done: Imported) -> None:
    """One transaction for the histories of a batch that are not there yet."""
    try:
        with transaction.atomic(using=_OWNER):
            new = _new(batch)
            for table, (columns, cells) in TABLES.items():
                _copy(table, columns, [line for folded in new for line in _lines(cells(folded))])
            _use_up_serials(new)
    except psycopg.errors.UniqueViolation as error:
        raise _exists(batch[0].history.application.number, batch[-1].history.application.number) from error
    done.applications += len(new)
    done.cases += sum(len(folded.changes) for folded in new)
    done.events += sum(len(change.events) for folded in new for change in folded.changes)
    done.repeated += len(batch) - len(new)


def _new(batch: Sequence[_Folded]) -> list[_Folded]:
    """Those of which no case is there yet. Raises PlatformError `history-exists` where one is there otherwise."""
    ids = [case_id for folded in batch for case_id in folded.heads]
    statement = "select id, encode(head, 'hex') from casework_case where id = any(%s)"
    there = dict(query(statement, [ids], _OWNER))
    new = []
    for folded in batch:
        heads = folded.heads
        if there.keys().isdisjoint(heads):
            new.append(folded)
        elif any(there.get(case_id) != head for case_id, head in heads.items()):
            number = folded.history.application.number
            raise _exists(number, number)
    return new


def _use_up_serials(new: Sequence[_Folded]) -> None:
    """Let no application that comes later get a number that came with a history."""
    numbers = [parse_number(folded.history.application.number) for folded in new]
    for year in {number.year for number in numbers}:
        largest = max(number.serial for number in numbers if number.year == year)
        given = query("select casework_next_serial(%s)", [year], _OWNER)[0][0]
        statement = "select max(casework_next_serial(%s)) from generate_series(1, %s)"
        query(statement, [year, largest - given], _OWNER)


Cells: TypeAlias = Iterator[tuple[object, ...]]


def _copy(table: str, columns: str, lines: Sequence[str]) -> None:
    if lines:
        with connections[_OWNER].cursor() as cursor, cursor.copy(f"copy {table} ({columns}) from stdin") as copy:
            copy.write("\n".join(lines))


def _lines(cells: Cells) -> list[str]:
    """Rows as COPY's text format has them."""
    return ["\t".join(map(_cell, row)) for row in cells]


def _cell(value: object) -> str:
    if isinstance(value, str):
        return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    if value is None:
        return "\\N"
    if isinstance(value, date):
        return value.isoformat()
    return f"\\\\x{value.hex()}" if isinstance(value, bytes) else str(value)


def _applications(folded: _Folded) -> Cells:
    application = folded.history.application
    brief = application.brief
    yield (
        id_of(brief.number), folded.history.command, brief.bundle, application.bundle_hash, brief.publication,
        brief.applicant, brief.mode, application.submitted_at, application.promised,
    )  # fmt: skip


def _cases(folded: _Folded) -> Cells:
    for change in folded.changes:
        row = rows.case_row(change)
        state = chain.canonical(row["state"]).decode()
        yield (
            row["id"], row["version"], bytes.fromhex(row["head"]), row["office"], row["region"], row["due"],
            row["open"], state,
        )  # fmt: skip


def _events(folded: _Folded) -> Cells:
    for change in folded.changes:
        case_id = id_of(change.after.number)
        for event in change.events:
            yield case_id, event.n, event.command, event.k, chain.canonical(chain.body(event)).decode()


def _tasks(folded: _Folded) -> Cells:
    return (tuple(row.values()) for change in folded.changes for row in rows.task_rows(change.after).values())


def _clocks(folded: _Folded) -> Cells:
    found = (row for change in folded.changes for row in rows.clock_rows(change.after).values())
    return ((*row.values(), row["yellow_at"]) for row in found)


def _values(folded: _Folded) -> Cells:
    for change in folded.changes:
        for event in change.events:
            for row in sealed.seal(id_of(change.after.number), event, change.after.roles) if event.values else ():
                yield row["case_id"], row["subject"], row["n"], base64.b64decode(row["body"])


def _outbox(folded: _Folded) -> Cells:
    return (("import", id_of(change.after.number), change.after.version) for change in folded.changes)


TABLES: Final[Mapping[str, tuple[str, Callable[[_Folded], Cells]]]] = {
    "casework_application": (
        "id, command_id, bundle, bundle_hash, publication, applicant, mode, submitted_at, promised",
        _applications,
    ),
    "casework_case": ("id, version, head, office, region, due, open, state", _cases),
    "casework_event": ("case_id, n, command_id, k, body", _events),
    "casework_task": ("case_id, id, office, supervisor, holder, service, state, yellow_at, due_at", _tasks),
    "casework_clock": ("case_id, name, allowed, yellow_at, due_at, silence, next_at", _clocks),
    "casework_value": ("case_id, subject, n, body", _values),
    "casework_outbox": ("topic, case_id, n", _outbox),
}
"""What is written for each history, by table: the columns, and a row's cells in their order."""


def _broken(number: str, why: str) -> PlatformError:
    return PlatformError(
        "history-broken",
        zh=f"{number} 的办件历史对不上：{why}。",
        en=f"The history of {number} does not hold: {why}.",
        do_zh="这一批一件也没有写；更正后整份再导入，写过的会跳过。",
        do_en="Nothing of its batch was written. Mend it and import all again; what is there is passed over.",
    )


def _exists(first: str, last: str) -> PlatformError:
    numbers = first if first == last else f"{first} … {last}"
    return PlatformError(
        "history-exists",
        zh=f"{numbers}：编号或命令已经用在别的办件上。",
        en=f"{numbers}: a number or a command stands for something else already.",
        do_zh="这一批一件也没有写；换没有用过的编号，再导入。",
        do_en="Nothing of this batch was written. Give it numbers that are free, then import again.",
    )
