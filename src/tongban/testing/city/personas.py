"""Who may be met in the demonstration city: the file ``personas.yaml`` of a pack, read without a database.

A persona has an identity, perhaps an organisation or a post, the situation it would answer, the ``facts`` that a plan
turns on, and the ``records`` that registers hold besides, by subjects of the bundle it comes for.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from tongban.catalog.model import Catalog, Role
from tongban.catalog.vocabulary import Raw, Text
from tongban.publication.files import entries_of

FILE = "personas.yaml"


@dataclass(frozen=True, slots=True)
class Persona:
    """One of the demonstration's people."""

    id: str
    title: Text
    kind: Literal["person", "organisation-agent", "staff"]
    identity: Mapping[str, str]
    region: str = ""
    organisation: Mapping[str, str] = field(default_factory=dict)
    rights: tuple[str, ...] = ()
    office: str | None = None
    roles: tuple[str, ...] = ()
    bundle: str | None = None
    """What it comes for: a bundle, or a service alone."""
    situation: Mapping[str, Raw] = field(default_factory=dict)
    facts: Mapping[str, Raw] = field(default_factory=dict)
    records: Mapping[str, Raw] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON data; what a persona has nothing of is left out."""
        plain: dict[str, Any] = {
            "id": self.id,
            "title": self.title.to_json(),
            "kind": self.kind,
            "identity": dict(self.identity),
            "region": self.region or None,
            "organisation": dict(self.organisation),
            "rights": list(self.rights),
            "office": self.office,
            "roles": list(self.roles),
            "bundle": self.bundle,
            "situation": dict(self.situation),
            "facts": dict(self.facts),
            "records": dict(self.records),
        }
        return {key: value for key, value in plain.items() if value not in (None, [], {})}


@functools.cache
def personas() -> tuple[Persona, ...]:
    """Everybody in the ``personas.yaml`` of all packs, in their order. Raises ValueError for a broken file."""
    return tuple(_persona(name, written) for name, written in entries_of(FILE, "personas"))


def persona(name: str) -> Persona | None:
    """The persona with this id or this title."""
    return next((one for one in personas() if name in (one.id, one.title.zh, one.title.en)), None)


def supposing(one: Persona, body: Mapping[str, Any]) -> dict[str, Any]:
    """A plan's request with what registers hold of a persona, where it is about what the persona comes for."""
    asked = body.get("bundle") or (None if body.get("services") or body.get("want") else one.bundle)
    is_own = one.bundle is not None and asked in {one.bundle, one.bundle.rpartition("/")[2]}
    known = {**(one.facts if is_own else {}), **body.get("known", {})}
    return {**body, **({"bundle": asked} if asked else {}), "known": known}


def roles_for(catalog: Catalog, offer: str) -> Mapping[str, Role]:
    """The subjects of the bundle, or the roles of the service, that a persona comes for. Raises KeyError."""
    bundle = catalog.bundles.get(offer)
    return catalog.services[offer].roles if bundle is None else bundle.subjects


def _persona(name: str, written: Mapping[str, Any]) -> Persona:
    return Persona(
        id=name,
        title=Text(**written["title"]),
        kind=written["kind"],
        identity={key: str(value) for key, value in written["identity"].items()},
        region=str(written.get("region", "")),
        organisation={key: str(value) for key, value in written.get("organisation", {}).items()},
        rights=tuple(written.get("rights", ())),
        office=written.get("office"),
        roles=tuple(written.get("roles", ())),
        bundle=written.get("bundle"),
        situation=written.get("situation") or {},
        facts=written.get("facts") or {},
        records=written.get("records") or {},
    )
