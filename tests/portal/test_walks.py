"""Walks: recorded by the pages themselves, rehearsals through and through, nobody's but the walkers'; what hurts is put
right.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.photos import jpeg
from tests.portal import matters
from tests.portal.matters import SITUATION, actor, browser_of

from tongban.applications import (
    filling,
    five,
    reading,
    signing,
    starting,
    submission,
)
from tongban.applications.models import Form
from tongban.applications.problems import Problem
from tongban.casework import figures
from tongban.platform import time
from tongban.publication import service as publication
from tongban.supervision import (
    pictures,
    walk_lists,
    walk_notes,
    walk_reports,
    walks,
)
from tongban.supervision.models import Found, Passage, Sighting, Walk
from tongban.supervision.walk_notes import Noted
from tongban.supervision.walks import Intent

pytestmark = pytest.mark.usefixtures("town")
NEWBORN = "life-events/newborn"


def begun(**other: Any) -> Walk:  # noqa: ANN401 -- what an intent takes
    """A walk of the police's head with the mother, who applies."""
    walk = walks.begin(actor("head"), Intent(**{"about": "newborn", "mode": "experience"} | other), uuid4())
    walks.join(actor("mother"), walk.code or "")
    return walk


def noted(walk: Walk, pain: int = 4, **other: Any) -> UUID:  # noqa: ANN401 -- what a note takes
    return walk_notes.note(actor("mother"), walk.id, Noted(pain, **other), uuid4()).id


def walking(walk: Walk) -> Client:
    """The mother's browser, on the walk."""
    browser = browser_of("mother")
    assert browser.post(f"/walks/{walk.id}", {"do": "start"}).status_code == 302
    return browser


@pytest.mark.slow
def test_pages_record_a_walk_step_by_step_and_its_report_tells_it() -> None:
    walk = begun(played="第一胎的妈妈")
    browser = walking(walk)
    for address in ("/search?q=出生", "/b/newborn"):
        assert "演练件" in browser.get(address).content.decode()
    opened = browser.post("/b/newborn/begin", SITUATION)
    number = opened["Location"].rpartition("/")[2]
    assert browser.get(f"/a/{number}/agree").status_code == 200
    walk.refresh_from_db()
    assert (walk.application, Form.objects.get(number=number).mode) == (number, "walk")
    told = browser.get(f"/walks/{walk.id}").content.decode()
    assert "同意读取数据" in told
    assert "第 4 步，共 8 步" in told
    browser.post(f"/walks/{walk.id}", {"do": "note", "pain": "4", "said": "合同备过案还要传"})
    assert browser.post(f"/walks/{walk.id}", {"do": "end"})["Location"] == f"/walks/{walk.id}/report"
    report = walk_reports.report_of(actor("head"), Walk.objects.get(id=walk.id))
    assert [line.step for line in report.lines] == ["find", "plan", "situation", "agree"]
    assert (report.clicks, report.pages, report.lines[-1].pain) == (3, 3, 4)  # a page that a form leads to is no click
    page = browser.get(f"/walks/{walk.id}/report").content.decode()
    assert "合同备过案还要传" in page
    file = browser.get(f"/walks/{walk.id}/report.pdf")
    assert file["Content-Type"] == "application/pdf"
    assert file.content.startswith(b"%PDF")
    assert "演练件" not in browser.get("/b/newborn").content.decode()


@pytest.mark.slow
def test_a_walk_counts_in_no_figure_and_is_a_rehearsal_wherever_it_shows() -> None:
    before = (sum(one.cases for one in figures.figures()), walk_reports.usual(NEWBORN))
    walk = begun()
    mother = actor("mother")
    number = walks.apply(mother, walk, NEWBORN, command_id=uuid4(), answers=SITUATION)
    reading.agree(mother, number)
    filling.fill(mother, number, matters.typed_for(number))
    signing.sign(mother, number)
    submission.submit(mother, number, uuid4())
    submission.after_consent(actor("father"), signing.consent(actor("father"), number, agree=True), uuid4())
    assert Form.objects.get(number=number).state == "submitted"
    assert (sum(one.cases for one in figures.figures()), walk_reports.usual(NEWBORN)) == before
    assert five.counted(publication.current())
    assert "演练件" in browser_of("mother").get(f"/a/{number}").content.decode()


