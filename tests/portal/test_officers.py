"""Experience officers: on the organiser's list, invited to a walk, with the same recorder as all walkers."""

from __future__ import annotations

from uuid import uuid4

import pytest
from tests.portal.matters import actor, browser_of

from tongban.applications import messages
from tongban.applications.problems import Problem
from tongban.credentials import codes
from tongban.supervision import officers, walks
from tongban.supervision.models import Officer, Walk
from tongban.supervision.walks import Intent
from tongban.testing.city.personas import persona

pytestmark = pytest.mark.usefixtures("town")


def number_of(name: str) -> str:
    known = persona(name)
    assert known is not None
    return str(known.identity["id_number"])


def appointed(name: str = "retiree") -> Officer:
    return officers.appoint(actor("organiser"), number_of(name), "罗老师", "退休教师")


def begun() -> Walk:
    return walks.begin(actor("head"), Intent("newborn", "experience"), uuid4())


def test_whoever_is_invited_gets_a_message_that_leads_to_the_walk_and_its_recorder() -> None:
    officer, walk = appointed(), begun()
    for _ in range(2):
        officers.invite(actor("head"), officer.id, walk.id)
    [told] = messages.inbox(actor("retiree"))
    assert codes.grouped(walk.code or "") in told.zh
    browser = browser_of("retiree")
    assert 'href="/walks/"' in browser.get("/messages").content.decode()
    assert f'name="code" value="{walk.code}"' in browser.get("/walks/").content.decode()
    joined = browser.post("/walks/", {"code": walk.code})
    assert joined["Location"] == f"/walks/{walk.id}"
    assert browser.post(f"/walks/{walk.id}", {"do": "note", "pain": "4", "said": "字太小"}).status_code == 302
    assert walk.notes.count() == 1
    assert officers.invited(actor("retiree")) == []


def test_the_organiser_keeps_the_list_by_the_page_and_heads_invite_by_it() -> None:
    organiser, head, walk = browser_of("organiser"), browser_of("head"), begun()
    sent = {"do": "appoint", "id_number": number_of("retiree"), "called": "罗老师", "whence": "退休教师"}
    wrong = organiser.post("/desk/walks/officers", sent | {"id_number": "430200199001019999", "called": " "})
    assert wrong.status_code == 422
    for _ in range(2):
        assert organiser.post("/desk/walks/officers", sent).status_code == 302
    officer = Officer.objects.get()
    page = head.get("/desk/walks/officers").content.decode()
    assert "罗老师" in page
    assert sent["id_number"] not in page
    invite = {"do": "invite", "officer": str(officer.id), "walk": str(walk.id)}
    assert head.post("/desk/walks/officers", invite).status_code == 302
    assert walk.number in head.get("/desk/walks/officers").content.decode()
    assert organiser.post("/desk/walks/officers", {"do": "dismiss", "officer": str(officer.id)}).status_code == 302
    assert "罗老师" not in head.get("/desk/walks/officers").content.decode()
    assert head.post("/desk/walks/officers", invite | {"officer": "x"}).status_code == 404


def test_nobody_else_keeps_the_list_reads_it_or_invites_to_a_walk_of_others() -> None:
    officer, walk = appointed(), begun()
    with pytest.raises(Problem) as refused:
        officers.appoint(actor("head"), number_of("mother"), "李", "居民")
    assert refused.value.status == 403
    with pytest.raises(Problem) as refused:
        officers.dismiss(actor("head"), officer.id)
    assert refused.value.status == 403
    with pytest.raises(Problem) as refused:
        officers.listed(actor("clerk-fire"))
    assert refused.value.status == 403
    with pytest.raises(Problem) as refused:
        officers.invite(actor("organiser"), officer.id, walk.id)
    assert refused.value.status == 404
    walks.end(actor("head"), walk.id)
    with pytest.raises(Problem) as refused:
        officers.invite(actor("head"), officer.id, walk.id)
    assert refused.value.code == "walk-ended"


def test_who_was_taken_off_the_list_is_invited_no_more() -> None:
    officer, walk = appointed(), begun()
    officers.dismiss(actor("organiser"), officer.id)
    for wrong in (officer.id, 0):
        with pytest.raises(Problem) as refused:
            officers.invite(actor("head"), wrong, walk.id)
        assert refused.value.status == 404
    assert messages.inbox(actor("retiree")) == []
