"""Matters of the demonstration's people in every state, made by the use cases that the pages call."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.test import Client

from tongban.accounts.actor import Actor, actor_of
from tongban.accounts.models import User
from tongban.applications import cases, filling, reading, signing, starting, submission, views

SITUATION = {
    "birth.in_city": "true",
    "marriage.registered": "true",
    "birth.household_follows": "mother",
    "mother.medical_insurance": "employee",
}
CHILD = "陈小禾"


def actor(persona: str) -> Actor:
    """One of the demonstration's people."""
    return actor_of(User.objects.get(persona=persona))


def browser_of(persona: str) -> Client:
    """A browser in which this persona has logged in."""
    client = Client()
    client.force_login(User.objects.get(persona=persona))
    return client


def agreed() -> str:
    """The mother's application for her newborn, with everything read, and nothing filled in."""
    number = starting.start(actor("mother"), "newborn", command_id=uuid4(), answers=SITUATION)
    reading.agree(actor("mother"), number)
    return number


def typed_for(number: str) -> dict[str, Any]:
    """An answer for every question of a newborn's form, as a browser sends it."""
    plain = {"phone": "10000000001", "address": "株洲市天元区示例路 1 号"}
    view = views.application_view(actor("mother"), number)
    return {
        line["fact"]: line["options"][0]["value"] if line["options"] else plain.get(line["kind"], CHILD)
        for line in view["questions"]
    }


def filled() -> str:
    """The same with every question answered."""
    number = agreed()
    filling.fill(actor("mother"), number, typed_for(number))
    return number


def waiting() -> str:
    """The same signed by the mother; it waits for the father."""
    number = filled()
    signing.sign(actor("mother"), number)
    submission.submit(actor("mother"), number, uuid4())
    return number


def sent() -> str:
    """The same with the father's consent: every office has its part."""
    number = waiting()
    form = signing.consent(actor("father"), number, agree=True)
    submission.after_consent(actor("father"), form, uuid4())
    return number


def part(number: str, service: str) -> str:
    """The case number of one part."""
    lines = views.application_view(actor("mother"), number)["cases"]
    return next(str(line["number"]) for line in lines if line["service"] == service)


def act(persona: str, case: str, command: str, **more: Any) -> None:  # noqa: ANN401 -- whatever the command takes
    """A step of an office."""
    cases.act(actor(persona), case, command, command_id=uuid4(), **more)


def grant_birth_certificate(number: str) -> None:
    """The hospital accepts and grants."""
    case = part(number, "health/birth-certificate")
    act("clerk-maternity", case, "accept")
    act("approver-maternity", case, "decide")
