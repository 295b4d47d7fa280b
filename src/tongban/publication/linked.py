"""Which services the bundles link, and what linking saves, for each bundle in its commonest situation.

A link is one service in one bundle; a service linked by several bundles is counted once among services. What is saved
is what the planner's comparison says: each at its window, each online with shared data, all together. A service whose
time at the window nobody has found out adds nothing to its column, so that savings are never told too large; such rows
name these services.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from tongban.catalog.model import BundleDefinition, Catalog
from tongban.catalog.vocabulary import Text
from tongban.planner.plan import Column
from tongban.planner.planning import plan
from tongban.planner.request import Known, Request
from tongban.publication import calendars

COMPARED: Final = ("questions", "papers", "trips", "days", "steps")
"""What is compared."""
WAYS: Final = ("apart", "connected", "together")
Figures = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class LinkedBundle:
    """A bundle and its services; ``usual`` are those of its commonest situation, which ``comparison`` is about.

    ``actors``: how often each subject of the bundle went to a window before, as far as that is known.
    """

    bundle: BundleDefinition
    services: tuple[str, ...]
    usual: frozenset[str]
    comparison: Mapping[str, Column]
    actors: Figures

    @property
    def unsourced(self) -> tuple[str, ...]:
        """Services that add nothing to trips and days apart, since no source tells them."""
        return self.comparison["apart"].unsourced

    @property
    def saved(self) -> dict[str, int]:
        """Apart less together, at least; a figure that no source makes larger than together saves nothing."""
        apart, together = (figures(self.comparison[way]) for way in ("apart", "together"))
        return {name: max(0, apart[name] - together[name]) for name in COMPARED}


def linked(catalog: Catalog, on: date) -> tuple[LinkedBundle, ...]:
    """Every bundle on a day, the one with most links first."""
    found = [_linked(catalog, bundle, on) for bundle in catalog.bundles.values()]
    return tuple(sorted(found, key=lambda each: (-len(each.services), each.bundle.id)))


def _linked(catalog: Catalog, bundle: BundleDefinition, on: date) -> LinkedBundle:
    facts = {fact: Known(value, "claimed") for fact, value in bundle.commonest.items()}
    made = plan(catalog, Request(on, bundle=bundle.id, facts=facts), calendars.of(catalog))
    usual = frozenset(line.id for line in made.services)
    services = {part.service: part for part in reversed(bundle.parts)}
    actors: Counter[str] = Counter()
    for service in usual:
        apart = catalog.services[service].apart
        if apart.source is not None:
            actors[services[service].roles[apart.by] if apart.by else bundle.applicant] += apart.trips
    return LinkedBundle(bundle, tuple(reversed(services)), usual, made.comparison, dict(sorted(actors.items())))


def subject_title(bundle: BundleDefinition, subject: str) -> Text:
    """How a bundle calls a subject."""
    return bundle.subjects[subject].label or Text(subject, subject)


def bureau_of(catalog: Catalog, authority: str) -> str:
    """The authority that leads the others of its pack: a centre counts with the bureau that runs it.

    Who has nobody above watches over bureaus and runs none.
    """
    pack, _slash, _name = authority.partition("/")
    above = catalog.authorities[authority].supervised_by
    if above is None or above.partition("/")[0] != pack or catalog.authorities[above].supervised_by is None:
        return authority
    return bureau_of(catalog, above)


def counts(catalog: Catalog, bundles: Sequence[LinkedBundle]) -> list[dict[str, Any]]:
    """Per bureau: how many of its services are linked, by how many links, in how many bundles; the most first."""
    links = [
        (bureau_of(catalog, catalog.services[service].authority), service, each.bundle.id)
        for each in bundles
        for service in each.services
    ]
    lines = [
        {
            "bureau": bureau,
            "services": len({service for owner, service, _ in links if owner == bureau}),
            "links": sum(owner == bureau for owner, _, _ in links),
            "bundles": len({bundle for owner, _, bundle in links if owner == bureau}),
        }
        for bureau in {owner for owner, _, _ in links}
    ]
    return sorted(lines, key=lambda line: (-line["services"], line["bureau"]))


def totals(bundles: Sequence[LinkedBundle]) -> dict[str, Any]:
    """All bundles: services counted once, links, and the sums of every figure."""
    return {
        "bundles": len(bundles),
        "services": len({service for each in bundles for service in each.services}),
        "links": sum(len(each.services) for each in bundles),
        "saved": _sum(each.saved for each in bundles),
        "comparison": {way: _sum(figures(each.comparison[way]) for each in bundles) for way in WAYS},
    }


def linked_json(catalog: Catalog, on: date) -> dict[str, Any]:
    """Bundles, bureaus and totals as plain data, the form of `tongban export linked`."""
    bundles = linked(catalog, on)
    return {
        "on": on.isoformat(),
        "totals": totals(bundles),
        "bureaus": [
            {**line, "title": catalog.authorities[line["bureau"]].title.to_json()} for line in counts(catalog, bundles)
        ],
        "bundles": [_bundle_json(catalog, each) for each in bundles],
    }


def _bundle_json(catalog: Catalog, each: LinkedBundle) -> dict[str, Any]:
    services = [(service, catalog.services[service]) for service in each.services]
    return {
        "id": each.bundle.id,
        "title": each.bundle.title.to_json(),
        "status": each.bundle.status,
        "source": each.bundle.source,
        "services": [
            {
                "id": full,
                "title": service.title.to_json(),
                "authority": service.authority,
                "bureau": bureau_of(catalog, service.authority),
                "level": service.level,
                "usual": full in each.usual,
            }
            for full, service in services
        ],
        "links": len(services),
        "comparison": {way: figures(each.comparison[way]) for way in WAYS},
        "saved": each.saved,
        "actors": [
            {"subject": subject, "title": subject_title(each.bundle, subject).to_json(), "trips_apart": trips}
            for subject, trips in each.actors.items()
        ],
        "unsourced": list(each.unsourced),
    }


def figures(column: Column) -> dict[str, int]:
    """The figures of one way."""
    return {name: getattr(column, name) for name in COMPARED}


def _sum(figures: Iterable[Figures]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for one in figures:
        total.update(one)
    return {name: total[name] for name in COMPARED}
