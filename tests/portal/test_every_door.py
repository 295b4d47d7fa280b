"""Every door of the pages and of the API, asked by every kind of reader: whose things are whose, no form comes from
another site, nothing runs inline. The doors are those of the routes: none is left out because nobody thought of it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from django.test import Client
from django.urls import get_resolver
from tests.meta import doors, whose
from tests.portal import belongings, matters
from tests.portal.belongings import HALL

from tongban.accounts.models import User
from tongban.applications import access, documents, tickets
from tongban.registry import service as registry

pytestmark = pytest.mark.usefixtures("town")
OF_ALL_STAFF = {"/api/v1/problems/{number}", "/desk/problems/<str:number>", "/desk/visits/<int:visit_id>"}
"""What anybody who works for the city may read: where it hurts, who puts it right. It tells no person's words."""
NOBODY_IS_TOLD_APART = {
    "GET /verify/<str:code>": "judged for anybody, a wrong code with the same status; without a personal value",
    "GET /api/v1/verify/{code}": "as the page",
}
"""The only doors at which the thing and nothing are answered alike, and why. Any other such door was asked in vain."""
Made = tuple[whose.Things, whose.Sent, Mapping[str, Client]]
MATRIX = Path(whose.__file__).with_name("whose.txt")


@pytest.fixture
def made(town: None) -> Made:
    """Everything that an address may name, what is sent, and a browser for each kind of reader, logged in."""
    things, sent = belongings.things()
    people = {kind: matters.browser_of(who) if who else Client() for kind, who in whose.READERS.items()}
    at_terminal, given = belongings.terminal()
    machines = {
        "terminal": at_terminal,
        "agency": belongings.agency(),
        "agency-elsewhere": belongings.agency(belongings.OTHER_AGENCY),
    }
    return {**things, "/terminal": given, "/desk/window/terminals": given}, sent, people | machines


@pytest.mark.slow
def test_what_is_somebodys_is_open_to_whom_it_was_reviewed(made: Made) -> None:
    things, _sent, _browsers = made
    assert whose.unnamed(things) == [], "make the thing in tests/portal/belongings.py, so that its door is really asked"
    found = whose.matrix(*made)
    lines = [f"{door} {' '.join(kinds) or '-'}" for door, kinds in sorted(found.items())]
    if os.environ.get("TONGBAN_GOLDEN") == "write":
        MATRIX.write_text("\n".join([*lines, ""]), encoding="utf-8")
    assert lines == MATRIX.read_text(encoding="utf-8").splitlines()
    assert {door for door, kinds in found.items() if not kinds} == NOBODY_IS_TOLD_APART.keys()
    public = {line.removesuffix(" anybody") for line in doors.matrix() if line.endswith(" anybody")}
    open_doors = public | OF_ALL_STAFF
    closed = {door: kinds for door, kinds in found.items() if not open_doors & {door, door.partition(" ")[2]}}
    assert {door: kinds for door, kinds in closed.items() if whose.STRANGERS & set(kinds)} == {}


PAGES = [f"/{at}" for at, _view in doors.views(get_resolver().url_patterns) if not at.startswith("api/")]
FORBIDDEN = 403
ANY_PARAMETER = re.compile(r"{\w+}")
INLINE = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>|<[^>]+\s(?:style|on\w+)=|javascript:", re.IGNORECASE)


@pytest.mark.slow
def test_no_page_of_any_kind_runs_or_draws_anything_inline(made: Made) -> None:
    things, _sent, browsers = made
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
