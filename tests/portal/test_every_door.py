"""Every door of the pages and of the API, asked by every kind of reader: whose things are whose, no form comes from
another site, nothing runs inline. The doors are those of the routes: none is left out because nobody thought of it.
"""

from __future__ import annotations

import os
import re
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import get_resolver
from tests.meta import doors, whose
from tests.photos import jpeg
from tests.portal import matters

from tongban.accounts import mandates
from tongban.accounts.models import Token, User
from tongban.accounts.tokens import issue_token
from tongban.applications import (
    access,
    batches,
    cards,
    delivery,
    documents,
    inquiries,
    signing,
    staffing,
    submission,
    tickets,
)
from tongban.applications.models import Batch
from tongban.casework.model import SYSTEM
from tongban.platform import time
from tongban.registry import service as registry
from tongban.supervision import explaining, inspections, problems, repair_photos, visits, walk_notes, walks
from tongban.supervision.explaining import Announced
from tongban.supervision.walk_notes import Noted
from tongban.supervision.walks import Intent

pytestmark = pytest.mark.usefixtures("town")
CERTIFICATE = "health/birth-certificate"
HEADED = "demonstration/population-430211"
HALL = "demonstration/government-services-4302"
OF_ALL_STAFF = {"/api/v1/problems/{number}", "/desk/problems/<str:number>", "/desk/visits/<int:visit_id>"}
"""What anybody who works for the city may read: where it hurts, who puts it right. It tells no person's words."""
MATRIX = Path(whose.__file__).with_name("whose.txt")


@pytest.fixture
def things(town: None) -> whose.Things:
    """The mother's, at the offices of her parts; what is no person's is of the office or window that leads it."""
    mother, father, head, window = (matters.actor(who) for who in ("mother", "father", "head", "window"))
    number = matters.filled()
    delivery.choose(mother, number, CERTIFICATE, "window")
    signing.sign(mother, number)
    submission.submit(mother, number, uuid4())
    submission.after_consent(father, signing.consent(father, number, agree=True), uuid4())
    matters.grant_birth_certificate(number)
    case = matters.part(number, CERTIFICATE).replace("/", ".")
    [document] = [line for line in documents.mine(mother) if line["sort"] == "credential"]
    inquiry = inquiries.ask(mother, "双胞胎要填两次吗", command_id=uuid4(), application=number)
    looks = matters.browser_of("mother").get("/api/v1/reads").json()
    absent, deputy = (matters.actor(who).user_id or 0 for who in ("clerk-population", "approver-population"))
    standing_in = staffing.deputise(head, HEADED, absent, deputy, (time.today(), time.today()))
    tickets.take(HALL, "192.0.2.9")
    mandate = mandates.give(
        mother.subject_id or 0, matters.actor("daughter").subject_id or 0, {"*"}, until_day=time.today()
    )
    issue_token(User.objects.get(persona="mother"), {"read"})
    batch = Batch(
        command=uuid4(), bundle="life-events/hire-employee", applicant_id=mother.subject_id or 0,
        filled_by=mother.user_id or 0,
        name="t.csv", rows=1, uploaded_at=time.now(),
    )  # fmt: skip
    batch.content = batches.sealed(batch, batches.Content({}, ["hire.id_number"], ["身份证号"], {2: ["1"]}))
    batch.save()
    visit = cards.open_page(window, HALL, cards.make_code(mother).code)
    walk = walks.begin(head, Intent("newborn", "experience"), uuid4())
    walks.join(mother, walk.code or "")
    note = walk_notes.note(mother, walk.id, Noted(4, file=[jpeg()]), uuid4())
    of_case = {"number": case}
    finding = problems.Finding(problems.Place("life-events/newborn", "slow"), "minor", "machine")
    today = time.today()
    planned = visits.Planned(HALL, today, is_announced=True, purpose="看看", revisit_on=today + timedelta(days=9))
    visited = visits.make(head, planned, uuid4())
    soon = Announced("life-events/newborn", time.now() + timedelta(days=1), 60, "柯远")
    session = explaining.announce(head, soon, uuid4())
    owned = problems.report(finding, SYSTEM, uuid4(), problems.Hands(owner=HEADED)).case
    photo = repair_photos.add(matters.actor("clerk-population"), owned, [jpeg()], uuid4())
    of_problem = {"number": owned.replace("/", "."), "photo_id": str(photo.id)}
    return {
        "/": {
            "number": number, "part": "1", "paper_id": str(uuid4()), "document_id": document["id"], "fee": "F1",
            "reference": f"{number}.1-F1", "subject": "child", "read_id": str(looks[0]["id"]), "office": HEADED,
            "deputy_id": str(standing_in.id), "ticket_id": str(tickets.call_next(window, HALL).id),
            "mandate_id": str(mandate.id), "token_id": str(Token.objects.latest("id").id), "queue": "office",
            "code": document["code"], "slug": "newborn", "name": "newborn", "batch_id": str(batch.id),
            "visit_id": str(visit), "walk_id": str(walk.id), "note_id": str(note.id),
            "walk_number": walk.number,
        },
        "/desk/cases": of_case, "/desk/results": of_case, "/api/v1/cases": of_case, "/api/v1/results": of_case,
        "/desk/board": of_case
        | {"inspection_id": str(inspections.keep(head, "检查", inspections.View("office"), uuid4()).id)},
        "/desk/sessions": {"session_id": str(session.id)},
        "/desk/visits": {"visit_id": str(visited.id)}, "/desk/problems": of_problem, "/api/v1/problems": of_problem,
        "/desk/window/problems": of_problem, "/deeds": of_problem,
        "/ask": {"number": inquiry}, "/api/v1/inquiries": {"number": inquiry},
        "/api/v1/windows": {"office": HALL}, "/desk/window": {"office": HALL},
    }  # fmt: skip


