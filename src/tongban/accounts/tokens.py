"""Bearer tokens: made once, shown once, kept as a keyed hash, with scopes and an end."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from tongban.accounts.actor import ALL_SCOPES, BEHIND, Actor, actor_in
from tongban.accounts.models import Token, User
from tongban.accounts.problems import AccountProblem
from tongban.catalog.vocabulary import Text
from tongban.platform import time
from tongban.platform.crypto import keyed_hash
from tongban.platform.database import query

CONTEXT = "token"
TOKEN_SCOPES = ALL_SCOPES | {"demonstration", "hotline", "refer"}
"""``demonstration`` lets a token move a demonstration city's time and take holders down; ``refer`` lets an agency
elsewhere send cases here and answer those that were sent to it, ``hotline`` a telephone service pass calls on.
"""


def issue_token(
    user: User,
    scopes: Collection[str],
    *,
    until: datetime | None = None,
    label: str = "",
    command: UUID | None = None,
) -> str:
    """Make a bearer token; the text is shown once.

    Raises AccountProblem ``unknown-scope``, IntegrityError for a command that has made one before.
    """
    if not scopes or not TOKEN_SCOPES.issuperset(scopes):
        known = ", ".join(sorted(TOKEN_SCOPES))
        raise AccountProblem("unknown-scope", Text(f"范围只有这几种：{known}", f"The scopes are: {known}."))
    text = secrets.token_urlsafe(32)
    Token.objects.create(
        user=user, digest=_digest(text), scopes=sorted(scopes), until=until, label=label, command=command
    )
    return text


def actor_of_token(text: str) -> Actor | None:
    """The actor behind a bearer token, or None when it is unknown, out of date or its account is closed."""
    now = time.now()
    found = query(_BEHIND, [now.date(), _digest(text), now])
    if not found:
        return None
    scopes, *behind = found[0]
    return actor_in(behind, scopes)


_BEHIND = f"""
select t.scopes, {BEHIND}
from accounts_token t join accounts_user u on u.id = t.user_id and u.is_active, (select %s::date as day) d
where t.digest = %s and coalesce(t.until, 'infinity') > %s
"""  # noqa: S608 -- fixed texts
"""Asked for every request, hence in one statement; kept by nobody, so that a revoked token ends at once."""


def end_of(text: str) -> datetime | None:
    """When a bearer token ends; None when it has no end."""
    return Token.objects.filter(digest=_digest(text)).values_list("until", flat=True).first()


def tokens_of(user_id: int, by: str | None = None) -> QuerySet[Token]:
    """The account's tokens that a reader reaches: one who logged in all of them, the token ``by`` itself only."""
    found = Token.objects.filter(user_id=user_id)
    return found if by is None else found.filter(digest=_digest(by))


def revoke_token(user_id: int, token_id: int, by: str | None = None) -> bool:
    """Take a token out of force. False when it is not within reach (`tokens_of`)."""
    return tokens_of(user_id, by).filter(id=token_id).delete()[0] == 1


def _digest(text: str) -> bytes:
    # A token's letter case counts, and the keyed hash folds it: so its bytes are hashed, not its letters.
    return keyed_hash(text.encode().hex(), context=CONTEXT)
