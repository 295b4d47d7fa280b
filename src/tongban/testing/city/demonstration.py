"""Filling a demonstration or test city from its publication, and who can log in there."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from difflib import get_close_matches

from django.db import connection, transaction
from django.db.models import Q

from tongban import publication
from tongban.accounts.models import User
from tongban.accounts.tokens import TOKEN_SCOPES, issue_token
from tongban.catalog.vocabulary import Text
from tongban.platform import time
from tongban.platform.database import query
from tongban.platform.errors import PlatformError
from tongban.platform.founding import refuse_real_city
from tongban.platform.packs import pack_folders
from tongban.registry import service as registry
from tongban.testing.city import cases, walks
from tongban.testing.city.census import Census
from tongban.testing.city.identities import born_of
from tongban.testing.city.load import put
from tongban.testing.city.personas import persona as persona_called
from tongban.testing.city.personas import personas
from tongban.testing.city.records import Records
from tongban.testing.city.staff import PASSWORD, let_in, login_name

__all__ = ["DEMONSTRATION_SEED", "PASSWORD", "account", "load", "log_ins", "token_of"]

DEMONSTRATION_SEED = "zhuzhou"
DEMONSTRATION_PEOPLE = 20_000
LOOKED_THROUGH, YOUNGEST, OLDEST = 400, 24, 48
_NO_WORK = """
select id from registry_subject s where type = 'base/Person' and key is not null
    and not exists (select from registry_end e where e.subject_id = s.id and e.name = 'employee') order by id limit %s
"""
TOKEN_LIFE = timedelta(days=400)  # stories move the city's time by months


def load(
    people: int = DEMONSTRATION_PEOPLE,
    *,
    seed: str = DEMONSTRATION_SEED,
    progress: Callable[[int], None] | None = None,
    has_books: bool = True,
) -> int:
    """Fill the city with so many people and all that belongs to them, in one transaction; returns how many subjects.

    Without ``has_books`` nobody is in the books that packs keep, so that a story begins them.
    A city that has its people already is left as it is. Raises PlatformError ``real-city`` and ``nothing-published``.
    """
    refuse_real_city()
    catalog, today = publication.current(), time.today()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(hashtext('tongban demonstration city'))")
        if User.objects.filter(persona__isnull=False).exists():
            return 0
        census = Census(catalog, personas(), size=people, seed=seed, on=today)
        count = put(census.subjects(), Records(catalog, seed=seed, on=today), progress)
        let_in(personas(), catalog)
        if has_books:
            residents = _without_work(today)
            _let_packs_add(residents)
    if has_books:
        walks.populate()
        cases.populate(residents)
    return count


def _let_packs_add(residents: Sequence[int]) -> None:
    """What packs with books of their own have in a demonstration city: `populate` of their `demonstration.py`."""
    for module, folder in pack_folders().items():
        if (folder / "demonstration.py").is_file():
            with connection.cursor() as cursor:
                importlib.import_module(f"{module}.demonstration").populate(residents, cursor)


def _without_work(today: date) -> list[int]:
    """Some residents in working age who have no job in the registers and are nobody of the personas' files."""
    named = {
        str(raw) for one in personas() for raw in (*one.identity.values(), *one.facts.values(), *one.records.values())
    }
    found = query(_NO_WORK, [LOOKED_THROUGH])
    keys = registry.keys_of(subject for (subject,) in found)
    born = range(today.year - OLDEST, today.year - YOUNGEST)
    return [subject for (subject,) in found if keys[subject] not in named and born_of(keys[subject]).year in born]


def account(name: str) -> User:
    """The account of a persona by its id or title, or of any member of staff by staff number.

    Raises PlatformError ``unknown-persona``.
    """
    found = persona_called(name)
    wanted = Q(persona=found.id) if found is not None else Q(staff_number=name)
    user = User.objects.filter(wanted).first()
    if user is None:
        nearest = get_close_matches(name, [one.id for one in personas()], 1) or ["mother"]
        raise PlatformError(
            "unknown-persona",
            zh=f"演示城市里没有“{name}”。",
            en=f"There is no “{name}” in the demonstration city.",
            do_zh=f"比如 {nearest[0]}；`tongban export personas` 列出所有人。",
            do_en=f"For example {nearest[0]}; `tongban export personas` lists everybody.",
        )
    return user


def token_of(name: str) -> str:
    """A new bearer token of a persona or member of staff, which may also move the city's time.

    Raises PlatformError ``real-city`` and ``unknown-persona``.
    """
    refuse_real_city()
    return issue_token(account(name), TOKEN_SCOPES, until=time.now() + TOKEN_LIFE, label="tongban token")


def log_ins() -> list[tuple[str, Text]]:
    """Who can be met: with which name they log in, and who they are. The password of all is `PASSWORD`."""
    return [(login_name(one), one.title) for one in personas()]
