"""Every page about what hurts and what is done about it can be read by everybody."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from playwright.sync_api import Browser
from tests.browser.walking import read_by
from tests.photos import png
from tests.portal import matters
from tests.supervision.ways import DEAD_END, WAY

from tongban.applications import not_done
from tongban.casework.model import SYSTEM
from tongban.packs.demonstration import demonstration as rated_before
from tongban.platform import time
from tongban.supervision import explaining, inspections, problems, repair_photos, visits, walk_notes, walks
from tongban.supervision.explaining import Announced
from tongban.supervision.models import Walk
from tongban.supervision.problems import Finding, Hands, Place
from tongban.supervision.rounds import keeping
from tongban.supervision.walk_notes import Noted
from tongban.supervision.walks import Intent

VISITED = "demonstration/population-430211"
READ = {
    "/a/<str:number>/rate",
    "/ask/<str:number>",
    "/deeds",
    "/desk/board",
    "/desk/board/cases",
    "/desk/board/cases/<str:number>",
    "/desk/board/keep",
    "/desk/board/online",
    "/desk/board/kept/<int:inspection_id>",
    "/desk/board/process",
    "/desk/leader",
    "/desk/leader/give",
    "/desk/problems/",
    "/desk/problems/<str:number>",
    "/desk/problems/new",
    "/desk/problems/undertake",
    "/desk/rounds",
    "/desk/sessions/",
    "/desk/sessions/new",
    "/desk/sharing",
    "/desk/visits/",
    "/desk/visits/<int:visit_id>",
    "/desk/visits/new",
    "/desk/visits/places",
    "/desk/window/problems",
    "/desk/window/problems/<str:number>/ask",
    "/desk/walks/",
    "/desk/walks/assign",
    "/desk/walks/new",
    "/desk/walks/officers",
    "/desk/walks/plan",
    "/help",
    "/menu",
    "/ratings",
    "/sessions",
    "/walks/",
    "/walks/<uuid:walk_id>",
    "/walks/<uuid:walk_id>/report",
}
"""The pages that are read here."""
OF_THE_ORGANISER = (
    "/desk/walks/assign?q=newborn",
    "/desk/walks/assign?about=life-events/newborn",
    "/desk/walks/officers",
)
OF_HEADS = (
    "/desk/board",
    "/desk/board/cases?by=level&key=county",
    "/desk/board/keep",
    "/desk/board/online",
    "/desk/board/process?service=market/business-licence",
    "/desk/leader",
    "/desk/sharing?times=assumed",
    "/desk/rounds",
    "/desk/walks/",
    "/desk/walks/new?about=life-events/newborn",
    "/desk/walks/plan",
)
Addresses = dict[str, tuple[str, ...]]


def visit_of_clerk() -> int:
    """A visit that found something, to which somebody came back."""
    clerk, today = matters.actor("clerk-government-services"), time.today()
    planned = visits.Planned(VISITED, today, is_announced=False, purpose="看窗口", revisit_on=today + timedelta(days=9))
    visit = visits.make(clerk, planned, uuid4())
    broken = Finding(Place("取号机修好", "asked"), "minor", "visit", field="services", by=today + timedelta(days=5))
    visits.find(clerk, visit.id, broken, uuid4())
    visits.judge(matters.actor("organiser"), visit.id, "还没修好", uuid4(), today + timedelta(days=12))
    return visit.id


def walked() -> Walk:
    """A walk of the mother's, under way, with a step walked and a note."""
    mother = matters.actor("mother")
    walk = walks.begin(matters.actor("head"), Intent("newborn", "experience", people=2), uuid4())
    walks.join(mother, walk.code or "")
    walks.go_to(mother, walk.id, "form")
    walk_notes.note(mother, walk.id, Noted(4, "看不懂要什么"), uuid4())
    return walk


def photographed() -> str:
    """A small deed with a photo that shows nobody, and one that may."""
    trees = Finding(Place("修好凉亭", "deed"), "minor", "residents", by=time.today() + timedelta(days=9))
    case = problems.report(trees, SYSTEM, uuid4(), Hands(owner=VISITED)).case
    clerk, watching = matters.actor("clerk-population"), matters.actor("clerk-government-services")
    free, _other = (repair_photos.add(clerk, case, [png()], uuid4()) for _ in range(2))
    repair_photos.declare(watching, case, free.id, shows_nobody=True)
    return case.replace("/", ".")