def test_nobody_walks_on_anothers_private_matter() -> None:
    walk = begun()
    with pytest.raises(Problem) as refused:
        walks.apply(actor("mother"), walk, NEWBORN, command_id=uuid4(), applicant=actor("retiree").subject_id)
    assert refused.value.status == 403
    theirs = starting.start(actor("father"), "newborn", command_id=uuid4(), answers=SITUATION)
    browser = walking(walk)
    assert browser.get(f"/a/{theirs}/agree").status_code == 404
    own = starting.start(actor("mother"), "newborn", command_id=uuid4(), answers=SITUATION)
    page = browser.get(f"/a/{own}/agree")
    assert page.status_code == 200
    assert "演练件" not in page.content.decode()
    assert set(walk.passages.values_list("step", flat=True)) == {"find"}
    with pytest.raises(Problem) as other:
        walks.apply(actor("mother"), walk, "life-events/hire-employee", command_id=uuid4())
    assert other.value.code == "another-matter"


@pytest.mark.slow
def test_a_walk_is_there_for_those_who_walk_it_alone() -> None:
    walk = begun(people=1)
    for stranger in ("retiree", "clerk-fire", "employer"):
        for address in ("", "/report", "/report.pdf"):
            assert browser_of(stranger).get(f"/walks/{walk.id}{address}").status_code == 404
    for code in (walk.code or "", "not a code", "1111-1111-1111"):
        with pytest.raises(Problem) as refused:  # one person walks, and has joined
            walks.join(actor("retiree"), code)
        assert refused.value.status == 404
    assert walks.join(actor("mother"), walk.code or "").id == walk.id
    walks.end(actor("mother"), walk.id)
    with pytest.raises(Problem):
        walks.join(actor("mother"), walk.code or "")
    with pytest.raises(Problem) as ended:
        noted(walk)
    assert ended.value.code == "walk-ended"


def test_codes_cannot_be_guessed_through(one_moment: None) -> None:
    for _ in range(walks.JOINS_PER_MINUTE):
        assert browser_of("retiree").post("/walks/", {"code": "1111-1111-1111"}).status_code == 404
    assert browser_of("retiree").post("/walks/", {"code": "1111-1111-1111"}).status_code == 429


@pytest.mark.slow
def test_a_picture_is_never_public_and_only_pictures_and_recordings_are_taken() -> None:
    walk = begun()
    page = browser_of("mother").post(
        f"/walks/{walk.id}", {"do": "note", "pain": "3", "photo": SimpleUploadedFile("x.jpg", jpeg())}
    )
    assert page.status_code == 302
    note = walk.notes.get()
    picture = pictures.bare("file", jpeg(), pictures.JPEG)
    assert picture not in bytes(note.file or b"")
    assert note.media_type == "image/jpeg"
    address = f"/walks/{walk.id}/files/{note.id}"
    readers = ("nobody", "mother", "head", "clerk-government", "retiree", "clerk-fire", "father")
    seen = {who: (browser_of(who) if who != "nobody" else Client()).get(address).status_code for who in readers[:3]}
    seen |= {who: browser_of(who).get(address).status_code for who in readers[4:]}
    assert seen == {"nobody": 302, "mother": 200, "head": 200, "retiree": 404, "clerk-fire": 404, "father": 404}
    assert browser_of("mother").get(address).content == picture
    walks.end(actor("mother"), walk.id)
    assert picture not in browser_of("mother").get(f"/walks/{walk.id}/report.pdf").content
    other = begun()
    wrong = SimpleUploadedFile("x.jpg", b"MZ not a picture")
    refused = browser_of("mother").post(f"/walks/{other.id}", {"do": "note", "pain": "3", "photo": wrong})
    assert (refused.status_code, other.notes.count()) == (415, 0)
    assert walk_notes.looked_at([b"OggS..."])[1] == "audio/ogg"


