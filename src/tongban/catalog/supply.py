"""Can every need be met? Looks for needs that nobody can supply and for services that wait for each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from tongban.catalog.model import BundleDefinition, Part, ServiceDefinition
from tongban.catalog.vocabulary import Attribute, EvidenceType, Type


class Supply:
    """What the whole catalog can supply: who holds, derives, proves or produces which attribute of which type."""

    def __init__(
        self, types: Mapping[str, Type], evidence: Mapping[str, EvidenceType], services: Iterable[ServiceDefinition]
    ) -> None:
        self._types = types
        self._evidence = evidence
        self._issued: dict[tuple[str, str], list[EvidenceType]] = defaultdict(list)
        for paper in evidence.values():
            if paper.issued_by != "applicant":
                for attribute in paper.proves:
                    self._issued[paper.of, attribute].append(paper)
        self._produced = {
            (service.roles[role].type, attribute)
            for service in services
            for role, attribute in (split(one.fact) for one in service.produces)
            if role in service.roles
        }

    def attribute(self, service: ServiceDefinition, fact: str) -> Attribute | None:
        """The attribute behind a fact of a service."""
        role, name = split(fact)
        kind = self._types.get(service.roles[role].type) if role in service.roles else None
        return kind.attributes.get(name) if kind else None

    def is_produced(self, attribute: Attribute) -> bool:
        """Whether some service makes it."""
        return (attribute.type, attribute.name) in self._produced

    def issued(self, attribute: Attribute) -> Sequence[EvidenceType]:
        """The papers of authorities that prove it."""
        return self._issued.get((attribute.type, attribute.name), ())

    def can_supply(self, service: ServiceDefinition, attribute: Attribute, above: frozenset[str] = frozenset()) -> bool:
        """Whether anybody can: a holder, another service, the applicant, a paper of this service, or by derivation.

        ``above`` are attributes on the way here; one that is derived from itself is complained of where it stands.
        """
        if attribute.held_by or (attribute.claimable and not attribute.derived) or self.is_produced(attribute):
            return True
        if attribute.derived:
            above |= {attribute.name}
            return all(self.can_supply(service, source, above) for source in self._sources(attribute, above))
        papers = [self._evidence.get(need.evidence) for need in service.evidence]
        return any(
            paper is not None and paper.of == attribute.type and attribute.name in paper.proves for paper in papers
        )

    def is_held(self, attribute: Attribute, above: frozenset[str] = frozenset()) -> bool:
        """Whether an authority has it, or it follows from what authorities have; ``above`` as in ``can_supply``."""
        if attribute.held_by:
            return True
        above |= {attribute.name}
        sources = self._sources(attribute, above)
        return bool(attribute.derived and sources) and all(self.is_held(source, above) for source in sources)

    def _sources(self, attribute: Attribute, above: frozenset[str]) -> list[Attribute]:
        """What an attribute is derived from, without what led here."""
        known = self._types[attribute.type].attributes
        return [known[name] for name in attribute.derived_from if name in known and name not in above]


def split(fact: str) -> tuple[str, str]:
    """`role.attribute` in its two parts."""
    role, _, attribute = fact.partition(".")
    return role, attribute


def waiting_circle(bundle: BundleDefinition, services: Mapping[str, ServiceDefinition], supply: Supply) -> list[str]:
    """The ids of parts that wait for each other, first and last alike; empty when none do.

    A part waits for another when it always needs a fact that nobody may state, that follows from nothing, and that only
    the other makes. What holds only on a condition is left to the planner, who knows the person.
    """
    parts = [part for part in bundle.parts if part.when is None and part.service in services]
    makers: dict[str, list[Part]] = {}
    for part in parts:
        for one in services[part.service].produces:
            makers.setdefault(_bound(part, one.fact), []).append(part)
    waits: dict[str, set[str]] = {part.service: set() for part in parts}
    for part in parts:
        service = services[part.service]
        for need in service.needs:
            attribute = supply.attribute(service, need.fact)
            if attribute is None or need.when is not None or attribute.claimable or attribute.derived:
                continue
            for maker in makers.get(_bound(part, need.fact), ()):
                if maker is not part or not attribute.held_by:
                    waits[part.service].add(maker.service)
    return circle(waits)


def _bound(part: Part, fact: str) -> str:
    role, attribute = split(fact)
    return f"{part.roles.get(role, role)}.{attribute}"


def circle(edges: Mapping[str, Iterable[str]]) -> list[str]:
    """One circle of a directed graph as a list of nodes, first and last alike; empty when there is none."""
    finished: set[str] = set()
    for start in edges:
        way: dict[str, None] = {}  # in order, and asked at every step whether it has come here before
        ahead = [iter([start])]
        while ahead:
            node = next((one for one in ahead[-1] if one not in finished), None)
            if node is None:
                ahead.pop()
                if way:
                    finished.add(way.popitem()[0])
            elif node in way:
                nodes = list(way)
                return [*nodes[nodes.index(node) :], node]
            else:
                way[node] = None
                ahead.append(iter(sorted(edges.get(node, ()))))
    return []
