"""The audit: reads every event again and says where the database no longer tells what it told when it was sealed.

Each case is rebuilt from its events and held against its row, its tasks, its clocks and its values; every seal is held
against the chains. Whatever is younger than the last seal is counted as not yet sealed, never as verified.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tongban.casework import chain, fold, rows, seals
from tongban.casework.audit_texts import TEXTS
from tongban.casework.model import Case, Change, Event
from tongban.casework.numbers import PARTS, case_number_of
from tongban.casework.sealed import digests, unseal
from tongban.casework.store import application_of
from tongban.casework.work import subject_of
from tongban.catalog.vocabulary import Text
from tongban.platform.database import query
from tongban.platform.errors import PlatformError

PAGE = 2000
"""How many cases are read at a time."""

_TASK = ("id", "office", "supervisor", "holder", "service", "state", "yellow_at", "due_at")
_CLOCK = ("name", "allowed", "yellow_at", "due_at", "silence")

_UNREADABLE = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)
"""What is raised by what somebody wrote by hand: it may hold anything in place of anything."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was recorded. `code` is stable; `case` is None where it is about a seal."""

    code: str
    case: str | None
    detail: str = ""

    @property
    def text(self) -> Text:
        """What it means, in both languages."""
        return TEXTS[self.code]


@dataclass(slots=True)
class Report:
    """What an audit saw. A case is `unsealed` when events of it are younger than the last seal that names it."""

    cases: int = 0
    events: int = 0
    seals: int = 0
    unsealed_cases: int = 0
    unsealed_events: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


@dataclass(frozen=True, slots=True)
class _Stored:
    """All that the database says about one case."""

    row: tuple[Any, ...] | None
    events: Sequence[tuple[Any, ...]]
    tasks: Sequence[tuple[Any, ...]]
    clocks: Sequence[tuple[Any, ...]]
    values: Sequence[tuple[Any, ...]]
    application: str | None


def audit(source: Path | None = None, key: Ed25519PublicKey | None = None) -> Report:
    """Check everything. `source` is a folder of seals, the city's own unless given; `key` tells whose they are."""
    report = Report()
    sealed = _read_seals(source or seals.folder(), key or seals.public_key(), report)
    for case_id, stored in _all_cases(sealed):
        report.cases += stored.row is not None
        report.events += len(stored.events)
        _check_case(case_id, stored, sealed.get(case_id, {}), report)
    return report


def _read_seals(source: Path, key: Ed25519PublicKey, report: Report) -> dict[int, dict[int, str]]:
    """Every sealed head: case → version → head. Says which seals are broken; those count for nothing."""
    sealed: dict[int, dict[int, str]] = {}
    previous: seals.Seal | None = None
    statement = "select n, encode(root, 'hex'), encode(signature, 'hex') from casework_seal"
    kept = {n: (root, signature) for n, root, signature in query(statement, [], "auditor")}
    try:
        for one in seals.read(source):
            if not seals.is_sound(one, previous, key):
                report.findings.append(Finding("seal-broken", None, str(one.n)))
            else:
                for case_id, version, head in one.leaves:
                    sealed.setdefault(case_id, {})[version] = head
            if kept.pop(one.n, None) != (one.root, one.signature):
                report.findings.append(Finding("seal-differs", None, str(one.n)))
            previous = one
            report.seals += 1
    except ValueError as error:
        report.findings.append(Finding("seal-unreadable", None, str(error)))
    report.findings += [Finding("seal-missing", None, str(n)) for n in sorted(kept)]
    return sealed


def _check_case(case_id: int, stored: _Stored, sealed: Mapping[int, str], report: Report) -> None:
    number = case_number_of(case_id)
    try:
        for code, detail in _chain_findings(case_id, stored, sealed):
            report.findings.append(Finding(code, number, detail))
    except _UNREADABLE as error:
        report.findings.append(Finding("event-unreadable", number, str(error)[:80]))
    newest = max(sealed, default=0)
    young = sum(event[1] > newest for event in stored.events)
    report.unsealed_events += young
    report.unsealed_cases += young > 0


def _chain_findings(case_id: int, stored: _Stored, sealed: Mapping[int, str]) -> Iterator[tuple[str, str]]:
    if stored.row is None:
        yield "case-missing", ""
        return
    if [event[1] for event in stored.events] != list(range(1, len(stored.events) + 1)):
        yield "event-missing", ""
        return
    events = [rows.read_event(*event) for event in stored.events]
    states = _replay(events)
    written = [chain.canonical(chain.body(event)).decode() for event in events]
    if written != [event[4] for event in stored.events]:
        yield "event-reworded", ""
    for version, head in sorted(sealed.items()):
        if version > len(states) or states[version - 1].head != head:
            yield "seal-mismatch", str(version)
            break
    if events[0].data.get("application") != stored.application:
        yield "application-changed", ""
    yield from _row_findings(case_id, stored, states[-1])
    yield from _value_findings(case_id, stored, events)


