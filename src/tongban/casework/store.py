"""The store of casework: what `written` gives is the only writer of cases, `load` reads what commands need.

A batch of one goes through a scalar function of the database, more through an array function; both check the version.
All calls of a deed are one statement. Whoever needs more than that to be one deed opens the transaction around it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import orjson

from tongban.casework import chain, rows, sealed
from tongban.casework.model import Case, Change, Event, Json
from tongban.casework.numbers import application_number_of, id_of
from tongban.catalog.vocabulary import Value
from tongban.clock import SHANGHAI
from tongban.platform.database import Call, query
from tongban.publication import service as publication

MOST_CHANGES = 1000
"""The most changes of one call; more are written by several, in order."""

Mode = Literal["real", "walk", "exercise"]


@dataclass(frozen=True, slots=True)
class ApplicationBrief:
    """What every case of an application shares. `applicant` is a subject's id, `publication` a digest."""

    number: str
    publication: str
    mode: Mode
    applicant: int
    bundle: str | None


@dataclass(frozen=True, slots=True)
class Application:
    """An application as it was submitted. `promised` is the date given then; today's is reckoned from its cases."""

    brief: ApplicationBrief
    bundle_hash: str | None
    submitted_at: datetime
    promised: date | None

    @property
    def number(self) -> str:
        """Its number."""
        return self.brief.number

    @property
    def digest(self) -> str:
        """128 bits (hex) over everything here; the first event of each case keeps it."""
        brief = self.brief
        record: dict[str, Json] = {
            "number": brief.number,
            "publication": brief.publication,
            "mode": brief.mode,
            "applicant": brief.applicant,
            "bundle": brief.bundle,
            "bundle_hash": self.bundle_hash,
            "submitted_at": self.submitted_at.isoformat(),
            "promised": self.promised.isoformat() if self.promised else None,
        }
        return hashlib.sha256(chain.canonical(record)).hexdigest()[: chain.SHORT]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A case with its application. `done_version`: the version that this command led to when it was done before."""

    case: Case
    application: ApplicationBrief
    done_version: int | None


def written(new: Sequence[tuple[Application, str]], changes: Sequence[Change]) -> list[Call]:
    """The calls that write new applications, each with the command that opens it, and changes, one for each case.

    They raise SerializationFailure when a case has moved on, IntegrityError when one of the commands was carried out
    on another case or has opened another application before.
    """
    calls: list[Call] = []
    if new:
        opened = _json([_application_row(application, command) for application, command in new])
        calls.append(Call("casework_open_applications(%s::json)", (opened,)))
    pages = [changes[start : start + MOST_CHANGES] for start in range(0, len(changes), MOST_CHANGES)]
    return calls + [_one(page[0]) if len(page) == 1 else _many(page) for page in pages]


def merged(first: Change, second: Change) -> Change:
    """Two changes of one case, one after the other, as one."""
    return Change(first.before, second.after, (*first.events, *second.events))


def load(wanted: Sequence[tuple[str, str]]) -> tuple[dict[tuple[str, str], Loaded], str]:
    """The cases of (number, command id) pairs, by pair, and the digest of the publication in force, in one statement.

    A number that does not exist is not in the answer. Raises PlatformError `nothing-published`.
    """
    ids = ",".join(str(id_of(number)) for number, _ in wanted)
    commands = ",".join(command for _, command in wanted)
    found = query(_LOAD, [f"{{{ids}}}", f"{{{commands}}}"])  # as text: the server reads it more quickly than we write
    cases = [(_loaded(row[:-2]), row[-2]) for row in found if row[0] is not None]
    digest = found[0][-1] if found else publication.current().digest
    return {(one.case.number, command): one for one, command in cases}, digest


def load_cases(numbers: Sequence[str]) -> dict[str, Loaded]:
    """Cases with their applications, by number; those that exist."""
    nobody = str(UUID(int=0))
    ids = [id_of(number) for number in numbers]
    found = query("select * from casework_load(%s::bigint[], %s::uuid[])", [ids, [nobody] * len(ids)])
    return {one.case.number: one for one in (_loaded((*row[:-2], None)) for row in found)}


_LOAD = (
    "select l.id, l.version, l.head, l.office, l.region, l.state, l.publication, l.mode, l.applicant, l.bundle,"  # noqa: S608
    " l.done_version, l.command::text, p.digest"
    f" from ({publication.NEWEST}) p"
    " left join casework_load(%s::bigint[], %s::uuid[]) l on true"
)


def lock_applications(numbers: Iterable[str]) -> None:
    """Wait until nobody else moves cases of these applications because of each other; until the transaction ends."""
    query("select casework_lock(%s::bigint[])", [sorted({id_of(number) for number in numbers})])


def cases_of(applications: Iterable[str]) -> list[Case]:
    """All cases of applications, by number."""
    ids = sorted({id_of(number) for number in applications})
    return [rows.read_case(*row) for row in query("select * from casework_cases_of(%s::bigint[])", [ids])]


def events_of(numbers: Iterable[str]) -> dict[str, list[Event]]:
    """The events of cases, in order, by case number."""
    found: dict[str, list[Event]] = {}
    for row in query("select * from casework_events(%s::bigint[])", [[id_of(number) for number in numbers]]):
        event = rows.read_event(*row)
        found.setdefault(event.case, []).append(event)
    return found


def values_of(numbers: Iterable[str]) -> dict[str, list[sealed.Sealed]]:
    """The values beside the events of cases, in the order of the events, by case number."""
    by_id = {id_of(number): number for number in numbers}
    found: dict[str, list[sealed.Sealed]] = {number: [] for number in by_id.values()}
    for case_id, subject, n, body in query("select * from casework_values(%s::bigint[])", [list(by_id)]):
        found[by_id[case_id]].append(sealed.unseal(case_id, subject, n, bytes(body)))
    return found


def facts_of(numbers: Iterable[str]) -> dict[str, dict[str, Value]]:
    """What is known in each case, by fact in its service's terms: the latest value of each."""
    return {
        number: {name: value for one in found for name, value in one.values.items() if is_fact(name)}
        for number, found in values_of(numbers).items()
    }


