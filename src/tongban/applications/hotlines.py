"""A hotline (12345) that passes on what its callers could not get done, once for each of its own numbers.

The hotline learns the number, who answers until when, and what the catalogue says of it; what becomes of the matter is
told to the caller alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from tongban.accounts.actor import Actor
from tongban.accounts.models import User, login_of
from tongban.accounts.tokens import issue_token
from tongban.applications import inquiries, not_done
from tongban.applications.following import case_line
from tongban.applications.problems import FieldError, Problem, wrong_fields
from tongban.casework import store
from tongban.catalog import values
from tongban.catalog.vocabulary import Text
from tongban.platform import time
from tongban.publication import service as publication
from tongban.registry import service as registry

PERSON: Final = "base/Person"


@dataclass(frozen=True, slots=True)
class Call:
    """What a caller said: their ID number, how it failed, about which application or service, if they know."""

    caller: str
    said: str
    kind: str = "other"
    application: str | None = None
    offer: str | None = None


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

    Raises Problem 404 for a matter that is not the caller's, 422 ``caller-unknown`` or as `not_done.tell` does.
    """
    asker = _caller(call.caller)
    told = not_done.tell(
        actor, call.said, command_id=command_id, kind=call.kind, application=call.application, offer=call.offer,
        asker=asker,
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


def _caller(number: str) -> int:
    attribute = publication.current().types[PERSON].attributes["id_number"]
    try:
        key = str(values.read(attribute, number))
    except values.WrongValue as wrong:
        raise wrong_fields([FieldError("caller", wrong.code, wrong.text)]) from None
    found = registry.find(PERSON, key)
    if found is None:
        text = Text(
            "库里没有这个人，让他到最近的窗口说", "No register knows this person. Ask them to come to a window."
        )
        raise Problem(422, "caller-unknown", text, [FieldError("caller", "caller-unknown", text)])
    return found