def _replay(events: Iterable[Event]) -> list[Case]:
    """The case after each of its events."""
    states: list[Case] = []
    case: Case | None = None
    for event in events:
        case = fold.evolve(case, event)
        states.append(case)
    return states


def _row_findings(case_id: int, stored: _Stored, case: Case) -> Iterator[tuple[str, str]]:
    """The row, the tasks and the clocks must be what the events add up to."""
    version, head, office, region, is_open, due, state = stored.row or ()
    if head != case.head or version != case.version:
        yield "chain-broken", str(version)
        return
    expected = rows.case_row(Change(None, case, ()))
    try:
        same = rows.read_case(case_id, version, head, office, region, state) == case
    except _UNREADABLE:
        same = False
    if not same or (is_open, due) != (expected["open"], expected["due"]):
        yield "state-changed", ""
    if set(stored.tasks) != {_values(row, _TASK) for row in rows.task_rows(case).values()}:
        yield "tasks-changed", ""
    if set(stored.clocks) != {_values(row, _CLOCK) for row in rows.clock_rows(case).values()}:
        yield "clocks-changed", ""


def _value_findings(case_id: int, stored: _Stored, events: Sequence[Event]) -> Iterator[tuple[str, str]]:
    """Every value must match the digest in its event; a missing one must have been erased by an event."""
    wanted = {(e.n, name): digest for e in events for name, digest in digests(e)}
    roles = fold.rebuild(events).roles
    erased = {e.data["subject"] for e in events if e.kind == "erased"}
    unreadable: set[tuple[int, int]] = set()
    for subject, n, body in stored.values:
        try:
            one = unseal(case_id, subject, n, bytes(body))
        except (PlatformError, ValueError) as error:
            unreadable.add((subject, n))
            keyless = isinstance(error, PlatformError) and error.code == "key-missing"
            yield "key-missing" if keyless else "value-changed", str(n)
            continue
        for name, value in one.values.items():
            if wanted.pop((n, name), None) != chain.digest(one.salt, name, value):
                yield "value-changed", f"{n} {name}"
    for n, name in sorted(wanted):
        subject = subject_of(roles, name)
        if subject not in erased and (subject, n) not in unreadable:
            yield "value-missing", f"{n} {name}"


def _all_cases(sealed: Iterable[int]) -> Iterator[tuple[int, _Stored]]:
    """Every case there is, and every one that is missing: sealed once, or still named by events."""
    seen: set[int] = set()
    after = 0
    while page := query(_CASES, [after, PAGE], "auditor"):
        after = page[-1][0]
        beside = [_by_case(statement, [row[0] for row in page]) for statement in _BESIDE]
        applications = _applications({case_id // PARTS for case_id, *_ in page})
        for case_id, *row in page:
            events, tasks, clocks, values = (found.get(case_id, ()) for found in beside)
            application = applications.get(case_id // PARTS)
            yield case_id, _Stored(tuple(row), events, tasks, clocks, values, application)
        seen |= {row[0] for row in page}
    orphans = query("select distinct case_id from casework_event except select id from casework_case", [], "auditor")
    for case_id in sorted({*sealed, *(row[0] for row in orphans)} - seen):
        yield case_id, _Stored(None, (), (), (), (), None)


_CASES = (
    "select id, version, encode(head, 'hex'), office, region, open, due, state::text from casework_case"
    " where id > %s order by id limit %s"
)

_BESIDE = (
    "select case_id, n, command_id, k, body::text from casework_event where case_id = any(%s) order by 1, 2",
    (
        "select case_id, id, office, supervisor, holder, service, state, nullif(yellow_at, 'infinity'),"
        " nullif(due_at, 'infinity') from casework_task where case_id = any(%s) order by 1"
    ),
    "select case_id, name, allowed, yellow_at, due_at, silence from casework_clock where case_id = any(%s) order by 1",
    "select case_id, subject, n, body from casework_value where case_id = any(%s) order by 1",
)
"""Events, tasks, clocks and values of cases."""


def _applications(ids: set[int]) -> dict[int, str]:
    """The digest of each application as it stands now."""
    statement = (
        "select id, bundle, bundle_hash, publication, applicant, mode, submitted_at, promised"
        " from casework_application where id = any(%s)"
    )
    return {row[0]: application_of(row).digest for row in query(statement, [list(ids)], "auditor")}


def _by_case(statement: str, ids: Sequence[int]) -> dict[int, list[tuple[Any, ...]]]:
    """Rows by the case they belong to; events keep it, the others are without it."""
    keeps = "casework_event" in statement
    found = groupby(query(statement, [list(ids)], "auditor"), key=lambda row: row[0])
    return {case_id: [row if keeps else row[1:] for row in group] for case_id, group in found}


def _values(row: Mapping[str, Any], names: Sequence[str]) -> tuple[Any, ...]:
    return tuple(None if row[name] == rows.NEVER else row[name] for name in names)
