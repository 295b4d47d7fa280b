"""A round of the machine: the rehearsal walks, what hurts becomes problems of this city, what it took is kept.

Nothing else of a rehearsal comes here: no person, no case, no document of it. The machine opens a problem and finds it
again; it never closes one: that is for whoever looks again (`nights_without` tells them what the machine saw).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction

from tongban.applications.offers import full_id
from tongban.casework.model import SYSTEM
from tongban.platform import time
from tongban.platform.database import query
from tongban.platform.errors import PlatformError
from tongban.publication import service as publication
from tongban.supervision import problems
from tongban.supervision.models import Found, Round, Sighting, Walked
from tongban.supervision.problems import Finding, Place, Reported
from tongban.supervision.rounds.judging import Cause, judge
from tongban.supervision.rounds.rehearsing import Job, rehearsed
from tongban.supervision.rounds.ways import OWN_FAULT, Way

MACHINE: Final = "machine"
Rehearsal = Callable[[Job], Iterable[Way]]
KEPT_ROUNDS: Final = 400
"""The ways of older rounds go; their rounds stay."""


@dataclass(frozen=True, slots=True)
class Noted:
    """A cause that was found, and the problem that it is."""

    cause: Cause
    reported: Reported


@dataclass(frozen=True, slots=True)
class Ended:
    """A round whole: its row, its ways, what became of each cause."""

    round: Round
    ways: tuple[Way, ...]
    noted: tuple[Noted, ...]

    def to_json(self) -> dict[str, Any]:
        """As the command line prints it for programs."""
        return {
            "round": self.round.id,
            "seconds": self.round.seconds,
            "ways": len(self.ways),
            "left_out": self.round.left_out,
            "to_the_end": sum(way.stuck is None for way in self.ways),
            "not_walked": sorted({way.about for way in self.ways if way.stuck and way.stuck.at == OWN_FAULT}),
            "problems": [
                {
                    "case": one.reported.case,
                    "outcome": one.reported.outcome,
                    "about": one.cause.about,
                    "step": one.cause.step,
                    "item": one.cause.item,
                    "kind": one.cause.kind,
                    "said": one.cause.said.to_json(),
                }
                for one in self.noted
            ],
        }


def walk(
    about: Sequence[str] = (),
    *,
    browser: bool = False,
    told: Callable[[Way], None] | None = None,
    ways: Rehearsal = rehearsed,
) -> Ended:
    """One round through these offers (none: all), by the definitions in force. ``told`` hears of each way at once.

    With ``browser`` the pages of bundles are looked at in a real one. ``ways`` is the rehearsal. Raises Problem 404
    ``unknown-bundle``, PlatformError ``round-under-way`` and ``rehearsal-failed``.
    """
    catalog = publication.current()
    wanted = [full_id(catalog, name) for name in about]
    with _alone():
        row = Round.objects.create(digest=catalog.digest, is_whole=not wanted, began_at=time.recorded_now())
        walked = []
        for way in ways(Job(catalog, tuple(wanted), time.today(), browser=browser)):
            walked.append(way)
            if told is not None:
                told(way)
        noted = [_noted(row, cause) for cause in judge(catalog, walked)]
        _keep(row, walked, noted)
    return Ended(row, tuple(way for way in walked if way.is_walked), tuple(noted))


class _alone:  # noqa: N801 - reads as what it is in a `with`
    """One round at a time in a city, whoever started it; a killed one holds up nobody."""

    def __enter__(self) -> None:
        if not query("select pg_try_advisory_lock(hashtext('tongban round'))", [])[0][0]:
            raise PlatformError(
                "round-under-way",
                zh="已经有一轮走查在走。",
                en="A round is under way already.",
                do_zh="等它走完，`/desk/rounds` 能看到。",
                do_en="Wait for it; /desk/rounds shows it.",
            )

    def __exit__(self, *_: object) -> None:
        query("select pg_advisory_unlock(hashtext('tongban round'))", [])


def _noted(row: Round, cause: Cause) -> Noted:
    """A cause as a problem: once a round, however often it is told."""
    place = Place(cause.about, cause.kind, cause.step, cause.item)
    finding = Finding(place, cause.severity, MACHINE, f"{cause.said.zh} · {cause.said.en}"[:2000], str(row.id))
    return Noted(cause, problems.report(finding, SYSTEM, uuid5(NAMESPACE_URL, f"round {row.id} {place.key}")))


def _keep(row: Round, ways: Sequence[Way], noted: Sequence[Noted]) -> None:
    counts = Counter(one.reported.outcome for one in noted)
    row.new, row.known, row.returned = counts["new"], counts["known"], counts["returned"]
    row.left_out = sum(way.left_out for way in ways)
    row.ended_at = time.recorded_now()
    row.seconds = round((row.ended_at - row.began_at).total_seconds())
    with transaction.atomic():
        Walked.objects.bulk_create(_walked(row, way) for way in ways if way.is_walked)
        row.save()
        Walked.objects.filter(round_id__lte=row.id - KEPT_ROUNDS).delete()


def _walked(row: Round, way: Way) -> Walked:
    slowest = way.slowest
    return Walked(
        round=row,
        about=way.about,
        situation=way.situation,
        stuck_at=way.stuck.at if way.stuck else "",
        milliseconds=way.milliseconds,
        questions=way.questions,
        papers=len(way.papers),
        clicks=way.clicks,
        pages=way.pages,
        corrections=len(way.answers_refused),
        slowest_at=slowest.at if slowest else "",
        slowest_milliseconds=round(1000 * slowest.seconds) if slowest else 0,
    )


def nights_without(found: Found) -> int:
    """In how many rounds through its matter the machine found a problem no more since it last did; of others' 0."""
    last = Sighting.objects.filter(problem=found, found_by=MACHINE).order_by("-id").first()
    if last is None or not last.reference.isdecimal():
        return 0
    later = Walked.objects.filter(about=found.about, round_id__gt=int(last.reference)).exclude(stuck_at=OWN_FAULT)
    return later.values("round").distinct().count()
