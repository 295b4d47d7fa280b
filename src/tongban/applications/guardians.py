"""Parents act for their child from the day that a case registers it under a number: whatever comes next finds both.

Which relation makes somebody a guardian is said by its type (`guardians` in a vocabulary), so no pack is known here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from tongban.accounts import mandates
from tongban.applications.offers import offer_of
from tongban.casework.consequences import Happened, produced
from tongban.casework.work import subject_of
from tongban.catalog.model import Catalog
from tongban.planner.deriving import derive
from tongban.registry import service as registry


def concerns(one: Happened) -> bool:
    """Whether this change registered somebody under a key."""
    return one.application.mode == "real" and any(_registered(one))


def receive(happened: Sequence[Happened]) -> None:
    """Give their guardians the right to act for those whom these changes registered under a key."""
    for one in happened:
        for subject, born in _registered(one):
            mandates.give_parents(subject, _guardians(one.in_force.catalog, subject), born)


def _registered(one: Happened) -> Iterator[tuple[int, date]]:
    """Everybody who got their key in this change, with the day of birth that follows from it."""
    catalog, case = one.in_force.catalog, one.change.after
    service = one.in_force.service(case.service)
    for event in one.change.events:
        if not (made := produced(event)):
            continue
        derived = derive(catalog, offer_of(catalog, service.id), made, one.at.date())
        for name in made:
            attribute = one.in_force.attribute(service, name)
            born = derived.get(f"{name.rpartition('.')[0]}.birth_date")
            if catalog.types[attribute.type].key == attribute.name and isinstance(born, date):
                yield subject_of(case.roles, name), born


def _guardians(catalog: Catalog, subject: int) -> list[int]:
    """The subjects at the guarding ends of every relation that ``subject`` takes part in as the one guarded."""
    return [
        relation.ends[guardian]
        for kind in catalog.types.values()
        for end, guardians in kind.guardians.items()
        for relation in registry.related(kind.id, {end: subject})
        for guardian in guardians
        if guardian in relation.ends
    ]
