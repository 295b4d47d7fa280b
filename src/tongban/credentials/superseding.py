"""What is certified was corrected where it is kept: older papers that say it are superseded (已被更正), for ever.

A certificate tells what was known on its day. Once the records behind it change for months that it covers, whoever
verifies it must hear so; the paper itself stays genuine, and its holder gets a new one at once. Whoever keeps the
records calls this on its own cursor, so that correction and verdict are one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from tongban.platform.turns import Cursor, in_turn

_SUPERSEDE: Final = """
update credentials_document set superseded_on = %s
where definition = any(%s::text[]) and holder_subject_id = any(%s::bigint[]) and sort = 'credential'
    and issued_at >= (%s::date)::timestamp at time zone 'Asia/Shanghai'
    and superseded_on is null and revoked_at is null
"""


_CERTIFYING: Final = 7_205_003


def certify_in_turn(cursor: Cursor, holders: Iterable[int]) -> None:
    """Wait until nobody else certifies or corrects what is kept of these holders; it lasts until the transaction ends.

    Whoever certifies asks for it before reading: then a correction either is read, or finds the paper and marks it.
    """
    in_turn(cursor, _CERTIFYING, holders)


def supersede(cursor: Cursor, definitions: Sequence[str], holders: Sequence[int], *, since: date, on: date) -> None:
    """Mark these holders' credentials that may tell of what is no longer true; one that is marked already stays so.

    ``definitions`` are full ids (``social-insurance/insurance-certificate``); ``since`` is the first day of what was
    corrected: a paper from before it says nothing about it. ``on`` is the day of the correction.
    """
    certify_in_turn(cursor, holders)
    cursor.execute(_SUPERSEDE, [on, list(definitions), list(holders), since])
