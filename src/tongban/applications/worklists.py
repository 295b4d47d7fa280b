"""The queues of a desk: claimed by me, waiting for my decision, my office's, waiting for others, done today.

Each line says what a clerk needs before opening a case: how much time is left, of whom it is, where it came from, where
it stands, how its sister parts are getting on, and what may be done with it at once. Names are masked.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal, TypeAlias, get_args

from tongban.accounts.actor import Actor
from tongban.applications.allowing import may_do
from tongban.applications.doers import doer_of, reach_of
from tongban.applications.following import case_line, main_clock
from tongban.applications.models import Form
from tongban.applications.problems import forbidden
from tongban.applications.store import document_of
from tongban.applications.whose import applicant_in, members_in, names_of
from tongban.casework import desks, queries, service, store, timing
from tongban.casework.deed import Moment
from tongban.casework.model import MAIN_TASK, WAITING, Case, Doer, RunningClock
from tongban.casework.queries import Filter
from tongban.catalog.model import Catalog
from tongban.catalog.vocabulary import Text
from tongban.clock import Calendar, Light, light, working_days_between
from tongban.platform import time
from tongban.platform.ids import NumberError, from_address, in_address, parse_number
from tongban.publication import service as publication
from tongban.registry import service as registry

Queue = Literal["mine", "decide", "office", "consult", "others", "passed", "done"]
QUEUES: Final[tuple[Queue, ...]] = get_args(Queue)
DESK_ROLES: Final = frozenset({"handler", "approver", "head"})
MOST_LINES: Final = 200
THE_HOUSE: Final = Text("部门自己", "The offices themselves")
"""Whom a case is of that no applicant began."""

_ELSEWHERE: Final[Mapping[Queue, Callable[..., tuple[list[str], str | None]]]] = {
    "others": queries.elsewhere,
    "passed": queries.passed,
}
"""What waits for somebody else: cases, not tasks of the actor's offices."""

MOST_GROUPED: Final = 2_000
"""Tasks of one queue among which where they came from is counted."""


@dataclass
class Amount:
    """How much there is in one queue: all of it, by light, by service, due today and overdue.

    Where there is more than `desks.MOST_COUNTED` it is all of the most urgent so many, and `is_more`.
    """

    total: int = 0
    is_more: bool = False
    lights: Counter[str] = field(default_factory=Counter)
    services: Counter[str] = field(default_factory=Counter)
    today: int = 0
    overdue: int = 0

    def shown(self, count: int, *, is_first: bool = False) -> str:
        """One of these figures for a page, `1,000+` where there may be more; what is first in a list is all counted."""
        least = min(count, desks.MOST_COUNTED)
        return f"{least:,}+" if self.is_more and not (is_first and count == least) else f"{least:,}"


Amounts: TypeAlias = Mapping[Queue, Amount]
"""How much there is in every queue."""


def offices_of(actor: Actor) -> list[str]:
    """The offices where the actor works on cases. Raises Problem 403 for whoever works on none."""
    offices = [office for office, roles in actor.offices.items() if roles & DESK_ROLES]
    if not offices:
        raise forbidden("你的岗位不办件", "Your post handles no cases.")
    return offices


def queues_of(actor: Actor) -> list[Queue]:
    """The queues that make sense for this post, in order."""
    return [queue for queue in QUEUES if queue != "decide" or actor.has_role("approver")]


def first_queue(actor: Actor, found: Amounts) -> Queue:
    """Where a day begins: with what one has claimed, else with what waits for one's decision, else with the office."""
    begins: tuple[Queue, ...] = ("mine", "decide")
    return next((queue for queue in begins if queue in queues_of(actor) and found[queue].total), "office")


def amounts(actor: Actor, queues: Sequence[Queue] = QUEUES) -> Amounts:
    """What waits at the actor's desks, in each of these queues."""
    return {queue: _amount(actor, queue) for queue in queues}


def _amount(actor: Actor, queue: Queue) -> Amount:
    if queue == "done":
        return Amount(len({step.number for step in done_today(actor)}))
    if queue in _ELSEWHERE:
        numbers, following = _ELSEWHERE[queue](offices_of(actor), most=desks.MOST_COUNTED)
        return Amount(len(numbers), following is not None)
    amount, today = Amount(), time.today()
    for count in desks.counts(_offices(actor, queue), _filter(actor, queue)):
        _add(amount, count, today)
    amount.is_more = amount.total > desks.MOST_COUNTED
    return amount


