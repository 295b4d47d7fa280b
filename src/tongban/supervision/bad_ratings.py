"""What follows from the matter of a bad rating: a founded one is a problem of its service, an unreasonable one counts
no more; who does not call back in time is told with whoever stands above, rung by rung.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID, uuid5

from tongban.casework.consequences import Happened
from tongban.casework.model import SYSTEM
from tongban.catalog.model import Catalog
from tongban.catalog.vocabulary import Text
from tongban.supervision import ladder, problems, ratings
from tongban.supervision.models import Rating
from tongban.supervision.problems import Finding, Place

ACCEPTED: Final = "mend"
"""The step by which the office rated says that the rating was right."""
FOLLOWED: Final = frozenset({ACCEPTED, ratings.SET_ASIDE, *ladder.RUNGS})
OTHER: Final = "other"
CALLBACK: Final = "callback"
"""The task of the office rated."""
_FOUND: Final = UUID("6d5f0f52-7d3c-5a43-8f0e-2a9f1a8a7c10")


def concerns(one: Happened) -> bool:
    """Whether a bad rating was accepted or set aside, or climbed a rung."""
    is_bad_rating = one.in_force.service(one.change.after.service).procedure == ratings.SERVICE
    return is_bad_rating and any(event.data.get("step") in FOLLOWED for event in one.change.events)


def receive(happened: Sequence[Happened]) -> None:
    """Report what was accepted, once for each matter; note what was set aside; tell who must hear of lateness."""
    for one in happened:
        rungs = [step for event in one.change.events if (step := str(event.data.get("step"))) in ladder.RUNGS]
        if rungs:
            _tell_of_lateness(one, rungs)
            continue
        rating = Rating.objects.filter(matter=one.change.after.number).first()
        if rating is None:
            continue
        if one.change.after.state == ratings.SET_ASIDE:
            rating.set_aside_at = one.at
            rating.save(update_fields=["set_aside_at"])
        elif rating.service in one.in_force.catalog.services:
            _report(one, rating)


def _tell_of_lateness(one: Happened, rungs: Sequence[str]) -> None:
    """Tell the office rated, who watches, the inspectors: each on its rung."""
    case = one.change.after
    text = Text(f"差评 {case.number} 到期没有回访", f"Bad rating {case.number} was not called back in time")
    late = sorted({task.office for task in case.tasks if task.name == CALLBACK})
    for rung in rungs:
        ladder.tell(one, rung, text, late, [case.office])


def _report(one: Happened, rating: Rating) -> None:
    matter = one.change.after.number
    place = Place(rating.service, _kind(one.in_force.catalog, rating.reason))
    severity = "serious" if rating.grade == min(ratings.BAD) else "minor"
    finding = Finding(place, severity, "rating", reference=matter)
    problems.report(finding, SYSTEM, uuid5(_FOUND, matter), problems.Hands(one.change.after.region))


def _kind(catalog: Catalog, reason: str) -> str:
    """What is wrong at the place, where the reason says so in the words of problems."""
    kinds = {option.value for option in catalog.types[problems.TYPE].attributes["kind"].options}
    return reason if reason in kinds else OTHER
