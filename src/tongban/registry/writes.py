"""Whether holders elsewhere took what cases wrote for them: noted with the write, answered when it is passed on.

A row stands from the write until its case has heard that the holder took it. Whoever tells the cases asks for `answers`
and says `heard` in the same transaction; what is left over for long is the list that people reconcile by.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.conf import settings
from django.db.models import F, Q

from tongban.platform import time
from tongban.registry.model import Entry
from tongban.registry.models import Write

Failure = Literal["unavailable", "refused"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a holder said to what a case wrote: ``took`` it or ``failed`` to, as yet; ``failure`` says how."""

    id: int
    case: str
    holder: str
    attributes: tuple[str, ...]
    said: Literal["took", "failed"]
    failure: str | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a holder has not taken yet: since when, and how the first try failed, if there was one."""

    case: str
    holder: str
    attributes: tuple[str, ...]
    written_at: datetime
    failure: str | None


def note(entries: Iterable[Entry]) -> None:
    """Note what cases write for holders elsewhere, on the caller's transaction."""
    written: dict[tuple[str, str, int], list[str]] = defaultdict(list)
    for entry in entries:
        holder = entry.attribute.held_by
        if entry.case is not None and holder in settings.HOLDERS:
            written[entry.case, holder, entry.subject_id].append(entry.attribute.name)
    at = time.now()
    Write.objects.bulk_create(
        Write(case=case, holder=holder, subject_id=subject, attributes=sorted(names), written_at=at)
        for (case, holder, subject), names in written.items()
    )


def taken(holder: str, subject_ids: Collection[int]) -> None:
    """The holder took everything about these subjects."""
    Write.objects.filter(holder=holder, subject_id__in=subject_ids, taken_at=None).update(taken_at=time.now())


def failed(holder: str, subject_ids: Collection[int], failure: Failure) -> None:
    """The holder did not take what there is about these subjects; only the first failure is noted."""
    rows = Write.objects.filter(holder=holder, subject_id__in=subject_ids, taken_at=None, failed_at=None)
    rows.update(failed_at=time.now(), failure=failure)


def answers(after: int = 0, most: int = 500) -> list[Answer]:
    """What cases have not heard yet, oldest first: a page of those beyond the id ``after``."""
    unheard = Q(taken_at__isnull=False) | Q(failed_at__isnull=False, told=None)
    return [_answer(row) for row in Write.objects.filter(unheard, id__gt=after).order_by("id")[:most]]


def _answer(row: Write) -> Answer:
    took = row.taken_at is not None
    attributes = tuple(row.attributes)
    return Answer(row.id, row.case, row.holder, attributes, "took" if took else "failed", None if took else row.failure)


def heard(answer: Answer) -> None:
    """The case has heard this answer; after "took" there is nothing more to hear."""
    row = Write.objects.filter(id=answer.id)
    if answer.said == "took":
        row.delete()
    else:
        row.update(told=F("failure"))


def waiting() -> list[Waiting]:
    """Everything that some holder elsewhere has not taken yet, the oldest first."""
    rows = Write.objects.filter(taken_at=None).order_by("written_at", "id")
    return [Waiting(row.case, row.holder, tuple(row.attributes), row.written_at, row.failure) for row in rows]
