"""Definitions as canonical JSON (RFC 8785 without fractions) and back, and the hashes that name them.

A field that has its default value is left out, so that a field added later changes no hash. What is declared by name
(roles, steps, subjects) is a list of pairs: its order is part of its meaning, and canonical JSON sorts the keys of
objects. Conditions and limits are written as people write them, dates in ISO 8601; a date among plain values is
``{"date": "2026-01-01"}``.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, is_dataclass
from datetime import date
from functools import cache
from types import MappingProxyType, NoneType
from typing import Any, Final, Literal, get_args, get_origin, get_type_hints

from tongban.catalog.conditions import Condition, parse
from tongban.catalog.model import (
    BundleDefinition,
    Catalog,
    CredentialDefinition,
    NoticeDefinition,
    ProcedureDefinition,
    ServiceDefinition,
)
from tongban.catalog.vocabulary import Authority, EvidenceType, Law, Office, Text, Type, Value
from tongban.clock.units import Limit
from tongban.policy.model import Held, Parameter, Rule

SCHEMA_VERSION: Final = 2

KINDS: Final[Mapping[str, tuple[str, type]]] = {
    "type": ("types", Type),
    "evidence": ("evidence", EvidenceType),
    "authority": ("authorities", Authority),
    "office": ("offices", Office),
    "law": ("laws", Law),
    "procedure": ("procedures", ProcedureDefinition),
    "service": ("services", ServiceDefinition),
    "bundle": ("bundles", BundleDefinition),
    "credential": ("credentials", CredentialDefinition),
    "notice": ("notices", NoticeDefinition),
    "parameter": ("parameters", Parameter),
    "rule": ("rules", Rule),
}
"""Kind of definition → its field in ``Catalog`` and its class. Definitions themselves have no order but their ids."""

Json = dict[str, Any]


def canonical(value: object) -> bytes:
    """RFC 8785 bytes of plain JSON data. Raises ``TypeError`` for a fraction: money and counts are integers."""
    return json.dumps(_ordered(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _ordered(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _ordered(value[key]) for key in sorted(value, key=_utf16)}
    if isinstance(value, list | tuple):
        return [_ordered(one) for one in value]
    if isinstance(value, float):
        raise TypeError("a fraction has no canonical form here")
    return value


def _utf16(key: str) -> bytes:
    """RFC 8785 orders keys by their UTF-16 code units."""
    return key.encode("utf-16-be")


def sha256(value: object) -> str:
    """The hash of plain JSON data in canonical form."""
    return hashlib.sha256(canonical(value)).hexdigest()


def definitions_of(catalog: Catalog) -> dict[str, Json]:
    """Everything declared, by id: kind → definition as plain JSON. Regions stand together under `regions`."""
    found: dict[str, Json] = {}
    for kind, (section, _) in KINDS.items():
        for full, definition in getattr(catalog, section).items():
            found.setdefault(full, {})[kind] = _plain(definition)
    for full, document in catalog.calendars.items():
        found.setdefault(full, {})["calendar"] = document
    if catalog.regions:
        found["regions"] = {"regions": _plain(catalog.regions)}
    return found


def hashed(catalog: Catalog) -> Catalog:
    """The catalog by id, with its hashes and digest computed."""
    sections: Json = {section: _by_id(getattr(catalog, section)) for section, _ in KINDS.values()}
    hashes = {full: sha256(body) for full, body in definitions_of(catalog).items()}
    digest = sha256({"definitions": hashes, "schema": SCHEMA_VERSION})
    return dataclasses.replace(catalog, **sections, hashes=MappingProxyType(hashes), digest=digest)


def _by_id(definitions: Mapping[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType(dict(sorted(definitions.items())))


def to_json(catalog: Catalog) -> Json:
    """The whole catalog as plain JSON data; functions and effects by name."""
    return {
        "schema": SCHEMA_VERSION,
        "digest": catalog.digest,
        "hashes": dict(catalog.hashes),
        "definitions": definitions_of(catalog),
        "functions": sorted(catalog.functions),
        "effects": sorted(catalog.effects),
    }


def from_json(data: Json, functions: Mapping[str, Callable[..., Value]]) -> Catalog:
    """The catalog that ``to_json`` wrote, by the hashes that it was stored under, whatever schema they are of.

    ``functions`` has at least those that it names; raises ``KeyError`` else.
    """
    sections: dict[str, dict[str, Any]] = {section: {} for section, _ in KINDS.values()}
    regions: dict[str, Text] = {}
    calendars: dict[str, Json] = {}
    for full, bodies in data["definitions"].items():
        for kind, body in bodies.items():
            if kind == "regions":
                regions = {code: _reader_of(Text)(title) for code, title in pairs_of(body)}
            elif kind == "calendar":
                calendars[full] = body
            else:
                section, cls = KINDS[kind]
                sections[section][full] = _reader_of(cls)(body)
    found = {name: functions[name] for name in data["functions"]}
    return Catalog(
        **{section: _by_id(entries) for section, entries in sections.items()},
        functions=MappingProxyType(found),
        regions=MappingProxyType(regions),
        hashes=MappingProxyType(data["hashes"]),
        digest=data["digest"],
        effects=frozenset(data["effects"]),
        calendars=MappingProxyType(calendars),
    )


def pairs_of(stored: Any) -> Iterable[tuple[str, Any]]:  # noqa: ANN401 - plain JSON
    """The entries of what is declared by name. Schema 1 wrote them as an object, which kept no order."""
    return stored.items() if isinstance(stored, dict) else ((key, one) for key, one in stored)


def functions_in(bodies: Iterable[Json]) -> frozenset[str]:
    """The full names of functions, effects, listings and figures that definitions (kind → plain JSON) name."""
    names: set[str] = set()
    for body in bodies:
        for _, attribute in pairs_of(body.get("type", {}).get("attributes", ())):
            names.add(attribute.get("derived", ""))
        service = body.get("service", {})
        names |= {one.get("rule", "") for one in service.get("produces", ()) if one["how"] in {"rule", "books"}}
        names.add(service.get("effect", ""))
        names.add(body.get("credential", {}).get("listing", ""))
        names |= {one["formula"] for one in body.get("rule", {}).get("versions", ())}
    return frozenset(names - {""})


@cache
def _defaults(cls: type) -> tuple[tuple[str, object], ...]:
    """Field names with their default values; ``MISSING`` where a field has none."""
    found: list[tuple[str, object]] = []
    for one in dataclasses.fields(cls):
        default = one.default_factory() if one.default_factory is not MISSING else one.default
        found.append((one.name, default))
    return tuple(found)


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, Condition | Limit | type):
        fields = ((name, getattr(value, name), default) for name, default in _defaults(type(value)))
        return {name: _plain(held) for name, held, default in fields if default is MISSING or held != default}
    if isinstance(value, Condition):
        return value.text
    if isinstance(value, Limit):
        return str(value)
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, Mapping):
        return [[key, _plain(one)] for key, one in value.items()]
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


Reader = Callable[[Any], Any]


_READERS: Final[Mapping[Any, Reader]] = {
    Condition: parse,
    Limit: Limit.parse,
    date: lambda raw: date.fromisoformat(raw["date"]),
    Held: lambda raw: raw if isinstance(raw, int) else MappingProxyType(dict(pairs_of(raw))),
}


@cache
def _reader_of(annotation: Any) -> Reader:  # noqa: ANN401 - annotations have no common type
    """A function from plain JSON to a value of the annotated type."""
    if annotation in _READERS:
        return _READERS[annotation]
    if is_dataclass(annotation):
        return _dataclass_reader(annotation)
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is tuple:
        item = _reader_of(arguments[0])
        return lambda raw: tuple(item(one) for one in raw)
    if origin is Mapping:
        entry = _reader_of(arguments[1])
        return lambda raw: MappingProxyType({key: entry(one) for key, one in pairs_of(raw)})
    if isinstance(annotation, type) or origin is Literal:
        return lambda raw: raw
    return _union_reader(arguments)


def _dataclass_reader(cls: Any) -> Reader:  # noqa: ANN401 - annotations have no common type
    readers = {name: _reader_of(hint) for name, hint in get_type_hints(cls).items()}
    return lambda raw: cls(**{name: readers[name](one) for name, one in raw.items()})


def _union_reader(members: tuple[Any, ...]) -> Reader:
    """Readers by what the JSON looks like: a limit or a word, a date or a plain value, something or nothing."""
    if Limit in members:
        words = {word for member in members if get_origin(member) is Literal for word in get_args(member)}
        return lambda raw: raw if raw is None or raw in words else Limit.parse(raw)
    if set(members) <= {str, int, NoneType}:
        return lambda raw: raw
    if date in members:
        return lambda raw: date.fromisoformat(raw["date"]) if isinstance(raw, dict) else raw
    (only,) = [member for member in members if member is not NoneType]
    reader = _reader_of(only)
    return lambda raw: None if raw is None else reader(raw)
