"""Choosing a password of one's own: what is too weak, and changing it at an open session.

A new password ends the account's other sessions by itself: each carries a hash of the password it began with.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from tongban.accounts.log_in import Refusal, slowed
from tongban.accounts.models import User
from tongban.catalog.vocabulary import Text
from tongban.platform.crypto import normalised

WEAK: Final[Mapping[str, Text]] = {
    "password_too_short": Text("密码太短，至少 8 位", "The password is too short: 8 characters or more."),
    "password_too_common": Text("这个密码用的人太多，换一个", "Too many people use this password. Choose another."),
}
"""The words for what the validators in the settings find."""
LIKE_NUMBER: Final = Text(
    "别用证件号码里的数字当密码，换一个", "A password must not be part of your number. Choose another."
)
NOT_TWICE: Final = Text("两次填的不一样，再填一次", "The two are not the same. Type it again.")


def faults(name: str, new: str, again: str) -> dict[str, Text]:
    """What is wrong with a new password for whoever logs in as ``name``, by field (``new``, ``again``); one at most."""
    try:
        validate_password(new.strip())  # space around it is no harder to guess
    except ValidationError as weak:
        return {"new": WEAK[weak.error_list[0].code or ""]}
    if normalised(new) in normalised(name) or (name and normalised(name) in normalised(new)):
        return {"new": LIKE_NUMBER}
    return {} if new == again else {"again": NOT_TWICE}


def replace(user: User, new: str) -> None:
    """A new password for whoever forgot theirs or lost the authenticator: the code at log-in and all sessions end."""
    user.set_password(new)
    user.totp_secret = None
    user.save(update_fields=["password", "totp_secret"])


def change(user: User, present: str, new: str) -> Refusal | None:
    """Give an account a new password, if the present one is right; otherwise says why not. Tries are slowed."""
    outcome = slowed(user.login, "", lambda: user if user.check_password(present) else "wrong")
    if not isinstance(outcome, User):
        return outcome
    user.set_password(new)
    user.save(update_fields=["password"])
    return None
