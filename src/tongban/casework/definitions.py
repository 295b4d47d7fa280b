"""The definitions that a command is decided under: those of the publication in which its application began."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from tongban.catalog.model import Catalog, ProcedureDefinition, ServiceDefinition
from tongban.catalog.vocabulary import Attribute, Office
from tongban.platform import memory
from tongban.publication import service as publication


@dataclass(frozen=True, slots=True)
class InForce:
    """One publication, with what casework asks of it: who watches each office."""

    catalog: Catalog
    supervisors: dict[str, str | None]

    def service(self, service_id: str) -> ServiceDefinition:
        """The definition of a service."""
        return self.catalog.services[service_id]

    def procedure(self, service: ServiceDefinition) -> ProcedureDefinition:
        """The procedure that its cases follow."""
        return self.catalog.procedures[service.procedure]

    def attribute(self, service: ServiceDefinition, fact: str) -> Attribute:
        """The attribute behind a fact `role.attribute` or `role.N.attribute` of a service."""
        role, _, rest = fact.partition(".")
        return self.catalog.types[service.roles[role].type].attributes[rest.rpartition(".")[2]]


@lru_cache(maxsize=8)
def of(digest: str) -> InForce:
    """The publication with this digest."""
    catalog = publication.at(digest)
    memory.keep()
    return InForce(catalog, supervisors(catalog))


def supervisors(catalog: Catalog) -> dict[str, str | None]:
    """The supervising office of every office: that of the supervising authority whose region is nearest above."""
    return {office.id: _supervisor(office, catalog) for office in catalog.offices.values()}


def _supervisor(office: Office, catalog: Catalog) -> str | None:
    authority = catalog.authorities[office.authority].supervised_by
    above = [o for o in catalog.offices.values() if o.authority == authority and office.region.startswith(o.region)]
    return max(above, key=lambda other: len(other.region)).id if above else None
