"""微实事: the small things a city promised its people, each with an owner and a day, on a list that anybody may read.

Kept is what somebody else has looked at after it was done; due is what still has its day before it; late what has not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from tongban.casework import store
from tongban.catalog.vocabulary import Text
from tongban.platform import time
from tongban.publication import service as publication
from tongban.supervision import problem_lists, repair_photos
from tongban.supervision.models import Found

MOST = 200
State = Literal["kept", "due", "late"]


@dataclass(frozen=True, slots=True)
class Deed:
    """A small deed as everybody may read it; ``kept_on`` is the day on which somebody had looked that it is done.

    What offices said is as they wrote it; of their photos only those that show nobody (`repair_photos`).
    """

    about: str
    field: Text | None
    owners: tuple[Text, ...]
    by: date | None
    state: State
    kept_on: date | None
    measure: str
    evidence: str
    effect: str
    photos: tuple[UUID, ...] = ()

    @property
    def was_late(self) -> bool:
        """Whether it was kept, but after its day."""
        return self.kept_on is not None and self.by is not None and self.kept_on > self.by


def listed() -> list[Deed]:
    """The small deeds: what is late first, then what is due, by their days; what is kept last."""
    rows = list(Found.objects.filter(kind="deed").exclude(state="declined").order_by("-found_at", "case")[:MOST])
    facts = store.facts_of([row.case for row in rows])
    photos = repair_photos.public_of([row.case for row in rows])
    order: Sequence[State] = ("late", "due", "kept")
    deeds = [_deed(row, facts[row.case], photos.get(row.case, ())) for row in rows]
    return sorted(deeds, key=lambda one: (order.index(one.state), one.by or date.max, one.about))


def _deed(row: Found, facts: Mapping[str, object], photos: Sequence[UUID]) -> Deed:
    catalog = publication.current()
    kept_on = row.ended_at.astimezone(time.ZONE).date() if row.ended_at else None
    is_late = kept_on is None and row.by is not None and row.by < time.today()
    return Deed(
        about=row.about,
        field=problem_lists.option(catalog, "field", row.field) if row.field else None,
        owners=tuple(problem_lists.office_title(catalog, office) for office in row.owners),
        by=row.by,
        state="kept" if kept_on else "late" if is_late else "due",
        kept_on=kept_on,
        measure=str(facts.get("problem.measure") or ""),
        evidence=str(facts.get("problem.evidence") or ""),
        effect=str(facts.get("problem.effect") or ""),
        photos=tuple(photos),
    )
