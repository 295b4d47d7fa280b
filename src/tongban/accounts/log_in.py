"""Logging in: a number, a password and, where the account has one, a one-time code (RFC 6238). Guessing is slowed.

The names people log in with are ID numbers; only their keyed hash is stored and nothing of them is logged. A name that
nobody has takes as long and is slowed the same way, so that nobody learns who has an account.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Literal

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.contrib.auth import login
from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest

from tongban.accounts import attempts
from tongban.accounts.models import User, login_of
from tongban.platform import time
from tongban.platform.crypto import decrypt, encrypt

TRIES_PER_NAME = 5
TRIES_PER_ADDRESS = 100  # a hall full of people may stand behind one address
WINDOW = timedelta(minutes=15)
TOTP_DIGITS = 6
TOTP_STEP_SECONDS = 30
TOTP_SECRET_BYTES = 20
NO_PASSWORD = make_password(None)

Refusal = Literal["wrong", "locked", "code-needed", "wrong-code"]


def log_in(name: str, password: str, code: str = "", address: str = "") -> User | Refusal:
    """The account behind a number, password and one-time code, or why not; ``address`` is where the try comes from."""
    return slowed(login_of(name), address, lambda: _judge(name, password, code))


def slowed(login: str, address: str, judge: Callable[[], User | Refusal]) -> User | Refusal:
    """What ``judge`` says of one more try at a stored name, or ``locked``: tries of every kind count together."""
    by_name, by_address = _by_name(login), _by_address(address)
    # A try is counted before it is judged and taken back when it was right: tries at the same moment all count.
    if address and not attempts.count(by_address, TRIES_PER_ADDRESS, WINDOW):
        return "locked"
    if not attempts.count(by_name, TRIES_PER_NAME, WINDOW):
        return "locked"
    outcome = judge()
    if isinstance(outcome, User):
        attempts.forget(by_name)
        attempts.take_back(by_address)
    elif outcome == "code-needed":  # the password was right; the codes tried before still count
        attempts.take_back(by_name)
        attempts.take_back(by_address)
    return outcome


def wait(name: str, address: str) -> timedelta:
    """How long until a ``locked`` try may be made again."""
    return max(
        attempts.wait(_by_name(login_of(name)), TRIES_PER_NAME), attempts.wait(_by_address(address), TRIES_PER_ADDRESS)
    )


def forget_tries(login: str) -> None:
    """Whoever it is has shown who they are in another way: mistakes made before count no more."""
    attempts.forget(_by_name(login))


def _by_name(login: str) -> str:
    return f"name:{login}"


def _by_address(address: str) -> str:
    return f"address:{address}"


def enter(request: HttpRequest, user: User) -> None:
    """Begin the account's session, under a new session key: one known before log-in is worth nothing after."""
    login(request, user)


def _judge(name: str, password: str, code: str) -> User | Refusal:
    user = User.objects.filter(login=login_of(name), is_active=True).exclude(kind=User.Kind.MACHINE).first()
    if user is None:
        check_password(password, NO_PASSWORD)  # as slow as a wrong password
        return "wrong"
    if not user.check_password(password):
        return "wrong"
    if user.totp_secret is None:
        return user
    if not code:
        return "code-needed"
    return user if _take_code(user, bytes(user.totp_secret), code) else "wrong-code"


def _take_code(user: User, sealed: bytes, code: str) -> bool:
    """Whether the code is right and is used for the first time: in its own half minute or the one before or after."""
    totp = _totp(totp_secret_of(user, sealed))
    step = int(time.recorded_now().timestamp()) // TOTP_STEP_SECONDS
    for near in (step, step - 1, step + 1):
        try:
            totp.verify(code.encode(), near * TOTP_STEP_SECONDS)
        except InvalidToken:
            continue
        # The condition stands in the statement, so that of two who send one code at one moment only one is let in.
        unused = User.objects.filter(id=user.id, totp_last_step__lt=near)
        return unused.update(totp_last_step=near) == 1
    return False


def totp_secret_of(user: User, sealed: bytes) -> bytes:
    """The secret of an account's authenticator, in clear."""
    return decrypt(sealed, context=totp_context(user.id))


def _totp(secret: bytes) -> TOTP:
    return TOTP(secret, TOTP_DIGITS, SHA1(), TOTP_STEP_SECONDS)  # noqa: S303 -- RFC 6238, what every app supports


def totp_context(user_id: int) -> str:
    """The place to which the secret of an authenticator is bound."""
    return f"totp:{user_id}"


def new_totp_secret() -> str:
    """A secret for an authenticator app, in base 32; kept only once a first code was right."""
    return base64.b32encode(secrets.token_bytes(TOTP_SECRET_BYTES)).decode()


def totp_address(secret: str, label: str) -> str:
    """The otpauth:// address that a QR code carries."""
    return _totp(base64.b32decode(secret)).get_provisioning_uri(label, "Tongban")


def turn_on_totp(user: User, secret: str, code: str) -> bool:
    """Ask for a code at every log-in from now on, if the first one is right."""
    sealed = encrypt(base64.b32decode(secret), context=totp_context(user.id))
    if not _take_code(user, sealed, code):
        return False
    user.totp_secret = sealed
    user.save(update_fields=["totp_secret"])
    return True


def turn_off_totp(user: User, code: str) -> Refusal | None:
    """Ask for the password alone from now on, if the present code is right; otherwise says why not.

    Whoever sits at an open session has as many tries as at log-in, counted together with those.
    """
    if (sealed := user.totp_secret) is None:
        return None
    outcome = slowed(user.login, "", lambda: user if _take_code(user, bytes(sealed), code) else "wrong-code")
    if not isinstance(outcome, User):
        return outcome
    user.totp_secret = None
    user.save(update_fields=["totp_secret"])
    return None
