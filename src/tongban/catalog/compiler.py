"""Compiles packs: gives every name its meaning, proves what can be proven, and freezes the whole into a ``Catalog``.

All findings are given at once; a single error and there is no catalog, so that nothing is ever half-loaded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol, TypeVar, cast

from tongban.catalog.burden import warn
from tongban.catalog.canonical import hashed
from tongban.catalog.compile_bundles import compile_bundle
from tongban.catalog.compile_policy import compile_policy
from tongban.catalog.compile_procedures import compile_procedure
from tongban.catalog.compile_services import compile_credential, compile_notice, compile_service
from tongban.catalog.compile_vocabulary import (
    compile_authorities,
    compile_evidence,
    compile_laws,
    compile_offices,
    compile_regions,
    compile_types,
)
from tongban.catalog.findings import NOUNS, Finding, Words, errors_in, finding, in_order, nearest_of
from tongban.catalog.loader import PackSource, Sources
from tongban.catalog.model import Catalog, ServiceDefinition
from tongban.catalog.names import Names, Scope, declared_names
from tongban.catalog.scaffold import placeholders_left
from tongban.catalog.schema import BundleShape, CredentialShape, NoticeShape, ServiceShape
from tongban.catalog.schema_base import Shape
from tongban.catalog.schema_policy import PolicyShape
from tongban.catalog.schema_procedures import ProcedureShape
from tongban.catalog.schema_vocabulary import (
    AuthoritiesShape,
    LawsShape,
    OfficesShape,
    PackShape,
    RegionsShape,
    VocabularyShape,
)
from tongban.catalog.shapes import SHAPES, AnyShape, validate
from tongban.catalog.supply import Supply, circle, waiting_circle
from tongban.catalog.twins import twins
from tongban.catalog.vocabulary import Authority, EvidenceType, Law, Text, Type
from tongban.catalog.yaml_tree import Path
from tongban.clock import ClockError, calendars
from tongban.policy import Rulebook


class _Identified(Protocol):
    """Every definition has an id."""

    @property
    def id(self) -> str:
        """Its full id."""


Definition = TypeVar("Definition", bound=_Identified)


def compile_packs(sources: Sources) -> tuple[Catalog | None, tuple[Finding, ...]]:
    """The catalog of these packs, or None where any finding is an error; and all findings in order."""
    compiler = _Compiler(sources)
    catalog = compiler.catalog()
    findings = in_order(compiler.findings)
    return (None if errors_in(findings) else hashed(catalog)), findings


@dataclass(slots=True)
class _Compiler:
    """Holds what is compiled so far; each room of the catalog is filled from those before it."""

    sources: Sources
    findings: list[Finding] = field(default_factory=list)
    types: dict[str, Type] = field(default_factory=dict)
    laws: dict[str, Law] = field(default_factory=dict)
    files: list[tuple[Scope, Shape]] = field(default_factory=list)

    def catalog(self) -> Catalog:
        packs = self.sources.packs
        self.findings += self.sources.findings
        names = declared_names(packs)
        self.findings += names.findings
        for pack in packs:
            self._read(pack, names)
            self._check_pages(pack, names)
        self._packs()
        self.laws.update(compile_laws(self._of(LawsShape)))
        authorities = compile_authorities(self._of(AuthoritiesShape))
        self.types.update(compile_types(self._of(VocabularyShape)))
        evidence = compile_evidence(self._of(VocabularyShape), self.types)
        regions = compile_regions(self._of(RegionsShape))
        offices = compile_offices(self._of(OfficesShape), regions)
        notices = [compile_notice(scope, shape) for scope, shape in self._of(NoticeShape)]
        procedures = _by_id(compile_procedure(scope, shape) for scope, shape in self._of(ProcedureShape))
        rules, parameters, of_formulas = compile_policy(self._of(PolicyShape), packs, self.laws)
        self.findings += of_formulas
        book = Rulebook(rules, parameters)
        written = [
            (scope, compile_service(scope, shape, evidence, procedures, book))
            for scope, shape in self._of(ServiceShape)
        ]
        services = _by_id(service for _, service in written)
        bundles = [(scope, compile_bundle(scope, shape, services)) for scope, shape in self._of(BundleShape)]
        issuers = _by_credential(services.values())
        credentials = _by_id(compile_credential(scope, shape, issuers) for scope, shape in self._of(CredentialShape))
        supply = Supply(self.types, evidence, services.values())
        self._check_services(written, supply, evidence, authorities, {office.authority for office in offices.values()})
        scopes = {service.id: scope for scope, service in written}
        for twin, first in twins(services.values(), credentials):
            if not any(placeholders_left(scopes[twin.id].document)):  # what `tongban new` begins is alike at first
                scopes[twin.id].say("twin", ("service",), service=twin.title, other=first.title)
        for scope, bundle in bundles:
            waiting = waiting_circle(bundle, services, supply)
            if waiting:
                scope.say("circular-need", ("services",), key=True, cycle=" → ".join(waiting))
        return Catalog(
            types=MappingProxyType(self.types),
            evidence=MappingProxyType(evidence),
            authorities=MappingProxyType(authorities),
            offices=MappingProxyType(offices),
            laws=MappingProxyType(self.laws),
            procedures=MappingProxyType(procedures),
            services=MappingProxyType(services),
            bundles=MappingProxyType(_by_id(bundle for _, bundle in bundles)),
            credentials=MappingProxyType(credentials),
            notices=MappingProxyType(_by_id(notices)),
            functions=MappingProxyType({name: fn for pack in packs for name, fn in (pack.functions or {}).items()}),
            regions=MappingProxyType(regions),
            hashes={},
            digest="",
            effects=names.effects,
            calendars=MappingProxyType(self._calendars()),
            rules=MappingProxyType(rules),
            parameters=MappingProxyType(parameters),
        )

    def _calendars(self) -> dict[str, Mapping[str, object]]:
        """The calendar documents by id, once the clock has accepted them."""
        found: dict[str, Mapping[str, object]] = {}
        for pack in self.sources.packs:
            for document in pack.documents:
                if document.kind != "calendar" or not document.readable:
                    continue
                try:
                    calendars([*found.values(), document.value])
                except ClockError as error:
                    problem = Text(error.message_zh, error.message)
                    self.findings.append(document.find("broken-calendar", _steps(error.message), {"problem": problem}))
                else:
                    value = cast("Mapping[str, object]", document.value)
                    found[f"{pack.id}/{value['calendar']}"] = value
        return found

    def _read(self, pack: PackSource, names: Names) -> None:
        """Validate the files of a pack; a file of the wrong shape takes no further part."""
        for document in pack.documents:
            if document.kind not in SHAPES or not document.readable:
                continue
            self.findings += placeholders_left(document)
            shape, wrong = validate(document, SHAPES[document.kind])
            self.findings += wrong
            if shape is None:
                names.incomplete(document)
            else:
                scope = Scope(pack.id, document, names, self.types, self.laws, self.findings)
                self.files.append((scope, shape))

    def _check_pages(self, pack: PackSource, names: Names) -> None:
        """Pages are for offices of authorities that there are."""
        known = names.declared.get("authority", {})
        for authority, line in pack.pages_of:
            if authority not in known and "authority" not in names.unclear:
                words: Words = {"kind": NOUNS["authority"], "name": authority}
                near = nearest_of(authority, known)
                self.findings.append(finding("unknown-id", pack.pages_file, (line, 1), words, near))

    def _of(self, shape: type[AnyShape]) -> list[tuple[Scope, AnyShape]]:
        return [(scope, found) for scope, found in self.files if isinstance(found, shape)]

    def _packs(self) -> None:
        """Packs stand in the folder of their id, require each other in no circle, and suit this platform."""
        requires = {pack.id: pack.requires or () for pack in self.sources.packs}
        waiting = circle(requires)
        for scope, shape in self._of(PackShape):
            if shape.pack != scope.pack:
                scope.say("id-outside-folder", ("pack",), name=shape.pack, pack=scope.pack)
            if waiting and scope.pack == waiting[0]:
                scope.say("circular-requires", ("requires",), cycle=" → ".join(waiting))
            if not suits(self.sources.platform, shape.platform):
                scope.say("platform-version", ("platform",), wanted=shape.platform, version=self.sources.platform)

    def _check_services(
        self,
        written: Iterable[tuple[Scope, ServiceDefinition]],
        supply: Supply,
        evidence: Mapping[str, EvidenceType],
        authorities: Mapping[str, Authority],
        staffed: set[str],
    ) -> None:
        is_staffing_known = bool(staffed) and staffed <= authorities.keys()
        for scope, service in written:
            for path, fact in _wanted(service):
                attribute = supply.attribute(service, fact)
                if attribute is not None and not supply.can_supply(service, attribute):
                    scope.say("need-without-source", path, service=service.title, name=attribute.label)
            if is_staffing_known and service.authority in authorities and service.authority not in staffed:
                scope.say("authority-without-office", ("authority",), name=authorities[service.authority].title)
            warn(scope, service, supply, evidence, authorities)


def _wanted(service: ServiceDefinition) -> Iterator[tuple[Path, str]]:
    """Every fact without which the service cannot judge, and where it says so."""
    own = {one.fact for one in service.produces}
    for index, need in enumerate(service.needs):
        yield ("needs", index, "fact"), need.fact
    for index, requirement in enumerate(service.requires):
        yield from ((("requires", index, "that"), fact) for fact in sorted(requirement.that.facts - own))
    for index, fee in enumerate(service.fees):
        yield from ((("fees", index, "exempt"), fact) for fact in sorted(fee.exempt.facts - own if fee.exempt else ()))


def _by_id(definitions: Iterable[Definition]) -> dict[str, Definition]:
    found: dict[str, Definition] = {}
    for one in definitions:
        found.setdefault(one.id, one)
    return found


def _by_credential(services: Iterable[ServiceDefinition]) -> dict[str, list[ServiceDefinition]]:
    found: dict[str, list[ServiceDefinition]] = {}
    for service in services:
        if service.credential is not None:
            found.setdefault(service.credential, []).append(service)
    return found


def _steps(message: str) -> list[str | int]:
    """The place in a calendar that the clock complains of, `holidays.2.from`, as steps from the top; lists from 0."""
    place = re.search(r": ([a-z_]+(?:\.\w+)*) ", message)
    return [int(step) - 1 if step.isdigit() else step for step in place[1].split(".")] if place else []


def suits(version: str, wanted: str) -> bool:
    """Whether a version lies in a range such as `>=0.1,<2`."""
    have = _numbers(version)
    for bound in wanted.split(","):
        sign, numbers = bound.strip()[:2], _numbers(bound)
        if sign == ">=" and have < numbers:
            return False
        if sign != ">=" and (not sign.startswith("<") or have >= numbers):
            return False
    return True


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(
        int(part) for part in "".join(c if c.isdigit() or c == "." else "" for c in version).split(".") if part
    )
