"""Closing a person's account for ever: nothing in it names anybody any more, and nobody gets in."""

from __future__ import annotations

import secrets

from django.contrib.auth.hashers import make_password

from tongban.accounts.models import Mandate, Token, User, login_of


def erase(subject_id: int) -> int | None:
    """Erase the account of a person, with tokens and mandates; returns the account's id, None where there is none.

    The row stays, because slips and events name it by number: without a name, a log-in, or a way in.
    """
    Mandate.objects.filter(grantor_subject_id=subject_id).delete()
    Mandate.objects.filter(agent_subject_id=subject_id).delete()
    user = User.objects.filter(subject_id=subject_id).first()
    if user is None:
        return None
    Token.objects.filter(user=user).delete()
    user.login = login_of(secrets.token_hex())
    user.password = make_password(None)  # ends every session
    user.shown_name, user.persona, user.totp_secret, user.is_active = "", None, None, False
    user.save()
    return user.id
