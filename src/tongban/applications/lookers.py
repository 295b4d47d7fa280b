"""Who looked at somebody's data, as its owner is told: an office, an agent and by whose mandate, or the system.

For whom somebody acted is said by the application that they looked for; where there is none (any more), by the mandates
that they had when they looked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tongban.accounts.actor import Actor
from tongban.accounts.mandates import EVERYTHING
from tongban.accounts.models import Mandate, User
from tongban.applications.models import Form
from tongban.applications.naming import actor_labels
from tongban.catalog.model import Catalog
from tongban.catalog.vocabulary import Text
from tongban.platform import time
from tongban.registry import service as registry
from tongban.registry.model import ReadEntry

PERSON: Final = "base/Person"
ONESELF: Final = Text("你自己", "You yourself")
APPLICANT: Final = Text("申请人", "Applicant")
AGENT_OF_APPLICANT: Final = Text("申请人委托的代办人", "An agent by the applicant’s mandate")


def who_looked(actor: Actor, catalog: Catalog, entries: Sequence[ReadEntry]) -> dict[int, Text]:
    """What to call whoever made each of these looks at the reader's data, by the look's id."""
    seen = _Seen.of([one for one in entries if one.reader != actor.id and one.office not in catalog.offices])
    return {entry.id: _called(actor, catalog, entry, seen) for entry in entries}


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is known of people who looked.

    ``people`` are their accounts' subjects and shown names by account, ``applicants`` those of applications by number,
    ``given`` the mandates by the agent's subject, ``codes`` the codes of organisations; ``labels`` call all others.
    """

    people: Mapping[str, tuple[int | None, str]]
    applicants: Mapping[str, int]
    given: Mapping[int, Sequence[Mandate]]
    codes: Mapping[int, str]
    labels: Mapping[str, Mapping[str, str]]

    @classmethod
    def of(cls, others: Sequence[ReadEntry]) -> _Seen:
        accounts = {id_ for kind, _, id_ in (one.reader.partition(":") for one in others) if kind == "person"}
        found = User.objects.filter(id__in=[int(id_) for id_ in accounts if id_.isdecimal()])
        people = {
            f"person:{id_}": (subject, name)
            for id_, subject, name in found.values_list("id", "subject_id", "shown_name")
        }
        forms = Form.objects.filter(number__in={one.application for one in others if one.application})
        applicants = dict(forms.values_list("number", "applicant_id"))
        given: dict[int, list[Mandate]] = defaultdict(list)
        for mandate in Mandate.objects.filter(
            agent_subject_id__in=[subject for subject, _ in people.values() if subject]
        ):
            given[mandate.agent_subject_id].append(mandate)
        principals = {*applicants.values(), *(one.grantor_subject_id for each in given.values() for one in each)}
        codes = {
            subject: one.key or "" for subject, one in registry.registered(principals).items() if one.type != PERSON
        }
        return cls(people, applicants, given, codes, actor_labels({one.reader for one in others}))


def _called(actor: Actor, catalog: Catalog, entry: ReadEntry, seen: _Seen) -> Text:
    if entry.reader == actor.id:
        return ONESELF
    if (office := catalog.offices.get(entry.office or "")) is not None:
        return office.title
    if entry.reader not in seen.people:
        label = seen.labels[entry.reader]
        return Text(label["zh"], label["en"])
    agent, name = seen.people[entry.reader]
    principals = _principals(actor, entry, agent, seen)
    codes = [seen.codes[one] for one in principals if one in seen.codes]
    if actor.subject_id in principals:
        return _by_reader(actor, seen.given.get(agent or 0, ()), name)
    if codes:
        return Text(f"单位 {'、'.join(codes)} 委托的代办人", f"An agent by the mandate of {', '.join(codes)}")
    return APPLICANT if agent in principals or not principals else AGENT_OF_APPLICANT


def _principals(actor: Actor, entry: ReadEntry, agent: int | None, seen: _Seen) -> list[int]:
    """For whom somebody looked. What concerns all of an organisation its pages show to whoever has its mandate."""
    if (applicant := seen.applicants.get(entry.application or "")) is not None:
        return [applicant]
    day = entry.at.astimezone(time.ZONE).date()
    held = [
        one
        for one in seen.given.get(agent or 0, ())
        if one.from_day <= day <= (one.until_day or day) and (one.ended_at is None or one.ended_at > entry.at)
    ]
    firms = [one.grantor_subject_id for one in held if one.grantor_subject_id in seen.codes and EVERYTHING in one.scope]
    mine = [one.grantor_subject_id for one in held if one.grantor_subject_id == actor.subject_id]
    return (mine or firms) if entry.application else (firms or mine)


def _by_reader(actor: Actor, given: Sequence[Mandate], name: str) -> Text:
    """Somebody who acts for the reader: by the reader's mandate, or by the law as a parent."""
    bases = {one.basis for one in given if one.grantor_subject_id == actor.subject_id}
    if bases == {Mandate.Basis.PARENT}:
        return Text(f"{name}（你的父母）", f"{name} (your parent)")
    return Text(f"{name or '代办人'}（受你委托）", f"{name or 'An agent'} (by your mandate)")
