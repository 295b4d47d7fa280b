"""Spot checks and return visits: drawn by lot out of what the department finished, each with its own result; a
discussion with who was there and what was said.
"""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.applications.family import Family, person
from tests.applications.newborn import Desk, drafted, granted, part, sent
from tests.photos import jpeg

from tongban.accounts.actor import Actor
from tongban.accounts.models import User
from tongban.applications import messages
from tongban.applications.models import Form, Message
from tongban.applications.problems import Problem
from tongban.casework import store
from tongban.platform import time
from tongban.publication import service as publication
from tongban.supervision import announcing, walk_draws, walk_lists, walk_reports, walk_views, walks
from tongban.supervision.drawing import drawn
from tongban.supervision.models import DrawnCase, Found, Sighting, Walk, WalkNote
from tongban.supervision.walks import Intent

pytestmark = pytest.mark.django_db
HALL, MATERNITY = "demonstration/government-services-4302", "demonstration/maternity-430211"
CERTIFICATE, NEWBORN = "health/birth-certificate", "life-events/newborn"


@pytest.fixture
def case(home: Family, desk: Desk) -> str:
    """The mother's birth certificate, granted within the bundle."""
    line = part(sent(home, drafted(home)), "/birth-certificate")
    granted(desk, line)
    return str(line["number"])


@pytest.fixture
def head(desk: Desk) -> Actor:
    """The head of the office that granted it."""
    return desk(MATERNITY, "head")


def begun(head: Actor, mode: str = "spot-check", about: str = CERTIFICATE) -> Walk:
    return walks.begin(head, Intent(about, mode), uuid4())


def browser(actor: Actor) -> Client:
    client = Client()
    client.force_login(User.objects.get(id=actor.user_id or 0))
    return client


@pytest.mark.parametrize("about", [CERTIFICATE, NEWBORN])
def test_what_a_bundle_granted_is_drawn_with_its_seed_and_out_of_how_many(head: Actor, case: str, about: str) -> None:
    walk = begun(head, about=about)
    assert (walk.drawn, walk.candidates) == ([case], 1)
    assert walk.seed.endswith(walk.number)
    decided = store.load_cases([case])[case].case
    assert drawn({case: f"{decided.service} {decided.result}"}, 5, walk.seed) == walk.drawn


def test_nothing_is_drawn_of_others_of_what_goes_on_or_of_a_rehearsal(home: Family, desk: Desk, case: str) -> None:
    assert begun(desk(HALL, "head")).drawn == []
    assert begun(desk(MATERNITY, "head"), mode="experience").drawn == []
    Form.objects.filter(number=case.partition("/")[0]).update(mode="walk")
    assert begun(desk(MATERNITY, "head")).candidates == 0


def test_each_drawn_case_has_its_own_result_and_becomes_a_problem_once(head: Actor, case: str) -> None:
    walk = begun(head)
    [item] = walk_draws.items(head, walk)
    assert (item.outcome, item.may_open) == ("", True)
    walk_draws.record(head, walk.id, case, "nothing", "材料齐全")
    walk_draws.record(head, walk.id, case, "found", "核验过的还要了一份复印件")
    assert DrawnCase.objects.count() == 1
    assert "复印件".encode() not in bytes(DrawnCase.objects.get().said or b"")
    place = ("asked-twice", "papers", "")
    reported = walk_draws.make_problem(head, walk.id, case, place, "serious")
    assert walk_draws.make_problem(head, walk.id, case, place, "serious").case == reported.case
    found = Found.objects.get()
    assert (found.about, found.severity, found.found_by) == (CERTIFICATE, "serious", "walk")
    assert Sighting.objects.get().reference == walk.number
    [item] = walk_reports.report_of(head, walk).items
    assert (item.outcome, item.words, item.problem) == ("found", "核验过的还要了一份复印件", reported.case)


@pytest.mark.parametrize(
    ("outcome", "said"),
    [("", "看了"), ("fine", "看了"), ("nothing", " "), ("not-reached", "没人接"), ("found", "长" * 2001)],
)
def test_a_result_without_what_was_looked_at_is_not_kept(head: Actor, case: str, outcome: str, said: str) -> None:
    walk = begun(head)
    with pytest.raises(Problem) as problem:
        walk_draws.record(head, walk.id, case, outcome, said)
    assert problem.value.code == "wrong-fields"
    assert not DrawnCase.objects.exists()


def test_who_was_not_reached_needs_no_words_on_a_return_visit(head: Actor, case: str) -> None:
    walk = begun(head, mode="return-visit")
    assert walk_draws.record(head, walk.id, case, "not-reached", "").outcome == "not-reached"
    with pytest.raises(Problem):  # nothing was found there
        walk_draws.make_problem(head, walk.id, case, ("slow", "form", ""), "minor")


