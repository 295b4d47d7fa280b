"""Every step of every procedure and every command of the engine, asked for by every kind of doer: who may is reviewed,
and what a door answers is what the guards say.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from tests.meta import commands, whose
from tests.portal import belongings, matters

from tongban.applications import allowing, doers
from tongban.applications.models import Form
from tongban.casework import guards, machine, service
from tongban.casework.model import ENGINE_COMMANDS, Case, Doer
from tongban.platform.ids import in_address
from tongban.publication import service as publication

pytestmark = pytest.mark.usefixtures("town")
MATRIX = Path(commands.__file__).with_name("commands.txt")
OUTSIDERS = {
    "second-signer", "somebody-else", "organisation", "handler-elsewhere", "approver-elsewhere", "head", "window",
    "auditor", "asked-window", "agency-elsewhere",
}  # fmt: skip
"""Who has no part in a case, or none in deciding it: nothing is theirs to do."""
SEEING = {"applicant", "agent", "handler", "approver"}
"""Of the readers, those to whom the case is there at all."""
TAKEN = {commands.ALLOWED, "data-needed", "data-wrong", "facts-needed"}
"""What who may is answered: it is done, or what is still to be said with it."""


@dataclass(frozen=True)
class Matter:
    """A case at the maternity hospital, its form, and everybody who may ask for something."""

    case: Case
    form: Form
    everybody: Mapping[str, Doer]


@pytest.fixture
def matter(town: None) -> Matter:
    number = matters.sent()
    case = service.cases([matters.part(number, belongings.CERTIFICATE)])[0]
    belongings.mandate()
    form = Form.objects.get(number=number)
    people = {kind: doers.doer_of(matters.actor(who), form) for kind, who in whose.READERS.items() if who}
    return Matter(case, form, people | commands.doers(case.office))


def found_of(matter: Matter) -> dict[str, dict[str, str]]:
    """The matrix of the city's own procedures."""
    digest, moment = matter.form.publication, service.now()
    return commands.matrix(
        matter.case, publication.at(digest).procedures, matter.everybody,
        lambda doer: allowing.context_for(matter.case, digest, doer, moment),
    )  # fmt: skip


def test_who_may_command_what_is_as_reviewed(matter: Matter) -> None:
    found = found_of(matter)
    lines = commands.lines(found)
    if os.environ.get("TONGBAN_GOLDEN") == "write":
        MATRIX.write_text("\n".join([*lines, ""]), encoding="utf-8")
    assert lines == MATRIX.read_text(encoding="utf-8").splitlines()
    allowed = {
        command: {kind for kind, code in answers.items() if code == "allowed"} for command, answers in found.items()
    }
    assert {command: who & OUTSIDERS for command, who in allowed.items() if who & OUTSIDERS} == {}
    brings_nothing = {
        f"{one} revoke" for one in ("base/bad-rating", "base/not-done", "base/problem", "base/work-order")
    }
    assert {command for command, who in allowed.items() if not who} == brings_nothing


def test_the_engines_commands_are_answered_alike_under_every_procedure(matter: Matter) -> None:
    found = found_of(matter)
    for name in {*ENGINE_COMMANDS, *machine._SYSTEM} - {"revoke"}:
        answers = [found[command] for command in found if command.partition(" ")[2] == name]
        assert all(each == answers[0] for each in answers), name


@pytest.mark.slow
@pytest.mark.parametrize("done", [(), ("accept",)], ids=["new", "being-decided"])
def test_the_door_answers_with_the_code_of_the_guards(matter: Matter, done: tuple[str, ...]) -> None:
    for step in done:
        matters.act("clerk-maternity", matter.case.number, step)
    case = service.cases([matter.case.number])[0]
    told = {}
    for kind, who in whose.READERS.items():
        browser, wanted = matters.browser_of(who) if who else Client(), guarded(matter, case, kind)
        answers = {name: commanded(browser, case.number, name) for name in wanted}
        told[kind] = {name: (code, wanted[name]) for name, code in answers.items() if code not in wanted[name]}
    assert {kind: wrong for kind, wrong in told.items() if wrong} == {}


def guarded(matter: Matter, case: Case, kind: str) -> dict[str, set[str]]:
    """By command, the codes with which this kind of reader may be answered at the door."""
    names = [*publication.at(matter.form.publication).procedures["base/standard"].steps, *ENGINE_COMMANDS]
    if kind not in SEEING:
        code = {"nobody": "log-in-needed"}.get(kind, "not-found")
        return {name: {code} for name in [*names, *machine._SYSTEM]}
    context = allowing.context_for(case, matter.form.publication, matter.everybody[kind], service.now())
    whys = {name: guards.why_not(case, name, context) for name in names}
    found = {name: {why.code} if why else TAKEN for name, why in whys.items()}
    own_way = {"resubmit": {"nothing-to-correct"}} if matter.everybody[kind].for_applicant else {}
    return found | {name: {"system-only"} for name in machine._SYSTEM} | own_way


def commanded(browser: Client, number: str, name: str) -> str:
    """The code with which a command without anything beside it is answered; `allowed` when it was carried out."""
    with transaction.atomic():
        address, body = f"/api/v1/cases/{in_address(number)}/commands", json.dumps({"command": name})
        answer = browser.post(address, body, content_type="application/json")
        transaction.set_rollback(True)
    return commands.ALLOWED if answer.status_code == HTTPStatus.OK else str(answer.json()["code"])
