"""A hotline (12345) that passes on what its callers could not get done, once for each of its own numbers.

The hotline learns the number, who answers until when, and what the catalogue says of it; what becomes of the matter is
told to the caller alone: who left a telephone number alone is called back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from tongban.accounts.actor import Actor
from tongban.accounts.models import User, login_of
from tongban.accounts.tokens import issue_token
from tongban.applications import inquiries, not_done
from tongban.applications.following import case_line
from tongban.applications.hotline_models import Caller
from tongban.applications.problems import FieldError, Problem, wrong_fields
from tongban.casework import store
from tongban.catalog import values
from tongban.catalog.vocabulary import Text
from tongban.platform import time
from tongban.platform.crypto import keyed_hash
from tongban.platform.database import query
from tongban.publication import service as publication
from tongban.registry import service as registry

PERSON: Final = "base/Person"


@dataclass(frozen=True, slots=True)
class Call:
    """What a caller said: their ID number, or else the ``phone`` to call back, how it failed, about which application
    or service, if they know.
    """

    caller: str
    said: str
    kind: str = "other"
    application: str | None = None
    offer: str | None = None
    phone: str = ""


def admit(name: str, until: date) -> str:
    """A token, shown this once, with which the hotline of this name passes calls on until this day.

    Those it had before end now.
    """
    login = login_of(f"hotline:{name}")
    account, _ = User.objects.get_or_create(login=login, defaults={"kind": User.Kind.MACHINE, "shown_name": name})
    account.tokens.all().delete()
    return issue_token(account, {not_done.HOTLINE}, until=time.start_of(until + timedelta(days=1)), label=name)


def take(actor: Actor, call: Call, command_id: UUID) -> dict[str, Any]:
    """Take a call, the same ``command_id`` once: ``number``, ``outcome``, ``office``, ``due`` and the ``answers``.

    Whom no register knows is taken by the telephone number, which stands with the matter as the way to answer; what
    comes from the same number of the same matter is joined.
    Raises Problem 404 for a matter that is not the caller's, 422 ``caller-unknown`` or as `not_done.tell` does.
    """
    phone = _number(call.phone)
    asker = _caller(call, phone)
    told = not_done.tell(
        actor, call.said, command_id=command_id, kind=call.kind, application=call.application, offer=call.offer,
        asker=not_done.Rung(asker, phone),
    )  # fmt: skip
    [case] = store.cases_of([told.number])
    line = case_line(publication.current(), case)
    return {
        "number": told.number,
        "outcome": told.outcome,
        "times": inquiries.times_said(case),
        "office": line["office_title"],
        "due": line["due"],
        "answers": not_done.answers(call.said, registry.region_of(asker)) if call.said else [],
    }


def _caller(call: Call, phone: str) -> int:
    """Who calls: somebody a register knows by the ID number, else whoever has the telephone number."""
    found = _registered(call.caller) if call.caller.strip() else None
    if found is not None:
        return found
    if phone:
        return _by_number(phone)
    if not call.caller.strip():
        text = Text("写上来电人的身份证号，或者回电号码", "Give the caller’s ID number, or a number to call back.")
        raise wrong_fields([FieldError("caller", "missing", text)])
    text = Text(
        "库里没有这个人：写上回电号码就能收", "No register knows this person. With a number to call back it is taken."
    )
    raise Problem(422, "caller-unknown", text, [FieldError("caller", "caller-unknown", text)])


def _registered(number: str) -> int | None:
    attribute = publication.current().types[PERSON].attributes["id_number"]
    try:
        key = str(values.read(attribute, number))
    except values.WrongValue as wrong:
        raise wrong_fields([FieldError("caller", wrong.code, wrong.text)]) from None
    return registry.find(PERSON, key)


def _number(typed: str) -> str:
    """A telephone number as it is kept, its digits alone; empty where none was given. Raises Problem 422."""
    digits = re.sub(r"[\s()-]", "", typed)
    if typed.strip() and not re.fullmatch(r"\+?[0-9]{5,18}", digits, re.ASCII):
        text = Text("电话号码是 5 到 18 位数字", "A telephone number has 5 to 18 digits.")
        raise wrong_fields([FieldError("phone", "not-a-phone-number", text)])
    return digits


def _by_number(phone: str) -> int:
    """The person without a key who calls from this number, the same each time."""
    digest = keyed_hash(phone, context="hotline-caller")
    with transaction.atomic():
        query("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [digest.hex()])
        known = Caller.objects.filter(digest=digest).values_list("subject_id", flat=True).first()
        if known is not None:
            return known
        return Caller.objects.create(digest=digest, subject_id=registry.create(PERSON)).subject_id