@pytest.mark.parametrize("pain", [0, 6, None])
def test_a_note_needs_one_of_five_faces(pain: int | None) -> None:
    walk = begun()
    with pytest.raises(Problem) as refused:
        walk_notes.note(actor("mother"), walk.id, Noted(pain, "说不清"), uuid4())
    assert [error.fact for error in refused.value.errors] == ["pain"]


def test_a_note_becomes_a_problem_with_one_press_and_once() -> None:
    walk = begun()
    note = noted(walk, 4, said="看不懂要什么")
    browser = browser_of("mother")
    sent = {"note": str(note), "kind": "unclear", "where": "find|"}
    for _ in range(2):
        assert browser.post(f"/walks/{walk.id}/report", sent).status_code == 302
    found = Found.objects.get()
    assert (found.about, found.step, found.kind, found.severity, found.found_by) == (
        NEWBORN, "find", "unclear", "serious", "walk",
    )  # fmt: skip
    assert [one.reference for one in Sighting.objects.all()] == [walk.number]
    assert walk.notes.get().problem == found.case


def test_a_walk_proposes_to_shorten_a_way_and_never_to_skip_what_the_law_demands() -> None:
    walk = begun()
    note = noted(walk)
    part = next(
        part.service for part in publication.current().bundles[NEWBORN].parts
        if publication.current().services[part.service].law
    )  # fmt: skip
    browser = browser_of("mother")
    refused = browser.post(f"/walks/{walk.id}/report", {"note": str(note), "kind": "too-long", "where": f"{part}|"})
    assert refused.status_code == 409
    assert "不能省" in refused.content.decode()
    assert not Found.objects.exists()
    shorter = {"note": str(note), "kind": "simplify", "where": f"{part}|"}
    assert browser.post(f"/walks/{walk.id}/report", shorter).status_code == 302
    assert Found.objects.get().kind == "simplify"


@pytest.mark.parametrize("who", ["mother", "clerk-population", "approver-population", "auditor"])
def test_heads_begin_walks_and_nobody_else(who: str) -> None:
    with pytest.raises(Problem) as refused:
        walks.begin(actor(who), Intent("newborn", "experience"), uuid4())
    assert refused.value.status == 403


@pytest.mark.parametrize(
    ("other", "wrong"),
    [({"mode": "at-window"}, "mode"), ({"people": 0}, "people"), ({"people": 21}, "people"),
     ({"played": "x" * 61}, "played"), ({"chosen": "me"}, "chosen")],
)  # fmt: skip
def test_what_no_walk_can_be_is_refused_beside_its_field(other: dict[str, Any], wrong: str) -> None:
    with pytest.raises(Problem) as refused:
        begun(**other)
    assert [error.fact for error in refused.value.errors] == [wrong]


def test_four_leaders_are_one_walk_and_four_person_times() -> None:
    begun(people=4)
    whole = walk_lists.whole()
    assert (whole.walks, whole.people, whole.found) == (1, 4, 0)
    command = uuid4()
    twice = {walks.begin(actor("head"), Intent("newborn", "experience"), command).number for _ in range(2)}
    assert len(twice) == 1
    assert walk_lists.whole().walks == 2


def test_a_walk_of_an_older_programme_stays_what_it_was() -> None:
    walk = begun()
    Walk.objects.filter(id=walk.id).update(programme="programme_1", mode="online")
    report = walk_reports.report_of(actor("head"), walk)
    assert report.mode.zh == "网上办"
    assert "网上办" in browser_of("head").get("/desk/walks/").content.decode()


