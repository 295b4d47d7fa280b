"""Walks through HTTP: those of a period and what they found, one report, small deeds; to whom as on the pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from tests.api.acting import refused
from tests.api.shapes import check
from tests.photos import png

from tongban.accounts.actor import Actor, actor_of
from tongban.casework.model import SYSTEM
from tongban.platform import time
from tongban.supervision import problems, repair_photos, walk_notes, walks
from tongban.supervision.models import Found, Walk
from tongban.supervision.problems import Finding, Hands, Place
from tongban.supervision.walk_notes import Noted
from tongban.supervision.walks import Intent
from tongban.testing.stories.city import Client, user_of

ABOUT, OFFICE = "life-events/newborn", "demonstration/population-430211"


def actor(persona: str) -> Actor:
    return actor_of(user_of(persona))


@pytest.fixture(scope="module")
def walk(api: Client) -> Walk:
    """A walk of the head and the mother that ended, with a note that became a problem; another goes on unannounced."""
    mother = actor("mother")
    made = walks.begin(actor("head"), Intent(ABOUT, "experience"), uuid4())
    walks.join(mother, made.code or "")
    walks.go_to(mother, made.id, "form")
    note = walk_notes.note(mother, made.id, Noted(4, "看不懂要什么", [png()]), uuid4())
    walk_notes.make_problem(mother, made.id, note.id, ("unclear", "form", ""))
    walks.end(mother, made.id)
    walks.begin(actor("head"), Intent(ABOUT, "experience"), uuid4())
    return made


def listed(api: Client, who: str, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api.send(who, "GET", f"/walks{query}").json()["walks"]
    return found


def test_staff_read_walks_of_a_period_with_what_they_found(api: Client, schema: dict[str, Any], walk: Walk) -> None:
    body = check(schema, "listWalks", api.send("clerk-fire", "GET", "/walks"))
    assert [(one["number"], one["may_read"]) for one in body["walks"]] == [(walk.number, False)]
    [problem] = body["walks"][0]["problems"]
    assert (problem["kind"], problem["step"], problem["found_by"]) == ("unclear", "form", "walk")
    assert "看不懂要什么" not in str(body)
    today = time.today()
    later, before = (today + timedelta(days=1)).isoformat(), (today - timedelta(days=1)).isoformat()
    assert len(listed(api, "clerk-fire", f"?since={today}&until={today}")) == 1
    assert listed(api, "clerk-fire", f"?since={later}") == listed(api, "clerk-fire", f"?until={before}") == []
    assert listed(api, "clerk-fire", "?about=market/food-licence") == []
    refused(api.send("mother", "GET", "/walks"), 403, "forbidden")
    refused(api.send("clerk-fire", "GET", "/walks?since=yesterday"), 422, "wrong-shape")


def test_an_unannounced_walk_that_goes_on_is_known_to_its_own_office_alone(api: Client, walk: Walk) -> None:
    assert [len(listed(api, who)) for who in ("head", "clerk-fire")] == [2, 1]
    first = api.send("head", "GET", "/walks?limit=1").json()
    rest = api.send("head", "GET", f"/walks?limit=1&after={first['next']}").json()
    assert ([one["number"] for one in rest["walks"]], rest["next"]) == ([walk.number], None)


def test_the_report_of_a_walk_is_for_those_who_may_read_it(api: Client, schema: dict[str, Any], walk: Walk) -> None:
    for who in ("mother", "head"):
        body = check(schema, "readWalk", api.send(who, "GET", f"/walks/{walk.number}"))
        assert [(one["step"], one["said"], one["file"]) for one in body["notes"]] == [
            ("form", "看不懂要什么", "image/png")
        ]
        assert [one["step"] for one in body["steps"]] == ["form"]
        assert [one["case"] for one in body["problems"]] == [Found.objects.get(kind="unclear").case]
    for who in ("father", "clerk-fire", "employer"):
        refused(api.send(who, "GET", f"/walks/{walk.number}"), 404, "not-found")
    refused(api.send("head", "GET", "/walks/Z1999-00001"), 404, "not-found")


def test_everybody_reads_small_deeds_and_no_photo_that_may_show_somebody(api: Client, schema: dict[str, Any]) -> None:
    trees = Finding(Place("补种行道树", "deed"), "minor", "residents", by=time.today() + timedelta(days=9))
    case = problems.report(trees, SYSTEM, uuid4(), Hands(owner=OFFICE)).case
    photo = repair_photos.add(actor("clerk-population"), case, [png()], uuid4())
    [deed] = check(schema, "listDeeds", api.send(None, "GET", "/deeds"))["deeds"]
    assert (deed["about"], deed["state"], deed["photos"]) == ("补种行道树", "due", [])
    repair_photos.declare(actor("clerk-government-services"), case, photo.id, shows_nobody=True)
    [deed] = api.send(None, "GET", "/deeds").json()["deeds"]
    assert deed["photos"] == [f"/deeds/photos/{photo.id}"]