@pytest.fixture
def browsers(town: None) -> dict[str, Client]:
    """One for each kind of reader, logged in."""
    return {kind: matters.browser_of(who) if who else Client() for kind, who in whose.READERS.items()}


@pytest.mark.slow
def test_what_is_somebodys_is_open_to_whom_it_was_reviewed(things: whose.Things, browsers: dict[str, Client]) -> None:
    found = whose.matrix(things, browsers)
    lines = [f"{door} {' '.join(kinds) or '-'}" for door, kinds in sorted(found.items())]
    if os.environ.get("TONGBAN_GOLDEN") == "write":
        MATRIX.write_text("\n".join([*lines, ""]), encoding="utf-8")
    assert lines == MATRIX.read_text(encoding="utf-8").splitlines()
    public = {line.removesuffix(" anybody") for line in doors.matrix() if line.endswith(" anybody")}
    open_doors = public | OF_ALL_STAFF
    closed = {door: kinds for door, kinds in found.items() if not open_doors & {door, door.partition(" ")[2]}}
    assert {door: kinds for door, kinds in closed.items() if whose.STRANGERS & set(kinds)} == {}


PAGES = [f"/{at}" for at, _view in doors.views(get_resolver().url_patterns) if not at.startswith("api/")]
FORBIDDEN = 403
ANY_PARAMETER = re.compile(r"{\w+}")
INLINE = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>|<[^>]+\s(?:style|on\w+)=|javascript:", re.IGNORECASE)


@pytest.mark.slow
def test_no_page_of_any_kind_runs_or_draws_anything_inline(things: whose.Things, browsers: dict[str, Client]) -> None:
    for address in PAGES:
        for kind in ("nobody", "applicant", "handler", "window", "head", "auditor"):
            answer = browsers[kind].get(whose.filled(address, things))
            policy = answer.headers["Content-Security-Policy"]
            assert "unsafe" not in policy, address
            assert re.match("default-src 'none'|sandbox", policy), address
            if answer.headers.get("Content-Type", "").startswith("text/html"):
                assert INLINE.findall(answer.content.decode()) == [], address


@pytest.mark.slow
def test_no_form_of_any_page_is_taken_from_another_site() -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(User.objects.get(persona="mother"))
    taken = {address: browser.post(whose.filled(address, {})).status_code for address in PAGES}
    assert {address: status for address, status in taken.items() if status != FORBIDDEN} == {}


@pytest.mark.slow
def test_no_operation_of_somebody_known_is_asked_for_from_another_site() -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(User.objects.get(persona="mother"))
    known = [line.split(" ", 2) for line in doors.operations() if not line.endswith(" anybody")]
    unsafe = [(method, ANY_PARAMETER.sub("1", address)) for method, address, _visitors in known if method != "GET"]
    asked = {each: browser.generic(*each).status_code for each in unsafe}
    assert {each: status for each, status in asked.items() if status != FORBIDDEN} == {}


@pytest.mark.parametrize("door", ["/login", "/login/persona"])
def test_every_log_in_begins_a_session_of_its_own(client: Client, door: str) -> None:
    client.get("/login")
    session = client.session
    session["kept"] = "x"
    session.save()
    client.cookies["sessionid"] = session.session_key or ""
    login = User.objects.get(persona="mother")
    sent = {"persona": "mother", "name": registry.key_of(login.subject_id or 0), "password": "tongban-demo"}
    client.post(door, sent)
    assert client.session.get("_auth_user_id") == str(login.id)
    assert client.session.session_key != session.session_key


@pytest.mark.slow
@pytest.mark.parametrize(
    ("method", "address", "most"),
    [
        ("GET", "/verify/AAAA", documents.LOOK_UPS_PER_MINUTE),
        ("GET", "/api/v1/verify/AAAA", documents.LOOK_UPS_PER_MINUTE),
        ("POST", "/account/data", access.COPIES_PER_MINUTE),
        ("GET", "/api/v1/me/data.zip", access.COPIES_PER_MINUTE),
        ("POST", f"/api/v1/windows/{HALL}/tickets", tickets.TAKEN_PER_MINUTE),
    ],
)
@pytest.mark.usefixtures("one_moment")
def test_what_is_slowed_says_when_to_come_again(method: str, address: str, most: int) -> None:
    browser = matters.browser_of("mother")
    answers = [browser.generic(method, address, REMOTE_ADDR="192.0.2.77") for _ in range(most + 1)]
    assert [answer.status_code for answer in answers if answer.status_code >= 400] == [429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
