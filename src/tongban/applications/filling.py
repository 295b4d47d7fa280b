"""Filling the form: every value checked by its kind, nothing accepted that a person's word cannot carry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tongban.accounts.actor import Actor
from tongban.applications import subjects
from tongban.applications.claims import expanded, refuse_named_twice, refuse_unclaimable, typed_entries
from tongban.applications.document import split_key
from tongban.applications.reading import read_held, reader_of
from tongban.applications.store import Open, change


def fill(actor: Actor, number: str, facts: Mapping[str, Any], *, version: int | None = None) -> None:
    """Take what the applicant typed, by key; ``None`` takes a typed value back. All or nothing.

    Raises Problem 422 ``wrong-fields`` with one error a field, or 422 ``fact-not-claimable`` for a fact that only its
    holder can say.
    """

    def act(opened: Open) -> None:
        given = expanded(opened.bundle, opened.document, facts)
        refuse_unclaimable(opened, given)
        typed = {key: raw for key, raw in given.items() if raw is not None and raw != ""}
        entries = typed_entries(opened.catalog, opened.bundle, typed, opened)
        refuse_named_twice(opened.catalog, opened.bundle, opened.document.facts | entries, entries)
        for key in given:
            if key not in entries:
                opened.document.facts.pop(key, None)
        opened.document.facts |= entries
        opened.document.signatures.clear()
        subjects.resolve(opened.catalog, opened.bundle, opened.document, reader_of(opened))
        if opened.document.agreed_at is not None:
            read_held(opened)

    change(actor, number, act, version=version)


def set_count(actor: Actor, number: str, subject: str, count: int) -> None:
    """Say how many members a ``many`` subject has, from 1; what was typed about dropped ones is dropped."""

    def act(opened: Open) -> None:
        subjects.refuse_count(opened.bundle, subject, count)
        for name in subjects.together(opened.bundle, subject):
            subjects.set_count(opened.document, name, count)
            _drop_facts(opened, name, count)
        opened.document.signatures.clear()

    change(actor, number, act)


def _drop_facts(opened: Open, subject: str, count: int) -> None:
    for key in list(opened.document.facts):
        name, member, _ = split_key(key)
        if name == subject and member > count:
            del opened.document.facts[key]
