"""Log-in slips: how somebody gets into their account who has no password yet, forgot it, or lost the authenticator.

A clerk who has seen the card gives a code; with it, once and within a day, its owner chooses a password. A slip does
not say whose it is: it is worth nothing without the ID number.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth.hashers import make_password
from django.db import transaction

from tongban.accounts import passwords
from tongban.accounts.log_in import Refusal, forget_tries, slowed
from tongban.accounts.models import Slip, User, login_of
from tongban.accounts.problems import AccountProblem
from tongban.catalog.vocabulary import Text
from tongban.platform import time
from tongban.platform.crypto import keyed_hash

LASTS: Final = timedelta(hours=24)
CODE_DIGITS: Final = 12
"""As many as one types gladly: with the tries of one day nobody guesses them."""


def account_of(subject_id: int, number: str, name: str) -> User:
    """The account of a person whom the registry knows, by its ID number; made without a password if there is none.

    An account follows its person's number and name. Raises AccountProblem ``account-closed``.
    """
    known = {"login": login_of(number), "shown_name": name}
    new = known | {"kind": User.Kind.PERSON, "password": make_password(None)}
    user, _ = User.objects.update_or_create(subject_id=subject_id, defaults=known, create_defaults=new)
    if not user.is_active:
        text = Text("这个账号已经停用，凭条开不了", "The account is closed: no slip opens it.")
        raise AccountProblem("account-closed", text)
    return user


def give(user: User, office: str, given_by: int) -> tuple[str, datetime]:
    """A new slip for an account: its code, which is told this once, and its end. An older slip ends with it."""
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    now = time.now()
    slip = Slip.objects.create(
        user=user, digest=_digest(user, code), office=office, given_by_id=given_by, given_at=now, until=now + LASTS
    )
    forget_tries(user.login)
    return code, slip.until


def use(number: str, code: str, password: str, address: str = "") -> User | Refusal:
    """Whose slip this is, with the password that was chosen and no one-time code any more; or why not.

    A number that nobody has is answered and slowed as a wrong code. Other sessions end with the old password.
    """
    return slowed(login_of(number), address, lambda: _use(number, code, password))


def _use(number: str, code: str, password: str) -> User | Refusal:
    slips = Slip.objects.filter(user__login=login_of(number), user__is_active=True)
    slip = slips.select_related("user").order_by("-id").first()
    now = time.now()
    if slip is None or slip.until <= now or not hmac.compare_digest(bytes(slip.digest), _digest(slip.user, code)):
        return "wrong"
    user = slip.user
    with transaction.atomic():
        # The condition stands in the statement, so that of two who send one code at one moment only one is let in.
        if Slip.objects.filter(id=slip.id, used_at=None).update(used_at=now) == 0:
            return "wrong"
        passwords.replace(user, password)
    return user


def _digest(user: User, code: str) -> bytes:
    return keyed_hash(code, context=f"slip:{user.id}")
