"""What is shown of rounds: the last one, how nights compare, what takes longest, what the machine finds no more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Avg, Count, Q

from tongban.platform import time
from tongban.supervision.models import Found, Round, Sighting, Walked
from tongban.supervision.rounds.keeping import MACHINE, nights_without
from tongban.supervision.rounds.ways import OWN_FAULT

NIGHTS: Final = 30
SLOWEST: Final = 10
STUCK: Final = 50


@dataclass(frozen=True, slots=True)
class Night:
    """A whole round in figures. ``each_seconds``: a way, on average; ``found``: causes, new, known and back;
    ``left_out``: further situations that were not walked.
    """

    id: int
    began_at: datetime
    seconds: int
    ways: int
    through: int
    not_walked: int
    each_seconds: float
    found: int
    new: int
    returned: int
    left_out: int

    @property
    def stuck(self) -> int:
        """Ways that did not come to their end, the machine's own faults aside."""
        return self.ways - self.through - self.not_walked


def nights(most: int = NIGHTS) -> list[Night]:
    """The last whole rounds that came to their end, the newest first."""
    rows = Round.objects.filter(is_whole=True, ended_at__isnull=False).annotate(
        count=Count("ways"),
        through=Count("ways", filter=Q(ways__stuck_at="")),
        own=Count("ways", filter=Q(ways__stuck_at=OWN_FAULT)),
        each=Avg("ways__milliseconds"),
    )
    return [
        Night(
            id=row.id,
            began_at=row.began_at,
            seconds=row.seconds,
            ways=row.count,
            through=row.through,
            not_walked=row.own,
            each_seconds=round((row.each or 0) / 1000, 1),
            found=row.new + row.known + row.returned,
            new=row.new,
            returned=row.returned,
            left_out=row.left_out,
        )
        for row in rows.order_by("-id")[:most]
    ]


def nights_missed(last: datetime) -> int:
    """How many nights the machine should have walked since a round of this beginning and did not."""
    return max(0, (time.recorded_now().astimezone(time.ZONE).date() - last.astimezone(time.ZONE).date()).days - 1)


def missed_now() -> float:
    """The same of the last round that came to its end; not a number where none ever did."""
    last = nights(1)
    return nights_missed(last[0].began_at) if last else float("nan")


def stuck(round_id: int) -> Sequence[Walked]:
    """The ways of a round that did not come to their end, the machine's own faults last."""
    rows = Walked.objects.filter(round_id=round_id).exclude(stuck_at="")
    return sorted(rows, key=lambda one: (one.stuck_at == OWN_FAULT, one.about, one.situation))[:STUCK]


def slowest(round_id: int) -> Sequence[Walked]:
    """The ways of a round that took longest, each matter once."""
    longest: dict[str, Walked] = {}
    for one in Walked.objects.filter(round_id=round_id, stuck_at="").order_by("-milliseconds"):
        longest.setdefault(one.about, one)
        if len(longest) == SLOWEST:
            break
    return list(longest.values())


def gone(most: int = SLOWEST) -> list[tuple[Found, int]]:
    """Open problems that the machine found once and does not find any more, with the nights since: to be looked at."""
    theirs = Sighting.objects.filter(found_by=MACHINE).values("problem")
    rows = ((one, nights_without(one)) for one in Found.objects.filter(ended_at=None, case__in=theirs))
    return sorted(((one, count) for one, count in rows if count), key=lambda pair: -pair[1])[:most]
