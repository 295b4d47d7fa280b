"""Taking an application back: every case not decided yet stops, decided ones stand."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tongban.accounts.actor import Actor
from tongban.applications.doers import doer_of
from tongban.applications.models import Form
from tongban.applications.problems import Problem, not_found
from tongban.applications.store import load
from tongban.casework import service as casework
from tongban.catalog.vocabulary import Text


def withdraw(actor: Actor, number: str, command_id: UUID) -> None:
    """Withdraw an application; a draft simply ends. The same command twice withdraws once.

    Raises Problem 409 ``nothing-to-withdraw`` when every part is decided.
    """
    with transaction.atomic():
        opened = load(actor, number, for_update=True)
        if not opened.is_applicant:
            raise not_found()
        form = opened.form
        if form.state == Form.State.WITHDRAWN:
            return
        if form.state == Form.State.SUBMITTED:
            done, _standing = casework.withdraw(number, str(command_id), doer_of(actor, form))
            if not done:
                raise Problem(
                    409,
                    "nothing-to-withdraw",
                    Text("都已经决定了，没有可以撤回的", "Everything is decided; nothing is left."),
                )
        form.state = Form.State.WITHDRAWN
        form.save(update_fields=["state"])
