"""What somebody may claim: typed values checked by the kind of their attribute, and only where a word is enough."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from tongban.applications.document import Document, Entry, attribute_of, split_key
from tongban.applications.problems import FieldError, Problem, wrong_fields
from tongban.applications.store import Open
from tongban.catalog import values
from tongban.catalog.model import BundleDefinition, Catalog
from tongban.catalog.vocabulary import Attribute, Text
from tongban.platform import time


def expanded(bundle: BundleDefinition, document: Document, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts with each key that names no member of a many subject written out for every member there is."""
    written: dict[str, Any] = {}
    for key, raw in facts.items():
        subject, dot, name = key.partition(".")
        if dot and "." not in name and subject in bundle.subjects and bundle.subjects[subject].many:
            members = len(document.members.get(subject, [None]))
            written |= {f"{subject}.{member}.{name}": raw for member in range(1, members + 1)}
        else:
            written[key] = raw
    return written


def typed_entries(
    catalog: Catalog, bundle: BundleDefinition, facts: Mapping[str, Any], opened: Open | None = None
) -> dict[str, Entry]:
    """Claimed entries from typed values. Raises Problem 422 with every wrong field at once."""
    at = time.now().isoformat(timespec="seconds")
    entries: dict[str, Entry] = {}
    errors: list[FieldError] = []
    for key, raw in facts.items():
        attribute = _attribute_for(catalog, bundle, key, opened)
        if attribute is None:
            errors.append(FieldError(key, "unknown-fact", Text(f"没有“{key}”这一项", f"There is no fact “{key}”.")))
            continue
        disputed = opened is not None and key in opened.document.facts and opened.document.facts[key].disputed
        try:
            value = values.write(values.read(attribute, raw))
            held = opened.document.facts[key].held if opened is not None and disputed else None
            entries[key] = Entry(value, "claimed", at, "absent" if value is None else "known", None, disputed, held)
        except values.WrongValue as wrong:
            errors.append(FieldError(key, wrong.code, wrong.text))
    if errors:
        raise wrong_fields(errors)
    return entries


def _attribute_for(catalog: Catalog, bundle: BundleDefinition, key: str, opened: Open | None) -> Attribute | None:
    attribute = attribute_of(catalog, bundle, key)
    if attribute is None:
        return None
    subject, member, name = split_key(key)
    numbered = key.count(".") == 2  # noqa: PLR2004 -- subject.N.attribute
    if numbered is not bundle.subjects[subject].many and not (bundle.subjects[subject].many and opened is None):
        return None
    if opened is not None and member > len(opened.document.members.get(subject, [None])):
        return None
    return catalog.types[bundle.subjects[subject].type].attributes[name]


def refuse_unclaimable(opened: Open, facts: Mapping[str, Any]) -> None:
    """A client, whoever it is, says nothing about facts fetched, derived, certified or not to be claimed."""
    held = {
        key
        for key, entry in opened.document.facts.items()
        if entry.source != "claimed" and entry.state == "known" and not entry.disputed
    }
    refuse_certified(opened.catalog, opened.bundle, facts, held)


def refuse_certified(
    catalog: Catalog, bundle: BundleDefinition, facts: Mapping[str, Any], held: Collection[str] = ()
) -> None:
    """Answers that only a register can give are not taken; ``held`` are keys one has given already.

    Raises Problem 422 ``fact-not-claimable``.
    """
    errors = []
    for key in facts:
        attribute = attribute_of(catalog, bundle, key)
        if attribute is not None and (not attribute.claimable or attribute.derived is not None or key in held):
            text = Text(
                f"“{attribute.label.zh}”由部门提供，不用填。有错点“不对”",
                f"“{attribute.label.en}” comes from its registry. Dispute it if it is wrong.",
            )
            errors.append(FieldError(key, "fact-not-claimable", text))
    if errors:
        raise Problem(422, "fact-not-claimable", errors[0].text, errors)


def refuse_named_twice(
    catalog: Catalog, bundle: BundleDefinition, facts: Mapping[str, Entry], typed: Collection[str]
) -> None:
    """Two members of one subject are two: one key (an ID number) cannot name both.

    Raises Problem 422 ``wrong-fields`` at those that were typed now.
    """
    named: dict[tuple[str, object], list[str]] = {}
    for key, entry in facts.items():
        subject, _, name = split_key(key)
        role = bundle.subjects.get(subject)
        if role is not None and role.many and entry.raw and catalog.types[role.type].key == name:
            named.setdefault((subject, entry.raw), []).append(key)
    text = Text("这个号码填了两次，一人填一次", "This number stands here twice. Give each person once.")
    twice = [key for keys in named.values() if len(keys) > 1 for key in keys if key in typed]
    if twice:
        raise wrong_fields([FieldError(key, "named-twice", text) for key in sorted(twice)])