def test_the_platform_says_who_keeps_the_plan() -> None:
    organiser, today = organising(), time.today()
    with pytest.raises(Problem):
        walk_lists.plan(actor("head"), (today, today), {"experience": 1})
    walk_lists.plan(organiser, (today - timedelta(days=1), today), {"experience": 1, "discussion": 0})
    walk = begun()
    plan = walk_lists.plan_now()
    owed = {one.authority: dict(one.owed) for one in walk_lists.departments(plan)}
    assert owed["base/population"] == owed["base/business"] == {"experience": 1}
    walks.go_to(actor("mother"), walk.id, "form")
    walks.end(actor("mother"), walk.id)
    assert dict(next(one.owed for one in walk_lists.departments(plan) if one.authority == "base/population")) == {}
    for days, wanted in (((today, today - timedelta(days=1)), {"experience": 1}), ((today, today), {"nothing": 1})):
        with pytest.raises(Problem) as refused:
            walk_lists.plan(organiser, days, wanted)
        assert refused.value.status == 422


def organising() -> Any:  # noqa: ANN401 -- an actor
    """The head of the department that organises the walks."""
    from tests.applications.family import staff  # noqa: PLC0415 -- accounts are there only now

    return staff("7001", "demonstration/government-services-4302", "head")


def test_the_share_put_right_is_told_by_department_and_month() -> None:
    walk = begun()
    for pain, kind in ((4, "unclear"), (5, "dead-end")):
        walk_notes.make_problem(actor("mother"), walk.id, noted(walk, pain), (kind, "find", ""))
    case = Found.objects.get(kind="unclear").case
    Found.objects.filter(case=case).update(state="closed", ended_at=time.now())
    whole = walk_lists.whole()
    assert (whole.found, whole.closed, whole.open, whole.share_closed) == (2, 1, 1, 50.0)
    [month] = walk_lists.months()
    assert (month.month, month.found, month.closed) == (date(time.today().year, time.today().month, 1), 2, 1)
    page = browser_of("clerk-fire").get("/desk/walks/").content.decode()
    assert "50.0%" in page
    assert walk.number not in page  # not announced, and it goes on
    walks.end(actor("mother"), walk.id)
    page = browser_of("clerk-fire").get("/desk/walks/").content.decode()
    assert walk.number in page
    assert f"/walks/{walk.id}/report" not in page


def test_what_is_usual_is_told_of_ten_applicants_and_more_and_never_of_one() -> None:
    now, taken = time.now(), (4, 6, 8, 9, 12, 14, 17, 21, 35)
    for minutes in taken:
        matters_form(now, minutes)
    assert walk_reports.usual(NEWBORN) is None
    matters_form(now, 60)
    usual = walk_reports.usual(NEWBORN)
    assert usual is not None
    assert (usual.middle_seconds, usual.slow_seconds, usual.applicants) == (13 * 60, 2850, 10)
    assert not {usual.middle_seconds, usual.slow_seconds} & {60 * minutes for minutes in (*taken, 60)}


def matters_form(now: Any, minutes: int) -> None:  # noqa: ANN401 -- a moment
    """A form that somebody sent after so many minutes."""
    number = starting.start(actor("mother"), "newborn", command_id=uuid4(), answers=SITUATION)
    began = now - timedelta(minutes=minutes)
    Form.objects.filter(number=number).update(state="submitted", created_at=began, submitted_at=now)


def test_a_head_begins_a_walk_at_the_desk_and_sees_the_code() -> None:
    head = browser_of("head")
    assert "newborn" in head.get("/desk/walks/new?q=出生").content.decode()
    form = head.get("/desk/walks/new?about=life-events/newborn").content.decode()
    assert "一次全流程体验" in form
    wrong = head.post("/desk/walks/new", {"about": NEWBORN, "mode": "experience", "people": "none"})
    assert wrong.status_code == 422
    sent = {"about": NEWBORN, "mode": "spot-check", "people": "2", "announced": "no", "chosen": "self"}
    led = head.post("/desk/walks/new", sent)
    walk = Walk.objects.get()
    assert led["Location"] == f"/walks/{walk.id}"
    page = head.get(led["Location"]).content.decode()
    assert walk.code is not None
    assert walk.code[:4] in page
    joined = browser_of("mother").post("/walks/", {"code": walk.code.lower()})
    assert joined["Location"] == f"/walks/{walk.id}"
    assert browser_of("mother").get("/walks/").status_code == 200
    assert browser_of("head").post("/desk/walks/plan", {}).status_code == 422


