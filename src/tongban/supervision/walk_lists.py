"""The platform of walks: which departments walked, when and how, what they found, what was put right, what came back.

Walks and the problems they found are counted where they stand; no words of people, no pictures, nobody's name.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from tongban.accounts.actor import Actor
from tongban.accounts.models import Post
from tongban.accounts.posts import in_force
from tongban.applications.offers import offer_of
from tongban.applications.problems import FieldError, wrong_fields
from tongban.applications.whose import PERSON
from tongban.catalog.model import Catalog
from tongban.catalog.vocabulary import Text
from tongban.platform import time
from tongban.platform.database import query
from tongban.publication import service as publication
from tongban.supervision import assignments, walks
from tongban.supervision.walk_models import DrawnCase, Walk, WalkPlan

PAGE: Final = 50
MOST_WANTED: Final = 99
CITY_DIGITS, COUNTY_DIGITS = 4, 6
AUDIENCES: Final[Mapping[str, Text]] = {
    "people": Text("个人办的", "What people apply for"),
    "companies": Text("企业和单位办的", "What companies apply for"),
}


@dataclass(frozen=True, slots=True)
class Figures:
    """What walks came to: how many, how many people each counted, and what became of the problems they found."""

    walks: int = 0
    people: int = 0
    announced: int = 0
    by_vices: int = 0
    found: int = 0
    closed: int = 0
    late: int = 0
    returned: int = 0

    @property
    def surprises(self) -> int:
        """How many walks no office knew of before."""
        return self.walks - self.announced

    @property
    def open(self) -> int:
        """How many problems are not put right."""
        return self.found - self.closed

    @property
    def share_closed(self) -> float | None:
        """Of a hundred problems, how many are put right, to a tenth; None where there is none."""
        return round(100 * self.closed / self.found, 1) if self.found else None


@dataclass(frozen=True, slots=True)
class Department:
    """A department's figures, and what its heads and its vice-heads still owe the plan, by way; empty: it is kept."""

    authority: str
    figures: Figures
    owed: Mapping[str, int]
    owed_of_vices: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Month:
    """How many problems walks had found by the end of a month, and how many of these were put right by then."""

    month: date
    found: int
    closed: int

    @property
    def share_closed(self) -> float:
        """Of a hundred, to a tenth."""
        return round(100 * self.closed / self.found, 1)


_PROBLEMS = """
select w.authority, count(distinct f.case), count(distinct f.case) filter (where f.state = 'closed'),
       count(distinct f.case) filter (where f.escalation > 0), count(distinct f.case) filter (where f.returns > 0)
from supervision_walk w
join supervision_sighting s on s.reference = w.number and s.found_by = 'walk'
join supervision_problem f on f.case = s.problem_id and f.state <> 'declined'
group by grouping sets ((w.authority), ())
"""
_MONTHS = """
select month, sum(found) over (order by month), sum(closed) over (order by month) from (
    select month, sum(found) as found, sum(closed) as closed from (
        select date_trunc('month', f.found_at at time zone 'Asia/Shanghai')::date as month, 1 as found, 0 as closed
        from supervision_problem f where f.found_by = 'walk' and f.state <> 'declined'
        union all
        select date_trunc('month', f.ended_at at time zone 'Asia/Shanghai')::date, 0, 1
        from supervision_problem f where f.found_by = 'walk' and f.state = 'closed'
    ) each_one group by month
) each_month order by month
"""


def whole() -> Figures:
    """All walks of the city together."""
    return _figures().get(None, Figures())


def months() -> list[Month]:
    """How the share of what is put right went, month by month."""
    return [Month(month, int(found), int(closed)) for month, found, closed in query(_MONTHS, []) if found]


def departments(plan: WalkPlan | None) -> list[Department]:
    """Every department that walked or that the plan asks, who found most first."""
    counted = _figures()
    of_vices = plan.wanted_of_vices if plan else {}
    done, vices = _done(plan), _vices() if of_vices else {}
    asked = assignments.departments(publication.current()) if plan else set()
    found = []
    for authority in {*asked, *(name for name in counted if name is not None)}:
        wanted = plan.wanted if plan and authority in asked else {}
        heads = sum((by_mode for key, by_mode in done.items() if key == (authority, None)), Counter[str]())
        owed = {mode: left for mode, count in wanted.items() if (left := count - heads[mode]) > 0}
        owed_of_vices = Counter[str]()
        for vice in vices.get(authority, ()):
            own = done.get((authority, vice), Counter())
            owed_of_vices.update({mode: max(0, count - own[mode]) for mode, count in of_vices.items()})
        left = {mode: count for mode, count in owed_of_vices.items() if count}
        found.append(Department(authority, counted.get(authority, Figures()), owed, left))
    return sorted(found, key=lambda one: (-one.figures.found, -one.figures.walks, one.authority))


