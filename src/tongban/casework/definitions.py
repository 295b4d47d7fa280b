"""The definitions that a command is decided under: those of the publication in which its application began."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings

from tongban.catalog.model import Catalog, ProcedureDefinition, ServiceDefinition
from tongban.catalog.vocabulary import Attribute, Office
from tongban.platform import memory
from tongban.publication import service as publication


@dataclass(frozen=True, slots=True)
class InForce:
    """One publication, with what casework asks of it: who watches each office, and which one is above it."""

    catalog: Catalog
    supervisors: dict[str, str | None]
    above: dict[str, str | None]

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
    return InForce(catalog, supervisors(catalog), above(catalog))


def supervisors(catalog: Catalog) -> dict[str, str | None]:
    """The supervising office of every office: that of the supervising authority whose region is nearest above."""
    return {office.id: _supervisor(office, catalog) for office in catalog.offices.values()}


def _supervisor(office: Office, catalog: Catalog) -> str | None:
    authority = catalog.authorities[office.authority].supervised_by
    above = [o for o in catalog.offices.values() if o.authority == authority and office.region.startswith(o.region)]
    return max(above, key=lambda other: len(other.region)).id if above else None


def above(catalog: Catalog) -> dict[str, str | None]:
    """For every office the one of the same authority whose region is the nearest around its own, None where none is;
    nor is any where one of the two is an agency elsewhere, whose cases are not ours to give or take.
    """
    placed = {(office.authority, office.region): office.id for office in catalog.offices.values()}
    found = {office.id: _above(office, placed) for office in catalog.offices.values()}
    return {one: None if {one, above} & settings.AGENCIES.keys() else above for one, above in found.items()}


def _above(office: Office, placed: Mapping[tuple[str, str], str]) -> str | None:
    around = (office.region[:digits] for digits in range(len(office.region) - 1, 0, -1))
    return next((placed[office.authority, region] for region in around if (office.authority, region) in placed), None)