def test_who_rests_and_where_no_page_says_where_one_is() -> None:
    walk = begun()
    browser = browser_of("mother")
    step = publication.current().bundles[NEWBORN].parts[0].service
    for do in ({"do": "step", "step": step}, {"do": "pause"}, {"do": "resume"}):
        assert browser.post(f"/walks/{walk.id}", do).status_code == 302
    assert walks.where(walk) == step
    assert not walks.is_resting(walk)
    assert browser.post(f"/walks/{walk.id}", {"do": "step", "step": "nowhere"}).status_code == 422


def kept_by_phone(walk: Walk, **sent: Any) -> Any:  # noqa: ANN401 -- a browser's answer
    """What a phone without a network kept, sent as its script does."""
    return browser_of("mother").post(f"/walks/{walk.id}", sent, headers={"Accept": "application/json"})


def test_what_a_phone_kept_counts_once_where_and_when_it_was() -> None:
    walk = begun()
    walks.go_to(actor("mother"), walk.id, "find")
    Passage.objects.filter(walk=walk).update(at=time.recorded_now() - timedelta(minutes=10))
    note, step = uuid4(), uuid4()
    kept_note = {
        "do": "note",
        "command": str(note),
        "step": "papers",
        "pain": "4",
        "said": "没网",
        "ago_seconds": "120",
    }
    kept_step = {"do": "step", "command": str(step), "step": "form", "ago_seconds": "300"}
    for sent in (kept_note, kept_step, kept_note, kept_step):
        assert kept_by_phone(walk, **sent).status_code == 200
    [one] = walk.notes.all()
    assert (one.step, round((time.recorded_now() - one.at).total_seconds() / 60)) == ("papers", 2)
    way = {stretch.step: round(stretch.seconds / 60) for stretch in walks.way_so_far(walk)}
    assert way == {"find": 5, "form": 5}
    walks.end(actor("mother"), walk.id)
    assert kept_by_phone(walk, **kept_note).status_code == 200  # it was taken before; the phone had not heard so
    late = kept_by_phone(walk, **kept_note | {"command": str(uuid4())})
    assert (late.status_code, late.json()["said"]) == (409, "这次走流程已经结束，看报告")
    assert walk.notes.count() == 1


@pytest.mark.parametrize("ago", ["-5", "9999999999", "x", "", "99999999", "99999999.5", "1e9", "nan", "٣"])
def test_a_phones_clock_may_be_wrong_and_no_note_is_before_its_walk(ago: str) -> None:
    walk = begun()
    walks.go_to(actor("mother"), walk.id, "find")
    first = walk.passages.get().at
    assert (
        kept_by_phone(walk, do="note", command=str(uuid4()), step="find", pain="3", ago_seconds=ago).status_code == 200
    )
    assert first <= walk.notes.get().at <= time.recorded_now()


@pytest.mark.parametrize(
    "wrong", [{"step": "nowhere"}, {"pain": "9"}, {"photo": SimpleUploadedFile("x.jpg", b"MZ")}, {"said": "长" * 1001}]
)
def test_what_a_phone_kept_and_is_not_taken_is_told_in_a_sentence(wrong: dict[str, Any]) -> None:
    walk = begun()
    sent = {"do": "note", "command": str(uuid4()), "step": "find", "pain": "3", "said": "", "ago_seconds": "1"}
    answer = kept_by_phone(walk, **sent | wrong)
    assert answer.status_code in {415, 422}
    assert answer.json()["said"]
    assert not walk.notes.exists()
