"""How often one address may do what needs no log-in: so many times in each minute, all processes counted together."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from tongban.accounts import attempts
from tongban.applications.problems import Problem
from tongban.catalog.vocabulary import Text
from tongban.platform import time

WINDOW: Final = timedelta(minutes=1)


def slow(what: str, address: str, most: int) -> None:
    """Count one more try of `what` from an address. Raises Problem 429 ``too-often`` after `most` in one minute."""
    now = time.recorded_now()
    minute = now.replace(second=0, microsecond=0)
    if not attempts.count(f"{what}:{address}:{minute.isoformat()}", most, WINDOW):
        text = Text("太快了，一分钟后再试", "Too often. Try again in a minute.")
        raise Problem(429, "too-often", text, wait=minute + WINDOW - now)