def test_drawn_cases_are_for_staff_and_no_other_case_can_be_slipped_in(head: Actor, case: str) -> None:
    walk = begun(head)
    _, officer = person("周以宁", "43020019900206009")
    walks.join(officer, walk.code or "")
    walk.refresh_from_db()
    assert walk_reports.report_of(officer, walk).items == []
    for actor, number in ((officer, case), (head, "4302-26-999999-X/01")):
        with pytest.raises(Problem) as problem:
            walk_draws.record(actor, walk.id, number, "nothing", "看过")
        assert problem.value.status == 404
    walks.end(head, walk.id)
    with pytest.raises(Problem) as problem:
        walk_draws.record(head, walk.id, case, "nothing", "看过")
    assert problem.value.code == "walk-ended"


def test_a_discussion_keeps_who_was_there_and_what_was_said(head: Actor) -> None:
    walk = begun(head, mode="discussion")
    for present, said in (("", "说了"), ("3 位妈妈", " ")):
        with pytest.raises(Problem):
            walk_draws.discuss(head, walk.id, present, said)
    walk_draws.discuss(head, walk.id, "3 位妈妈、助产机构", "希望出院当天就能拿到")
    walk.refresh_from_db()
    assert "出院".encode() not in bytes(walk.discussed or b"")
    told = walk_views.report(head, walk.number)
    assert told["discussion"] == {"present": "3 位妈妈、助产机构", "said": "希望出院当天就能拿到"}
    with pytest.raises(Problem) as problem:
        walk_draws.discuss(head, begun(head).id, "谁", "什么")
    assert problem.value.status == 404


@pytest.mark.slow
def test_pages_lead_from_the_recorder_to_the_file_and_tell_the_result_in_report_and_pdf(head: Actor, case: str) -> None:
    walk, client = begun(head), browser(head)
    page = client.get(f"/walks/{walk.id}").content.decode()
    address = f"/desk/cases/{case.replace('/', '.')}"
    assert address in page
    assert walk.seed in page
    assert client.get(address).status_code == 200
    wrong = client.post(f"/walks/{walk.id}", {"do": "drawn", "case": case, "outcome": "", "looked": "还要了复印件"})
    assert wrong.status_code == 422
    assert "还要了复印件" in wrong.content.decode()
    sent = {"do": "drawn", "case": case, "outcome": "found", "looked": "还要了复印件"}
    assert client.post(f"/walks/{walk.id}", sent).status_code == 302
    made = {"case": case, "kind": "asked-twice", "where": "papers|", "severity": "minor"}
    assert client.post(f"/walks/{walk.id}/report", made).status_code == 302
    report = client.get(f"/walks/{walk.id}/report").content.decode()
    assert "还要了复印件" in report
    assert Found.objects.get().case in report
    assert client.get(f"/walks/{walk.id}/report.pdf").content.startswith(b"%PDF")


def test_an_announced_walk_is_told_to_the_offices_that_are_walked_and_no_other(desk: Desk, head: Actor) -> None:
    clerk, window = desk(MATERNITY, "handler"), desk(HALL, "window")
    begun(head, mode="experience")
    assert heard(clerk) == []
    walks.begin(head, Intent(CERTIFICATE, "experience", is_announced=True), uuid4())
    assert [one.zh for one in heard(clerk)] == [one.zh for one in heard(clerk) if "出生医学证明" in one.zh] != []
    assert heard(window) == heard(head) == []
    assert "出生医学证明" in browser(clerk).get("/desk/messages").content.decode()


def heard(actor: Actor) -> list[Message]:
    """What somebody was told of walks."""
    return [one for one in messages.inbox(actor) if one.code == "walk-announced"]


def test_an_announced_walk_of_a_bundle_is_told_to_each_office_of_its_way_once(head: Actor) -> None:
    catalog = publication.current()
    walk = walks.begin(head, Intent(NEWBORN, "experience", is_announced=True), uuid4())
    offices = announcing.walked(catalog, walk)
    assert len(offices) == len(set(offices)) > 3
    authorities = {catalog.services[part.service].authority for part in catalog.bundles[NEWBORN].parts}
    assert {catalog.offices[one].authority for one in offices} == authorities


