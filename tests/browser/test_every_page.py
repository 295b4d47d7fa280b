"""Every page can be read by everybody: those of an application on its way, and the list that leaves none out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID, uuid4

import pytest
from django.test import Client
from playwright.sync_api import Browser
from tests.browser import test_desk, test_improving, test_money, test_portal
from tests.browser.walking import read_by
from tests.desk.scene import Scene
from tests.meta import doors
from tests.portal import matters

from tongban.accounts.models import User
from tongban.applications import batches, cards, documents, inquiries, reading, starting
from tongban.packs.social_insurance.ledger import population
from tongban.packs.social_insurance.ledger.billing import bill
from tongban.packs.social_insurance.models import Enrolment
from tongban.platform import time

HALL = "demonstration/government-services-4302"
READ = {
    "/a/<str:number>",
    "/a/<str:number>/correct/<int:part>",
    "/a/<str:number>/dispute",
    "/a/<str:number>/owed",
    "/a/<str:number>/papers",
    "/a/<str:number>/parts",
    "/a/<str:number>/roster/<str:subject>",
    "/a/<str:number>/situation",
    "/account/card",
    "/ask",
    "/ask/<str:number>",
    "/b/<str:slug>/many",
    "/bundles/linked",
    "/calc/",
    "/calc/<str:rule>",
    "/desk/social-insurance/books",
    "/desk/social-insurance/books/runs",
    "/desk/social-insurance/what-if",
    "/desk/window/people/<int:visit_id>",
    "/desk/window/people/<int:visit_id>/not-done",
    "/desk/window/people/<int:visit_id>/rate",
    "/documents",
    "/documents/<uuid:document_id>",
    "/five",
    "/hall",
    "/many/<uuid:batch_id>",
    "/portal/skills/ladder",
    "/portal/skills/my-ladder",
    "/portal/social-insurance/employer",
    "/portal/social-insurance/mine",
    "/reads",
    "/terminal",
    "/verify",
    "/verify/<str:code>",
    "/verify/several",
    "/windows",
}
"""The pages that are read here."""

NOT_READ = {
    "/a/<str:number>/fees/<str:fee>/back",  # leads on at once
    "/a/<str:number>/files/<uuid:paper_id>",
    "/a/<str:number>/roster/<str:subject>.csv",
    "/b/<str:slug>/many.xlsx",
    "/deeds/photos/<uuid:photo_id>",
    "/desk/board.csv",
    "/desk/board/online.csv",
    "/desk/board/week.pdf",
    "/desk/cases/<str:number>/papers/<uuid:paper_id>",
    "/desk/docs/<uuid:document_id>.pdf",
    "/desk/problems/<str:number>/photos/<uuid:photo_id>",
    "/desk/sharing.csv",
    "/desk/social-insurance/books.csv",
    "/desk/social-insurance/books/runs.csv",
    "/desk/social-insurance/what-if.csv",
    "/documents/<uuid:document_id>.pdf",
    "/healthz",
    "/many/<uuid:batch_id>/wrong.xlsx",
    "/metrics",
    "/portal/social-insurance/employer.csv",
    "/reads.csv",
    "/readyz",
    "/terminal/<str:key>.pdf",
    "/walks/<uuid:walk_id>/files/<uuid:note_id>",
    "/walks/<uuid:walk_id>/report.pdf",
    "/styleguide",  # has a walk of its own, beside the other tests of the portal
}
"""What may be fetched and is no page to read: files, tables, and what machines ask."""

ONLY_SENT = {"/desk/many", "/desk/window/slips"}
"""Pages that answer a form, and have no address to be fetched from."""

ESTIMATE = (
    "/calc/pension-estimate?month=2026-11&birth_month=1968-05&category=male-60&retirement_month=2029-07"
    "&monthly_wage_fen=6500&paid_months_now=300&account_now_fen=120000&average_index=100"
)
"""A calculator with everything that one can have: an answer, three dates, bars, a derivation."""

SAMPLE = re.compile(r"<(\w+):\w+>")
SAMPLES = {"str": "x", "int": "1", "uuid": str(UUID(int=1)), "path": "x"}


@dataclass(frozen=True)
class OnItsWay:
    """What somebody reads while things go on: for each person the addresses of their pages."""

    of_mother: tuple[str, ...]
    of_employer: tuple[str, ...]
    of_restaurateur: tuple[str, ...]
    of_window: tuple[str, ...]
    of_clerk: tuple[str, ...]


@pytest.fixture
def on_its_way(town: str) -> OnItsWay:
    """A birth with a certificate and a correction, twenty hires in a draft, a restaurant that owes papers."""
    assert town
    mother = matters.actor("mother")
    begun = starting.start(mother, "newborn", command_id=uuid4())
    read = matters.agreed()
    number = matters.sent()
    matters.grant_birth_certificate(number)
    household = matters.part(number, "police/birth-registration")
    wrong = {"items": ["birth.child_name"], "fault": "incorrect"}
    matters.act("clerk-population", household, "correct", data=wrong)
    [certificate] = [line for line in documents.mine(mother) if line["sort"] == "credential"]
    inquiry = inquiries.ask(mother, "双胞胎要填两次吗", command_id=uuid4(), application=number)
    employer = matters.actor("employer")
    hiring = starting.start(employer, "hire-employee", command_id=uuid4(), counts={"hire": 20})
    reading.agree(employer, hiring)
    table = "身份证号,缴费年度\n430200199903040117,2026\n".encode()
    wages = batches.upload(employer, "yearly-wage", "工资.csv", [table], command_id=uuid4(), answers={})
    visit = cards.open_page(matters.actor("window"), HALL, cards.make_code(mother).code)
    scene = Scene()
    restaurant = scene.restaurant(matters.actor("restaurateur"), "株洲市芦淞区晚晴小馆")
    today = time.today()
    population.make(300, today.year * 12, ["430211", "430223"])
    bill(today.year * 12)
    insured = Enrolment.objects.filter(employer=population.FIRST_EMPLOYER).values_list("insured", flat=True)[0]
    return OnItsWay(
        of_mother=(
            f"/a/{begun}/situation?fact=marriage.registered",
            f"/a/{read}/dispute?fact=mother.residence_address",
            f"/a/{number}",
            f"/a/{number}/parts?service=police/birth-registration",
            f"/a/{number}/correct/{household.rpartition('/')[2].lstrip('0')}",
            "/account/card",
            "/ask",
            "/ask?from=/b/newborn",
            f"/ask/{inquiry}",
            "/bundles/linked",
            "/calc/",
            "/calc/late-fee?paid.day=32",
            ESTIMATE,
            "/windows",
            "/portal/skills/ladder",
            "/portal/skills/my-ladder",
            "/portal/social-insurance/mine",
            "/reads",
            "/documents",
            "/five",
            "/hall?patience_minutes=20",
            "/hall?windows=x",
            "/terminal",
            f"/documents/{certificate['id']}",
            "/verify",
            "/verify/several",
            f"/verify/{certificate['code']}",
        ),
        of_employer=(
            f"/a/{hiring}/roster/hire",
            f"/a/{hiring}/papers",
            "/b/employee-leave/many",
            f"/many/{wages}",
            "/portal/social-insurance/employer",
        ),
        of_restaurateur=(f"/a/{restaurant}/owed",),
        of_window=(
            f"/desk/window/people/{visit}",
            f"/desk/window/people/{visit}/not-done?matter={number}",
            f"/desk/window/people/{visit}/rate?matter={number}",
        ),
        of_clerk=pages_of_office(today.year, insured),
    )


def pages_of_office(year: int, insured: int) -> tuple[str, ...]:
    """The pages of the office of social insurance, of a year whose January is billed and of somebody insured."""
    january = f"month={year + 1}-01"
    return (
        "/desk/social-insurance/books?show=all",
        f"/desk/social-insurance/books?employer={population.FIRST_EMPLOYER}",
        f"/desk/social-insurance/books?person={insured}",
        "/desk/social-insurance/books?q=nobody",
        f"/desk/social-insurance/books/runs?month={year}-01",
        f"/desk/social-insurance/what-if?{january}&pension-employer-rate=1&base-floor-fen=5000&injury-base-rates.2=1",
        f"/desk/social-insurance/what-if?{january}&pension-employer-rate=x&injury-base-rates.2=200",
    )


@pytest.mark.browser
@pytest.mark.parametrize(
    ("width", "language", "elder"),
    [(390, "zh-hans", True), (1440, "en", False)],
    ids=["narrow in large print", "wide in English"],
)
def test_pages_of_what_is_on_its_way_can_be_read_by_everybody(
    on_its_way: OnItsWay,
    browser: Browser,
    town: str,
    width: int,
    language: str,
    elder: bool,  # noqa: FBT001 -- a parameter
) -> None:
    people = {
        "mother": on_its_way.of_mother,
        "employer": on_its_way.of_employer,
        "restaurateur": on_its_way.of_restaurateur,
        "window": on_its_way.of_window,
        "clerk-social-insurance": on_its_way.of_clerk,
    }
    read = read_by(browser, town, people, width=width, language=language, elder=elder)
    assert read.faults == {}
    assert read.routes == READ


@pytest.mark.slow
def test_every_page_is_read_by_a_walk(db: None) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.create(login="somebody", kind=User.Kind.PERSON, shown_name="许言"))
    fetched = set()
    for line in doors.pages():
        route = line.partition(" ")[0]
        address = SAMPLE.sub(lambda place: SAMPLES[place[1]], route)
        if client.get(address).status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            fetched.add(route)
    read = READ | test_portal.READ | test_desk.READ | test_money.READ | test_improving.READ
    assert fetched - NOT_READ == {route for route in read if route not in ONLY_SENT}
    assert fetched > NOT_READ
