"""Self-service terminals (自助机) in a hall: card number and password give a certificate, and nobody is logged in.

A terminal is a browser that a clerk at a window has made one; it keeps a secret of ours. There a person types the
number of the card and the own password, and a one-time code where the account has one; what comes back is one paper,
for two minutes and at this terminal alone. No session begins, so there is none that the next one in the queue finds
open. It gives only what the system grants by itself and asks nothing for.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.core import signing

from tongban.accounts.actor import Actor, actor_of
from tongban.accounts.log_in import Refusal, log_in
from tongban.accounts.models import User
from tongban.applications import starting
from tongban.applications.masking import masked_name
from tongban.applications.models import Terminal
from tongban.applications.offers import is_at_once, offer_of
from tongban.applications.problems import Problem, forbidden, not_found
from tongban.catalog.model import Catalog, ServiceDefinition
from tongban.catalog.vocabulary import Text
from tongban.credentials import service as credentials
from tongban.credentials.models import Document
from tongban.platform import time
from tongban.platform.crypto import keyed_hash
from tongban.publication import service as publication

PERSON: Final = "base/Person"
SHOWN: Final = timedelta(minutes=2)
"""How long what came out may be printed there."""
_SALT: Final = "terminal"


@dataclass(frozen=True, slots=True)
class Given:
    """What came out: whose (masked), which paper, its code, and the key that prints it there for a while."""

    name: str
    title: Text
    code: str
    key: str


def register(actor: Actor, office: str) -> str:
    """Make the clerk's computer a terminal of this office; returns the secret that it keeps. Raises Problem 403."""
    _require_window(actor, office)
    secret = secrets.token_urlsafe(32)
    Terminal.objects.create(
        office=office, digest=_digest(secret), registered_by=actor.user_id or 0, registered_at=time.now()
    )
    return secret


def end(actor: Actor, terminal_id: int) -> None:
    """Put a terminal out of use; to do so again changes nothing. Raises Problem 403, 404."""
    terminal = Terminal.objects.filter(id=terminal_id).first()
    if terminal is None:
        raise not_found()
    _require_window(actor, terminal.office)
    Terminal.objects.filter(id=terminal_id, ended_at=None).update(ended_at=time.now())


def in_use(office: str) -> list[Terminal]:
    """The terminals of an office, the oldest first."""
    return list(Terminal.objects.filter(office=office, ended_at=None).order_by("id"))


def behind(secret: str | None) -> Terminal | None:
    """The terminal that keeps this secret, while it is in use."""
    return Terminal.objects.filter(digest=_digest(secret), ended_at=None).first() if secret else None


def offered(catalog: Catalog) -> list[ServiceDefinition]:
    """What a terminal gives: credentials of people that the system grants by itself and of which nothing is asked."""
    return [one for one in catalog.services.values() if is_at_once(catalog, one.id) and _is_for_people(one)]


def give(
    terminal: Terminal, service: str, command_id: UUID, *, number: str, password: str, code: str, address: str
) -> Given | Refusal:
    """Apply for one credential as the person behind number, password and code, who agrees to what it reads.

    Raises Problem 422 where the applicant has to say or do more, 409 ``for-a-clerk`` where the system does not grant
    it: it was sent then, and an office decides.
    """
    catalog = publication.current()
    if service not in {one.id for one in offered(catalog)}:
        raise not_found()
    user = log_in(number.strip().upper(), password, code, address)
    if not isinstance(user, User):
        return user
    if user.subject_id is None:
        return "wrong"  # staff have nothing to be certified here
    opened = starting.begun(
        actor_of(user), service, command_id=command_id, applicant=user.subject_id, channel="terminal",
        agree=True, submit=True,
    )  # fmt: skip
    paper = Document.objects.filter(case_number=f"{opened.form.number}/01", sort="credential").first()
    if paper is None:
        title = offer_of(catalog, service).title
        raise Problem(
            409,
            "for-a-clerk",
            Text(
                f"“{title.zh}”有一处要工作人员看，已经交上去了，办好了告诉你",
                f"“{title.en}” needs a clerk's eye. It was sent, and you will be told.",
            ),
        )
    name = masked_name(user.shown_name)
    key = signing.dumps([terminal.id, str(paper.id), name], salt=_SALT)
    return Given(name, Text(paper.title_zh, paper.title_en), paper.code, key)


def given(terminal: Terminal, key: str) -> Given:
    """What came out of this terminal a moment ago. Raises Problem 404."""
    paper, name = _opened(terminal, key)
    return Given(name, Text(paper.title_zh, paper.title_en), paper.code, key)


def printed(terminal: Terminal, key: str) -> bytes:
    """Its signed file. Raises Problem 404."""
    return credentials.document_bytes(_opened(terminal, key)[0].id)


def case_of(terminal: Terminal, key: str) -> str:
    """The case that brought it. Raises Problem 404."""
    return _opened(terminal, key)[0].case_number


def _opened(terminal: Terminal, key: str) -> tuple[Document, str]:
    try:
        at, paper, name = signing.loads(key, salt=_SALT, max_age=SHOWN)
    except signing.BadSignature:
        raise not_found() from None
    found = Document.objects.filter(id=UUID(paper)).first() if at == terminal.id else None
    if found is None:
        raise not_found()
    return found, name


def _is_for_people(service: ServiceDefinition) -> bool:
    alone = [role for role in service.roles.values() if not role.ends]
    return [role.type for role in alone] == [PERSON]


def _require_window(actor: Actor, office: str) -> None:
    if actor.user_id is None or not actor.has_role("window", office):
        raise forbidden("这个窗口不归你", "This window is not yours.")


def _digest(secret: str) -> bytes:
    # The letter case of a secret counts, and the keyed hash folds it: so its bytes are hashed, not its letters.
    return keyed_hash(secret.encode().hex(), context=_SALT)
