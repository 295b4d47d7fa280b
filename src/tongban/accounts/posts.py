"""Who sits at which desk: posts of staff at offices, and deputies who take over a colleague's for some days.

A deputy has the roles that the absent colleague has there, while the absence lasts and the colleague's own post stands;
a deputy of a deputy has none. Both days count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Q, QuerySet

from tongban.accounts.models import Deputy, Post, User
from tongban.accounts.problems import AccountProblem
from tongban.catalog.vocabulary import POST_ROLES, Text
from tongban.platform.database import query


def in_force(on: date) -> Q:
    """The rows whose days include ``on``; a missing day is open."""
    return (Q(from_day__isnull=True) | Q(from_day__lte=on)) & (Q(until_day__isnull=True) | Q(until_day__gte=on))


def appoint(
    user: User, office: str, roles: Collection[str], *, from_day: date | None = None, until_day: date | None = None
) -> Post:
    """Give a member of staff a post. Raises AccountProblem ``not-staff``, ``unknown-role``, ``wrong-days``."""
    if not roles or not POST_ROLES.issuperset(roles):
        known = ", ".join(sorted(POST_ROLES))
        raise AccountProblem("unknown-role", Text(f"岗位只有这几种：{known}", f"The roles are: {known}."))
    _require_staff(user)
    _require_order(from_day, until_day)
    return Post.objects.create(user=user, office=office, roles=sorted(roles), from_day=from_day, until_day=until_day)


def deputise(absent: User, deputy: User, office: str, from_day: date, until_day: date) -> Deputy:
    """Let ``deputy`` act for ``absent`` at an office between two days, both included.

    Raises AccountProblem ``not-staff``, ``wrong-days``, ``own-deputy``, ``no-post`` (the absent one has none there).
    """
    if absent.id == deputy.id:
        raise AccountProblem("own-deputy", Text("不能代理自己，换一位同事", "Choose a colleague, not yourself."))
    _require_staff(deputy)
    _require_order(from_day, until_day)
    if not Post.objects.filter(in_force(from_day), user=absent, office=office).exists():
        raise AccountProblem(
            "no-post", Text("他在这个部门没有岗位，不用代理", "There is no post to take over at this office.")
        )
    return Deputy.objects.create(absent=absent, deputy=deputy, office=office, from_day=from_day, until_day=until_day)


def end_deputy(deputy_id: int, last_day: date) -> None:
    """The absent colleague is back: ``last_day`` is the deputy's last. A deputy who never began is removed."""
    row = Deputy.objects.get(id=deputy_id)
    if last_day < row.from_day:
        row.delete()
    else:
        row.until_day = min(row.until_day, last_day)
        row.save(update_fields=["until_day"])


def deputies_at(office: str, on: date) -> QuerySet[Deputy]:
    """Who deputises for whom at an office, now or later, soonest first."""
    rows = Deputy.objects.filter(office=office, until_day__gte=on)
    return rows.select_related("absent", "deputy").order_by("from_day", "id")


@dataclass(frozen=True, slots=True)
class Seats:
    """The offices where somebody has roles, own and taken over, and the accounts of the colleagues stood in for."""

    offices: Mapping[str, frozenset[str]]
    absent: frozenset[int]


def seats_in(found: Iterable[tuple[str, list[str] | None, int | None]] | None) -> Seats:
    """The seats that `SEATS` lists."""
    roles: dict[str, frozenset[str]] = defaultdict(frozenset)
    absent = set()
    for office, held, colleague in found or ():
        if held is not None:
            roles[office] |= frozenset(held)
        if colleague is not None:
            absent.add(colleague)
    return Seats(dict(roles), frozenset(absent))


SEATS: Final = """
select json_agg(json_build_array(s.office, s.roles, s.absent_id)) from (
    select p.office, p.roles, null::bigint as absent_id from accounts_post p
    where p.user_id = u.id and coalesce(p.from_day, day) <= day and coalesce(p.until_day, day) >= day
    union all
    select d.office, p.roles, d.absent_id
    from accounts_deputy d left join accounts_post p on p.user_id = d.absent_id and p.office = d.office
        and coalesce(p.from_day, day) <= day and coalesce(p.until_day, day) >= day
    where d.deputy_id = u.id and day between d.from_day and d.until_day
) s
"""
"""Office, roles and absent colleague of each seat of a member of staff ``u.id`` on a ``day``; null where none is."""


def called(user_ids: Collection[int]) -> dict[int, tuple[str, str | None]]:
    """The shown name and the staff number of accounts, by id."""
    statement = "select id, shown_name, staff_number from accounts_user where id = any(%s::bigint[])"
    return {user_id: (name, number) for user_id, name, number in query(statement, [list(user_ids)])}


def _require_staff(user: User) -> None:
    if user.kind != User.Kind.STAFF:
        raise AccountProblem("not-staff", Text("这个账号不是工作人员", "This account is not a member of staff."))


def _require_order(from_day: date | None, until_day: date | None) -> None:
    if from_day is not None and until_day is not None and until_day < from_day:
        raise AccountProblem(
            "wrong-days", Text("结束日期在开始日期之前，改一下", "The last day is before the first. Change one.")
        )
