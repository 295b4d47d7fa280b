"""The report of a walk as a PDF, WALK across every page: minutes and pain of each step, what was said."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from tongban.accounts.actor import Actor
from tongban.catalog.sentences import day_in_words
from tongban.catalog.vocabulary import Text
from tongban.credentials.render import typeset
from tongban.credentials.sheet import shown
from tongban.platform import time
from tongban.publication import service as publication
from tongban.supervision.problem_lists import office_title
from tongban.supervision.walk_draws import Item
from tongban.supervision.walk_models import Walk
from tongban.supervision.walk_reports import Line, Report, Said, report_of
from tongban.supervision.walk_steps import PAINS

CITY_DIGITS = 4


def pdf(actor: Actor, walk: Walk) -> bytes:
    """The report for whoever may read the walk. Raises Problem 404, PlatformError `no-font`, `not-printable`."""
    told = report_of(actor, walk)
    day = walk.begun_at.astimezone(time.ZONE).date()
    address = f"{settings.ORIGIN}/walks/{walk.id}/report"
    return typeset("walk", printed(told, address), address, day)


def printed(told: Report, address: str) -> dict[str, object]:
    """What the template prints, every text safe to show."""
    walk, catalog = told.walk, publication.current()
    office = office_title(catalog, walk.office)
    day = day_in_words(walk.begun_at.astimezone(time.ZONE).date())
    city = next((name for code, name in catalog.regions.items() if len(code) == CITY_DIGITS), Text("", ""))
    return {
        "number": walk.number,
        "title": both(Text(f"走流程：{told.title.zh}", f"Walk: {told.title.en}")),
        "issuer": both(office),
        "issued_on": both(day),
        "city": both(city),
        "across": both(Text("走流程", "WALK")),
        "is_rehearsal": True,
        "verify_address": address,
        "code": walk.number,
        "seal_use": "",
        "facts": [
            [both(label), shown(value)]
            for label, value in (
                (Text("单位", "Office"), office.zh),
                (Text("走法", "Way"), told.mode.zh),
                (Text("日期", "Day"), day.zh),
                (Text("几个人走", "People"), str(walk.people)),
                (Text("扮作", "As"), walk.played or "—"),
                (Text("全程", "In all"), _clock(told.seconds)),
                (Text("一般人", "Ordinary applicants"), _clock(told.usual.middle_seconds) if told.usual else "—"),
            )
        ],
        "way": [_row(line) for line in told.lines],
        "notes": [_note(said) for said in told.notes],
        "drawn": [_drawn(item) for item in told.items],
        "draw": shown(f"{walk.candidates} → {len(walk.drawn)} · {walk.seed}"),
        "discussion": {"present": shown(told.discussion.present), "said": shown(told.discussion.discussed)}
        if told.discussion
        else None,
    }


def _row(line: Line) -> dict[str, Any]:
    return {
        "title": both(line.title),
        "seconds": line.seconds,
        "usual": line.earlier_seconds or 0,
        "time": _clock(line.seconds),
        "pain": line.pain or 0,
        "words": both(PAINS.get(line.pain or 0, Text("", ""))),
    }


def _note(said: Said) -> dict[str, Any]:
    return {
        "title": both(said.title),
        "said": shown(said.words),
        "pain": said.note.pain,
        "words": both(PAINS[said.note.pain]),
        "problem": said.note.problem or "",
    }


def _drawn(item: Item) -> dict[str, Any]:
    return {
        "title": both(item.title),
        "office": both(item.office),
        "case": item.case,
        "outcome": both(item.outcome_label or Text("还没看", "not yet looked at")),
        "said": shown(item.words),
        "problem": item.problem or "",
    }


def _clock(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02}"


def both(words: Text) -> dict[str, str]:
    """Words as a template takes them, safe to show."""
    return {"zh": shown(words.zh), "en": shown(words.en)}
