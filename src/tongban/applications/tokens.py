"""Tokens of one's own: for a program that acts as oneself, with some of one's scopes and until a day.

A token never allows more than its owner may, and one made with a token never more or longer than that token. Whoever
has logged in sees and ends all of them; a token, which may be in wrong hands, only itself.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction

from tongban.accounts import tokens
from tongban.accounts.actor import Actor
from tongban.accounts.models import Token, User
from tongban.applications.problems import FieldError, command_reused, forbidden, not_found, wrong_fields
from tongban.catalog.vocabulary import Text
from tongban.platform import time

LONGEST_DAYS: Final = 366
MOST_CHARACTERS: Final = 80
OF_PEOPLE: Final = frozenset({"apply", "read"})


def scopes_of(actor: Actor) -> frozenset[str]:
    """The scopes that a token of this actor may have: what a desk may do is for staff, the audit for auditors."""
    scopes = actor.scopes & (OF_PEOPLE if actor.kind == "person" else tokens.TOKEN_SCOPES)
    return scopes if actor.has_role("auditor") else scopes - {"audit"}


def mine(actor: Actor, *, by: str | None = None) -> list[dict[str, Any]]:
    """The actor's tokens in force, the newest first: ``id``, ``label``, ``scopes``, ``until`` (None: no end).

    ``by`` is the token that asks: it reaches no other.
    """
    rows = tokens.tokens_of(actor.user_id or 0, by).order_by("-id")
    return [_line(row) for row in rows if row.until is None or row.until > time.now()]


def issue(
    actor: Actor,
    label: str,
    scopes: Collection[str],
    until: date,
    *,
    command_id: UUID | None = None,
    by: str | None = None,
) -> dict[str, Any]:
    """Make a token that ends with this day: its line and, this once, ``token``. ``by`` is the token that asks for it.

    Raises Problem 403 ``forbidden`` for machines, 409 ``command-reused``: one command makes one token, 422 ``empty``,
    ``too-long``, ``unknown-scope`` or ``wrong-days``.
    """
    if actor.kind not in {"person", "staff"}:
        raise forbidden("令牌要由人来发", "Tokens are issued by people.")
    label, end = label.strip(), time.start_of(until + timedelta(days=1))
    _refuse(actor, label, frozenset(scopes), until, tokens.end_of(by) if by else None, end)
    user = User.objects.get(id=actor.user_id or 0)
    try:
        with transaction.atomic():
            text = tokens.issue_token(user, scopes, until=end, label=label, command=command_id)
            return mine(actor)[0] | {"token": text}  # read here: nobody is shown the token of a line that failed
    except IntegrityError:
        raise command_reused() from None


def revoke(actor: Actor, token_id: int, *, by: str | None = None) -> None:
    """Take one of the actor's tokens out of force now; ``by``, the token that asks, only itself. Raises Problem 404."""
    if not tokens.revoke_token(actor.user_id or 0, token_id, by):
        raise not_found()


def _refuse(
    actor: Actor, label: str, scopes: frozenset[str], until: date, longest: datetime | None, end: datetime
) -> None:
    errors = []
    if not label:
        errors.append(FieldError("label", "empty", Text("写一下给谁用", "Say what it is for.")))
    if len(label) > MOST_CHARACTERS:
        errors.append(FieldError("label", "too-long", Text("最多 80 个字", "80 characters at most.")))
    known = scopes_of(actor)
    if not scopes:
        errors.append(FieldError("scopes", "empty", Text("至少选一样", "Choose at least one.")))
    elif not scopes <= known:
        listed = ", ".join(sorted(known))
        errors.append(FieldError("scopes", "unknown-scope", Text(f"只能从这些里选：{listed}", f"One of: {listed}.")))
    latest = time.today() + timedelta(days=LONGEST_DAYS)
    if not time.today() <= until <= latest or (longest is not None and end > longest):
        text = Text(f"从今天到 {latest} 里选一天", f"Choose a day from today to {latest}.")
        if longest is not None:
            text = Text(f"{text.zh}，不比现在这个令牌长", f"{text.en.rstrip('.')}, no later than the token in use.")
        errors.append(FieldError("until", "wrong-days", text))
    if errors:
        raise wrong_fields(errors)


def _line(row: Token) -> dict[str, Any]:
    until = (row.until - timedelta(seconds=1)).astimezone(time.ZONE).date().isoformat() if row.until else None
    return {"id": row.id, "label": row.label, "scopes": list(row.scopes), "until": until}
