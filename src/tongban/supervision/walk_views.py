"""Walks for doors that speak JSON: those of a period with what they found, and the report of one. Who may read what is
as on the pages: whoever works for the city reads that a walk was made and where it hurt; words and files of a walk are
for its walkers, its office and the office that watches its matter (`walks.may_read`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, QuerySet

from tongban.accounts.actor import Actor
from tongban.applications.offers import title_of
from tongban.applications.problems import not_found
from tongban.platform import time
from tongban.publication import service as publication
from tongban.supervision import problem_lists, walk_lists, walk_reports, walks
from tongban.supervision.models import Found, Sighting
from tongban.supervision.walk_draws import Item
from tongban.supervision.walk_models import Walk
from tongban.supervision.walk_reports import Line, Said
from tongban.supervision.walk_steps import PAINS


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which walks: begun on or after a day, on or before another; of one department; of one matter."""

    since: date | None = None
    until: date | None = None
    authority: str | None = None
    about: str | None = None


def listed(
    actor: Actor, wanted: Wanted, after: str | None = None, most: int = 50
) -> tuple[list[dict[str, Any]], str | None]:
    """Walks with what they found, the newest first, and what leads to those after them. Raises Problem 403.

    One that was not announced and goes on is known to nobody who may not read it.
    """
    problem_lists.require_staff(actor)
    found = _wanted(wanted)
    rows = list((found.filter(number__lt=after) if after else found)[: most + 1])
    more = rows[most - 1].number if len(rows) > most else None
    known = [walk for walk in rows[:most] if walk.ended_at or walk.is_announced or walks.may_read(actor, walk)]
    findings = _findings(known)
    lines = walk_lists.as_rows(known)
    return [_line(line, actor) | {"problems": findings[line["walk"].number]} for line in lines], more


def report(actor: Actor, number: str) -> dict[str, Any]:
    """The report of a walk, for those who may read it. Raises Problem 404."""
    walk = Walk.objects.filter(number=number).first()
    if walk is None:
        raise not_found()
    told = walk_reports.report_of(actor, walk)
    [line] = walk_lists.as_rows([walk])
    return _line(line, actor) | {
        "draw": {"seed": walk.seed, "candidates": walk.candidates} if walk.seed else None,
        "drawn": [_drawn(item) for item in told.items],
        "discussion": {"present": told.discussion.present, "said": told.discussion.discussed}
        if told.discussion
        else None,
        "seconds": told.seconds,
        "clicks": told.clicks,
        "pages": told.pages,
        "usual": {
            "middle_seconds": told.usual.middle_seconds,
            "slow_seconds": told.usual.slow_seconds,
            "applicants": told.usual.applicants,
        }
        if told.usual
        else None,
        "before": asdict(told.before) if told.before else None,
        "steps": [_step(one) for one in told.lines],
        "notes": [_note(one) for one in told.notes],
        "problems": problem_lists.lines(_counted(told.problems)),
    }


def _wanted(wanted: Wanted) -> QuerySet[Walk]:
    found = Walk.objects.order_by("-number")
    if wanted.since is not None:
        found = found.filter(begun_at__gte=time.start_of(wanted.since))
    if wanted.until is not None:
        found = found.filter(begun_at__lt=time.start_of(wanted.until) + timedelta(days=1))
    if wanted.authority is not None:
        found = found.filter(authority=wanted.authority)
    return found.filter(about=wanted.about) if wanted.about is not None else found


def _findings(rows: Sequence[Walk]) -> dict[str, list[dict[str, Any]]]:
    """What each walk found, by its number: the problems as lists have them."""
    numbers = [walk.number for walk in rows]
    sightings = Sighting.objects.filter(found_by="walk", reference__in=numbers).values_list("reference", "problem_id")
    pairs = sorted(set(sightings))
    problems = Found.objects.filter(case__in={case for _number, case in pairs})
    lines = {line["case"]: line for line in problem_lists.lines(_counted(problems))}
    found = defaultdict[str, list[dict[str, Any]]](list)
    for number, case in pairs:
        found[number].append(lines[case])
    return found


def _counted(problems: Sequence[Found] | QuerySet[Found]) -> list[Found]:
    """The problems, each with how often it was seen."""
    cases = [one.case for one in problems]
    return list(Found.objects.annotate(seen=Count("sightings")).filter(case__in=cases).order_by("case"))


def _line(line: dict[str, Any], actor: Actor) -> dict[str, Any]:
    walk: Walk = line["walk"]
    return {
        "number": walk.number,
        "about": walk.about,
        "title": title_of(publication.current(), walk.about).to_json(),
        "programme": walk.programme,
        "mode": walk.mode,
        "mode_label": line["mode"].to_json(),
        "authority": walk.authority,
        "department": line["department"].to_json(),
        "office": walk.office,
        "people": walk.people,
        "led_by": walk.led_by,
        "is_announced": walk.is_announced,
        "chosen": walk.chosen,
        "begun_at": _moment(walk.begun_at),
        "ended_at": _moment(walk.ended_at) if walk.ended_at else None,
        "may_read": walks.may_read(actor, walk),
    }


def _step(line: Line) -> dict[str, Any]:
    return {
        "step": line.step,
        "title": line.title.to_json(),
        "seconds": line.seconds,
        "clicks": line.clicks,
        "pages": line.pages,
        "pain": line.pain,
        "earlier_seconds": line.earlier_seconds,
        "before_seconds": line.before_seconds,
    }


def _note(said: Said) -> dict[str, Any]:
    """What hurt. A file is only told of: a picture may show a face, and leaves the house by its own page alone."""
    note = said.note
    return {
        "id": str(note.id),
        "step": note.step,
        "title": said.title.to_json(),
        "at": _moment(note.at),
        "pain": note.pain,
        "pain_label": PAINS[note.pain].to_json(),
        "said": said.words,
        "file": note.media_type or None,
        "recording": note.recording_type or None,
        "problem": note.problem,
    }


def _drawn(item: Item) -> dict[str, Any]:
    return {
        "case": item.case,
        "title": item.title.to_json(),
        "office": item.office.to_json(),
        "ended": item.ended.to_json(),
        "outcome": item.outcome or None,
        "said": item.words,
        "problem": item.problem,
    }


def _moment(at: datetime) -> str:
    return at.astimezone(time.ZONE).isoformat(timespec="seconds")
