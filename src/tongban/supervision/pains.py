"""How much a service hurts of late, as anybody may know it: how long it takes beside its limit, how often something is
sent back for correction, how many are dissatisfied, which problems were found.

Each is a count of real cases, ratings or problems, and none is told of fewer than a lot of ratings holds (`LEAST`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from tongban.casework import tallies
from tongban.casework.tallies import Took
from tongban.catalog.model import Catalog
from tongban.clock import Limit
from tongban.publication import service as publication
from tongban.supervision import boards, satisfaction

LEAST: Final = satisfaction.LEAST
LAST_WEEKS: Final = 13


@dataclass(frozen=True, slots=True)
class Pain:
    """Of a service: the median of calendar days until it ended, its promised limit, of a hundred cases how many were
    sent back for correction, of a hundred who rated how many are dissatisfied. None: too few to tell, or no limit.
    """

    days: float | None
    limit: Limit | None
    corrected_percent: int | None
    dissatisfied_percent: int | None


@lru_cache(maxsize=4)
def of(digest: str, today: date, services: tuple[str, ...]) -> dict[str, Pain]:
    """The pain of services as it stands for a day: whoever looks at the menu counts nothing."""
    catalog = publication.at(digest)
    tallies.fold()
    monday = today - timedelta(days=today.weekday())
    took = defaultdict[str, list[Took]](list)
    for one in tallies.took(monday - timedelta(weeks=LAST_WEEKS), services):
        took[one.about].append(one)
    rated = {line.of: 100 - line.share for line in satisfaction.published(today).services}
    return {
        service: Pain(
            days=_median(took[service]),
            limit=catalog.services[service].limits.promised,
            corrected_percent=_corrected(catalog, service) if took[service] else None,
            dissatisfied_percent=rated.get(service),
        )
        for service in services
    }


def _median(took: Sequence[Took]) -> float | None:
    return boards.median(took) if sum(one.cases for one in took) >= LEAST else None


def _corrected(catalog: Catalog, service: str) -> int | None:
    """Of a hundred of its newest cases, how many times an office asked for a correction."""
    procedure = catalog.procedures[catalog.services[service].procedure]
    asking = {step.to for step in procedure.steps.values() if "items" in step.needs}
    follows = tallies.follows(service)
    cases = sum(times for (was, _became), times in follows.items() if was is None)
    if cases < LEAST:
        return None
    return round(100 * sum(times for (_was, became), times in follows.items() if became in asking) / cases)