def test_a_recording_beside_a_picture_is_kept_and_heard_by_walkers_alone(head: Actor) -> None:
    walk, client = begun(head, mode="experience"), browser(head)
    files = {"photo": SimpleUploadedFile("a.jpg", jpeg()), "voice": SimpleUploadedFile("b.ogg", b"OggS...")}
    assert client.post(f"/walks/{walk.id}", {"do": "note", "pain": "4"} | files).status_code == 302
    note = WalkNote.objects.get()
    address = f"/walks/{walk.id}/files/{note.id}"
    assert (client.get(address)["Content-Type"], client.get(f"{address}?recording")["Content-Type"]) == (
        "image/jpeg", "audio/ogg",
    )  # fmt: skip
    assert b"OggS" not in bytes(note.recording or b"")
    assert f"{address}?recording" in client.get(f"/walks/{walk.id}/report").content.decode()
    _, stranger = person("周以宁", "43020019900206009")
    assert browser(stranger).get(f"{address}?recording").status_code == 404
    [told] = walk_views.report(head, walk.number)["notes"]
    assert (told["file"], told["recording"]) == ("image/jpeg", "audio/ogg")


def test_a_question_of_the_form_is_the_place_of_a_problem(head: Actor) -> None:
    walk, client = begun(head, mode="experience", about=NEWBORN), browser(head)
    client.post(f"/walks/{walk.id}", {"do": "note", "pain": "3", "said": "户口本上有"})
    page = client.get(f"/walks/{walk.id}/report")
    [questions] = [group for group in page.context["wheres"] if group["words"] == "要填的题目"]
    where = questions["options"][0]["value"]
    sent = {"note": str(WalkNote.objects.get().id), "kind": "asked-twice", "where": where}
    assert client.post(f"/walks/{walk.id}/report", sent).status_code == 302
    found = Found.objects.get()
    assert f"{found.step}|{found.item}" == where


def test_a_spot_check_and_a_discussion_keep_the_plan_without_a_page_and_an_empty_one_does_not(
    head: Actor, desk: Desk, case: str
) -> None:
    today = time.today()
    organiser = desk(HALL, "head")
    plan = walk_lists.plan(organiser, (today, today), {"spot-check": 2, "discussion": 1})
    own = publication.current().offices[MATERNITY].authority

    def owed() -> dict[str, int]:
        return dict(next(one.owed for one in walk_lists.departments(plan) if one.authority == own))

    looked, empty, talk = begun(head), begun(head), begun(head, mode="discussion")
    walk_draws.record(head, looked.id, case, "nothing", "材料齐全")
    walk_draws.discuss(head, talk.id, "3 位妈妈", "希望出院就能拿到")
    for walk in (looked, empty, talk):
        walks.end(head, walk.id)
    assert owed() == {"spot-check": 1}


def test_city_and_counties_people_and_companies_are_told_apart(head: Actor, desk: Desk) -> None:
    organiser = desk(HALL, "head")
    company = next(
        one.id
        for one in publication.current().bundles.values()
        if one.subjects[one.applicant].type == "base/Organisation"
    )
    walks.begin(head, Intent(CERTIFICATE, "experience", people=4), uuid4())
    walks.begin(organiser, Intent(CERTIFICATE, "experience", is_announced=True), uuid4())
    walks.begin(organiser, Intent(company, "experience"), uuid4())
    places = {one.title.zh: (one.figures.walks, one.figures.people) for one in walk_lists.places()}
    assert places == {"株洲市": (2, 2), "天元区": (1, 4)}
    assert next(one.title.zh for one in walk_lists.places()) == "株洲市"
    audiences = {one.title.zh: one.figures.walks for one in walk_lists.audiences()}
    assert audiences == {"个人办的": 2, "企业和单位办的": 1}
    page = browser(head).get("/desk/walks/").content.decode()
    assert "市直和县市区" in page


def test_a_vice_head_walks_and_each_owes_what_the_plan_asks_of_each(desk: Desk, head: Actor, case: str) -> None:
    today, vice, organiser = time.today(), desk(MATERNITY, "vice-head"), desk(HALL, "head")
    plan = walk_lists.plan(organiser, (today, today), {"experience": 1}, {"spot-check": 2})
    own = publication.current().offices[MATERNITY].authority

    def owed() -> tuple[dict[str, int], dict[str, int]]:
        one = next(one for one in walk_lists.departments(plan) if one.authority == own)
        return dict(one.owed), dict(one.owed_of_vices)

    assert owed() == ({"experience": 1}, {"spot-check": 2})
    walk = begun(vice)
    assert (walk.led_by, begun(head, mode="discussion").led_by) == ("vice-head", "head")
    walk_draws.record(vice, walk.id, case, "nothing", "材料齐全")
    walks.end(vice, walk.id)
    assert owed() == ({"experience": 1}, {"spot-check": 1})
    assert walk_lists.whole().by_vices == 1
    page = browser(vice).get("/desk/walks/new?about=health/birth-certificate")
    assert page.status_code == 200
    assert browser(vice).get("/desk/")["Location"] == "/desk/walks/"
    for closed in ("/desk/walks/plan", "/desk/walks/assign", "/desk/office"):
        assert browser(vice).get(closed).status_code == 403
    with pytest.raises(Problem):
        walk_lists.plan(vice, (today, today), {"experience": 1})
