"""An application from its first page into somebody's hands, every call of every use case failing once on the way."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import pytest
from bench.complaints import PACK, SERVICE, settle
from tests.applications.family import with_check
from tests.examples import PROVES
from tests.fall.falling import FALLS, Fall, Falling
from tests.portal import matters
from tests.portal.matters import actor

from tongban.accounts.actor import Actor
from tongban.accounts.tokens import actor_of_token
from tongban.applications import (
    cases,
    delivery,
    filling,
    handing_over,
    inquiries,
    messages,
    reading,
    representing,
    signing,
    slips,
    starting,
    submission,
    tickets,
    views,
    withdrawal,
)
from tongban.platform import time
from tongban.publication import service as publication
from tongban.publication.files import compile_files
from tongban.registry import service as registry

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1_800)]

FORM: Final = "applications_form"
LOOKS: Final = "registry_read"  # a look that happened stays in the log, whatever falls after it
TRIES: Final = "accounts_attempts"
BIRTH: Final = "health/birth-certificate"
COMPLAINT: Final = {
    "complaint.category": "noise",
    "complaint.region": "430211",
    "complaint.place": "泰山路 1 号",
    "complaint.phone": "10000000001",
    "complaint.said": "太吵",
}
STRIDE: Final = 1 if PROVES else 7
"""Of every use case each seventh call fails; in `make proof` each."""


@pytest.mark.parametrize("fall", FALLS)
def test_an_application_whose_every_call_fails_once_is_sent_once(falls: Falling, fall: Fall) -> None:
    mother, father = actor("mother"), actor("father")
    begun, sent, agreed = uuid4(), uuid4(), uuid4()

    def do(act: Callable[[], object], *aside: str) -> object:
        return falls.do(fall, act, aside, STRIDE)

    number = str(do(lambda: starting.start(mother, "newborn", command_id=begun, answers=matters.SITUATION), LOOKS))
    do(lambda: reading.agree(mother, number), FORM, LOOKS)
    typed = matters.typed_for(number)
    do(lambda: filling.fill(mother, number, typed), FORM)
    do(lambda: signing.sign(mother, number), FORM)
    do(lambda: submission.submit(mother, number, sent), FORM, LOOKS)
    do(lambda: submission.after_consent(father, signing.consent(father, number, agree=True), agreed), FORM, LOOKS)
    assert [line["state"] for line in views.application_view(mother, number)["cases"]].count("submitted") > 0
    assert len(messages.inbox(father)) == 1, "the father was asked once"


def complainer(pack: Path) -> Actor:
    """A citizen of a city in which this pack is in force."""
    catalog, findings = compile_files([pack])
    assert catalog is not None, findings
    publication.publish(catalog)
    found = actor_of_token(settle().citizens[0])
    assert found is not None
    return found


@pytest.mark.parametrize("fall", FALLS)
def test_what_is_sent_by_its_first_call_is_sent_once(falls: Falling, fall: Fall) -> None:
    citizen, once = complainer(PACK), uuid4()

    def send() -> str:
        return starting.start(citizen, SERVICE, command_id=once, answers=COMPLAINT, submit=True)

    number = falls.do(fall, send)
    [mine] = views.my_applications(citizen)
    assert (mine["number"], mine["state"], mine["parts"]) == (number, "submitted", 1)


@pytest.mark.parametrize("fall", FALLS)
def test_whoever_it_names_is_registered_with_its_case_or_not_at_all(falls: Falling, fall: Fall, tmp_path: Path) -> None:
    pack = Path(shutil.copytree(PACK, tmp_path / "grievance"))
    service = pack / "services" / "complaint.yaml"
    text = service.read_text(encoding="utf-8").replace("  citizen: Person\n", "  citizen: Person\n  accused: Person\n")
    service.write_text(text.replace("needs:\n", "needs:\n  - accused.id_number\n"), encoding="utf-8")
    citizen, accused, once = complainer(pack), with_check("43020019900101777"), uuid4()
    answers = {**COMPLAINT, "accused.id_number": accused}

    def send() -> str:
        return starting.start(citizen, SERVICE, command_id=once, answers=answers, submit=True)

    falls.do(fall, send)
    assert registry.find("base/Person", accused) is not None
    assert len(views.my_applications(citizen)) == 1


@pytest.mark.parametrize("fall", FALLS)
def test_what_follows_until_it_is_in_somebodys_hands_happens_once(falls: Falling, fall: Fall) -> None:
    number = matters.sent()
    case = matters.part(number, BIRTH)
    mother, clerk, approver = (actor(name) for name in ("mother", "clerk-maternity", "approver-maternity"))
    card = registry.key_of(mother.subject_id or 0) or ""

    def act(who: Actor, name: str, **more: Any) -> None:  # noqa: ANN401 -- whatever the command takes
        command = uuid4()
        falls.do(fall, lambda: cases.act(who, case, name, command_id=command, **more), (LOOKS,), STRIDE)

    act(clerk, "accept")
    falls.do(fall, lambda: delivery.choose(mother, number, BIRTH, "window"), (FORM,), STRIDE)
    act(approver, "decide")
    falls.do(fall, lambda: handing_over.collected(clerk, case, card), stride=STRIDE)
    act(approver, "revoke", texts={"reason": "证上的名字错了"})
    ended = uuid4()
    falls.do(fall, lambda: withdrawal.withdraw(mother, number, ended), stride=STRIDE)
    asked = uuid4()
    falls.do(fall, lambda: inquiries.ask(mother, "什么时候好？", command_id=asked), (TRIES,), STRIDE)
    falls.do(fall, lambda: messages.mark_read(mother), stride=STRIDE)
    falls.do(fall, messages.send_waiting, stride=STRIDE)


@pytest.mark.parametrize("fall", ["refused", "before"])
def test_what_has_no_command_of_its_own_is_whole_or_not_there(falls: Falling, fall: Fall) -> None:
    mother, father, window = actor("mother"), actor("father"), actor("window")
    office = next(iter(window.offices))
    card = registry.key_of(father.subject_id or 0) or ""
    until = time.today() + timedelta(days=9)

    def do(act: Callable[[], object]) -> None:
        falls.do(fall, act, (TRIES, LOOKS), STRIDE, again=False)

    do(lambda: representing.give(mother, card, ["newborn"], until))
    do(lambda: slips.give(window, office, card))
    do(lambda: tickets.take(office, "192.0.2.1"))
    do(lambda: tickets.call_next(window, office))
