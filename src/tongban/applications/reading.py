"""Agreeing to what is read, and reading it: from holders, for one application, logged, shown to the applicant.

Nothing is read before agreement. Whoever sees a wrong value says so; the claim goes on, marked, and the holder gets a
correction to decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tongban.accounts.actor import Actor
from tongban.applications import reuse, subjects
from tongban.applications.asking import Asking, alone, asked
from tongban.applications.document import Entry, attribute_of, every_member, member_key
from tongban.applications.planning import MOST_ROUNDS, plan_of
from tongban.applications.problems import FieldError, Problem
from tongban.applications.store import Open, change
from tongban.catalog import values
from tongban.catalog.vocabulary import Attribute, Text
from tongban.platform import time
from tongban.registry import service as registry
from tongban.registry.books import stands_in_books
from tongban.registry.model import Reader, Wanted


def reader_of(opened: Open) -> Reader:
    """Who reads for this application and why."""
    title = opened.bundle.title
    return Reader(
        actor=opened.actor.id,
        purpose=Text(f"办理：{title.zh}", f"For: {title.en}"),
        office=opened.form.window_office,
        application=opened.form.number,
    )


def agree(actor: Actor, number: str, *, version: int | None = None) -> None:
    """The applicant agrees to what the plan says will be read; it is read now."""
    change(actor, number, agree_to_read, version=version)


def agree_to_read(opened: Open) -> None:
    """The same for a form in hand."""
    alone(agreeing_to_read(opened))


def agreeing_to_read(opened: Open) -> Asking[list[str]]:
    """The same, perhaps beside others; comes to the keys that changed."""
    opened.document.agreed_at = time.now().isoformat(timespec="seconds")
    return (yield from reading_held(opened))


def read_held(opened: Open) -> list[str]:
    """Take what credentials prove, then read from holders what the plan still wants; returns the keys that changed."""
    return alone(reading_held(opened))


def reading_held(opened: Open) -> Asking[list[str]]:
    """The same, perhaps beside others.

    What one holder says may open a branch that needs another fact, so it plans and reads in rounds.
    """
    changed: list[str] = []
    read: set[str] = set()
    for _ in range(MOST_ROUNDS):
        yield from subjects.resolving(opened.catalog, opened.bundle, opened.document, reader_of(opened))
        changed += yield from reuse.taking(opened, reader_of(opened))
        found = {key: item for key, item in _wanted(opened).items() if key not in read}
        if not found:
            break
        read |= set(found)
        _note_absent(opened, {key: item for key, item in found.items() if isinstance(item, Attribute)})
        changed += yield from _read(opened, {key: item for key, item in found.items() if isinstance(item, Wanted)})
    return changed


def _note_absent(opened: Open, attributes: dict[str, Attribute]) -> None:
    """Whom no register knows has no entry at any holder."""
    at = time.now().isoformat(timespec="seconds")
    for key, attribute in attributes.items():
        opened.document.facts[key] = Entry(None, "fetched", at, "absent", attribute.held_by)


def read_again(opened: Open) -> list[str]:
    """At submission: every fetched fact once more. Returns the keys whose value is another one now."""
    registered = _registered(opened)
    wanted = {}
    for key, entry in opened.document.facts.items():
        attribute = attribute_of(opened.catalog, opened.bundle, key)
        subject_id = registered.get(key.rpartition(".")[0])
        if entry.source == "fetched" and not entry.disputed and attribute is not None and subject_id is not None:
            wanted[key] = Wanted(subject_id, attribute)
    return alone(_read(opened, wanted))


def _read(opened: Open, wanted: dict[str, Wanted]) -> Asking[list[str]]:
    answers = yield from asked(registry.read_all, (list(wanted.values()), reader_of(opened)))
    changed = []
    for key, item in wanted.items():
        held = answers.get((item.subject_id, item.attribute.name))
        if held is None:
            continue
        before = opened.document.facts.get(key)
        if held.state == "unavailable" and before is not None:
            continue
        entry = Entry(
            values.write(held.value), "fetched", held.read_at.isoformat(timespec="seconds"), held.state, held.holder
        )
        if before is not None and before.source == "claimed" and held.state != "known":
            before.holder = held.holder  # asked, and knew nothing: the applicant's word stands
            continue
        opened.document.facts[key] = entry
        if before is not None and (before.raw, before.state) != (entry.raw, entry.state):
            changed.append(key)
    return changed


def _registered(opened: Open) -> dict[str, int]:
    """Registered id by member key (``hire.2``)."""
    return {
        member_key(opened.bundle, subject, number): registered
        for subject, number, registered in every_member(opened.bundle, opened.document)
        if registered is not None
    }


def _wanted(opened: Open) -> dict[str, Wanted | Attribute]:
    """What the plan would fetch or asks to decide, by key; an attribute alone where no register knows its subject."""
    plan = plan_of(opened)
    registered = _registered(opened)
    planned = {line.id for line in plan.services}
    unknown = subjects.in_no_register(opened.catalog, opened.bundle, opened.document, planned)
    wanted: dict[str, Wanted | Attribute] = {}
    lines: list[tuple[str, Sequence[int]]] = [(line.fact, line.members) for line in plan.had("fetched")]
    lines += [(line.fact, ()) for line in plan.undecided]  # of every member
    for fact, members in lines:
        subject, _, name = fact.partition(".")
        attribute: Attribute | None = attribute_of(opened.catalog, opened.bundle, fact)
        if attribute is None or attribute.held_by is None:
            continue
        count = len(opened.document.members.get(subject, [None]))
        for number in members or range(1, count + 1):
            member = member_key(opened.bundle, subject, number)
            key = f"{member}.{name}"
            if key in opened.document.facts and opened.document.facts[key].state != "unavailable":
                continue
            if member in unknown - registered.keys() and stands_in_books(attribute):
                registered |= subjects.registering_known(opened.bundle, opened.document, subject, number)
            if member in registered:
                wanted[key] = Wanted(registered[member], attribute)
            elif member in unknown:
                wanted[key] = attribute
    return wanted | _to_verify(opened, registered)


def _to_verify(opened: Open, registered: dict[str, int]) -> dict[str, Wanted]:
    """What the applicant said before its holder was asked: a situation answer is a guess until the register speaks."""
    found = {}
    for key, entry in opened.document.facts.items():
        attribute = attribute_of(opened.catalog, opened.bundle, key)
        subject_id = registered.get(key.rpartition(".")[0])
        is_unchecked = entry.source == "claimed" and not entry.disputed and entry.holder is None
        if is_unchecked and attribute is not None and attribute.held_by is not None and subject_id is not None:
            found[key] = Wanted(subject_id, attribute)
    return found


def dispute(actor: Actor, number: str, key: str, claimed: Any, *, version: int | None = None) -> None:  # noqa: ANN401 -- whatever a form sends
    """Somebody sees a wrong registry value: the claim is used, marked as disputed, and the holder is asked to correct.

    Raises Problem 422 where there is nothing to dispute or the value cannot be.
    """

    def act(opened: Open) -> None:
        entry = opened.document.facts.get(key)
        attribute = attribute_of(opened.catalog, opened.bundle, key)
        if entry is None or entry.source == "claimed" or attribute is None:
            text = Text("这一项不是库里读的，直接改就行", "This was not read from a registry. Just change it.")
            raise Problem(422, "nothing-to-dispute", text, [FieldError(key, "nothing-to-dispute", text)])
        try:
            value = values.write(values.read(attribute, claimed))
        except values.WrongValue as wrong:
            raise Problem(422, wrong.code, wrong.text, [FieldError(key, wrong.code, wrong.text)]) from None
        entry.held = entry.held if entry.disputed else entry.raw
        entry.raw, entry.state, entry.source, entry.disputed = value, "known", "claimed", True
        entry.at = time.now().isoformat(timespec="seconds")
        opened.document.signatures.clear()

    change(actor, number, act, version=version)
