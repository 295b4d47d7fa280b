"""The bundle `newborn` from the first draft to the last decision, step by step, through the use cases."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import count
from typing import Any
from uuid import uuid4

from tests.applications.family import Family, staff, with_check

from tongban.accounts.actor import Actor
from tongban.applications import cases, filling, papers, reading, signing, starting, submission, views

Desk = Callable[[str, str], Actor]
"""Whoever works at an office in a role."""


def desk_of_everyone() -> Desk:
    """Hires for an office and a role when first asked, and finds whom it hired before."""
    numbers = count()
    return cache(lambda office, role: staff(f"{next(numbers):04}", office, role))


PDF = b"%PDF-1.7 \n% a bill\n"
ANSWERS: dict[str, Any] = {
    "text": "陈小满", "address": "株洲市天元区泰山路 1 号", "phone": "19900000001", "integer": 1, "boolean": True,
    "date": "2026-11-20", "fen": 100, "region": "430211002", "resident-id": with_check("43020019890101001"),
}  # fmt: skip


def drafted(home: Family, **chosen: str) -> str:
    """A draft with everything filled in; `chosen` answers, by attribute, what the first option would not."""
    number = starting.start(home.mother, "newborn", command_id=uuid4())
    reading.agree(home.mother, number)
    for _ in range(6):
        view = views.application_view(home.mother, number)
        facts = {
            question["fact"]: chosen.get(question["fact"].rpartition(".")[2]) or answer_to(question)
            for question in view["questions"]
            if question["value"] is None
        }
        for item in view["plan"]["undecided"]:
            subject, _, name = item["fact"].partition(".")
            for member in item["members"] or [None]:
                key = item["fact"] if member is None else f"{subject}.{member}.{name}"
                facts[key] = item["options"][0] if item["options"] else True
        if not facts:
            break
        filling.fill(home.mother, number, facts)
    for paper in views.application_view(home.mother, number)["papers"]:
        if paper["how"] == "needed":  # what no register knows only a paper proves
            papers.attach(home.mother, number, paper["key"], "票据.pdf", [PDF])
    return number


def answer_to(question: dict[str, Any]) -> Any:  # noqa: ANN401 -- whatever the field takes
    """Something that a field takes: its first option, or what is plausible for its kind."""
    return question["options"][0]["value"] if question["options"] else ANSWERS[question["kind"]]


def sent(home: Family, number: str) -> dict[str, Any]:
    """The application signed, consented to and sent."""
    signing.sign(home.mother, number)
    assert submission.submit(home.mother, number, uuid4()).state == "waiting"
    form = signing.consent(home.father, number, agree=True)
    submission.after_consent(home.father, form, uuid4())
    return views.application_view(home.mother, number)


def part(view: dict[str, Any], service: str) -> dict[str, Any]:
    """The part of an application for a service."""
    return next(line for line in view["cases"] if line["service"].endswith(service))


def clerk_facts(desk: Desk, line: dict[str, Any]) -> dict[str, Any]:
    """What the approver types with the decision."""
    seen = cases.case_view(desk(line["office"], "approver"), line["number"])
    step = next(each for each in seen["allowed"] if each["name"] == "decide")
    return {fact: "2026-12-01" if fact.endswith("_on") else "430211002" for fact in step["facts"]}


def granted(desk: Desk, line: dict[str, Any]) -> None:
    """One case accepted by one clerk and granted by another."""
    if line["state"] == "submitted":
        cases.act(desk(line["office"], "handler"), line["number"], "accept", command_id=uuid4())
    facts = clerk_facts(desk, line)
    cases.act(desk(line["office"], "approver"), line["number"], "decide", command_id=uuid4(), facts=facts)


def run_all(home: Family, desk: Desk, number: str) -> dict[str, Any]:
    """Every office does its part, as far as it goes."""
    for _ in range(8):
        for line in views.application_view(home.mother, number)["cases"]:
            if line["is_open"] and line["state"] in ("submitted", "accepted"):
                granted(desk, line)
    return views.application_view(home.mother, number)
