"""What people said of cases that ended before the demonstration began: synthetic ratings, so that the page of how
satisfied people are has something to show. Their cases are not there: they were of a former system.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tongban.pack_api import Database

SAID: Final = (
    ("police/birth-registration", "demonstration/population-430211", (61, 22, 6, 2, 1)),
    ("police/birth-registration", "demonstration/population-430203", (34, 19, 8, 4, 1)),
    ("health/birth-certificate", "demonstration/maternity-430211", (88, 15, 3, 1, 0)),
    ("market/business-licence", "demonstration/business-430203", (41, 30, 12, 7, 4)),
    ("market/food-licence", "demonstration/business-430203", (12, 10, 9, 6, 5)),
    ("hrss/social-card", "demonstration/human-resources-4302", (120, 41, 9, 3, 2)),
)
"""Service, office, and how many said each grade from 5 to 1 in a month."""

_RATED: Final = """
insert into supervision_rating (
    "case", service, office, grade, reason, channel, is_real, rated_at, changed_at, matter, set_aside_at)
select format('%%s-%%s-%%s/01', %s::text, %s::text, n), %s, %s, %s, '', 'web', true, at, at, null, null
from generate_series(1, %s) n, lateral (select timestamptz '2026-09-01 10:00+08' + n * interval '5 hours' as at) rated
"""


def populate(residents: Sequence[int], db: Database) -> None:
    """Keep the ratings of a month before. They are nobody's of the ``residents``."""
    del residents
    for line, (service, office, grades) in enumerate(SAID, 1):
        for grade, people in zip((5, 4, 3, 2, 1), grades, strict=True):
            db.execute(_RATED, [f"OLD{line}", str(grade), service, office, grade, people])
