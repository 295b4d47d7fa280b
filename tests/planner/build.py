"""Small catalogs built by hand, so that a test of the planner shows all that it rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from tongban.catalog.conditions import parse
from tongban.catalog.model import (
    Apart,
    BundleDefinition,
    Catalog,
    ClockDefinition,
    CredentialDefinition,
    EvidenceNeed,
    Fee,
    Limits,
    Need,
    Part,
    ProcedureDefinition,
    Produced,
    Question,
    Requirement,
    Role,
    Routing,
    ServiceDefinition,
    Visit,
)
from tongban.catalog.vocabulary import Attribute, Authority, EvidenceType, Law, Office, Reference, Text, Type, Value
from tongban.clock import Calendar, Limit

MONDAY = date(2026, 11, 23)
"""A Monday in the plain calendar below."""

CALENDAR = Calendar.plain((6, 7))
LAW = Reference("t/law", "1")


def text(word: str) -> Text:
    """A word in both languages."""
    return Text(word, word)


@dataclass
class Build:
    """Collects definitions; ``catalog()`` freezes them. Ids are written bare and get the pack ``t``."""

    types: dict[str, Type] = field(default_factory=dict)
    evidence: dict[str, EvidenceType] = field(default_factory=dict)
    services: dict[str, ServiceDefinition] = field(default_factory=dict)
    bundles: dict[str, BundleDefinition] = field(default_factory=dict)
    credentials: dict[str, CredentialDefinition] = field(default_factory=dict)
    offices: dict[str, Office] = field(default_factory=dict)
    functions: dict[str, Callable[..., Value]] = field(default_factory=dict)

    def type(self, kind: str, /, joins: Mapping[str, str] | None = None, **attributes: Mapping[str, Any]) -> None:
        """A type; each attribute says how it differs from a claimable text that nobody holds. A relation ``joins``."""
        ends = {end: f"t/{other}" for end, other in (joins or {}).items()}
        made = {name: _attribute(kind, name, given) for name, given in attributes.items()}
        self.types[f"t/{kind}"] = Type(f"t/{kind}", text(kind), made, ends)

    def paper(self, name: str, of: str, proves: Iterable[str] = (), issued_by: str = "applicant") -> None:
        """A kind of paper about type ``of``."""
        self.evidence[f"t/{name}"] = EvidenceType(f"t/{name}", text(name), f"t/{of}", tuple(proves), issued_by)

    def service(  # noqa: PLR0913 -- one keyword for each thing a test may be about
        self,
        name: str,
        roles: Mapping[str, str | Role],
        *,
        needs: Iterable[str | tuple[str, str]] = (),
        makes: Mapping[str, Any] | Iterable[str] = (),
        papers: Iterable[EvidenceNeed] = (),
        requires: Iterable[str] = (),
        visits: Iterable[tuple[str, str]] = (),
        days: int | str | None = None,
        apart: Apart | None = None,
        routed_by: str | None = None,
        credential: str | None = None,
        delivery: tuple[Literal["electronic", "window", "post"], ...] = ("electronic",),
        exempt: str | None = None,
        in_force: tuple[date | None, date | None] = (None, None),
    ) -> None:
        """A service. ``days``: promised workdays (None: instant) or a limit; ``makes``: facts, by rule or as given."""
        limit = Limit(days, "workday") if isinstance(days, int) else Limit.parse(days) if days else None
        given = makes if isinstance(makes, Mapping) else dict.fromkeys(makes)
        self.services[f"t/{name}"] = ServiceDefinition(
            id=f"t/{name}",
            title=text(name),
            authority="t/authority",
            procedure="t/instant" if limit is None and days is None else "t/standard",
            roles={role: _role(role, kind) for role, kind in roles.items()},
            needs=tuple(Need(one) if isinstance(one, str) else Need(one[0], parse(one[1])) for one in needs),
            evidence=tuple(papers),
            requires=tuple(Requirement(parse(that), LAW, text("no")) for that in requires),
            produces=tuple(_produced(fact, value) for fact, value in given.items()),
            limits=Limits(limit, None),
            handled_at=Routing("county", routed_by) if routed_by else Routing("city"),
            visits=tuple(Visit(at, phase, LAW) for at, phase in visits),  # type: ignore[arg-type] # a phase
            apart=apart or Apart(),
            law=(LAW,),
            credential=credential,
            delivery=delivery,
            fees=(Fee(text("fee"), 100, LAW, parse(exempt)),) if exempt else (),
            holder=next(iter(roles)),
            in_force_from=in_force[0],
            in_force_to=in_force[1],
        )

    def bundle(
        self,
        subjects: Mapping[str, str | Role],
        parts: Sequence[tuple[str, Mapping[str, str]] | tuple[str, Mapping[str, str], str | None]],
        *,
        questions: Iterable[str] = (),
        signers_when: Mapping[str, str] | None = None,
        name: str = "bundle",
        promised: Limit | None = None,
    ) -> None:
        """The bundle ``t/bundle``; the first subject is its applicant."""
        self.bundles[f"t/{name}"] = BundleDefinition(
            id=f"t/{name}",
            title=text(name),
            subjects={subject: _role(subject, kind) for subject, kind in subjects.items()},
            applicant=next(iter(subjects)),
            parts=tuple(
                Part(f"t/{service}", roles, parse(when[0]) if when and when[0] else None)
                for service, roles, *when in parts
            ),
            questions=tuple(Question(fact, text(fact)) for fact in questions),
            signers_when={subject: parse(when) for subject, when in (signers_when or {}).items()},
            promised=promised,
        )

    def catalog(self) -> Catalog:
        """Everything, frozen."""
        standing = {"authority", "registry", "other"}
        return Catalog(
            types=self.types,
            evidence=self.evidence,
            authorities={f"t/{each}": Authority(f"t/{each}", text(each), text(each)) for each in standing},
            offices=self.offices,
            laws={"t/law": Law("t/law", text("law"), 9)},
            procedures={"t/instant": _procedure("t/instant", {}), "t/standard": _procedure("t/standard", PROMISED)},
            services=self.services,
            bundles=self.bundles,
            credentials=self.credentials,
            notices={},
            functions=self.functions,
            regions={},
            hashes={},
            digest="",
        )


PROMISED = {"decision": ClockDefinition("decision", "promised")}
HELD = {"held_by": "t/registry"}
"""An attribute that a registry holds."""

MADE = {"claimable": False}
"""An attribute that nobody may claim and nobody holds: a service must make it."""

YES_OR_NO = {"kind": "boolean"}


def many(kind: str, **ends: str) -> Role:
    """A role or subject of which there may be several; ``ends`` make it a relation."""
    return Role("", f"t/{kind}", many=True, ends=ends)


def relation(kind: str, **ends: str) -> Role:
    """A role or subject that joins others."""
    return Role("", f"t/{kind}", ends=ends)


def needs_paper(name: str, role: str, *, when: str | None = None, waived_if: str | None = None) -> EvidenceNeed:
    """A demand for a paper."""
    return EvidenceNeed(
        f"t/{name}",
        role,
        when=parse(when) if when else None,
        waived_if=parse(waived_if) if waived_if else None,
    )


def _attribute(kind: str, name: str, given: Mapping[str, Any]) -> Attribute:
    words: dict[str, Any] = {"type": f"t/{kind}", "name": name, "label": text(name), "kind": "text"}
    return Attribute(**words | dict(given))


def _role(name: str, kind: str | Role) -> Role:
    if isinstance(kind, str):
        return Role(name, f"t/{kind}")
    return Role(name, kind.type, kind.many, kind.ends)


def _produced(fact: str, value: Produced | Value) -> Produced:
    if isinstance(value, Produced):
        return value
    return Produced(fact, "rule", rule="t/rules.made") if value is None else Produced(fact, "value", value)


def _procedure(id_: str, clocks: Mapping[str, ClockDefinition]) -> ProcedureDefinition:
    return ProcedureDefinition(id_, text(id_), "submitted", ("issued",), {}, {}, clocks)
