"""Compiles what packs say about the world: types with their attributes, papers, authorities, offices, laws, regions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from tongban.catalog.findings import NOUNS
from tongban.catalog.names import Scope, text, text_or_none
from tongban.catalog.schema_vocabulary import (
    AttributeShape,
    AuthoritiesShape,
    LawsShape,
    OfficesShape,
    RegionsShape,
    TypeShape,
    VocabularyShape,
)
from tongban.catalog.vocabulary import Attribute, Authority, EvidenceType, Law, Office, Option, Text, Type, Window
from tongban.catalog.yaml_tree import Path


def compile_laws(files: Iterable[tuple[Scope, LawsShape]]) -> dict[str, Law]:
    """All laws by id; says which have no source."""
    found = {}
    for scope, shape in files:
        for name, law in shape.laws.items():
            full, title, source = f"{scope.pack}/{name}", text(law.title), text_or_none(law.source)
            found[full] = Law(full, title, law.articles, law.number, law.status, source)
            if source is None:
                scope.say("law-without-source", ("laws", name), key=True, law=title)
    return found


def compile_authorities(files: Iterable[tuple[Scope, AuthoritiesShape]]) -> dict[str, Authority]:
    """All authorities by id."""
    found = {}
    for scope, shape in files:
        for name, one in shape.authorities.items():
            full = f"{scope.pack}/{name}"
            supervisor = scope.id_or_none("authority", one.supervised_by, ("authorities", name, "supervised_by"))
            found[full] = Authority(full, text(one.title), text(one.short), supervisor, one.icon)
    return found


def compile_regions(files: Iterable[tuple[Scope, RegionsShape]]) -> dict[str, Text]:
    """All regions by code."""
    return {code: text(title) for _, shape in files for code, title in shape.regions.items()}


def compile_offices(files: Iterable[tuple[Scope, OfficesShape]], regions: Mapping[str, Text]) -> dict[str, Office]:
    """All offices by id."""
    found = {}
    for scope, shape in files:
        for name, one in shape.offices.items():
            full, path = f"{scope.pack}/{name}", ("offices", name)
            authority = scope.id("authority", one.authority, (*path, "authority"))
            if regions:
                scope.among("region", one.region, regions, (*path, "region"))
            window = Window(text(one.window.address), tuple(one.window.hours)) if one.window else None
            found[full] = Office(full, text(one.title), authority or one.authority, one.region, one.level, window)
    return found


def compile_types(files: Iterable[tuple[Scope, VocabularyShape]]) -> dict[str, Type]:
    """All types by id, each with the attributes that any pack gives it."""
    entries: dict[str, list[tuple[Scope, str, TypeShape]]] = defaultdict(list)
    for scope, shape in files:
        for name, one in shape.types.items():
            full = f"{scope.pack}/{name}" if one.label else scope.id("type", name, ("types", name))
            if full is not None:
                entries[full].append((scope, name, one))
    found = {}
    for full, declarations in entries.items():
        kind = _type(full, declarations)
        if kind is not None:
            found[full] = kind
    return found


def _type(full: str, declarations: list[tuple[Scope, str, TypeShape]]) -> Type | None:
    own = next((one for one in declarations if one[2].label), None)
    if own is None:
        for scope, name, _ in declarations:
            scope.say("missing-key", ("types", name), key=True, name="label")
        return None
    scope, name, shape = own
    path: Path = ("types", name)
    ends = {end: scope.id("type", target, (*path, "ends", end)) or target for end, target in shape.ends.items()}
    attributes: dict[str, Attribute] = {}
    names: dict[tuple[str, str], str] = {}
    for its_scope, its_name, its_shape in sorted(declarations, key=lambda one: one is not own):
        for attribute_name, attribute in its_shape.attributes.items():
            its_path = ("types", its_name, attribute_name)
            compiled = _attribute(its_scope, full, attribute_name, attribute, its_path)
            if attribute_name in attributes:
                name = f"{full}.{attribute_name}"
                its_scope.say("duplicate-id", its_path, key=True, kind=NOUNS["attribute"], name=name, first=full)
                continue
            _compare_with_others(its_scope, compiled, names, its_path)
            attributes[attribute_name] = compiled
    for its_scope, its_name, its_shape in declarations:
        _check_derivations(its_scope, its_shape, attributes, ("types", its_name))
    if shape.key is not None:
        scope.among("attribute", shape.key, attributes, (*path, "key"))
    return Type(
        full,
        text(shape.label) if shape.label else Text(full, full),
        attributes,
        ends,
        shape.key,
        _guardians(scope, shape, path),
    )


def _guardians(scope: Scope, shape: TypeShape, path: Path) -> dict[str, tuple[str, ...]]:
    for end, guardians in shape.guardians.items():
        scope.among("end", end, shape.ends, (*path, "guardians", end), key=True)
        for index, guardian in enumerate(guardians):
            scope.among("end", guardian, shape.ends, (*path, "guardians", end, index))
    return {end: tuple(guardians) for end, guardians in shape.guardians.items()}


def _attribute(scope: Scope, kind: str, name: str, shape: AttributeShape, path: Path) -> Attribute:
    because = shape.asked_because
    for index, option in enumerate(shape.options):
        if option.value == "none":  # everywhere the word for an absent value
            scope.say("reserved-value", (*path, "options", index, "value"), name=option.value)
    return Attribute(
        kind,
        name,
        text(shape.label),
        shape.type,
        held_by=scope.id_or_none("authority", shape.held_by, (*path, "held_by")) or shape.held_by,
        derived=None if shape.derived is None else scope.function(shape.derived, (*path, "derived")),
        derived_from=tuple(shape.from_),
        claimable=shape.claim == "allowed",
        sensitivity=shape.sensitivity,
        options=tuple(Option(option.value, text(option.label)) for option in shape.options),
        hint=text_or_none(shape.hint),
        max_length=shape.max_length,
        at_most=shape.at_most,
        asked_because=None if because is None else scope.reference(because, (*path, "asked_because")),
        standard_code=shape.standard_code,
        finds=shape.finds,
        unit=shape.unit,
    )


_SHARED_NAMES: Final[Mapping[str, Text]] = {
    "zh": Text("中文名称", "Chinese label"),
    "en": Text("英文名称", "English label"),
    "code": Text("标准代码", "standard code"),
}


def _compare_with_others(scope: Scope, one: Attribute, names: dict[tuple[str, str], str], path: Path) -> None:
    """No two attributes of a type share a label or a standard code; ``names`` holds those met so far."""
    for what, name in (("zh", one.label.zh), ("en", one.label.en), ("code", one.standard_code)):
        other = names.setdefault((what, name), one.name) if name is not None else one.name
        if other != one.name:
            full, its = f"{one.type}.{one.name}", f"{one.type}.{other}"
            scope.say(
                "duplicate-label", path, key=True, name=full, other=its, what=_SHARED_NAMES[what], text=name or ""
            )


_TYPES: Final[Mapping[str, str]] = {"integer": "int", "fen": "int", "boolean": "bool", "date": "date"}
"""The type that a value of an attribute has in the functions of packs; a text where there is none."""


def _check_derivations(scope: Scope, shape: TypeShape, attributes: Mapping[str, Attribute], path: Path) -> None:
    for name, attribute in shape.attributes.items():
        for index, source in enumerate(attribute.from_):
            scope.among("attribute", source, attributes, (*path, name, "from", index))
        function, sources = attributes[name].derived, [attributes.get(source) for source in attribute.from_]
        if function is not None and None not in sources:
            given = [_TYPES.get(source.kind, "str") for source in sources if source]
            scope.called(function, (*path, name, "derived"), *given, on="date")
        cycle = _derivation_cycle(name, attributes)
        if cycle:
            scope.say("circular-need", (*path, name), key=True, cycle=" → ".join(cycle))


def _derivation_cycle(name: str, attributes: Mapping[str, Attribute]) -> list[str]:
    """The way from an attribute over what it is derived from back to itself, if there is one."""
    ways = [[name]]
    seen: set[str] = set()
    while ways:
        way = ways.pop()
        attribute = attributes.get(way[-1])
        for source in attribute.derived_from if attribute else ():
            if source == name:
                return [*way, name]
            if source not in seen:
                seen.add(source)
                ways.append([*way, source])
    return []


def compile_evidence(
    files: Iterable[tuple[Scope, VocabularyShape]], types: Mapping[str, Type]
) -> dict[str, EvidenceType]:
    """All papers by id."""
    found = {}
    for scope, shape in files:
        for name, one in shape.evidence.items():
            full, path = f"{scope.pack}/{name}", ("evidence", name)
            kind = scope.id("type", one.of, (*path, "of"))
            for index, attribute in enumerate(one.proves):
                if kind is not None and kind in types:
                    scope.among("attribute", attribute, types[kind].attributes, (*path, "proves", index))
            issuer = one.issued_by
            if issuer != "applicant":
                issuer = scope.id("authority", issuer, (*path, "issued_by")) or issuer
            found[full] = EvidenceType(
                full, text(one.label), kind or one.of, tuple(one.proves), issuer, one.valid_for,
                text_or_none(one.hint), text_or_none(one.kept_in),
            )  # fmt: skip
    return found
