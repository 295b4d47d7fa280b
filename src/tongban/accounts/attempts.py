"""How often something was tried under one key in a while: one row a key, counted in one statement.

Keys are hashed, so that the table lists neither names nor addresses.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.db.models import F

from tongban.accounts.models import Attempts
from tongban.platform import time
from tongban.platform.crypto import keyed_hash

CONTEXT = "attempts"

# A count that has run out begins anew. One at its limit keeps its end: who goes on trying does not wait longer, nor
# does anybody after the computer's clock was set back.
COUNT = """
insert into accounts_attempts as known (key, count, until) values (%(key)s, 1, %(until)s)
on conflict (key) do update set
    count = case when known.until <= %(now)s then 1 else known.count + 1 end,
    until = case when known.until > %(now)s and known.count >= %(limit)s
        then least(known.until, %(until)s) else %(until)s end
returning count
"""


def count(key: str, limit: int, window: timedelta) -> bool:
    """Count a try under a key. False when there were ``limit`` before it, none of them ``window`` after the last."""
    now = time.recorded_now()
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"key": _hashed(key), "now": now, "until": now + window, "limit": limit})
        (counted,) = cursor.fetchone()
    return bool(counted <= limit)


def wait(key: str, limit: int) -> timedelta:
    """How long until a key that has reached ``limit`` counts anew; zero for any other."""
    now = time.recorded_now()
    full = Attempts.objects.filter(key=_hashed(key), count__gte=limit, until__gt=now)
    until = full.values_list("until", flat=True).first()
    return until - now if until else timedelta(0)


def take_back(key: str) -> None:
    """Forget one try: it was right."""
    Attempts.objects.filter(key=_hashed(key), count__gt=0).update(count=F("count") - 1)


def forget(key: str) -> None:
    """Forget all tries under a key."""
    Attempts.objects.filter(key=_hashed(key)).delete()


def forget_old() -> int:
    """Remove what has run out; returns how many keys. For a periodic job."""
    return Attempts.objects.filter(until__lte=time.recorded_now()).delete()[0]


def _hashed(key: str) -> str:
    return keyed_hash(key, context=CONTEXT).hex()