@dataclass(frozen=True, slots=True)
class Group:
    """The figures of the walks that have something in common, and what that is called."""

    title: Text
    figures: Figures


_GROUPED: Final = """
select named.label, count(distinct w.id), coalesce(sum(w.people), 0), count(*) filter (where w.is_announced),
       count(*) filter (where w.led_by = 'vice-head')
from unnest(%s::text[], %s::text[]) as named (id, label) join supervision_walk w on w.office = named.id
group by named.label
"""
_GROUPED_PROBLEMS: Final = """
select named.label, count(distinct f.case), count(distinct f.case) filter (where f.state = 'closed'),
       count(distinct f.case) filter (where f.escalation > 0), count(distinct f.case) filter (where f.returns > 0)
from unnest(%s::text[], %s::text[]) as named (id, label) join supervision_walk w on w.office = named.id
join supervision_sighting s on s.reference = w.number and s.found_by = 'walk'
join supervision_problem f on f.case = s.problem_id and f.state <> 'declined'
group by named.label
"""


def places() -> list[Group]:
    """City and counties apart, by the office that walked: the city's first, then who walked most."""
    catalog = publication.current()
    offices = [catalog.offices[one] for one in _distinct("office") if one in catalog.offices]
    labels = {one.id: one.region[: COUNTY_DIGITS if one.level != "city" else CITY_DIGITS] for one in offices}
    titles = {region: catalog.regions.get(region, Text(region, region)) for region in labels.values()}
    return _groups("office", labels, titles, first={one for one in titles if len(one) == CITY_DIGITS})


def audiences() -> list[Group]:
    """Walks of what people apply for and of what companies and other organisations apply for."""
    catalog = publication.current()
    known = {*catalog.bundles, *catalog.services}
    offers = [offer_of(catalog, about) for about in _distinct("about") if about in known]
    labels = {one.id: "people" if one.subjects[one.applicant].type == PERSON else "companies" for one in offers}
    return _groups("about", labels, AUDIENCES, first={"people"})


def _distinct(column: str) -> list[str]:
    return list(Walk.objects.order_by(column).values_list(column, flat=True).distinct())


def _groups(column: str, labels: Mapping[str, str], titles: Mapping[str, Text], first: Collection[str]) -> list[Group]:
    """Figures of walks by label, a label for each value of a column of the walk."""
    given = [list(labels), list(labels.values())]
    walked, found = (
        {
            label: tuple(map(int, counts))
            for label, *counts in query(statement.replace("w.office", f"w.{column}"), given)
        }
        for statement in (_GROUPED, _GROUPED_PROBLEMS)
    )
    counted = {label: Figures(*counts, *found.get(label, ())) for label, counts in walked.items()}
    order = sorted(counted, key=lambda label: (label not in first, -counted[label].walks, label))
    return [Group(titles[label], counted[label]) for label in order]


_WALKS = """
select authority, count(*), sum(people), count(*) filter (where is_announced),
       count(*) filter (where led_by = 'vice-head') from supervision_walk
group by grouping sets ((authority), ())
"""


def _figures() -> dict[str | None, Figures]:
    """By department, and under None all together."""
    found = {authority: tuple(map(int, counts)) for authority, *counts in query(_PROBLEMS, [])}
    walked = {authority: tuple(int(count or 0) for count in counts) for authority, *counts in query(_WALKS, [])}
    return {authority: Figures(*counts, *found.get(authority, ())) for authority, counts in walked.items()}


def _vices() -> dict[str, set[int]]:
    """The accounts of the vice-heads that each department has today."""
    offices, found = publication.current().offices, defaultdict[str, set[int]](set)
    for post in Post.objects.filter(in_force(time.today()), roles__contains=["vice-head"]):
        if post.office in offices:
            found[offices[post.office].authority].add(post.user_id)
    return found


