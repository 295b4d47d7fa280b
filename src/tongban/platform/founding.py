"""Founding a city: a new database gets its keys and its mark (real, demonstration, test) before anything else.

Later runs only bring it up to date. A real city is never taken for a demonstration, however it came about.
"""

from __future__ import annotations

from django.core.management import call_command
from django.db import connections

from tongban.platform import crypto, places, time
from tongban.platform.errors import PlatformError
from tongban.platform.models import City, Mark

FIRST_TABLES = {"django_migrations", City._meta.db_table}  # noqa: SLF001 - Django's documented way to ask


def found(mark: Mark, *, verbosity: int = 0) -> None:
    """Bring the city's database up to date, as its owner; mark it if it is new.

    Raises PlatformError `real-city` when a demonstration or a test is wanted and the database is a real city's, and
    `database-not-empty` when it holds somebody else's tables. Neither changes anything.
    """
    with connections["owner"].cursor() as cursor:
        tables = set(connections["owner"].introspection.table_names(cursor))
    if tables <= FIRST_TABLES:
        crypto.create(places.keys())
        call_command("migrate", "platform", database="owner", interactive=False, verbosity=verbosity)
        time.found_city(mark)
    elif not tables >= FIRST_TABLES:
        raise PlatformError(
            "database-not-empty",
            zh="数据库里有别的程序的表。",
            en="The database holds tables of another program.",
            do_zh="请给通办一个空的数据库。",
            do_en="Give Tongban an empty database.",
        )
    elif mark is not Mark.REAL:
        refuse_real_city()
    call_command("migrate", database="owner", interactive=False, verbosity=verbosity)


def refuse_real_city() -> None:
    """Raise PlatformError `real-city` if this database is a real city's."""
    if time.city_mark() is Mark.REAL:
        raise PlatformError(
            "real-city",
            zh="这是真实城市的数据库，不能当作演示城市。",
            en="This is a real city's database: it cannot be used as a demonstration.",
            do_zh="请换一个 DATABASE_URL 或 TONGBAN_HOME。",
            do_en="Choose another DATABASE_URL or TONGBAN_HOME.",
        )
