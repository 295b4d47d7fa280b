"""Many members in one form: what a table asks of them, and taking a filled one, all of it or nothing.

Several who take part in one application together. A table of which every row is an application of its own: `batches`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction

from tongban.accounts.actor import Actor
from tongban.applications import filling
from tongban.applications.document import member_key
from tongban.applications.planning import plan_of
from tongban.applications.problems import not_found
from tongban.applications.store import Open, load
from tongban.applications.subjects import MOST_MEMBERS, owner_of, together
from tongban.applications.tables import Column, WrongSheet, collected, judged, read_rows, written
from tongban.platform import time


def columns(actor: Actor, number: str, subject: str) -> list[Column]:
    """The questions that are asked of at least one member of a ``many`` subject. Raises Problem 404."""
    return _columns(_opened(actor, number, subject), subject)


def table(actor: Actor, number: str, subject: str) -> tuple[list[Column], list[list[str]]]:
    """The columns, and a row of what was typed for each member, as people write it. Raises Problem 404."""
    opened = _opened(actor, number, subject)
    found = _columns(opened, subject)
    rows = []
    for member in range(1, len(opened.document.members[subject]) + 1):
        entries = [opened.document.facts.get(_key(opened, column, member)) for column in found]
        rows.append(
            [
                written(column.attribute, entry.raw) if entry is not None and entry.raw is not None else ""
                for column, entry in zip(found, entries, strict=True)
            ]
        )
    return found, rows


def take(actor: Actor, number: str, subject: str, name: str, chunks: Iterable[bytes]) -> int:
    """Take a filled table (xlsx or CSV): each row is a member, in order; returns how many there are.

    What a register already said is passed over. Raises WrongSheet with every fault, Problem 404, 413 ``too-large``,
    415 ``wrong-type``, 422.
    """
    opened = _opened(actor, number, subject)
    sheet = read_rows(name, collected(chunks), MOST_MEMBERS)
    found = judged(opened.catalog, _possible(opened, subject), sheet, time.today())
    if found.faults:
        raise WrongSheet(found.faults)
    members = list(found.members.values())
    with transaction.atomic():
        filling.set_count(actor, number, subject, len(members))
        keys = {fact for each in together(opened.bundle, subject) if (fact := _naming(opened, each))}
        _fill(actor, number, subject, [{fact: raw for fact, raw in row.items() if fact in keys} for row in members])
        asked = {column.fact for column in columns(actor, number, subject)}
        _fill(actor, number, subject, [{fact: raw for fact, raw in row.items() if fact in asked} for row in members])
    return len(members)


def _fill(actor: Actor, number: str, subject: str, members: Sequence[Mapping[str, object]]) -> None:
    opened = _opened(actor, number, subject)
    facts: dict[str, Any] = {}
    for member, row in enumerate(members, start=1):
        for fact, raw in row.items():
            role, _, attribute = fact.partition(".")
            key = f"{member_key(opened.bundle, role, member)}.{attribute}"
            entry = opened.document.facts.get(key)
            if entry is None or entry.source == "claimed":
                facts[key] = raw
    if facts:
        filling.fill(actor, number, facts)


def _opened(actor: Actor, number: str, subject: str) -> Open:
    opened = load(actor, number)
    role = opened.bundle.subjects.get(subject)
    if role is None or not role.many or not opened.is_applicant:
        raise not_found()
    return opened


def _naming(opened: Open, subject: str) -> str | None:
    key = opened.catalog.types[opened.bundle.subjects[subject].type].key
    return f"{subject}.{key}" if key else None


def _columns(opened: Open, subject: str) -> list[Column]:
    """What the plan asks, and what was answered already, of these members, in the order of the definitions."""
    plan = plan_of(opened)
    asked = {line.fact for line in plan.questions} | {line.fact for line in plan.undecided}
    asked |= {line.fact for line in plan.had("known") if line.source == "claimed"}
    return [column for column in _possible(opened, subject) if column.fact in asked]


def _possible(opened: Open, subject: str) -> list[Column]:
    """Everything that anybody may say of these members."""
    subjects = [each for each in opened.bundle.subjects if owner_of(opened.bundle, each) == subject]
    subjects.sort(key=lambda each: each != subject)
    return [
        Column(f"{each}.{name}", attribute)
        for each in subjects
        for name, attribute in opened.catalog.types[opened.bundle.subjects[each].type].attributes.items()
        if attribute.claimable and attribute.derived is None
    ]


def _key(opened: Open, column: Column, member: int) -> str:
    role, _, name = column.fact.partition(".")
    return f"{member_key(opened.bundle, role, member)}.{name}"
