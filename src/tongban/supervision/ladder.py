"""The ladder that whoever is late climbs: reminded, then told to who stands above, then called to account."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tongban.applications import messages
from tongban.applications.messages import Desk, News
from tongban.casework.consequences import Happened
from tongban.casework.guards import SUPERVISING_ROLES
from tongban.catalog.model import Catalog
from tongban.catalog.vocabulary import Text
from tongban.supervision.problems import INSPECTORS, nearest

RUNGS: Final = ("remind", "supervise", "account")
"""The steps of the ladder, in their order."""


def tell(one: Happened, rung: str, text: Text, late: Sequence[str], above: Sequence[str]) -> None:
    """Tell the heads of those who hear of it on this rung: who is ``late``, who stands ``above``, the inspectors."""
    case = one.change.after
    told = {"remind": late, "supervise": above, "account": inspectors(one.in_force.catalog, case.region)}[rung]
    messages.tell([News(Desk(office, SUPERVISING_ROLES), rung, text, case.application, case.number) for office in told])


def inspectors(catalog: Catalog, region: str) -> list[str]:
    """The office that calls to account, where the city has one."""
    has_any = any(office.authority == INSPECTORS for office in catalog.offices.values())
    return [nearest(catalog, INSPECTORS, region).id] if has_any else []
