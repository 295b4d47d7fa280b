"""What the books of packs work out for a case: asked by its decision, and by the page on which somebody confirms it.

A service says of a fact `{from: books, rule: social-insurance/back-payment@1, figure: principal_fen}`; the function
stands in the pack's `figures.py`, is found by place and changes nothing. What the books know nothing of is for the
clerk to type.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db import connection

from tongban.applications import effects
from tongban.casework import books
from tongban.casework.books import Asked, Told
from tongban.casework.model import Refused
from tongban.casework.refusals import refuse
from tongban.pack_api import Decided, PolicyError, RefusedError, Worked


def register() -> None:
    """Let casework ask here."""
    books.register(_told)


def _told(asked: Asked, rule: str) -> Told:
    found = worked_out(asked, rule)
    return found if isinstance(found, Refused) else {name: one.value for name, one in found.items()}


def worked_out(asked: Asked, rule: str) -> Mapping[str, Worked] | Refused:
    """What a rule works out for a case, by figure, with its way; or why nothing can be."""
    facts = asked.facts()
    sent_on = effects.sent_on(asked.number.rpartition("/")[0], asked.at)
    one = Decided(asked.number, asked.service, asked.roles, facts, asked.at, sent_on)
    try:
        with connection.cursor() as cursor:
            return effects.figures_of(rule)(one, cursor)
    except RefusedError as refusal:
        return refuse("not-worked-out", problem=refusal.text)
    except PolicyError as error:
        return refuse("not-worked-out", problem=error.issues[0].text)