def _add(amount: Amount, count: desks.Count, today: date) -> None:
    amount.total += count.tasks
    amount.lights[count.light] += count.tasks
    amount.services[count.service] += count.tasks
    amount.overdue += count.tasks if count.light == "red" else 0
    amount.today += count.tasks if count.day == today and count.light != "red" else 0


def _offices(actor: Actor, queue: Queue) -> list[str]:
    """The offices whose tasks a queue holds: only who approves there is waited for."""
    return [office for office in offices_of(actor) if queue != "decide" or actor.has_role("approver", office)]


def _deciding_states() -> list[str]:
    """The states in which some procedure waits for an approver's decision."""
    steps = [step for procedure in publication.current().procedures.values() for step in procedure.steps.values()]
    return sorted({state for step in steps if step.by == "approver" and step.to for state in step.from_})


def done_today(actor: Actor) -> list[desks.Step]:
    """The steps that the actor took today, the latest first."""
    return desks.done_by(actor.id, time.start_of(time.today()))


def worklist(
    actor: Actor,
    queue: Queue,
    *,
    of_service: str | None = None,
    of_light: Light | None = None,
    of_channel: str | None = None,
    after: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """Some lines of a queue, the most urgent first (done: the latest first); ``next`` leads to the lines after them."""
    offices = _offices(actor, queue)
    tasks: dict[str, queries.TaskRow] = {}
    if queue in _ELSEWHERE:
        numbers, following = _ELSEWHERE[queue](offices, after, limit)
    elif queue == "done":
        numbers, following = list(dict.fromkeys(step.number for step in done_today(actor)))[:MOST_LINES], None
    else:
        wanted = _filter(actor, queue, of_service, of_light)
        found = _came_by(of_channel, offices, wanted, after, limit)
        tasks = {task.number: task for task in found.tasks}
        numbers, following = list(tasks), found.after
    return {"lines": lines(actor, numbers, tasks), "next": following}


def channels(actor: Actor, queue: Queue) -> Counter[str]:
    """From where the tasks of a queue came (`starting.Channel`), counted; nothing where they are too many."""
    if queue in {*_ELSEWHERE, "done"}:
        return Counter()
    page = queries.tasks(_offices(actor, queue), _filter(actor, queue), None, MOST_GROUPED)
    if page.after:
        return Counter()
    known = _channels_of(page.tasks)
    return Counter(known[_application(task)] for task in page.tasks)


def _came_by(channel: str | None, offices: list[str], wanted: Filter, after: str | None, limit: int) -> queries.Page:
    """A page of tasks, of one channel only where one is named: the form knows it, the task does not."""
    if channel is None:
        return queries.tasks(offices, wanted, after, limit)
    page = queries.tasks(offices, wanted, after, MOST_GROUPED)
    known = _channels_of(page.tasks)
    found = [task for task in page.tasks if known[_application(task)] == channel]
    if len(found) > limit:
        return queries.Page(tuple(found[:limit]), queries.key_of(found[limit - 1]))
    return queries.Page(tuple(found), page.after)


def _channels_of(tasks: Iterable[queries.TaskRow]) -> Mapping[str, str]:
    rows = Form.objects.filter(number__in={_application(task) for task in tasks})
    return defaultdict(lambda: "api", rows.values_list("number", "channel"))


def _application(task: queries.TaskRow) -> str:
    return task.number.rpartition("/")[0]


def _filter(actor: Actor, queue: Queue, of_service: str | None = None, of_light: Light | None = None) -> Filter:
    return Filter(
        light=of_light,
        service=of_service,
        is_main=queue != "consult",
        holder=actor.id if queue == "mine" else None,
        states=tuple(_deciding_states()) if queue == "decide" else None,
    )


def neighbours(actor: Actor, queue: Queue, number: str) -> dict[str, Any]:
    """Where a case stands in a queue: its place from 1, how many there are, and the cases before and after it."""
    numbers = [
        task.number for task in queries.tasks(_offices(actor, queue), _filter(actor, queue), None, MOST_LINES).tasks
    ]
    numbers = list(dict.fromkeys(numbers))
    if number not in numbers:
        return {"place": None, "total": len(numbers), "before": None, "after": next(iter(numbers), None)}
    at = numbers.index(number)
    return {
        "place": at + 1,
        "total": len(numbers),
        "before": numbers[at - 1] if at else None,
        "after": numbers[at + 1] if at + 1 < len(numbers) else None,
    }


def search(actor: Actor, text: str) -> list[dict[str, Any]]:
    """Cases within reach by the number of an application or case, or by the exact key of the applicant."""
    text = text.strip().upper()
    try:
        number = parse_number(text)
    except NumberError:
        known = _applications_of_key(text)
        cases = store.cases_of(known) if known else []
    else:
        cases = [case for case in store.cases_of([number.application]) if number.case in (None, case.part)]
    return lines(actor, queries.within([case.number for case in cases], reach_of(actor))[:MOST_LINES])


def chosen(actor: Actor, numbers: Sequence[str]) -> list[dict[str, Any]]:
    """The lines of cases that were ticked, those within reach."""
    plain = dict.fromkeys(from_address(number) for number in numbers[:MOST_LINES])
    return lines(actor, queries.within(plain, reach_of(actor)))


def _applications_of_key(key: str) -> list[str]:
    types = [kind.id for kind in publication.current().types.values() if kind.key is not None]
    subjects = [found for kind in types if (found := registry.find(kind, key)) is not None]
    return [row.number for row in queries.applications_of(subjects)] if subjects else []


def lines(
    actor: Actor, numbers: Sequence[str], tasks: Mapping[str, queries.TaskRow] | None = None
) -> list[dict[str, Any]]:
    """The lines of these cases, in their order. Only for numbers that are known to be within reach."""
    applications = {number.rpartition("/")[0] for number in numbers}
    siblings: dict[str, list[Case]] = {}
    for case in store.cases_of(applications):
        siblings.setdefault(case.application, []).append(case)
    forms = {form.number: form for form in Form.objects.filter(number__in=applications)}
    by_number = {case.number: case for group in siblings.values() for case in group}
    held = {form.number: document_of(form) for form in forms.values()}
    whom = {number: applicant_in(forms[number], document) for number, document in held.items()}
    members = {number: members_in(forms[number], document) for number, document in held.items()}
    house = _of_the_house([number for number in numbers if number.rpartition("/")[0] not in forms])
    whom |= {number: {"applicant": THE_HOUSE.to_json(), "names": []} for number in house}
    forms |= house
    moment, doer = service.now(), doer_of(actor, None)
    found = []
    for number in numbers:
        here, task = by_number.get(number), (tasks or {}).get(number)
        if here is not None and (form := forms.get(here.application)) is not None:
            line = _line(doer, here, form, moment, task)
            names = names_of(here, members.get(form.number, {})) or whom[form.number]["names"]
            found.append(
                line | whom[form.number] | {"names": names, "parts": _parts(form, siblings[here.application], number)}
            )
    return found


def _of_the_house(numbers: Sequence[str]) -> dict[str, Form]:
    """What a list says of applications that nobody filled in a form for: a register that is to be corrected."""
    briefs = {found.application.number: found.application for found in store.load_cases(numbers).values()}
    return {
        number: Form(
            number=number, publication=brief.publication, bundle=brief.bundle or "", mode=brief.mode, channel="api"
        )
        for number, brief in briefs.items()
    }


def _line(doer: Doer, case: Case, form: Form, moment: Moment, task: queries.TaskRow | None) -> dict[str, Any]:
    catalog = publication.at(form.publication)
    clock = _clock_of(case, task.id if task else MAIN_TASK)
    start = catalog.procedures[catalog.services[case.service].procedure].start
    bundle = catalog.bundles.get(form.bundle)
    held = case.task(task.id if task else MAIN_TASK)
    allowed = may_do(case, form.publication, doer, moment)["allowed"]
    about = case_line(catalog, case)
    left = time_left(clock, moment.calendar, moment.at)
    return (
        about
        | (_applicants(left, clock) if about["waits_for_applicant"] else left)
        | {
            "address": in_address(case.number),
            "bundle": bundle.title.to_json() if bundle else None,
            "mode": form.mode,
            "channel": form.channel,
            "submitted_at": form.submitted_at.astimezone(time.ZONE) if form.submitted_at else None,
            "returned": "resubmit" in case.taken and case.state == start,
            "task": task.id if task else None,
            "holder": held.holder if held else None,
            "is_mine": bool(held and held.holder == doer.id),
            "people": people_in(catalog, case),
            "allowed": [step["name"] for step in allowed],
            "primary": next((step for step in allowed if step["is_forward"]), None),
        }
    )


def people_in(catalog: Catalog, case: Case) -> int:
    """How many people a case is about."""
    roles = catalog.services[case.service].roles
    return len(
        {subject for role, found in case.roles.items() if roles[role].type == "base/Person" for subject in found}
    )


def _parts(form: Form, cases: Iterable[Case], here: str) -> list[dict[str, Any]]:
    catalog = publication.at(form.publication)
    return [
        {
            "title": catalog.services[case.service].title.to_json(),
            "state": part_state(case, here),
            "number": case.number,
        }
        for case in cases
    ]


def part_state(case: Case, here: str) -> str:
    """The mark of one part, seen from the desk of another: revoked, done, you, waiting, none or office."""
    if case.is_revoked:
        return "revoked"
    if case.is_done:
        return "done"
    if not case.is_open:
        return "none"
    if case.number == here:
        return "you"
    return "waiting" if case.state == WAITING else "office"


def _clock_of(case: Case, task_id: str) -> RunningClock | None:
    """The clock that a task runs under: its own limit, else the first of the case."""
    task = case.task(task_id)
    if task is not None and task.limit is not None and task.since is not None:
        return RunningClock(task.name, task.limit, task.since, task.due, task.green_until)
    found: RunningClock | None = main_clock(case)
    return found


def time_left(clock: RunningClock | None, calendar: Calendar, now: datetime) -> dict[str, Any]:
    """What is left of a clock: its light, due date, words, and the share of the limit that is used, 0 to 1."""
    if clock is None or clock.due is None:
        paused = clock is not None and clock.is_paused
        words = Text("暂停计时", "Paused") if paused else Text("不计时", "No limit runs")
        return {"light": "paused" if paused else None, "due": None, "left": words.to_json(), "used": 0.0}
    yellow_at, due_at = timing.moments(clock.green_until, clock.due)
    colour = light(now, yellow_at, due_at) if yellow_at and due_at else "green"
    return {
        "light": colour,
        "due": clock.due.isoformat(),
        "left": _words_left(clock.due, calendar, now).to_json(),
        "used": 1.0 if colour == "red" else _share_used(clock, calendar, now),
    }


def _applicants(left: dict[str, Any], clock: RunningClock | None) -> dict[str, Any]:
    """What is left of a limit that is the applicant's: no light of the office's, and the words say whose it is."""
    due = clock.due if clock else None
    until = Text(f"，到 {due.month} 月 {due.day} 日", f" until {due.day} {due:%B}") if due else Text("", "")
    words = Text(f"等申请人{until.zh}", f"Waits for the applicant{until.en}")
    return left | {"light": "paused", "left": words.to_json(), "used": 0.0}


def _words_left(due: date, calendar: Calendar, now: datetime) -> Text:
    if isinstance(due, datetime):
        hours = round(abs((due - now).total_seconds()) / 3600)
        return Text(f"剩 {hours} 小时", f"{hours} h left") if due > now else Text(f"超 {hours} 小时", f"{hours} h late")
    today = now.date()
    if due == today:
        return Text("今天到期", "Due today")
    days = working_days_between(calendar, today, due)
    if due < today:
        return Text(f"超 {max(-days, 1)} 天", f"{max(-days, 1)} d late")
    return Text(f"剩 {max(days, 1)} 天", f"{max(days, 1)} d left")


def _share_used(clock: RunningClock, calendar: Calendar, now: datetime) -> float:
    """Days counted so far, today by the share of it that is over, in all that count."""
    today, counted = now.date(), [day.date for day in timing.account(clock, calendar, now) if day.counted]
    if not counted:
        return 1.0
    of_today = (now - time.start_of(today)) / timedelta(days=1)
    return min(1.0, (sum(day < today for day in counted) + (of_today if today in counted else 0)) / len(counted))
