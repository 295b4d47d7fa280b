"""Doors that only a demonstration has: in a real city they are not there, whoever knocks."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.desk.scene import HALL
from tests.portal import matters

from tongban.accounts.models import User
from tongban.accounts.tokens import TOKEN_SCOPES, issue_token
from tongban.applications import slips
from tongban.platform import time
from tongban.platform.models import Mark
from tongban.portal.pages import frame
from tongban.portal.styleguide import views

PERSONA = {"persona": "mother"}
MOTHER = "430200199405120089"


@pytest.fixture
def real(town: None, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A stranger before a real city, in which there are accounts that bear a persona's name."""
    for module in (time, frame, views):
        monkeypatch.setattr(module, "city_mark", lambda: Mark.REAL)
    return Client()


def test_nobody_is_somebody_by_one_tap(real: Client) -> None:
    assert real.post("/login/persona", PERSONA).status_code == 404
    assert "/login/persona" not in real.get("/login").content.decode()
    assert real.get("/my").status_code == 302


def test_the_way_in_is_a_slip_from_a_window(real: Client) -> None:
    assert "/login/slip" in real.get("/login").content.decode()
    code = slips.give(matters.actor("window"), HALL, MOTHER).code
    chosen = {"number": MOTHER, "code": code, "new": "nine-blue-kettles", "again": "nine-blue-kettles"}
    assert real.post("/login/slip", chosen).headers["Location"] == "/account"
    assert real.get("/my").status_code == 200


def test_there_is_no_style_guide(real: Client) -> None:
    assert real.get("/styleguide").status_code == 404


def test_nobody_plans_as_somebody_else(real: Client) -> None:
    answer = real.post("/api/v1/plans", {"bundle": "newborn", "as": "mother"}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "demonstration-only")


@pytest.mark.parametrize(
    ("path", "body"), [("time", {"advance": "1 day"}), ("outages", {"holder": "police/population", "down": True})]
)
def test_a_token_of_a_demonstration_moves_nothing(real: Client, path: str, body: dict[str, object]) -> None:
    token = issue_token(User.objects.get(persona="mother"), TOKEN_SCOPES)
    answer = real.post(
        f"/api/v1/{path}", body, content_type="application/json", headers={"Authorization": f"Bearer {token}"}
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "real-city")
