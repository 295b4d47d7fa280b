"""Letting somebody act for oneself: by their ID number, for chosen matters, until a day; ended by either side."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from tongban import publication
from tongban.accounts import mandates
from tongban.accounts.actor import Actor
from tongban.accounts.models import Mandate, User
from tongban.accounts.problems import AccountProblem
from tongban.applications.offers import offer_of
from tongban.applications.problems import FieldError, Problem, not_found, wrong_fields
from tongban.catalog import values
from tongban.catalog.vocabulary import Text
from tongban.platform import time
from tongban.registry import service as registry

PERSON = "base/Person"


def given(actor: Actor) -> list[dict[str, Any]]:
    """Who may act for the reader today, and for whom the reader may."""
    if actor.subject_id is None:
        return []
    rows = mandates.running(time.today())
    mine = rows.filter(grantor_subject_id=actor.subject_id) | rows.filter(agent_subject_id=actor.subject_id)
    return [_line(actor, row) for row in mine.order_by("id")]


def principals(actor: Actor, offer_name: str) -> list[dict[str, Any]]:
    """For whom else the reader may apply for an offer today: registered id and name.

    A child without an account is part of its parents' matters and stands in no list.
    """
    catalog = publication.current()
    offer = offer_of(catalog, offer_name)
    kind = offer.subjects[offer.applicant].type
    ids = [each for each in actor.principals if registry.type_of(each) == kind and actor.may_act_for(each, offer.id)]
    return [{"id": each, "name": name} for each in ids if (name := _name_of(each))]


def _name_of(subject: int) -> str | None:
    """What somebody is called: a person by the name of the account, a company, which has none, by its public code."""
    name = User.objects.filter(subject_id=subject).values_list("shown_name", flat=True).first()
    return name or (registry.key_of(subject) if registry.type_of(subject) != PERSON else None)


def _line(actor: Actor, row: Mandate) -> dict[str, Any]:
    catalog = publication.current()
    by_me = row.grantor_subject_id == actor.subject_id
    other = row.agent_subject_id if by_me else row.grantor_subject_id
    titles = [offer_of(catalog, each).title for each in row.scope if each != mandates.EVERYTHING]
    return {
        "id": row.id,
        "by_me": by_me,
        "name": _name_of(other) or "",
        "basis": row.basis,
        "everything": mandates.EVERYTHING in row.scope,
        "scope": [title.to_json() for title in titles],
        "until": row.until_day.isoformat() if row.until_day else None,
        "may_end": row.basis != Mandate.Basis.PARENT,
    }


def give(actor: Actor, id_number: str, scope: Collection[str], until: date | None) -> None:
    """Let the person with this ID number act for the reader in these bundles. Raises Problem 422 with every error."""
    if actor.subject_id is None:
        raise not_found()
    catalog = publication.current()
    errors = []
    agent = None
    try:
        key = values.read(catalog.types[PERSON].attributes["id_number"], id_number)
        agent = registry.find(PERSON, str(key))
        if agent is None:
            errors.append(
                FieldError(
                    "id_number", "unknown-person", Text("没有这个人，对一下号码", "Nobody has this number. Check it.")
                )
            )
    except values.WrongValue as wrong:
        errors.append(FieldError("id_number", wrong.code, wrong.text))
    chosen = [offer_of(catalog, each).id for each in scope]
    if not chosen:
        errors.append(
            FieldError("scope", "empty-scope", Text("选至少一件能代办的事", "Choose at least one thing it is for."))
        )
    if until is None or until < time.today():
        errors.append(FieldError("until", "wrong-days", Text("填今天以后的一天", "Give a day from today on.")))
    if errors or agent is None:
        raise wrong_fields(errors)
    try:
        mandates.give(actor.subject_id, agent, chosen, until_day=until)
    except AccountProblem as refused:
        raise Problem(422, refused.code, refused.text, [FieldError("id_number", refused.code, refused.text)]) from None


def end(actor: Actor, mandate_id: int) -> None:
    """End a mandate now, from either side. Raises Problem 404."""
    if actor.subject_id is None or not mandates.end(mandate_id, actor.subject_id):
        raise not_found()
