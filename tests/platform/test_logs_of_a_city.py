"""A city at work, with everything that logs at its most talkative: nothing that tells who somebody is is in a line."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
import structlog
from django.test import Client
from tests.portal import matters

from tongban.accounts.models import User
from tongban.accounts.tokens import TOKEN_SCOPES, issue_token
from tongban.applications import access, erasing, inquiries, messages, refunds, slips, withdrawal
from tongban.applications.problems import Problem
from tongban.casework import seals
from tongban.platform.logging import configuration
from tongban.registry import directory
from tongban.supervision import sweeping, webhooks
from tongban.testing import templates
from tongban.testing.city.personas import personas
from tongban.testing.city.staff import PASSWORD
from tongban.testing.fixtures import City

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

MOTHER = "430200199405120089"
PHONE = "10000000001"
WRONG = "a-wrong-Passw0rd"
CODE = "731946285017"


@pytest.fixture
def city_template() -> str:
    return templates.INHABITED


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Every line that any logger writes, as the city's own formatter words it."""
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    wording = dict(configuration()["formatters"]["lines"])
    handler.setFormatter(wording.pop("()")(**wording))
    loggers = [logging.getLogger(), *(logging.getLogger(name) for name in logging.root.manager.loggerDict)]
    levels = {logger: logger.level for logger in loggers}
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    logging.root.addHandler(handler)
    yield lines
    logging.root.removeHandler(handler)
    for logger, level in levels.items():
        logger.setLevel(level)


def test_no_number_password_or_token_reaches_a_line(city: City, written: io.StringIO) -> None:
    tokens = [issue_token(User.objects.get(persona=one), TOKEN_SCOPES) for one in ("mother", "clerk-population")]
    log_in()
    number = matters.sent()
    matters.grant_birth_certificate(number)
    through_the_api(number, tokens)
    for path in (f"/a/{number}", f"/a/{MOTHER}", f"/x{MOTHER}", f"/find/{PHONE}", f"/search?q={MOTHER}", "/reads"):
        matters.browser_of("mother").get(path)
    inquiries.ask(matters.actor("mother"), f"我是 {MOTHER}，电话 {PHONE}", command_id=uuid4(), application=number)
    access.copy(matters.actor("mother"))
    withdrawal.withdraw(matters.actor("mother"), number, uuid4())
    with pytest.raises(Problem):
        erasing.erase(matters.actor("head"), MOTHER, "到期", command_id=uuid4())
    slips.give(matters.actor("window"), "demonstration/government-services-4302", MOTHER)
    webhooks.add_endpoint("http://127.0.0.1:9/")
    for job in (sweeping.sweep, seals.seal, messages.send_waiting, webhooks.fan_out, webhooks.deliver,
                directory.pass_on, refunds.carry_out, refunds.reconcile):  # fmt: skip
        job()
    failing(city, number)
    said = written.getvalue()
    assert "Traceback" in said
    assert said.count("\n") > 20
    numbers = [one.identity["id_number"] for one in personas() if one.kind == "person"]
    secret = [*numbers, PHONE, PASSWORD, WRONG, CODE, *tokens]
    assert [line for line in said.splitlines() if any(each in line for each in secret)] == []


def log_in() -> None:
    """With a right and a wrong password, by a slip, and changing the password."""
    browser = Client()
    browser.post("/login", {"name": MOTHER, "password": WRONG})
    browser.post("/login", {"name": MOTHER, "password": PASSWORD})
    browser.post("/login/slip", {"name": MOTHER, "code": CODE, "new": WRONG, "again": WRONG})
    browser.post("/account/password", {"present": WRONG, "new": PASSWORD, "again": PASSWORD})
    browser.post("/account/mandate", {"id_number": MOTHER, "scope": "newborn"})


def through_the_api(number: str, tokens: list[str]) -> None:
    """Right and wrong requests, with numbers wherever one may stand."""
    for token in (*tokens, tokens[0][:-1]):
        bearer = {"Authorization": f"Bearer {token}"}
        for path in ("me", f"applications/{number}", f"applications/{MOTHER}", f"verify/{MOTHER}", "reads"):
            Client().get(f"/api/v1/{path}", headers=bearer)
        for body in (f'{{"id_number": "{MOTHER}"', f'{{"bundle": "{MOTHER}", "applicant_key": "{MOTHER}"}}'):
            Client().post("/api/v1/applications", body, content_type="application/json", headers=bearer)
            Client().post("/api/v1/mandates", body, content_type="application/json", headers=bearer)


def failing(city: City, number: str) -> None:
    """What fails within ourselves and is logged with its trace: the table is gone, and a value is in the message."""
    with city.superuser() as stranger:
        stranger.execute("alter table applications_message rename to away")
    for path in ("/messages", f"/messages?{MOTHER}={PHONE}", f"/a/{number}"):
        browser = matters.browser_of("mother")
        browser.raise_request_exception = False
        browser.get(path)
    try:
        with psycopg.connect(city.server.conninfo(city.database)) as connection:
            connection.execute("select %s::int", [f"x {MOTHER}"])
    except psycopg.Error:
        structlog.get_logger("tongban.test").exception("failed", number=MOTHER, password=WRONG)
        logging.getLogger("elsewhere").exception("failed for %s", MOTHER)