def _done(plan: WalkPlan | None) -> dict[tuple[str, int | None], Counter[str]]:
    """How many walks of each way each department has ended within a plan's period, by vice-head (None: by heads); one
    on which nothing was walked, looked at or said is none.
    """
    done = defaultdict[tuple[str, int | None], Counter[str]](Counter)
    if plan is None:
        return done
    first, after = time.start_of(plan.from_day), time.start_of(plan.until_day + timedelta(days=1))
    within = Walk.objects.filter(
        programme=plan.programme, ended_at__isnull=False, begun_at__gte=first, begun_at__lt=after
    )
    looked = Exists(DrawnCase.objects.filter(walk=OuterRef("pk")))
    within = within.filter(~Q(way=[]) | Q(discussed__isnull=False) | looked)
    for authority, mode, led_by, walkers in within.values_list("authority", "mode", "led_by", "walkers"):
        done[authority, walkers[0] if led_by == "vice-head" and walkers else None][mode] += 1
    return done


def listed(after: str = "", authority: str = "") -> tuple[list[Walk], str | None]:
    """Walks, the newest first, perhaps of one department, and what leads to those after them."""
    found: QuerySet[Walk] = Walk.objects.order_by("-number")
    found = found.filter(authority=authority) if authority else found
    rows = list((found.filter(number__lt=after) if after else found)[: PAGE + 1])
    return rows[:PAGE], rows[PAGE - 1].number if len(rows) > PAGE else None


def found_by(rows: Sequence[Walk]) -> Counter[str]:
    """How many problems each of these walks found."""
    statement = """
    select s.reference, count(distinct s.problem_id) from supervision_sighting s
    where s.found_by = 'walk' and s.reference = any(%s) group by s.reference
    """
    return Counter(dict(query(statement, [[walk.number for walk in rows]])))


def plan(
    actor: Actor, days: tuple[date, date], wanted: Mapping[str, int], of_vices: Mapping[str, int] | None = None
) -> WalkPlan:
    """Ask the head of every department for so many walks of each way between two days, each vice-head for so many
    ``of_vices``; the same first day once more changes it.

    Raises Problem 403 for whoever does not head the office that watches, 422.
    """
    assignments.require_organiser(actor)
    catalog = publication.current()
    programme = walks.programme_in_force(catalog)
    first, last = days
    errors = []
    if last < first:
        errors.append(FieldError("until", "wrong-days", Text("结束日期在开始日期之前", "The last day is too early.")))
    asked = [*wanted.items(), *(of_vices or {}).items()]
    unknown = {mode for mode, _count in asked} - set(walks.modes_of(catalog, programme))
    counts = [count for _mode, count in asked]
    if unknown or not any(counts) or not all(0 <= count <= MOST_WANTED for count in counts):
        text = Text(f"每种走法填 0 到 {MOST_WANTED} 次", f"Give 0 to {MOST_WANTED} walks of each way.")
        errors.append(FieldError("wanted", "out-of-range", text))
    if errors:
        raise wrong_fields(errors)
    made, _ = WalkPlan.objects.update_or_create(
        from_day=first,
        defaults={
            "until_day": last, "wanted": dict(wanted), "wanted_of_vices": dict(of_vices or {}), "programme": programme,
            "made_by": actor.user_id,
        },
        create_defaults={
            "until_day": last, "wanted": dict(wanted), "wanted_of_vices": dict(of_vices or {}), "programme": programme,
            "made_by": actor.user_id, "seed": first.isoformat(),
        },
    )  # fmt: skip
    return made


def plan_now() -> WalkPlan | None:
    """The plan in whose period today lies."""
    return walks.plan_on(publication.current(), time.today().isoformat())


def as_rows(rows: Sequence[Walk]) -> list[dict[str, Any]]:
    """Walks as a list shows them."""
    catalog, found = publication.current(), found_by(rows)
    return [
        {
            "walk": walk,
            "mode": walks.modes_of(catalog, walk.programme).get(walk.mode, Text(walk.mode, walk.mode)),
            "department": department_title(catalog, walk.authority),
            "found": found[walk.number],
        }
        for walk in rows
    ]


def department_title(catalog: Catalog, authority: str) -> Text:
    """What a department is called; one that is gone by its id."""
    known = catalog.authorities.get(authority)
    return known.title if known else Text(authority, authority)
