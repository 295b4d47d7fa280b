"""What follows from a form as it stands: what the planner is asked, its plan, and the values with all that derives.

A form in hand keeps its last reckoning and compares what it was made of whenever somebody asks: whoever changes a
document need not say so, and nobody is shown what followed from another one. Pure but for the calendar in force.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from operator import attrgetter
from typing import TypeAlias

from tongban.applications.document import Document, Source, attribute_of
from tongban.catalog import values
from tongban.catalog.model import BundleDefinition, Catalog
from tongban.catalog.vocabulary import Raw, Value
from tongban.planner.deriving import derive
from tongban.planner.likeness import plan_alike
from tongban.planner.plan import Plan
from tongban.planner.request import Known, Request
from tongban.publication import calendars
from tongban.registry.model import State

Said: TypeAlias = tuple[Raw, Source, State, str | None, bool]
"""All of an entry that a plan looks at: its value, source, state and holder, and whether it is disputed."""
_said = attrgetter("raw", "source", "state", "holder", "disputed")


@dataclass(frozen=True)
class Basis:
    """Everything in a document, and around it, that a plan is made of: a copy, and cheap to compare."""

    facts: Mapping[str, Said]
    counts: Mapping[str, int]
    done: frozenset[str]
    on: date
    unavailable: frozenset[str]


def basis_of(bundle: BundleDefinition, document: Document, on: date, unavailable: frozenset[str]) -> Basis:
    """What a plan of this document on a day is made of. A holder that is down is planned around."""
    return Basis(
        facts=dict(zip(document.facts, map(_said, document.facts.values()), strict=True)),
        counts={name: len(document.members.get(name, [None])) for name, role in bundle.subjects.items() if role.many},
        done=frozenset(document.done),
        on=on,
        unavailable=unavailable,
    )


@dataclass(frozen=True)
class Reckoning:
    """What follows from one basis, each reckoned when it is first asked for."""

    catalog: Catalog
    bundle: BundleDefinition
    basis: Basis
    before: Mapping[str, tuple[Said, Known]] = field(default_factory=dict)
    """What the last reckoning of this form read, by key: what is said as it was is not read again."""

    @cached_property
    def read(self) -> Mapping[str, tuple[Said, Known]]:
        """Every entry that says something, with what it says."""
        found = {}
        for key, said in self.basis.facts.items():
            if said[2] != "unavailable":
                before = self.before.get(key)
                found[key] = before if before is not None and before[0] == said else (said, self._known(key, said))
        return found

    def _known(self, key: str, said: Said) -> Known:
        raw, source, _, holder, disputed = said
        return Known(self._value(key, raw), source, holder, disputed)

    @cached_property
    def request(self) -> Request:
        """What the planner is asked: values, and what its source says there is none of."""
        is_bundle = self.bundle.id in self.catalog.bundles
        said = self.basis.facts.values()
        found_down = {holder for _, _, state, holder, _ in said if state == "unavailable" and holder is not None}
        return Request(
            bundle=self.bundle.id if is_bundle else None,
            services=() if is_bundle else (self.bundle.id,),
            done=self.basis.done,
            facts={key: known for key, (_, known) in self.read.items()},
            counts=self.basis.counts,
            on=self.basis.on,
            unavailable=self.basis.unavailable | found_down,
        )

    def _value(self, key: str, raw: Raw) -> Value:
        attribute = attribute_of(self.catalog, self.bundle, key)
        return None if attribute is None or raw is None else values.read(attribute, raw)

    @cached_property
    def plan(self) -> Plan:
        """The plan."""
        return plan_alike(self.catalog, self.request, calendars.current())

    @cached_property
    def values(self) -> Mapping[str, Value]:
        """Every value that the form knows, by key, and what follows from them on the day."""
        known = {key: each.value for key, each in self.request.facts.items()}
        return derive(self.catalog, self.bundle, known, self.basis.on)
