"""What belongs to somebody in a city: everything that an address may name, really made by the use cases, in the state
in which its doors do something. By the beginnings of addresses, as `tests.meta.whose` asks for it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from django.test import Client
from tests.meta import whose
from tests.photos import jpeg
from tests.portal import matters

from tongban.accounts import mandates
from tongban.accounts.models import Mandate, Token, User
from tongban.accounts.tokens import issue_token
from tongban.applications import (
    agencies,
    batches,
    cards,
    delivery,
    documents,
    fees,
    filling,
    inquiries,
    not_done,
    papers,
    payments,
    reading,
    signing,
    staffing,
    starting,
    store,
    submission,
    terminals,
    tickets,
)
from tongban.applications.models import Batch, Referral, Terminal
from tongban.casework.model import SYSTEM
from tongban.platform import time
from tongban.platform.ids import in_address
from tongban.publication import service as publication
from tongban.registry import service as registry
from tongban.supervision import (
    explaining,
    inspections,
    problems,
    ratings,
    repair_photos,
    visits,
    walk_notes,
    walks,
)
from tongban.supervision.explaining import Announced
from tongban.supervision.walk_notes import Noted
from tongban.supervision.walks import Intent

CERTIFICATE, BOOK = "health/birth-certificate", "police/birth-registration"
HEADED, HALL = "demonstration/population-430211", "demonstration/government-services-4302"
MATERNITY = "demonstration/maternity-430211"
AGENCY, OTHER_AGENCY = "demonstration/social-insurance-430400", "demonstration/business-4302"
PDF: Final = b"%PDF-1.7 a paper"
RESTAURANT = {"restaurant.licensed": "false", "restaurant.fire_way": "promise", "restaurant.sign": "true"}
Named = dict[str, str]


def things() -> tuple[whose.Things, whose.Sent]:
    """The mother's, at the offices of her parts; what is no person's is of the office or window that leads it.

    Returns what each parameter names, and what a door is sent for which the least is not enough.
    """
    number, case = sent()
    draft, owed = owing_papers()
    named = of_the_mother(number) | of_the_city() | of_a_walk() | {"name": "newborn", "queue": "office"}
    of_case = {"number": case}
    of_problem, watched = problem(), public_photo()
    filed = {"number": starting.start(
        matters.actor("window"), "newborn", command_id=uuid4(), window=HALL,
        applicant_key=registry.key_of(matters.actor("mother").subject_id or 0),
    )}  # fmt: skip
    kept = inspections.keep(matters.actor("head"), "检查", inspections.View("office"), uuid4())
    of_paper = of_case | {"paper_id": paper_of(number)}
    found: dict[str, Named] = {
        "/": named,
        "/desk/cases": of_paper, "/api/v1/cases": of_paper, "/desk/results": of_case, "/api/v1/results": of_case,
        "/a/<str:number>/papers": {"number": draft}, "/a/<str:number>/files": of_paper | {"number": number},
        "/api/v1/applications/{number}/papers": {"number": draft},
        "/api/v1/applications/{number}/papers/": of_paper | {"number": number},
        "/api/v1/referrals": referred(case), "/api/v1/payments": {"reference": named["fee_of"]},
        "/desk/board": of_case | {"inspection_id": str(kept.id)},
        "/desk/problems": of_problem, "/api/v1/problems": of_problem, "/desk/window/problems": of_problem,
        "/desk/problems/<str:number>/photos/": watched, "/deeds": watched,
        "/desk/window/plans": filed, "/desk/window/receipts": filed,
        "/ask": {"number": named["inquiry"]}, "/api/v1/inquiries": {"number": named["inquiry"]},
        "/api/v1/offices": {"office": HEADED}, "/api/v1/windows": {"office": HALL},
        "/desk/visits": {"visit_id": named["visited"]},
    }  # fmt: skip
    return found, bodies(number, owed, named["note_id"])


def sent() -> tuple[str, str]:
    """The mother's application with its birth certificate granted and rated, its book owed and paid for."""
    mother, father = matters.actor("mother"), matters.actor("father")
    number = matters.agreed()
    typed = matters.typed_for(number)
    filling.fill(mother, number, typed | {key: "new" for key in typed if key.endswith("household_book")})
    delivery.choose(mother, number, CERTIFICATE, "window")
    signing.sign(mother, number)
    submission.submit(mother, number, uuid4())
    submission.after_consent(father, signing.consent(father, number, agree=True), uuid4())
    matters.grant_birth_certificate(number)
    matters.act("clerk-population", matters.part(number, BOOK), "accept")
    case = matters.part(number, CERTIFICATE)
    ratings.rate(mother, case, ratings.Said(5), channel="web")
    return number, in_address(case)