def found_by_walk() -> str:
    """What a walk found, being put right."""
    slow = Finding(Place("life-events/newborn", "slow"), "serious", "walk", reference="Z2026-00001")
    return problems.report(slow, SYSTEM, uuid4(), Hands(owner=VISITED)).case.replace("/", ".")


def of_a_leader(case: str) -> tuple[str, ...]:
    """What a leader reads of a case and of an inspection, and where they act on it."""
    view = inspections.View("office", inspections.FIGURES)
    kept = inspections.keep(matters.actor("head"), "清廉大厅检查", view, uuid4())
    return (f"/desk/board/cases/{case}", f"/desk/leader/give?of={case}", f"/desk/board/kept/{kept.id}")


@pytest.fixture
def addresses(town: str) -> Addresses:
    """What was found, promised, walked, rated and told: for each reader the pages that show it."""
    assert town
    mother, today = matters.actor("mother"), time.today()
    number = matters.sent()
    matters.grant_birth_certificate(number)
    stuck = not_done.tell(mother, "就是不收", command_id=uuid4(), kind="not-accepted", application=number).number
    twice = Finding(Place("life-events/newborn", "asked-twice"), "serious", "machine")
    problem = problems.report(twice, SYSTEM, uuid4()).case.replace("/", ".")
    trees = Finding(Place("补种行道树", "deed"), "minor", "residents", by=today + timedelta(days=9))
    problems.report(trees, SYSTEM, uuid4(), Hands(owner=VISITED))
    with connection.cursor() as cursor:
        rated_before.populate([], cursor)
    keeping.walk(ways=lambda _job: (WAY, DEAD_END))
    walk = walked()
    clerk, soon = matters.actor("clerk-social-insurance"), time.now() + timedelta(days=1)
    session = explaining.announce(clerk, Announced("life-events/newborn", soon, 60, "柯远"), uuid4())
    explaining.explain(clerk, session.id, "双胞胎要填两次吗？", "不用。", uuid4())
    return {
        "mother": (
            f"/a/{number}/rate",
            f"/ask/{stuck}",
            "/help?q=newborn",
            "/help?q=lawsuit",
            "/help?offer=life-events/newborn",
            "/deeds",
            "/ratings",
            "/menu",
            "/sessions",
            "/walks/",
            f"/walks/{walk.id}",
            f"/walks/{walk.id}/report",
        ),
        "clerk-social-insurance": (
            "/desk/problems/",
            "/desk/problems/?sort=deeds",
            f"/desk/problems/{problem}",
            "/desk/problems/new",
            "/desk/problems/new?q=newborn",
            "/desk/problems/new?about=life-events/newborn",
            "/desk/problems/undertake",
            "/desk/visits/",
            f"/desk/visits/new?office={VISITED}",
            f"/desk/visits/{visit_of_clerk()}",
            "/desk/visits/places",
            "/desk/sessions/",
            "/desk/sessions/new",
            "/desk/sessions/new?about=life-events/newborn",
        ),
        "clerk-government-services": (
            f"/desk/problems/{photographed()}",
            "/desk/window/problems",
            f"/desk/window/problems/{found_by_walk()}/ask",
        ),
        "head": (*OF_HEADS, *of_a_leader(f"{number}.01")),
        "organiser": OF_THE_ORGANISER,
    }


@pytest.mark.browser
@pytest.mark.parametrize(
    ("width", "language", "elder"),
    [(390, "zh-hans", True), (1440, "en", False)],
    ids=["narrow in large print", "wide in English"],
)
def test_pages_of_what_hurts_can_be_read_by_everybody(
    addresses: Addresses,
    browser: Browser,
    town: str,
    width: int,
    language: str,
    elder: bool,  # noqa: FBT001 -- a parameter
) -> None:
    read = read_by(browser, town, addresses, width=width, language=language, elder=elder)
    assert read.faults == {}
    assert read.routes == READ
