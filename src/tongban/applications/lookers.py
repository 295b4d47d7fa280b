"""Who looked at somebody's data, as its owner is told: an office, an agent and by whose mandate, or the system.

For whom somebody acted is said by the application that they looked for, and by the mandates that they had when they
looked; who had none takes part in the matter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from tongban.accounts.actor import Actor
from tongban.accounts.mandates import EVERYTHING
from tongban.accounts.models import Mandate
from tongban.applications.naming import actor_labels
from tongban.catalog.model import Catalog
from tongban.catalog.vocabulary import Text
from tongban.platform import time
from tongban.platform.database import query
from tongban.registry import service as registry
from tongban.registry.model import ReadEntry

PERSON: Final = "base/Person"
ONESELF: Final = Text("你自己", "You yourself")
APPLICANT: Final = Text("申请人", "Applicant")
AGENT_OF_APPLICANT: Final = Text("申请人委托的代办人", "An agent by the applicant’s mandate")
OF_THE_MATTER: Final = Text("一起办这件事的人", "Somebody who takes part in the matter")


def who_looked(actor: Actor, catalog: Catalog, entries: Sequence[ReadEntry]) -> dict[int, Text]:
    """What to call whoever made each of these looks at the reader's data, by the look's id."""
    seen = _seen([one for one in entries if one.reader != actor.id and one.office not in catalog.offices])
    return {entry.id: _called(actor, catalog, entry, seen) for entry in entries}


@dataclass(frozen=True, slots=True)
class _Leave:
    """That somebody may act for a grantor, in which matters, on which days."""

    grantor: int
    basis: str
    scope: Sequence[str]
    from_day: date
    until_day: date | None
    ended_at: datetime | None

    def held(self, at: datetime) -> bool:
        """Whether it was in force at a moment."""
        day = at.astimezone(time.ZONE).date()
        return self.from_day <= day <= (self.until_day or day) and (self.ended_at is None or self.ended_at > at)


@dataclass(frozen=True, slots=True)
class _Person:
    """Somebody with an account who looked."""

    subject: int | None
    name: str
    leaves: Sequence[_Leave]


@dataclass(frozen=True, slots=True)
class _Seen:
    """Those who looked: people by reader, applicants by application, codes of organisations, labels of all."""

    people: Mapping[str, _Person]
    applicants: Mapping[str, int]
    codes: Mapping[int, str]
    labels: Mapping[str, Mapping[str, str]]


_PEOPLE: Final = """
select u.id, u.subject_id, u.shown_name, m.grantor_subject_id, m.basis, m.scope, m.from_day, m.until_day, m.ended_at
from accounts_user u left join accounts_mandate m on m.agent_subject_id = u.subject_id where u.id = any(%s::bigint[])
"""
_APPLICANTS: Final = "select number, applicant_id from applications_form where number = any(%s::text[])"


def _seen(looks: Sequence[ReadEntry]) -> _Seen:
    accounts = {id_ for kind, _, id_ in (one.reader.partition(":") for one in looks) if kind == "person"}
    known: dict[str, tuple[int | None, str]] = {}
    leaves: dict[str, list[_Leave]] = defaultdict(list)
    for id_, subject, name, grantor, *given in query(_PEOPLE, [[int(one) for one in accounts if one.isdecimal()]]):
        known[f"person:{id_}"] = subject, name
        leaves[f"person:{id_}"] += [] if grantor is None else [_Leave(grantor, *given)]
    people = {reader: _Person(*one, leaves[reader]) for reader, one in known.items()}
    applicants = dict(query(_APPLICANTS, [[one.application for one in looks if one.application]]))
    grantors = registry.registered(leave.grantor for one in people.values() for leave in one.leaves)
    codes = {subject: one.key or "" for subject, one in grantors.items() if one.type != PERSON}
    return _Seen(people, applicants, codes, actor_labels({one.reader for one in looks}))


def _called(actor: Actor, catalog: Catalog, entry: ReadEntry, seen: _Seen) -> Text:
    if entry.reader == actor.id:
        return ONESELF
    if (office := catalog.offices.get(entry.office or "")) is not None:
        return office.title
    if (person := seen.people.get(entry.reader)) is None:
        return Text(**seen.labels[entry.reader])
    applicant = seen.applicants.get(entry.application or "")
    if applicant is not None and applicant == person.subject:
        return APPLICANT
    held = [leave for leave in person.leaves if leave.held(entry.at) and applicant in {None, leave.grantor}]
    is_of_page = entry.application is None  # which a pack has for whoever acts for an organisation in everything
    mine = [leave for leave in held if leave.grantor == actor.subject_id and not is_of_page]
    firms = [leave for leave in held if leave.grantor in seen.codes and (applicant or EVERYTHING in leave.scope)]
    return _by_leave(mine or firms or held, actor, person, seen)


def _by_leave(leaves: Sequence[_Leave], actor: Actor, person: _Person, seen: _Seen) -> Text:
    """Somebody who acts by this leave of the reader, of an organisation, or of the applicant."""
    if not leaves:
        return OF_THE_MATTER
    if codes := [seen.codes[leave.grantor] for leave in leaves if leave.grantor in seen.codes]:
        return Text(f"单位 {'、'.join(codes)} 委托的代办人", f"An agent by the mandate of {', '.join(codes)}")
    bases = {leave.basis for leave in leaves if leave.grantor == actor.subject_id}
    if not bases:
        return AGENT_OF_APPLICANT
    if bases == {Mandate.Basis.PARENT}:
        return Text(f"{person.name}（你的父母）", f"{person.name} (your parent)")
    return Text(f"{person.name or '代办人'}（受你委托）", f"{person.name or 'An agent'} (by your mandate)")
