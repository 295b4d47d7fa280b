"""Credentials as evidence: what valid ones prove about whoever takes part is known, and nobody is asked for it again.

A credential is as good as its issuer: what it proves counts like a register's word until it is revoked or ends, and an
office that changes what it has certified revokes it. Only what the plan looks at is taken, only once the applicant has
agreed to reading, and each look is told to whom it is about. What a register has said already, and what somebody
disputes, stands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from tongban.applications.asking import Asking, asked
from tongban.applications.document import Entry, every_member, member_key
from tongban.applications.planning import plan_of
from tongban.applications.store import Open
from tongban.casework import service as casework
from tongban.casework.model import Case
from tongban.catalog.model import CredentialDefinition
from tongban.credentials import service as credentials
from tongban.credentials.models import Document as Paper
from tongban.platform import time
from tongban.registry.looks import note_looks
from tongban.registry.model import Reader


def taking(opened: Open, reader: Reader) -> Asking[list[str]]:
    """Put into the form what valid credentials prove, and take out what none proves any more.

    Returns the keys whose value is another one now, so that it is looked at and signed again.
    """
    facts = opened.document.facts
    proven = yield from _proven(opened)
    before = {key for key, entry in facts.items() if entry.source == "credential"}
    if not proven and not before:
        return []
    looked_at = _looked_at(opened)
    taken = {
        key: entry
        for key, entry in proven.items()
        if (key in before or _plain(key) in looked_at) and not _stands(facts.get(key))
    }
    touched = {*before, *taken}
    was = {key: facts[key].raw for key in touched if key in facts}
    for key in touched:
        facts.pop(key, None)
    facts.update(taken)
    _tell_owners(opened, taken.keys() - before, reader)
    return sorted(key for key, raw in was.items() if key not in taken or taken[key].raw != raw)


def _stands(entry: Entry | None) -> bool:
    """Whether what the form has is not for a credential to say."""
    return entry is not None and (entry.disputed or (entry.source == "fetched" and entry.state == "known"))


def _looked_at(opened: Open) -> set[str]:
    """The facts, without numbers of members, that the plan would ask, fetch or decide by, or have proven by a paper."""
    plan = plan_of(opened)
    found = {line.fact for line in (*plan.questions, *plan.had("fetched"))} | {line.fact for line in plan.undecided}
    papers = [line for line in plan.evidence if line.how in ("uploaded", "proven")]
    return found | {f"{line.subject}.{name}" for line in papers for name in opened.catalog.evidence[line.id].proves}


def _plain(key: str) -> str:
    return f"{key.partition('.')[0]}.{key.rpartition('.')[2]}"


def _proven(opened: Open) -> Asking[dict[str, Entry]]:
    """What the valid credentials of whoever takes part prove about them, by the form's keys; the newest speaks."""
    keys: dict[int, list[str]] = defaultdict(list)
    for subject, number, registered in every_member(opened.bundle, opened.document):
        if registered is not None:
            keys[registered].append(member_key(opened.bundle, subject, number))
    definitions = opened.catalog.credentials
    held = yield from asked(credentials.valid_credentials_all, (list(keys), time.today()))
    papers = [paper for paper in held if paper.definition in definitions and definitions[paper.definition].proves]
    numbers = sorted({paper.case_number for paper in papers})
    cases = {case.number: case for case in casework.cases(numbers)} if numbers else {}
    found: dict[str, Entry] = {}
    for paper in papers:
        for registered, name, entry in _entries(opened, paper, definitions[paper.definition], cases[paper.case_number]):
            for key in keys.get(registered, ()):
                found.setdefault(f"{key}.{name}", entry)
    return found


def _entries(
    opened: Open, paper: Paper, definition: CredentialDefinition, case: Case
) -> Iterator[tuple[int, str, Entry]]:
    """Whom each proven fact is about, the attribute, and its entry; by the roles of the case that issued the paper."""
    values, at = credentials.facts(paper), paper.issued_at.astimezone(time.ZONE).isoformat(timespec="seconds")
    issuer = opened.catalog.offices[paper.office].authority
    for fact in definition.proves:
        role, _, name = fact.partition(".")
        subjects = case.roles.get(role, ())
        if len(subjects) == 1 and (raw := values.get(fact)) is not None:
            yield subjects[0], name, Entry(raw, "credential", at, holder=issuer)


def _tell_owners(opened: Open, keys: set[str], reader: Reader) -> None:
    """Log the look under 谁查看了我的数据, as one at the issuer's."""
    owners = {
        member_key(opened.bundle, subject, number): registered
        for subject, number, registered in every_member(opened.bundle, opened.document)
        if registered is not None
    }
    looks: dict[tuple[int, str], list[str]] = defaultdict(list)
    for key in keys:
        member, _, name = key.rpartition(".")
        looks[owners[member], opened.document.facts[key].holder or ""].append(name)
    note_looks(looks, reader)
