"""What the house does about lateness every night: a light that turned red is a problem of the office that has the case,
one for each of its services; a problem that nobody gave to an office in time is given to who is answerable.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID, uuid5

from tongban.casework import figures
from tongban.casework import service as casework
from tongban.casework.model import SYSTEM
from tongban.platform import time
from tongban.publication import service as publication
from tongban.supervision import problems
from tongban.supervision.models import Found
from tongban.supervision.problems import PROCEDURE, SERVICE, Finding, Hands, Place

MANY: Final = 10
"""So many overdue cases of one service at one office are serious."""
_NAMESPACE: Final = UUID("2b6c9a64-0f0e-5a51-9d4c-8d9f6a4f1b77")


def report() -> int:
    """Report what is overdue, once a day for each office and service; returns how many such there are.

    A problem that is itself late climbs its own ladder and is no problem again.
    """
    catalog, today, count = publication.current(), time.today(), 0
    for one in figures.overdue():
        service = catalog.services.get(one.service)
        office = catalog.offices.get(one.office)
        if service is None or office is None or service.procedure == PROCEDURE:
            continue
        place = Place(one.service, "late", item=one.office)
        severity = "serious" if one.cases >= MANY else "minor"
        finding = Finding(place, severity, "light", f"{one.cases} 件超期，最早的 {one.oldest}", one.oldest)
        command = uuid5(_NAMESPACE, f"{today.isoformat()}|{place.key}")
        problems.report(finding, SYSTEM, command, Hands(office.region, one.office))
        count += 1
    return count


def give_out() -> int:
    """Give each problem whose watching office was hurried to do so to the office that is answerable for the matter;
    returns how many.
    """
    catalog, count = publication.current(), 0
    waiting = dict(Found.objects.filter(service=SERVICE, state="found", ended_at=None).values_list("case", "about"))
    for case in casework.cases(list(waiting)):
        about = waiting[case.number]
        if "hurry" in case.taken and (about in catalog.bundles or about in catalog.services):
            owner = problems.owner_of(catalog, about, case.region)
            problems.assign(case.number, owner.id, uuid5(_NAMESPACE, f"{case.number}|give-out"))
            count += 1
    return count
