"""An office and its people: who works there, how much each has by when, who stands in for whom, who takes work over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from tongban.accounts import posts
from tongban.accounts.actor import Actor
from tongban.accounts.models import Deputy, Post, User
from tongban.accounts.problems import AccountProblem
from tongban.applications import cases, worklists
from tongban.applications.problems import FieldError, Problem, forbidden, not_found, wrong_fields
from tongban.casework import desks, queries
from tongban.casework.model import Refused
from tongban.casework.queries import Filter
from tongban.catalog.vocabulary import Text
from tongban.clock import next_workday
from tongban.platform import time
from tongban.publication import calendars

DAYS_SHOWN: Final = 5


@dataclass
class Load:
    """What one person of an office holds (nobody: what is unclaimed): overdue, by day, later, without a limit."""

    holder: str | None
    name: str
    number: str
    is_deputy: bool = False
    overdue: int = 0
    days: list[int] = field(default_factory=list)
    later: int = 0
    unlimited: int = 0

    @property
    def total(self) -> int:
        """All of it."""
        return self.overdue + sum(self.days) + self.later + self.unlimited

    @property
    def shown(self) -> str:
        """All of it for a page: `1,000+` where there is more than is counted."""
        return f"{desks.MOST_COUNTED:,}+" if self.total > desks.MOST_COUNTED else f"{self.total:,}"


@dataclass(frozen=True)
class Office:
    """An office as its head sees it: the next working days, the load of each person, what turns red on the next day."""

    id: str
    days: tuple[date, ...]
    loads: tuple[Load, ...]
    red_tomorrow: int
    overdue: int


def offices_led(actor: Actor) -> list[str]:
    """The offices that the actor heads. Raises Problem 403 where there is none."""
    led = [office for office, roles in actor.offices.items() if "head" in roles]
    if not led:
        raise forbidden("科室一页给负责人看", "This page is for heads of office.")
    return led


def colleagues(office: str) -> list[User]:
    """Who has a post at an office that handles cases, today, by staff number."""
    held = Post.objects.filter(posts.in_force(time.today()), office=office)
    wanted = {post.user_id for post in held if worklists.DESK_ROLES.intersection(post.roles)}
    return list(User.objects.filter(id__in=wanted, is_active=True).order_by("staff_number"))


def office_load(actor: Actor, office: str) -> Office:
    """Load by person and day. Raises Problem 404 for an office that the actor does not head."""
    _require_head(actor, office)
    today, calendar = time.today(), calendars.current()
    days = [today]
    while len(days) < DAYS_SHOWN:
        days.append(next_workday(calendar, days[-1]))
    people = {f"staff:{user.id}": user for user in colleagues(office)}
    standing_in = set(posts.deputies_at(office, today).filter(from_day__lte=today).values_list("deputy_id", flat=True))
    loads = {
        holder: Load(holder, user.shown_name, user.staff_number or "", user.id in standing_in, days=[0] * len(days))
        for holder, user in people.items()
    }
    loads[""] = Load(None, "", "", days=[0] * len(days))
    for count in desks.load_of_office(office, list(people)):
        _add(loads[count.holder or ""], count, days)
    ordered = sorted(loads.values(), key=lambda load: (load.holder is not None, -load.total, load.number))
    tomorrow = sum(load.days[0] for load in ordered)
    return Office(office, tuple(days), tuple(ordered), tomorrow, sum(load.overdue for load in ordered))


def pressing(actor: Actor, office: str) -> list[dict[str, Any]]:
    """The cases of an office that are red, or will be tomorrow unless finished today, as lines of a list, the most
    urgent first. Raises Problem 404.
    """
    _require_head(actor, office)
    tomorrow = time.start_of(time.today() + timedelta(days=1))
    tasks = queries.tasks([office], Filter(is_main=True), None, worklists.MOST_LINES).tasks
    found = {task.number: task for task in tasks if task.due_at and task.due_at <= tomorrow}
    return worklists.lines(actor, list(found), found)


def _add(load: Load, count: desks.Load, days: Sequence[date]) -> None:
    """What ends on a day off belongs to the working day before it, on which it must be done."""
    if count.light == "red":
        load.overdue += count.tasks
    elif count.day is None:
        load.unlimited += count.tasks
    elif count.day > days[-1]:
        load.later += count.tasks
    else:
        at = max(index for index, day in enumerate(days) if day <= max(count.day, days[0]))
        load.days[at] += count.tasks


def hand_over(
    actor: Actor, numbers: Sequence[str], to: int, command_id: UUID, *, reason: str = ""
) -> list[tuple[str, Text | None]]:
    """Hand claimed or free tasks to a colleague; answers for each case: nothing where it was done, else why not."""
    target = User.objects.filter(id=to, kind=User.Kind.STAFF, is_active=True).first()
    if target is None:
        raise wrong_fields([FieldError("to", "nobody", Text("选一位同事", "Choose a colleague."))])
    texts = {"reason": reason} if reason else {}
    data = {"to": f"staff:{to}"}
    answers: list[tuple[str, Text | None]] = []
    for number in dict.fromkeys(numbers):
        try:
            cases.act(actor, number, "hand-over", command_id=uuid5(command_id, number), data=data, texts=texts)
            answers.append((number, None))
        except (Problem, Refused) as refusal:
            answers.append((number, refusal.text))
    return answers


def deputies(actor: Actor, office: str) -> list[Deputy]:
    """Who stands in for whom at an office, now or later. Raises Problem 404."""
    _require_head(actor, office)
    return list(posts.deputies_at(office, time.today()))


def deputise(actor: Actor, office: str, absent: int, deputy: int, days: tuple[date, date]) -> Deputy:
    """Let a colleague stand in for another between two days, both included. Raises Problem 404, 422."""
    _require_head(actor, office)
    people = {user.id: user for user in colleagues(office)}
    if absent not in people or deputy not in people:
        text = Text("两位都要是本科室的", "Both must work at this office.")
        raise wrong_fields([FieldError("deputy", "nobody", text)])
    if days[1] < time.today():
        text = Text("结束日期已经过了，改一下", "The last day is over. Change it.")
        raise wrong_fields([FieldError("until_day", "wrong-days", text)])
    try:
        return posts.deputise(people[absent], people[deputy], office, *days)
    except AccountProblem as problem:
        field_of = "until_day" if problem.code == "wrong-days" else "deputy"
        raise wrong_fields([FieldError(field_of, problem.code, problem.text)]) from None


def end_deputy(actor: Actor, deputy_id: int) -> None:
    """The absent colleague is back today. Raises Problem 404."""
    row = Deputy.objects.filter(id=deputy_id).first()
    if row is None or not actor.has_role("head", row.office):
        raise not_found()
    posts.end_deputy(deputy_id, time.today() - timedelta(days=1))


def standing_in(actor: Actor) -> list[dict[str, Any]]:
    """For whom the actor stands in today or later, for the actor's own page."""
    rows = Deputy.objects.filter(deputy_id=actor.user_id, until_day__gte=time.today()).select_related("absent")
    return [
        {"name": row.absent.shown_name, "office": row.office, "from_day": row.from_day, "until_day": row.until_day}
        for row in rows.order_by("from_day")
    ]


def _require_head(actor: Actor, office: str) -> None:
    if not actor.has_role("head", office):
        raise not_found()
