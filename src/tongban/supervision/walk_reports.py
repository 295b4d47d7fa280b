"""A walk told: its way step by step with minutes and pain, beside what ordinary applicants and earlier walks took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median
from typing import Final

from django.db.models import Q

from tongban.accounts.actor import Actor
from tongban.applications.models import Form
from tongban.applications.offers import title_of
from tongban.catalog.vocabulary import Text
from tongban.publication import service as publication
from tongban.supervision import repairs, walk_draws, walks
from tongban.supervision.models import Found, Sighting
from tongban.supervision.repairs import Taken
from tongban.supervision.walk_draws import Discussion, Item
from tongban.supervision.walk_models import Walk, WalkNote
from tongban.supervision.walk_notes import words_of
from tongban.supervision.walk_steps import title_of as step_title

FEWEST: Final = 10
"""Of fewer applicants nothing is told, and each figure is the mean of a fifth of them: none says how long one took."""
LOOKED_AT: Final = 500
EARLIER: Final = 20


@dataclass(frozen=True, slots=True)
class Usual:
    """How long ordinary applicants took from the first page of their form until it was sent: the fifth of them in the
    middle, and the slowest fifth.
    """

    middle_seconds: int
    slow_seconds: int
    applicants: int


@dataclass(frozen=True, slots=True)
class Line:
    """A step as a report shows it: what was walked, the worst that hurt there (None: nothing was said), how long
    earlier walks of the same matter were at it: under the same definitions, and before a change (None: nobody was).
    """

    step: str
    title: Text
    seconds: int
    clicks: int
    pages: int
    pain: int | None
    earlier_seconds: int | None
    before_seconds: int | None


@dataclass(frozen=True, slots=True)
class Said:
    """A note as a report shows it."""

    note: WalkNote
    title: Text
    words: str


@dataclass(frozen=True, slots=True)
class Report:
    """All of a walk: `usual` is None where too few people have applied, `before` (walks of the matter before it was
    defined as it was walked) where there are none; `items` are its drawn cases, for staff.
    """

    walk: Walk
    title: Text
    mode: Text
    lines: Sequence[Line]
    notes: Sequence[Said]
    problems: Sequence[Found]
    usual: Usual | None
    items: Sequence[Item]
    discussion: Discussion | None
    before: Taken | None

    @property
    def seconds(self) -> int:
        """How long the walkers were on their way."""
        return sum(line.seconds for line in self.lines)

    @property
    def clicks(self) -> int:
        """How often they clicked."""
        return sum(line.clicks for line in self.lines)

    @property
    def pages(self) -> int:
        """How many pages they read."""
        return sum(line.pages for line in self.lines)


def report_of(actor: Actor, walk: Walk) -> Report:
    """A walk told to whoever may read it (`walks.readable`). Raises Problem 404."""
    walk = walks.readable(actor, walk.id)
    catalog = publication.current()
    notes = list(walk.notes.order_by("at", "id").defer("file", "recording"))
    pains = {note.step: 0 for note in notes}
    for note in notes:
        pains[note.step] = max(pains[note.step], note.pain)
    same, others = _earlier(walk)
    earlier, before = _middle(same), _middle(others)
    lines = [
        Line(
            one.step, step_title(catalog, walk.about, one.step), one.seconds, one.clicks, one.pages,
            pains.get(one.step), earlier.get(one.step), before.get(one.step),
        )
        for one in walks.way_so_far(walk)
    ]  # fmt: skip
    found = Sighting.objects.filter(found_by="walk", reference=walk.number).values("problem_id")
    return Report(
        walk=walk,
        title=title_of(catalog, walk.about),
        mode=walks.modes_of(catalog, walk.programme).get(walk.mode, Text(walk.mode, walk.mode)),
        lines=lines,
        notes=[Said(note, step_title(catalog, walk.about, note.step), words_of(note)) for note in notes],
        problems=list(Found.objects.filter(case__in=found).order_by("case")),
        usual=usual(walk.about),
        items=walk_draws.items(actor, walk),
        discussion=walk_draws.discussion_of(walk),
        before=repairs.taken(others),
    )


def usual(about: str) -> Usual | None:
    """What real applicants of a matter took from beginning to sending, the newest of them; None of too few."""
    forms = Form.objects.filter(bundle=about, mode="real", channel__in=("web", "phone"), submitted_at__isnull=False)
    times = forms.order_by("-submitted_at").values_list("created_at", "submitted_at")[:LOOKED_AT]
    taken = sorted((sent - begun).total_seconds() for begun, sent in times if sent)
    if len(taken) < FEWEST:
        return None
    fifth = len(taken) // 5
    before = (len(taken) - fifth) // 2
    return Usual(round(fmean(taken[before : before + fifth])), round(fmean(taken[-fifth:])), len(taken))


def _earlier(walk: Walk) -> tuple[list[Walk], list[Walk]]:
    """The latest walks of the same matter before this one: under the same definitions, and under others."""
    ended = Walk.objects.filter(about=walk.about, ended_at__isnull=False)
    ended = ended.filter(Q(begun_at__lt=walk.begun_at) | Q(begun_at=walk.begun_at, number__lt=walk.number))
    version, same, others = repairs.version_of(walk), list[Walk](), list[Walk]()
    for one in ended.exclude(id=walk.id).order_by("-begun_at")[: 2 * EARLIER]:
        (same if repairs.version_of(one) == version else others).append(one)
    return same[:EARLIER], others[:EARLIER]


def _middle(made: Sequence[Walk]) -> dict[str, int]:
    """How long walks were at each step, the middle one of them."""
    taken: dict[str, list[int]] = {}
    for walk in made:
        for one in walk.way:
            taken.setdefault(str(one["step"]), []).append(int(one["seconds"]))
    return {step: round(median(seconds)) for step, seconds in taken.items()}
