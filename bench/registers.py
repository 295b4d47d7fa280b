"""The registers of a city that is measured: filled, and asked as the product asks them. For Django once set up."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from django.db import connection

from tongban import publication
from tongban.accounts.actor import actor_of
from tongban.applications import worklists
from tongban.catalog.vocabulary import Text
from tongban.registry import service as registry
from tongban.registry.model import Reader, Wanted
from tongban.testing.city import demonstration
from tongban.testing.city.people import PERSON

READER = Reader("system", Text("测量", "Measuring"))
TABLES = ("registry_subject", "registry_end", "registry_record")


def fill(people: int) -> int:
    """Make the city's people and what belongs to them; returns how many subjects."""
    subjects = demonstration.load(people)
    with connection.cursor() as cursor:
        cursor.execute("analyze")
    return subjects


def stored_bytes() -> int:
    """What the registers take on disk with their indexes."""
    with connection.cursor() as cursor:
        cursor.execute("select sum(pg_total_relation_size(name)) from unnest(%s::regclass[]) as name", [list(TABLES)])
        (total,) = cursor.fetchone()
    return int(total)


def some(count: int) -> list[str]:
    """The ID numbers of so many people from all over the city, the same each time."""
    with connection.cursor() as cursor:
        cursor.execute("select max(id) from registry_subject")
        (last,) = cursor.fetchone()
    random, found = Random("who is looked for"), dict[str, None]()  # noqa: S311 - repeatable, not secret
    while len(found) < count:
        drawn = [random.randint(1, last) for _ in range(4 * count)]
        with connection.cursor() as cursor:
            cursor.execute(
                "select id from registry_subject where type = %s and key is not null and id = any(%s)", [PERSON, drawn]
            )
            people = {row[0] for row in cursor.fetchall()}
        keys = registry.keys_of(people)
        found |= dict.fromkeys(keys[one] for one in drawn if one in keys)
    return list(found)[:count]


def find(key: str) -> int:
    """Somebody, by ID number. Raises ``KeyError`` where the registry does not know who that is."""
    found = registry.find(PERSON, key)
    if found is None:
        raise KeyError(key)
    return found


def search_at_window() -> Callable[[str], object]:
    """What the search of the combined window's clerk does with an ID number."""
    clerk = actor_of(demonstration.account("window"))
    return lambda key: worklists.search(clerk, key)


def read_everything() -> Callable[[str], object]:
    """Everything that all registers have about somebody: found, opened, and every look noted."""
    held = [each for each in publication.current().types[PERSON].attributes.values() if each.held_by is not None]

    def look(key: str) -> object:
        subject = find(key)
        return registry.read([Wanted(subject, attribute) for attribute in held], READER)

    return look
