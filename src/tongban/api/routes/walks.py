"""Walks of a period with what they found, the report of one; the small deeds, for everybody."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from ninja import Query, Router

from tongban.api.answers.walks import DeedListJson, WalkListJson, WalkReportJson
from tongban.api.auth import actor
from tongban.api.schemas import ProblemJson, WalksQuery, public_refusals, refusals
from tongban.supervision import deeds, walk_views

router = Router(tags=["walks"])


@router.get("/walks", response={200: WalkListJson, refusals(422): ProblemJson}, operation_id="listWalks")
def listed(request: HttpRequest, wanted: Query[WalksQuery]) -> dict[str, Any]:
    """Walks of a period with what they found, the newest first, for whoever works for the city."""
    found, more = walk_views.listed(actor(request, "read"), wanted.wanted(), wanted.after, wanted.limit)
    return {"walks": found, "next": more}


@router.get("/walks/{walk_number}", response={200: WalkReportJson, refusals(404): ProblemJson}, operation_id="readWalk")
def one(request: HttpRequest, walk_number: str) -> dict[str, Any]:
    """The report of one walk, for its walkers, its office and the office that watches its matter."""
    return walk_views.report(actor(request, "read"), walk_number)


@router.get("/deeds", auth=None, response={200: DeedListJson, public_refusals(): ProblemJson}, operation_id="listDeeds")
def small_deeds(request: HttpRequest) -> dict[str, Any]:
    """What the city promised by a day, one by one: late, due, kept."""
    del request
    return {
        "deeds": [
            {
                "about": one.about,
                "field": one.field.to_json() if one.field else None,
                "owners": [title.to_json() for title in one.owners],
                "by": one.by.isoformat() if one.by else None,
                "state": one.state,
                "kept_on": one.kept_on.isoformat() if one.kept_on else None,
                "was_late": one.was_late,
                "measure": one.measure,
                "evidence": one.evidence,
                "effect": one.effect,
                "photos": [reverse("portal:deed_photo", args=[photo]) for photo in one.photos],
            }
            for one in deeds.listed()
        ]
    }
