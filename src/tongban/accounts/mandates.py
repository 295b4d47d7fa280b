"""Who may act for whom: mandates with a scope and an end, agents of an organisation, parents for their child.

All three are rows of one table, because all three answer one question in one way. A parent's right is stored rather
than looked up from the birth each time: this room stands below the registry, the right ends on the day of majority,
and a court may end it sooner, which no birth record would show.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Final

from django.db.models import Q, QuerySet

from tongban.accounts.models import Mandate
from tongban.accounts.posts import in_force
from tongban.accounts.problems import AccountProblem
from tongban.catalog.vocabulary import Text
from tongban.platform import time
from tongban.platform.database import query

EVERYTHING = "*"
MAJORITY_YEARS = 18


def give(
    grantor_subject_id: int,
    agent_subject_id: int,
    scope: Collection[str],
    *,
    from_day: date | None = None,
    until_day: date | None = None,
    basis: Mandate.Basis = Mandate.Basis.MANDATE,
) -> Mandate:
    """Let ``agent`` act for ``grantor`` in these bundles and services (full ids, or ``*``), from today if not later.

    A person's mandate needs an end; an agent of an organisation stays until ended. Raises AccountProblem
    ``empty-scope``, ``own-mandate``, ``wrong-days``.
    """
    first = from_day or time.today()
    if not scope:
        raise AccountProblem("empty-scope", Text("选至少一件能代办的事", "Choose at least one thing it is for."))
    if grantor_subject_id == agent_subject_id:
        raise AccountProblem("own-mandate", Text("不用委托自己", "Nobody needs a mandate for themselves."))
    if basis is not Mandate.Basis.AGENT and until_day is None:
        raise AccountProblem("wrong-days", Text("填一个结束日期", "Give the last day."))
    if until_day is not None and until_day < first:
        raise AccountProblem("wrong-days", Text("结束日期已经过了，改一下", "The last day is over. Change it."))
    return Mandate.objects.create(
        grantor_subject_id=grantor_subject_id,
        agent_subject_id=agent_subject_id,
        scope=sorted(set(scope)),
        basis=basis,
        from_day=first,
        until_day=until_day,
    )


def give_parents(child_subject_id: int, parents: Iterable[int], birth_date: date) -> None:
    """Let parents act for their child in everything until its majority; those who may already are passed over."""
    present = set(
        Mandate.objects.filter(grantor_subject_id=child_subject_id, basis=Mandate.Basis.PARENT).values_list(
            "agent_subject_id", flat=True
        )
    )
    missing = [parent for parent in dict.fromkeys(parents) if parent not in present]
    Mandate.objects.bulk_create(parents_rights(child_subject_id, missing, birth_date))


def parents_rights(child_subject_id: int, parents: Iterable[int], birth_date: date) -> list[Mandate]:
    """The rows of ``give_parents``, not stored."""
    last = last_day_of_minority(birth_date)
    return [
        Mandate(
            grantor_subject_id=child_subject_id,
            agent_subject_id=parent,
            scope=[EVERYTHING],
            basis=Mandate.Basis.PARENT,
            from_day=birth_date,
            until_day=last,
        )
        for parent in parents
    ]


def last_day_of_minority(birth_date: date) -> date:
    """The day before the eighteenth birthday; whoever is born on 29 February comes of age on 1 March."""
    leap = (birth_date.month, birth_date.day) == (2, 29)
    birthday = (
        date(birth_date.year + MAJORITY_YEARS, 3, 1)
        if leap
        else birth_date.replace(year=birth_date.year + MAJORITY_YEARS)
    )
    return birthday - timedelta(days=1)


def end(mandate_id: int, party_subject_id: int) -> bool:
    """End a mandate now, at the wish of either side. False when there is none that runs and has this party.

    A parent's right is not the parent's or the child's to end.
    """
    mine = Q(grantor_subject_id=party_subject_id) | Q(agent_subject_id=party_subject_id)
    running = Mandate.objects.filter(mine, id=mandate_id, ended_at__isnull=True).exclude(basis=Mandate.Basis.PARENT)
    return running.update(ended_at=time.now()) == 1


def running(on: date) -> QuerySet[Mandate]:
    """The mandates in force on a day."""
    return Mandate.objects.filter(in_force(on), ended_at__isnull=True)


def principals_of(subject_id: int, on: date) -> dict[int, frozenset[str]]:
    """For whom a person may act on a day, and in what."""
    statement = f"select ({PRINCIPALS}) from (select %s::date as day, %s::bigint as subject_id) u"  # noqa: S608 -- fixed texts
    return principals_in(query(statement, [on, subject_id])[0][0])


def principals_in(found: Iterable[tuple[int, list[str]]] | None) -> dict[int, frozenset[str]]:
    """For whom and in what, as `PRINCIPALS` lists it."""
    scopes: dict[int, frozenset[str]] = defaultdict(frozenset)
    for grantor, scope in found or ():
        scopes[grantor] |= frozenset(scope)
    return dict(scopes)


PRINCIPALS: Final = """
select json_agg(json_build_array(m.grantor_subject_id, m.scope)) from accounts_mandate m
where m.agent_subject_id = u.subject_id and m.ended_at is null
    and m.from_day <= day and coalesce(m.until_day, day) >= day
"""
"""`running`, of a person ``u.subject_id`` on a ``day``: each grantor and the scope; null where there is none."""