def of_the_mother(number: str) -> Named:
    """What she has beside: fees, papers, questions, looks at her data, mandates, tokens, a table of many."""
    mother = matters.actor("mother")
    [fee] = [line for line in fees.fees_of(store.load(mother, number)) if line["state"] == "due"]
    reference = f"{fee['case']}-F1"
    fees.pay(mother, number, fee["id"], uuid4(), back="/my")
    payments.play(reference, pays=True)
    fees.returned(mother, number, fee["id"])
    [document] = [line for line in documents.mine(mother) if line["sort"] == "credential"]
    looks = [look for look in matters.browser_of("mother").get("/api/v1/reads").json() if not look["by_me"]]
    given = mandate()
    issue_token(User.objects.get(persona="mother"), {"read"})
    batch = Batch(
        command=uuid4(), bundle="life-events/hire-employee", applicant_id=mother.subject_id or 0,
        filled_by=mother.user_id or 0, name="t.csv", rows=1, uploaded_at=time.now(),
    )  # fmt: skip
    batch.content = batches.sealed(batch, batches.Content({}, ["hire.id_number"], ["身份证号"], {2: ["1"]}))
    batch.save()
    return {
        "number": number, "part": "1", "subject": "child", "slug": "newborn", "fee": fee["id"],
        "reference": in_address(reference), "fee_of": reference, "document_id": document["id"],
        "code": document["code"], "read_id": str(looks[0]["id"]), "mandate_id": str(given.id),
        "token_id": str(Token.objects.latest("id").id), "batch_id": str(batch.id),
        "inquiry": inquiries.ask(mother, "双胞胎要填两次吗", command_id=uuid4(), application=number),
    }  # fmt: skip


def mandate() -> Mandate:
    """The daughter acts for the mother in everything, today."""
    mother, daughter = (matters.actor(who).subject_id or 0 for who in ("mother", "daughter"))
    return mandates.give(mother, daughter, {"*"}, until_day=time.today())


def of_the_city() -> Named:
    """What an office or window leads: deputies, tickets, a card's page, a terminal, sessions; who visited whom."""
    head, window = matters.actor("head"), matters.actor("window")
    absent, deputy = (matters.actor(who).user_id or 0 for who in ("clerk-population", "approver-population"))
    standing_in = staffing.deputise(head, HEADED, absent, deputy, (time.today(), time.today()))
    tickets.take(HALL, "192.0.2.9")
    today = time.today()
    planned = visits.Planned(HALL, today, is_announced=True, purpose="看看", revisit_on=today + timedelta(days=9))
    soon = Announced("life-events/newborn", time.now() + timedelta(days=1), 60, "柯远")
    return {
        "office": in_address(HALL), "deputy_id": str(standing_in.id),
        "ticket_id": str(tickets.call_next(window, HALL).id),
        "visit_id": str(cards.open_page(window, HALL, cards.make_code(matters.actor("mother")).code)),
        "session_id": str(explaining.announce(head, soon, uuid4()).id),
        "visited": str(visits.make(head, planned, uuid4()).id),
    }  # fmt: skip


def of_a_walk() -> Named:
    """A walk that the head began and the mother joined, with a note and a photo."""
    mother = matters.actor("mother")
    walk = walks.begin(matters.actor("head"), Intent("newborn", "experience"), uuid4())
    walks.join(mother, walk.code or "")
    note = walk_notes.note(mother, walk.id, Noted(4, file=[jpeg()]), uuid4())
    return {"walk_id": str(walk.id), "note_id": str(note.id), "walk_number": walk.number}


def owing_papers() -> tuple[str, str]:
    """A draft of the mother's that owes papers, with a file for one of them, and its key."""
    mother = matters.actor("mother")
    number = starting.start(mother, "open-restaurant", command_id=uuid4(), answers=RESTAURANT)
    reading.agree(mother, number)
    key = papers.needs_of(store.load(mother, number))[0].key
    papers.attach(mother, number, key, "图.pdf", [PDF])
    return number, key


