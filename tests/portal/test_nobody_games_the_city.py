"""Through the door, as somebody would who means it: votes, walks, problems, ratings, pictures and figures hold."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.test import Client
from tests.photos import jpeg
from tests.portal import matters
from tests.portal.matters import SITUATION, actor, browser_of
from tests.portal.test_walks import begun, noted, walking

from tongban.applications import filling, reading, signing, submission
from tongban.casework.model import SYSTEM
from tongban.platform.ids import in_address
from tongban.supervision import menu, problems, walks
from tongban.supervision.models import Found, Rating, Vote, Walk
from tongban.supervision.problems import Finding, Place
from tongban.testing.stories.improving import page_text

pytestmark = pytest.mark.usefixtures("town")
OWNER = "demonstration/population-430211"
PLACE = Place("police/birth-registration", "simplify", "form")
EVERYBODY_ELSE = ("father", "retiree", "employer", "clerk-maternity", "approver-maternity", "head", "window", "auditor")


@pytest.mark.slow
def test_one_person_is_one_vote_in_however_many_browsers() -> None:
    wanted = [one.about for one in menu.menu()][:3]
    answers = [browser_of("mother").post("/menu", {"about": about}).status_code for about in wanted]
    answers += [browser_of("mother").post("/menu?of=base/health", {"about": wanted[1]}).status_code]
    assert answers == [302, 409, 409, 409]
    for who in ("clerk-population", "head", "window", "auditor"):
        assert browser_of(who).post("/menu", {"about": wanted[0]}).status_code == 403
    assert list(Vote.objects.values_list("about", flat=True)) == [wanted[0]]
    assert Client(enforce_csrf_checks=True).post("/menu", {"about": wanted[0]}).status_code == 403


@pytest.mark.slow
def test_a_walk_opens_no_door_to_anothers_matter() -> None:
    walk, real = begun(people=2), matters.sent()
    walks.join(actor("retiree"), walk.code or "")
    stranger = browser_of("retiree")
    assert stranger.post(f"/walks/{walk.id}", {"do": "start"}).status_code == 302
    for page in ("", "/agree", "/form", "/papers", "/sign", "/events", "/rate", "/withdraw"):
        assert stranger.get(f"/a/{real}{page}").status_code == 404, page
    mother = actor("mother").subject_id
    answer = stranger.post("/b/newborn/begin", SITUATION | {"for": str(mother), "command": str(uuid4())})
    assert answer.status_code == 403
    assert Walk.objects.get().application is None
    for do in ("start", "end", "pause", "note", "step"):
        assert browser_of("father").post(f"/walks/{walk.id}", {"do": do, "pain": "3"}).status_code == 404
    assert Walk.objects.get().ended_at is None


@pytest.mark.parametrize("where", ["{} |", " {}|", "{}\n|", "|{}", "decide |"])
def test_no_blank_makes_a_step_that_the_law_demands_another_step(where: str) -> None:
    walk = begun()
    note = noted(walk)
    at = where.format("health/birth-certificate")
    sent = {"note": str(note), "kind": "too-long", "where": at}
    answer = browser_of("mother").post(f"/walks/{walk.id}/report", sent)
    assert [one.step for one in Found.objects.all() if one.step in {"health/birth-certificate", "decide"}] == []
    assert answer.status_code in {302, 409, 422}
    body = {"about": "health/birth-certificate", "kind": "too-long", "step": " decide "}
    refused = browser_of("clerk-population").post("/api/v1/problems", body, content_type="application/json")
    assert refused.status_code == 409


@pytest.mark.slow
def test_who_puts_a_problem_right_cannot_close_it_by_any_step() -> None:
    reported = problems.report(Finding(PLACE, "minor", "machine"), SYSTEM, uuid4())
    case = reported.case
    problems.assign(case, OWNER, uuid4())
    matters.act("clerk-population", case, "plan", facts={"problem.measure": "少问一项"})
    path = f"/api/v1/cases/{in_address(case)}/commands"
    closing = ("recheck", "decline", "send-back", "reopen", "finish", "assign", "withdraw", "begin")

    def tried(who: str) -> dict[str, int]:
        browser = browser_of(who)
        bodies = {
            name: {"id": str(uuid4()), "command": name, "facts": {"problem.effect": "好了"}, "texts": {"reason": "好"}}
            for name in closing
        }
        return {
            name: browser.post(path, body, content_type="application/json").status_code for name, body in bodies.items()
        }

    for who in ("clerk-population", "approver-population", "head", "mother"):
        assert all(status >= 400 for status in tried(who).values()), (who, tried(who))
    matters.act("clerk-population", case, "repair", facts={"problem.evidence": "第 2 版"})
    for who in ("clerk-population", "approver-population", "head", "mother"):
        assert all(status >= 400 for status in tried(who).values()), (who, tried(who))
    assert Found.objects.get(case=case).ended_at is None
    matters.act("clerk-government-services", case, "recheck", facts={"problem.effect": "少一项"})
    assert Found.objects.get(case=case).state == "closed"


@pytest.mark.slow
def test_nobody_but_the_applicant_rates_by_page_or_program() -> None:
    number = matters.sent()
    matters.grant_birth_certificate(number)
    case = matters.part(number, "health/birth-certificate")
    part = case.rpartition("/")[2].lstrip("0")
    for who in EVERYBODY_ELSE:
        browser = browser_of(who)
        assert browser.post(f"/a/{number}/rate", {f"grade-{part}": "1"}).status_code == 404, who
        answer = browser.post(f"/api/v1/cases/{in_address(case)}/rating", {"grade": 1}, content_type="application/json")
        assert answer.status_code in {403, 404}, (who, answer.content)
    assert Client().post(f"/a/{number}/rate", {f"grade-{part}": "1"})["Location"].startswith("/login")
    assert not Rating.objects.exists()


@pytest.mark.slow
def test_a_picture_of_a_walk_is_on_no_page_that_another_may_read() -> None:
    walk = begun()
    note = noted(walk, 4, said="门口", file=[jpeg()])
    walks.end(actor("mother"), walk.id)
    browser_of("mother").post(f"/walks/{walk.id}/report", {"note": str(note), "kind": "unclear", "where": "find|"})
    case = in_address(Found.objects.get().case)
    address = f"/walks/{walk.id}/files/{note}"
    pages = ["/menu", "/deeds", "/ratings", "/sessions", "/five", "/b/newborn"]
    assert all(address not in Client().get(page).content.decode() for page in pages)
    for who, path in (("clerk-maternity", f"/desk/problems/{case}"), ("clerk-maternity", f"/api/v1/problems/{case}")):
        told = browser_of(who).get(path)
        assert told.status_code == 200
        assert address not in told.content.decode()
    for who in ("nobody", "father", "clerk-maternity", "auditor"):
        reader = Client() if who == "nobody" else browser_of(who)
        assert reader.get(address).status_code in {302, 404}, who


PUBLIC = ("/five", "/ratings", "/api/v1/ratings", "/menu", "/hall")
"""Figures that everybody may read."""
OF_HEADS = (
    "/desk/board",
    "/desk/board.csv",
    "/desk/board/cases",
    "/desk/leader",
    "/desk/office",
    "/desk/visits/new?office=demonstration/maternity-430211",
    "/desk/board?by=service",
    "/desk/board?by=office",
    "/desk/board/online",
    "/desk/board/online.csv",
    "/desk/board/process?service=police/birth-registration",
    "/desk/sharing",
)
CLOCKS = re.compile(r"\d{1,2}:\d{2}(:\d{2})?")


def figures() -> dict[str, str]:
    """What every page of figures says, the time of day apart."""
    told = {path: browser_of("retiree").get(path) for path in PUBLIC}
    told |= {path: browser_of("head").get(path) for path in OF_HEADS}
    assert {path: answer.status_code for path, answer in told.items() if answer.status_code != 200} == {}
    pages = {path: answer.content.decode() for path, answer in told.items()}
    return {path: CLOCKS.sub("", page_text(page[page.find("<main") :])) for path, page in pages.items()}  # no inbox


@pytest.mark.slow
def test_a_walk_from_beginning_to_rating_changes_no_figure_of_the_city() -> None:
    matters.sent()  # somebody real, so that there is something to count
    before = figures()
    walk = begun()
    browser = walking(walk)
    mother, father = actor("mother"), actor("father")
    number = browser.post("/b/newborn/begin", SITUATION)["Location"].rpartition("/")[2]
    reading.agree(mother, number)
    filling.fill(mother, number, matters.typed_for(number))
    signing.sign(mother, number)
    submission.submit(mother, number, uuid4())
    submission.after_consent(father, signing.consent(father, number, agree=True), uuid4())
    matters.grant_birth_certificate(number)
    part = matters.part(number, "health/birth-certificate").rpartition("/")[2].lstrip("0")
    assert browser.post(f"/a/{number}/rate", {f"grade-{part}": "5"}).status_code == 302
    browser.post(f"/walks/{walk.id}", {"do": "end"})
    assert Walk.objects.get().application == number
    after = figures()
    assert {path: (before[path], after[path]) for path in before if before[path] != after[path]} == {}
