"""What a demonstration city's platform of walks holds: most of a year of leaders walking, and what they found.

The figures are the city's own (4,023 person-times, 639 problems, 488 of them put right by the end of the period); which
walk found what, and when it was put right, is made up from one seed (`findings.py`). Each problem is led by the pure
machine and comes in as a finished history, told to nobody; those that are open go on from there, and who is late climbs
the ladder as anybody does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Final
from uuid import UUID

from tongban.applications.offers import OPENED_BY_THE_HOUSE
from tongban.casework import definitions, store, timing
from tongban.casework.consequences import Happened
from tongban.casework.importing import History, import_histories
from tongban.casework.model import SYSTEM, Command, Doer, Given, Json, Opening
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
from tongban.supervision.problems import Finding, Hands, Place
from tongban.supervision.walk_models import Walk, WalkPlan
from tongban.supervision.walk_steps import STEPS, own_steps
from tongban.testing.city.findings import DONE, FIRST, FOUND, LAST, SAID, fates
from tongban.testing.city.lives import Leader, Life

PEOPLE, WALKS = 4_023, 1_480
PROGRAMMES: Final = ((date(2026, 7, 1), "programme_2"), (date(2027, 1, 1), "programme_3"))
VICES_OF_FIVE: Final = 2
"""Of five walks so many are led by a vice-head."""
COUNTY_SHARE: Final = 0.45
"""So many of the walks are at a county's office, where the department has one."""


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
    _find(catalog, random, fates(made, random, time.today()))


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
        office = _walking(catalog, about, random)
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
            led_by="vice-head" if nth % 5 < VICES_OF_FIVE else "head",
            is_announced=random.random() < 0.3,  # noqa: PLR2004 -- made up, as all shares here
            chosen=random.choices(("self", "votes", "assigned"), (7, 2, 1))[0],
            begun_at=begun,
            publication=catalog.digest,
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


def _walking(catalog: Catalog, about: str, random: Random) -> Office:
    """The office of a service's department that walks: the city's, or one of a county."""
    highest = problems.owner_of(catalog, about, CITY)
    own = [
        one
        for one in catalog.offices.values()
        if one.authority == highest.authority and one.level == "county" and one.region.startswith(CITY)
    ]
    return random.choice(own) if own and random.random() < COUNTY_SHARE else highest


def _find(catalog: Catalog, random: Random, found: Sequence[tuple[Walk, date | None]]) -> None:
    """The problems, one for each of these walks, as histories; and what lists read of them."""
    leader = _Leader(catalog, random)
    subjects = registry.reserve_all([FOUND])[0]
    call([registry.registering([New(subject, problems.TYPE, {}) for subject in subjects])])
    serials = store.next_serials(time.now().year, FOUND)
    histories, kept, seen = list[History](), list[Found](), list[Sighting]()
    for (walk, solved_on), subject, serial in zip(found, subjects, serials, strict=True):
        history, row = leader.led(walk, solved_on, subject, application_number(CITY, time.now().year, serial))
        histories.append(history)
        kept.append(row)
        seen.append(
            Sighting(
                problem_id=row.case,
                command=history.command,
                at=row.found_at,
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

    def led(self, walk: Walk, solved_on: date | None, subject: int, number: str) -> tuple[History, Found]:
        """A problem that a walk found, on its way until it was put right or until now: given away, thought of, put
        right, looked at; who is late climbs the ladder meanwhile.
        """
        hands = Hands(self._catalog.offices[walk.office].region)
        owner = problems.owner_of(self._catalog, walk.about, hands.region)
        watching = problems.watcher(self._catalog, Place(walk.about, "other"), hands)
        finding = self._finding(walk)
        found_at = walk.begun_at + timedelta(hours=1)
        brief = store.ApplicationBrief(number, self._catalog.digest, "real", subject, problems.SERVICE)
        application = store.Application(brief, self._catalog.hashes[problems.SERVICE], found_at, None)
        command = self._lives.command_id()
        facts = problems.checked(self._catalog, finding)
        opening = Opening(1, problems.SERVICE, {"problem": (subject,)}, watching.id, watching.region, facts)
        doer = Doer("staff:900009", "staff", {watching.id: frozenset({"handler"})})
        order = Command(command, "open", {"application": application.digest})
        life = self._lives.open(f"{number}/01", opening, order, doer, found_at)
        steps = self._steps(finding.place.kind, owner, watching)
        for nth, ((step, office, said), at) in enumerate(zip(steps, self._moments(found_at, solved_on), strict=False)):
            self._wait(life, at)
            offices: Mapping[str, Json] = {"offices": [owner.id]} if step == "assign" else {}
            texts = {name: Given(text, "produced") for name, text in said.items()}
            doer = Doer(f"staff:{900_000 + nth}", "staff", {office: frozenset({"handler"})})
            self._lives.take(life, Command(self._lives.command_id(), step, offices, facts=texts), doer, at)
        self._wait(life, self._now)
        found = problem_keeping.as_kept(
            Happened(life.opened, brief, self._in_force, application.submitted_at),
            Happened(life.whole, brief, self._in_force, life.events[-1].happened_at),
        )
        return History(application, command, [life.events]), found

    def _moments(self, found_at: datetime, solved_on: date | None) -> list[datetime]:
        """When the steps were taken: in the first days that it is whose and what is done; the others at the end."""
        days = [1, 3]
        if solved_on is not None:
            whole = (solved_on - found_at.date()).days
            days += [whole - 1, whole]
        moments = [found_at + timedelta(days=day, minutes=self._random.randrange(50)) for day in days]
        return [moment for moment in moments if moment < self._now]

    def _wait(self, life: Life, until: datetime) -> None:
        """Let every limit that ends before then do what its end does by itself."""
        while True:
            ends = [
                (at, clock.name)
                for clock in life.case.clocks
                if clock.silence and (at := timing.moments(clock.green_until, clock.due)[1]) and at < until
            ]
            if not ends:
                return
            at, name = min(ends)
            self._lives.take(life, Command(self._lives.command_id(), "silence", {"clock": name}), SYSTEM, at)

    def _steps(self, kind: str, owner: Office, watching: Office) -> list[tuple[str, str, Mapping[str, str]]]:
        measure, evidence, effect = self._random.choice(DONE[kind])
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
            kind, step = self._random.choice(list(SAID)), self._random.choice(steps)
            place = Place(walk.about, kind, step)
            if place.key not in self._places:
                break
        self._places.add(place.key)
        severity = self._random.choices(("minor", "serious", "urgent"), (6, 3, 1))[0]
        return Finding(place, severity, "walk", self._random.choice(SAID[kind]), walk.number)
