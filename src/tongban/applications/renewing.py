"""Applying once more: what was refused, not possible or withdrawn, with everything known from the first time.

What an office has granted stands, and what one still works on goes on; neither is applied for twice. Of several
children or hires only those come along for whom something is left to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from django.db import transaction

from tongban.accounts.actor import Actor
from tongban.applications import subjects
from tongban.applications.document import Document, Entry, attribute_of, member_key, split_key
from tongban.applications.models import Form
from tongban.applications.problems import Problem, not_found
from tongban.applications.reading import reader_of
from tongban.applications.starting import Channel
from tongban.applications.store import Open, begun_before, create, load, save
from tongban.casework.model import Case
from tongban.catalog.model import BundleDefinition
from tongban.catalog.vocabulary import Text


def apply_again(actor: Actor, number: str, *, command_id: UUID, channel: Channel = "web") -> str:
    """Begin a draft with what is left of a sent application and return its number.

    Where everything was granted the whole is begun anew. The same command id answers with the same draft. Raises
    Problem 404; 409 ``still-going`` while nothing has ended without its result.
    """
    first = load(actor, number)
    if not first.is_applicant or first.form.state in (Form.State.DRAFT, Form.State.WAITING):
        raise not_found()
    existing = begun_before(command_id, actor)
    if existing is not None:
        return existing.number
    left = [case for case in first.cases if case.result not in (None, "granted")]
    if not left and any(case.is_open for case in first.cases):
        text = Text("每一件都还在办，等有了结果再说", "Every part is still going on. Wait for a result.")
        raise Problem(409, "still-going", text)
    document = _whole(first) if not left else _left_over(first, left)
    with transaction.atomic():
        opened = create(
            actor, first.form.bundle, first.form.applicant_id, document,
            channel=channel, window_office=first.form.window_office, mode=first.form.mode, start_command=command_id,
        )  # fmt: skip
        subjects.resolve(opened.catalog, opened.bundle, document, reader_of(opened))
        save(opened)
    return opened.form.number


def _whole(first: Open) -> Document:
    """The same thing for the same people, all of it."""
    members = first.document.members
    return Document(members=dict(members), facts=_given(first, first.document.facts))


def _left_over(first: Open, left: list[Case]) -> Document:
    """Those who still lack something, and the services that nobody among them needs any more."""
    bundle, before = first.bundle, first.document
    kept = _kept(bundle, before, left)
    members = {
        subject: [ids[number - 1] for number in kept] if bundle.subjects[subject].many else list(ids)
        for subject, ids in before.members.items()
    }
    lacking = {case.service for case in left}
    done = {case.service for case in first.cases} - lacking
    return Document(members=members, facts=_given(first, _renumbered(bundle, before.facts, kept)), done=sorted(done))


def _kept(bundle: BundleDefinition, before: Document, left: list[Case]) -> list[int]:
    """The numbers of the members for whom something is left; all of them where it concerns nobody in particular."""
    wanted = {subject for case in left for ids in case.roles.values() for subject in ids}
    many = [ids for subject, ids in before.members.items() if bundle.subjects[subject].many]
    members = [{ids[place] for ids in many if place < len(ids)} for place in range(max(map(len, many), default=0))]
    kept = [number for number, registered in enumerate(members, start=1) if registered & wanted]
    return kept or list(range(1, len(members) + 1))


def _renumbered(bundle: BundleDefinition, facts: Mapping[str, Entry], kept: list[int]) -> dict[str, Entry]:
    """The facts of those who come along, under their new numbers."""
    found = {}
    for key, entry in facts.items():
        subject, number, name = split_key(key)
        if not bundle.subjects[subject].many:
            found[key] = entry
        elif number in kept:
            found[f"{member_key(bundle, subject, kept.index(number) + 1)}.{name}"] = entry
    return found


def _given(first: Open, facts: Mapping[str, Entry]) -> dict[str, Entry]:
    """What the applicant said themselves, and their situation as it was found; registers are read anew.

    A situation that a register told is only a claim here: the register is asked again, and its word stands.
    """
    situation = {question.fact for question in first.bundle.questions}
    found = {}
    for key, entry in facts.items():
        subject, _, name = split_key(key)
        attribute = attribute_of(first.catalog, first.bundle, key)
        is_situation = f"{subject}.{name}" in situation and attribute is not None and attribute.claimable
        said = entry.source == "claimed" or is_situation
        if said and entry.state == "known" and not entry.disputed:
            found[key] = replace(entry, source="claimed", holder=None)
    return found
