"""The rehearsal city: a database of its own, made from the template, with another city's publication and its offices.

It has no people but those who walk; its time stands still on the morning of a day; it is served over HTTP on a port of
its own. It is gone afterwards.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from django.contrib.auth.hashers import make_password

from tongban import publication
from tongban.catalog.model import Catalog
from tongban.platform import database, time
from tongban.platform.postgres import Postgres
from tongban.supervision.citytime import OPENING
from tongban.testing.city.staff import staff_of_offices
from tongban.testing.homes import own_home
from tongban.testing.rehearsal.browsing import PASSWORD, opened_site
from tongban.testing.rehearsal.walker import Walker
from tongban.testing.templates import PUBLISHED

_numbers = itertools.count(1)


@contextmanager
def rehearsal_city(server: Postgres, catalog: Catalog, on: date | None = None) -> Iterator[Walker]:
    """Somebody who can walk in a new city with these definitions; Django's connections lead there meanwhile."""
    name = f"rehearsal_{next(_numbers)}"
    database.create(server, name, template=PUBLISHED)
    try:
        database.point_to(server, name)
        with own_home():
            start = datetime.combine(on, OPENING, time.ZONE) if on else time.DEMONSTRATION_START
            time.set_time(start, frozen=True)
            if publication.current().digest != catalog.digest:
                publication.publish(catalog)
            staff_of_offices(publication.current(), make_password(PASSWORD))
            with opened_site() as site:
                yield Walker(publication.current(), site)
    finally:
        database.close_connections()
        database.drop(server, name)
