"""What a demonstration city's platform of walks holds: most of a year of leaders walking, and what they found.

The figures are the city's own (4,023 person-times, 639 problems, 488 of them put right); which walk found what is made
up from one seed. Each problem is led by the pure machine and comes in as a finished history, told to nobody; those that
are open go on from there, and who is late climbs the ladder as anybody does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from random import Random
from typing import Final
from uuid import UUID

from tongban.applications.offers import OPENED_BY_THE_HOUSE
from tongban.casework import definitions, store
from tongban.casework.consequences import Happened
from tongban.casework.importing import History, import_histories
from tongban.casework.model import Command, Doer, Given, Json, Opening
from tongban.casework.numbers import CITY
from tongban.catalog.model import Catalog
from tongban.catalog.vocabulary import Office
from tongban.platform import time
from tongban.platform.database import call
from tongban.platform.ids import application_number
from tongban.publication import service as publication
from tongban.registry import service as registry
from tongban.registry.model import New
from tongban.supervision import problem_keeping, problems, walks
from tongban.supervision.models import Found, Sighting
from tongban.supervision.problems import Finding, Place
from tongban.supervision.walk_models import Walk, WalkPlan
from tongban.supervision.walk_steps import STEPS, own_steps
from tongban.testing.city.lives import Leader

PEOPLE, WALKS = 4_023, 1_480
FOUND, SOLVED = 639, 488
FIRST, LAST = date(2026, 1, 5), date(2026, 10, 30)
LATER_OPEN: Final = date(2026, 8, 24)
"""What is open by now was found from this day on."""
SOLVED_UNTIL: Final = date(2026, 10, 8)
PROGRAMMES: Final = ((date(2026, 7, 1), "programme_2"), (date(2027, 1, 1), "programme_3"))
KINDS: Final = ("asked-twice", "unclear", "not-as-told", "slow", "simplify", "impossible-paper", "contradiction")
SAID: Final = {
    "asked-twice": "别的部门已经有了，这里还要再交一遍",
    "unclear": "说明看不懂，问了窗口才明白",
    "not-as-told": "指南上写不用交，到了又要",
    "slow": "比说好的慢了几天，中间没人说一声",
    "simplify": "这一步可以和上一步合在一起",
    "impossible-paper": "这张证明没有单位开得出来",
    "contradiction": "两处写得不一样，不知道按哪一处",
}
DONE: Final = ("定了改法，改事项的定义", "新版已经发布，不再要", "再走一遍：1 → 0")


def populate() -> None:
    """Fill the platform of a city that has none yet."""
    if Walk.objects.exists():
        return
    random = Random("walks")  # noqa: S311 -- a made-up city wants repeatable chance
    catalog = publication.current()
    made = list(_walks(catalog, random))
    Walk.objects.bulk_create(made)
    WalkPlan.objects.create(
        programme=walks.programme_in_force(catalog), from_day=date(2026, 10, 1), until_day=date(2026, 12, 31),
        wanted=dict.fromkeys(walks.modes_of(catalog, walks.programme_in_force(catalog)), 1), seed="2026-10-01",
    )  # fmt: skip
    early = [walk for walk in made if walk.begun_at.date() <= SOLVED_UNTIL]
    late = [walk for walk in made if walk.begun_at.date() >= LATER_OPEN]
    is_open = random.sample(late, FOUND - SOLVED)
    others = {walk.number for walk in is_open}
    solved = random.sample([walk for walk in early if walk.number not in others], SOLVED)
    _find(catalog, random, solved, is_open)


def _walks(catalog: Catalog, random: Random) -> Iterator[Walk]:
    """The walks in the order of their days; together so many people walked."""
    departments: dict[str, list[str]] = defaultdict(list)
    for service in sorted(catalog.services.values(), key=lambda one: one.id):
        if service.id in OPENED_BY_THE_HOUSE:
            continue
        departments[service.authority].append(service.id)
    weights = [len(own) ** 0.5 for own in departments.values()]
    days = sorted(FIRST + timedelta(days=random.randrange((LAST - FIRST).days + 1)) for _ in range(WALKS))
    sizes = [1] * WALKS
    for _ in range(PEOPLE - WALKS):
        sizes[random.randrange(WALKS)] += 1
    for nth, (day, people) in enumerate(zip(days, sizes, strict=True), 1):
        about = random.choice(random.choices(list(departments.values()), weights)[0])
        office = problems.owner_of(catalog, about)
        programme = next(name for until, name in PROGRAMMES if day < until)
        begun = time.start_of(day) + timedelta(hours=9, minutes=random.randrange(420))
        yield Walk(
            id=UUID(bytes=random.randbytes(16), version=4),
            number=f"Z{day.year}-{nth:05}",
            command=UUID(bytes=random.randbytes(16), version=4),
            programme=programme,
            mode=random.choice(list(walks.modes_of(catalog, programme))),
            about=about,
            office=office.id,
            authority=office.authority,
            people=people,
            is_announced=random.random() < 0.3,  # noqa: PLR2004 -- made up, as all shares here
            chosen=random.choices(("self", "votes", "assigned"), (7, 2, 1))[0],
            begun_at=begun,
            ended_at=begun + timedelta(minutes=random.randrange(15, 90)),
            way=[
                {
                    "step": step,
                    "seconds": random.randrange(20, 260),
                    "clicks": random.randrange(1, 9),
                    "pages": 1 + n % 3,
                }
                for n, step in enumerate(STEPS)
            ],
        )


def _find(catalog: Catalog, random: Random, solved: Sequence[Walk], is_open: Sequence[Walk]) -> None:
    """The problems, one for each of these walks, as histories; and what lists read of them."""
    leader = _Leader(catalog, random)
    subjects = registry.reserve_all([FOUND])[0]
    call([registry.registering([New(subject, problems.TYPE, {}) for subject in subjects])])
    serials = store.next_serials(time.now().year, FOUND)
    stages = [*(len(DONE) + 1 for _ in solved), *(random.randrange(4) for _ in is_open)]
    histories, kept, seen = list[History](), list[Found](), list[Sighting]()
    for walk, steps, subject, serial in zip([*solved, *is_open], stages, subjects, serials, strict=True):
        history, found = leader.led(walk, steps, subject, application_number(CITY, time.now().year, serial))
        histories.append(history)
        kept.append(found)
        seen.append(
            Sighting(
                problem_id=found.case,
                command=history.command,
                at=found.found_at,
                found_by="walk",
                reference=walk.number,
            )
        )
    import_histories(histories)
    Found.objects.bulk_create(kept)
    Sighting.objects.bulk_create(seen)


class _Leader:
    """Leads problems through their procedure, under the definitions in force."""

    def __init__(self, catalog: Catalog, random: Random) -> None:
        self._catalog, self._random = catalog, random
        self._in_force = definitions.of(catalog.digest)
        self._lives = Leader(catalog, random)
        self._now = time.now()
        self._places: set[str] = set()

    def led(self, walk: Walk, steps: int, subject: int, number: str) -> tuple[History, Found]:
        """A problem that a walk found, taken so many steps on its way: given away, thought of, put right, looked at."""
        about = walk.about
        owner, watching = (
            problems.owner_of(self._catalog, about),
            problems.watcher(self._catalog, Place(about, "other")),
        )
        finding = self._finding(walk)
        at = walk.begun_at + timedelta(hours=1)
        brief = store.ApplicationBrief(number, self._catalog.digest, "real", subject, problems.SERVICE)
        application = store.Application(brief, self._catalog.hashes[problems.SERVICE], at, None)
        command = self._lives.command_id()
        facts = problems.checked(self._catalog, finding)
        opening = Opening(1, problems.SERVICE, {"problem": (subject,)}, watching.id, watching.region, facts)
        doer = Doer("staff:900009", "staff", {watching.id: frozenset({"handler"})})
        order = Command(command, "open", {"application": application.digest})
        life = self._lives.open(f"{number}/01", opening, order, doer, at)
        for nth, (step, office, said) in enumerate(self._steps(owner, watching)[:steps]):
            at = min(
                at + timedelta(days=self._random.randrange(1, 4), minutes=nth), self._now - timedelta(minutes=9 - nth)
            )
            offices: Mapping[str, Json] = {"offices": [owner.id]} if step == "assign" else {}
            texts = {name: Given(text, "produced") for name, text in said.items()}
            doer = Doer(f"staff:{900_000 + nth}", "staff", {office: frozenset({"handler"})})
            self._lives.take(life, Command(self._lives.command_id(), step, offices, facts=texts), doer, at)
        found = problem_keeping.as_kept(
            Happened(life.opened, brief, self._in_force, application.submitted_at),
            Happened(life.whole, brief, self._in_force, at),
        )
        return History(application, command, [life.events]), found

    def _steps(self, owner: Office, watching: Office) -> list[tuple[str, str, Mapping[str, str]]]:
        measure, evidence, effect = DONE
        return [
            ("assign", watching.id, {}),
            ("plan", owner.id, {"problem.measure": measure}),
            ("repair", owner.id, {"problem.evidence": evidence}),
            ("recheck", watching.id, {"problem.effect": effect}),
        ]

    def _finding(self, walk: Walk) -> Finding:
        """What the walk found, at a place where nothing was found before."""
        steps = [*STEPS, *own_steps(self._catalog, walk.about)]
        while True:
            kind, step = self._random.choice(KINDS), self._random.choice(steps)
            place = Place(walk.about, kind, step)
            if place.key not in self._places:
                break
        self._places.add(place.key)
        severity = self._random.choices(("minor", "serious", "urgent"), (6, 3, 1))[0]
        return Finding(place, severity, "walk", SAID[kind], walk.number)