def paper_of(number: str) -> str:
    """A file of the sent application for a paper that the birth certificate rests on."""
    opened = store.load(matters.actor("mother"), number)
    kept = papers.keep(opened, "health/delivery-record@birth", "记录.pdf", PDF, "application/pdf", time.now())
    return str(kept.id)


def problem(owner: str = MATERNITY, clerk: str = "clerk-maternity", watching: str = "") -> Named:
    """A small deed that an office puts right, with a photo that its clerk took."""
    place = problems.Place("把路灯修好", "deed")
    finding = problems.Finding(place, "minor", "residents", field="streets", by=time.today() + timedelta(days=30))
    case = problems.report(finding, SYSTEM, uuid4(), problems.Hands(owner=owner, watching=watching)).case
    photo = repair_photos.add(matters.actor(clerk), case, [jpeg()], uuid4())
    return {"number": in_address(case), "photo_id": str(photo.id)}


def public_photo() -> Named:
    """A photo that shows nobody, of a small deed that the head's office puts right and the hospital watches."""
    watched = problem(HEADED, "clerk-population", MATERNITY)
    photo = UUID(watched["photo_id"])
    repair_photos.declare(matters.actor("clerk-maternity"), watched["number"], photo, shows_nobody=True)
    return watched


def referred(case: str) -> Named:
    """The case is between us and an agency."""
    Referral.objects.create(case=case.replace(".", "/"), agency=AGENCY, number="HY-1", is_incoming=True)
    return {"number": case}


def bodies(number: str, owed: str, note: str) -> whose.Sent:
    """What is sent to a door that takes no less."""
    command, today = str(uuid4()), time.today()
    on = {"on.year": str(today.year), "on.month": str(today.month), "on.day": str(today.day)}
    step: dict[str, Any] = {"step": "accept", "at": time.now().isoformat()}
    kind = not_done.kinds()[0]["value"]
    return {
        "POST /a/<str:number>/delivery": {f"way:{CERTIFICATE}": "electronic"},
        "POST /api/v1/applications/{number}/delivery": {"service": CERTIFICATE, "way": "electronic"},
        "POST /a/<str:number>/fees/<str:fee>": {"command": command, "amount_fen": "600"},
        "POST /api/v1/applications/{number}/papers": {"paper": owed, "file": PDF},
        "DELETE /api/v1/applications/{number}/papers": {"paper": owed},
        "POST /api/v1/referrals/{number}/steps": step,
        "POST /desk/problems/<str:number>/photos": {"command": command, "photo": jpeg()},
        "POST /desk/problems/<str:number>/photos/<uuid:photo_id>": {"shows": "nobody"},
        "POST /desk/results/<str:number>/posted": on | {"tracking": "9900000000001"},
        "POST /desk/results/<str:number>/reached": on,
        "POST /desk/results/<str:number>/returned": on,
        "GET /desk/window/people/<int:visit_id>/not-done": {"matter": number},
        "POST /desk/window/people/<int:visit_id>/not-done": {"matter": number, "kind": kind, "command": command},
        "GET /desk/window/people/<int:visit_id>/rate": {"matter": number},
        "POST /desk/window/people/<int:visit_id>/rate": {"matter": number},
        "POST /terminal/<str:key>/rate": {"grade": "5"},
        "POST /desk/window/people/<int:visit_id>/start": {"offer": "newborn", "command": command},
        "POST /walks/<uuid:walk_id>/report": {"note": note, "where": "plan|", "kind": "slow"},
    }


def agency(office: str = AGENCY) -> Client:
    """What an agency elsewhere asks with: its token."""
    return Client(headers={"Authorization": f"Bearer {agencies.admit(office, time.today() + timedelta(days=9))}"})


def terminal() -> tuple[Client, Named]:
    """The browser of a terminal in the hall, and what has just come out of it."""
    browser, mother = matters.browser_of("window"), matters.actor("mother")
    browser.post("/desk/window/terminals", {"office": HALL})
    [service] = [one.id for one in terminals.offered(publication.current())]
    typed = {"service": service, "number": registry.key_of(mother.subject_id or 0), "password": "tongban-demo"}
    given = browser.post("/terminal", typed | {"command": str(uuid4())}, follow=True).context["given"]
    return browser, {"key": given.key, "terminal_id": str(Terminal.objects.latest("id").id)}
