"""What registers hold about the reader, for the reader's own eyes: read from its holders, each look logged."""

from __future__ import annotations

from collections.abc import Iterable

from tongban.accounts.actor import Actor
from tongban.catalog.model import Catalog
from tongban.catalog.vocabulary import Text, Value
from tongban.publication import service as publication
from tongban.registry import service as registry
from tongban.registry.model import Reader, Wanted


def own_facts(actor: Actor, names: Iterable[str], purpose: Text) -> dict[str, Value]:
    """These attributes of whoever reads, by name, and the key; None where their holder says that there is none.

    What cannot be read now, and what nobody holds, is left out. Of staff and machines nothing is held.
    """
    if actor.subject_id is None:
        return {}
    catalog = publication.current()
    own = catalog.types[registry.type_of(actor.subject_id)]
    (found,) = _read(actor, catalog, own.id, [actor.subject_id], set(names) - {own.key}, purpose)
    return found if own.key is None else {own.key: registry.key_of(actor.subject_id), **found}


def own_relations(actor: Actor, type_id: str, end: str, names: Iterable[str], purpose: Text) -> list[dict[str, Value]]:
    """These attributes of every relation of a type that has whoever reads at one of its ends, the oldest first."""
    if actor.subject_id is None:
        return []
    relations = [one.id for one in registry.related(type_id, {end: actor.subject_id})]
    return _read(actor, publication.current(), type_id, relations, names, purpose)


def _read(
    actor: Actor, catalog: Catalog, type_id: str, subjects: list[int], names: Iterable[str], purpose: Text
) -> list[dict[str, Value]]:
    attributes = [catalog.types[type_id].attributes[name] for name in sorted(names)]
    wanted = [Wanted(one, attribute) for one in subjects for attribute in attributes]
    answers = registry.read(wanted, Reader(actor.id, purpose))
    found: dict[int, dict[str, Value]] = {one: {} for one in subjects}
    for (one, name), held in answers.items():
        if held.state != "unavailable":
            found[one][name] = held.value
    return list(found.values())
