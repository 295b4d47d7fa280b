"""An authenticator app: the code that it shows now."""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from tongban.platform import time


def code_of(secret: str) -> str:
    """The six digits of a secret in base 32."""
    totp = TOTP(base64.b32decode(secret), 6, SHA1(), 30)  # noqa: S303 -- what every app supports
    return totp.generate(int(time.recorded_now().timestamp())).decode()
