"""What the city does about what hurts, every call of every use case failing once: visits, problems, walks, ratings."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, Final
from uuid import uuid4

import pytest
from tests.applications.family import staff
from tests.fall.falling import Do
from tests.photos import jpeg
from tests.portal import matters
from tests.portal.matters import actor

from tongban.applications import cases
from tongban.casework import store
from tongban.casework.model import SYSTEM
from tongban.platform import time
from tongban.registry import service as registry
from tongban.supervision import (
    assignments,
    explaining,
    inspections,
    instructions,
    menu,
    officers,
    problems,
    ratings,
    repair_photos,
    sites,
    visits,
    walk_draws,
    walk_lists,
    walk_notes,
    walk_problems,
    walks,
)
from tongban.supervision.assignments import Order
from tongban.supervision.explaining import Announced
from tongban.supervision.models import DrawnCase, Explained, Found, LiveSession, Rating, Visit
from tongban.supervision.problems import Finding, Hands, Place
from tongban.supervision.sites import Listing
from tongban.supervision.visits import Asked
from tongban.supervision.walk_models import Assignment, Vote, Walk, WalkNote
from tongban.supervision.walk_notes import Noted
from tongban.supervision.walks import Intent

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1_800)]

TALLIES: Final = ("casework_line", "casework_reader", "casework_tallied", "casework_tally")  # catch up when read
BIRTH: Final = "health/birth-certificate"
HEADED: Final = "demonstration/population-430211"
HALL: Final = "demonstration/government-services-4302"


def test_a_visit_its_findings_and_its_judgement_stand_once(once: Do) -> None:
    head, made, found, instructed, judged = actor("head"), *(uuid4() for _ in range(4))
    today = time.today()
    planned = visits.Planned(HALL, today, is_announced=True, purpose="看看", revisit_on=today + timedelta(days=9))
    visit = once(lambda: visits.make(head, planned, made))
    asked = Finding(
        Place("取号机修好", "asked"), "serious", "visit", "坏了一周", field="services", by=today + timedelta(days=10)
    )
    case = once(lambda: visits.find(head, visit.id, asked, found)).case
    once(lambda: sites.add(Listing(("东村卫生室", "西村卫生室"), "430211101", "clinic", HALL)))
    everywhere = [Asked(replace(asked, place=Place("开通统筹", "asked")), sites=tuple(sites.of_group("clinic|430211")))]
    once(lambda: visits.instruct(head, visit.id, everywhere, instructed))
    another = staff("F004", visit.office, "handler")
    once(lambda: visits.judge(another, visit.id, "还没修", judged, today + timedelta(days=7)))
    assert Visit.objects.get().revisits.count() == 1
    assert Found.objects.get(case=case).sightings.count() == 1


def test_a_problem_is_reported_instructed_photographed_and_settled_once(once: Do, whole: Do) -> None:
    head, clerk, watching = actor("head"), actor("clerk-population"), actor("window")
    reported, ordered, added, met = uuid4(), uuid4(), uuid4(), uuid4()
    slow = Finding(Place("life-events/newborn", "slow"), "minor", "residents")
    first = once(lambda: problems.report_by(head, slow, reported)).case
    order = instructions.Instruction("把取号机修好", HALL, time.today() + timedelta(days=5))
    origin = instructions.origin_of(head, first)
    once(lambda: instructions.give(head, origin, order, ordered))
    unclear = Finding(Place("life-events/newborn", "unclear"), "minor", "machine")
    case = problems.report(unclear, SYSTEM, uuid4(), Hands(owner=HEADED, watching=HALL)).case
    photo = once(lambda: repair_photos.add(clerk, case, [jpeg()], added))
    once(lambda: walk_problems.coordinate(watching, case, [HEADED], "谁来改", met))
    other = staff("F002", HALL, "handler")
    once(lambda: repair_photos.declare(other, case, photo.id, shows_nobody=True), "supervision_repair_photo")
    row = Found.objects.get(case=case)
    assert [one.id for one in row.photos.all()] == [photo.id]
    steps = (("plan", {"problem.measure": "改说明"}), ("repair", {"problem.evidence": "改好了"}))
    for name, facts in steps:
        given: dict[str, Any] = {"command_id": uuid4(), "facts": facts}
        once(lambda name=name, given=given: cases.act(clerk, case, name, **given))
    assert Found.objects.get(case=case).state == "repaired"


def test_a_walk_with_its_notes_and_its_application_happens_once(
    once: Do, whole: Do, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walks, "JOINS_PER_MINUTE", 1_000)
    head, mother = actor("head"), actor("mother")
    begun, noted, gone, applied = uuid4(), uuid4(), uuid4(), uuid4()
    walk = once(lambda: walks.begin(head, Intent("newborn", "experience"), begun))
    once(lambda: walks.join(mother, walk.code))
    once(lambda: walks.go_to(mother, walk.id, "agree", gone))
    whole(lambda: walks.come_to(walk, "form", is_page=True))
    note = once(lambda: walk_notes.note(mother, walk.id, Noted(4, "字太小", [jpeg()]), noted))
    once(lambda: walk_notes.make_problem(mother, walk.id, note.id, ("unclear", "", "")))
    number = once(lambda: walks.apply(mother, walk, walk.about, command_id=applied))
    whole(lambda: walks.end(head, walk.id))
    ended = Walk.objects.get()
    assert (ended.application, ended.ended_at is not None, WalkNote.objects.count()) == (number, True, 1)
    assert Found.objects.get(case=WalkNote.objects.get().problem).sightings.count() == 1


def test_what_was_drawn_and_what_was_discussed_stands_once(once: Do, whole: Do) -> None:
    number = matters.sent()
    matters.grant_birth_certificate(number)
    case = matters.part(number, BIRTH)
    head = staff("F003", str(store.cases_of([number])[0].office), "head")
    walk = walks.begin(head, Intent(BIRTH, "spot-check"), uuid4())
    assert walk.drawn == [case]
    whole(lambda: walk_draws.record(head, walk.id, case, "found", "又要了一份复印件"))
    once(lambda: walk_draws.make_problem(head, walk.id, case, ("asked-twice", "papers", ""), "serious"))
    assert DrawnCase.objects.get().problem == Found.objects.get().case
    talk = walks.begin(head, Intent(BIRTH, walk_draws.DISCUSSION), uuid4())
    whole(lambda: walk_draws.discuss(head, talk.id, "三位家长", "复印件不要了"))


def test_what_leads_to_walks_stands_once(once: Do, whole: Do) -> None:
    organiser, head, retiree = actor("organiser"), actor("head"), actor("retiree")
    assigned, today, key = uuid4(), time.today(), registry.key_of(retiree.subject_id or 0) or ""
    days = (today, today + timedelta(days=30))
    whole(lambda: walk_lists.plan(organiser, days, {"experience": 1}))
    about = next(one.about for one in menu.menu() if one.authority == "base/population")
    whole(lambda: menu.vote(retiree, about))
    order = Order(about, "base/population", days[1], "群众反映多")
    once(lambda: assignments.assign(organiser, order, assigned))
    officer = whole(lambda: officers.appoint(organiser, key, "罗老师", "退休教师"))
    walk = walks.begin(head, Intent(about, "experience"), uuid4())
    once(lambda: officers.invite(head, officer.id, walk.id))
    whole(lambda: officers.dismiss(organiser, officer.id))
    assert (Vote.objects.count(), Assignment.objects.count(), officer.invitations.count()) == (1, 1, 1)


def test_what_is_explained_or_kept_for_an_inspection_stands_once(once: Do) -> None:
    head, mother = actor("head"), actor("mother")
    announced, asked, explained, kept = uuid4(), uuid4(), uuid4(), uuid4()
    soon = Announced("life-events/newborn", time.now() + timedelta(days=1), 60, "柯远")
    session = once(lambda: explaining.announce(head, soon, announced))
    once(lambda: explaining.ask(mother, session.id, "双胞胎要填两次吗", asked))
    once(lambda: explaining.explain(head, session.id, "双胞胎呢", "一次填好", explained))
    once(lambda: inspections.keep(head, "检查", inspections.View("office"), kept), *TALLIES)
    assert (LiveSession.objects.count(), Explained.objects.count()) == (1, 1)


def test_a_bad_rating_its_matter_and_the_problem_it_becomes_stand_once(once: Do) -> None:
    number = matters.sent()
    matters.grant_birth_certificate(number)
    mother, clerk, case = actor("mother"), actor("clerk-maternity"), matters.part(number, BIRTH)
    once(lambda: ratings.rate(mother, case, ratings.Said(1, "slow", "等了两个月"), channel="web"))
    matter = str(Rating.objects.get().matter)
    heard, mended = {"rating.heard": "说是材料放了一个月"}, {"rating.measure": "当天出证"}
    for name, facts in (("call-back", heard), ("mend", mended)):
        given: dict[str, Any] = {"command_id": uuid4(), "facts": facts}
        once(lambda name=name, given=given: cases.act(clerk, matter, name, **given))
    assert Found.objects.get().sightings.get().reference == matter