def _application_row(new: Application, command: str) -> rows.Row:
    brief = new.brief
    return {
        "id": id_of(brief.number),
        "command": command,
        "bundle": brief.bundle,
        "bundle_hash": new.bundle_hash,
        "publication": brief.publication,
        "applicant": brief.applicant,
        "mode": brief.mode,
        "submitted_at": new.submitted_at,
        "promised": new.promised,
    }


def application(number: str) -> Application | None:
    """An application by its number."""
    return _application("p_id => %s, p_command => null", id_of(number))


def application_by_command(command: str) -> Application | None:
    """The application that this command opened, if it did."""
    return _application("p_id => null, p_command => %s", command)


def erase(number: str, subject: int) -> None:
    """Delete the values of one subject in a case."""
    query("select casework_erase(%s, %s)", [id_of(number), subject])


def next_serials(year: int, count: int) -> list[int]:
    """The next so many serial numbers of the applications of a year, from 1."""
    found = query("select casework_next_serial(%s) from generate_series(1, %s)", [year, count])
    return [serial for (serial,) in found]


def next_number() -> int:
    """A number that nobody else gets."""
    number: int = query("select casework_next_number()", [])[0][0]
    return number


def is_fact(name: str) -> bool:
    """Whether a stored value is a fact (`role.attribute`) and no text (`reason`, `item:NAME`)."""
    return "." in name and ":" not in name


def _loaded(row: tuple[Any, ...]) -> Loaded:
    case_id, version, head, office, region, state, publication, mode, applicant, bundle, done = row
    case = rows.read_case(case_id, version, head, office, region, state)
    return Loaded(case, ApplicationBrief(case.application, publication, mode, applicant, bundle), done)


def _application(arguments: str, value: object) -> Application | None:
    found = query(f"select * from casework_application_by({arguments})", [value])  # noqa: S608 -- fixed texts
    return application_of(found[0]) if found else None


def application_of(row: tuple[Any, ...]) -> Application:
    """An application from its row."""
    id_, bundle, bundle_hash, publication, applicant, mode, submitted_at, promised = row
    brief = ApplicationBrief(application_number_of(id_), publication, mode, applicant, bundle)
    return Application(brief, bundle_hash, submitted_at.astimezone(SHANGHAI), promised)


def _one(change: Change) -> Call:
    row = rows.case_row(change)
    case = tuple(row[name] for name in ("id", "was", "version", "head", "office", "region", "due", "open"))
    return Call(
        f"casework_apply_one(%s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb, {_BESIDE})",
        (*case, _json(row["state"]), *_beside([change])),
    )


def _many(changes: Sequence[Change]) -> Call:
    cases = _json([rows.case_row(change) for change in changes])
    return Call(f"casework_apply_many(%s::jsonb, {_BESIDE})", (cases, *_beside(changes)))


_BESIDE = "%s::json, %s::json, %s::json, %s::json, %s::json, %s::json"


def _beside(changes: Sequence[Change]) -> list[str | None]:
    """The rows beside the cases, table by table."""
    found = [rows.rows_beside(change) for change in changes]
    tables = [[row for one in found for row in one.get(name, ())] for name in rows.BESIDE]
    return [_json(table) if table else None for table in tables]


def _json(value: object) -> str:
    return orjson.dumps(value).decode()
