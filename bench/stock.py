"""A city's stock of cases, written fast: lives led by the pure machine once, then told of as many cases as are wanted.

A pattern is what the machine decides of one life begun so many days ago. Each case is a pattern with its own number,
office, county, subject and command ids, its digests reckoned for them; it comes in as a finished history, through the
product's import. None of it ran as commands, and its rate is the import's.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from random import Random
from time import perf_counter
from typing import Any, Final

import orjson

from bench import mix, processes
from bench.mix import APPLICANT, LIVES, PARTS, Life
from tongban.casework import chain, definitions, machine, store
from tongban.casework.importing import History, Imported, import_histories
from tongban.casework.model import Command, Context, Doer, Event, Opening
from tongban.casework.numbers import CITY, id_of
from tongban.catalog.conditions import UNKNOWN
from tongban.catalog.vocabulary import Value
from tongban.platform import time
from tongban.platform.ids import LARGEST_SERIAL, application_number
from tongban.publication import calendars
from tongban.registry import service as registry

SUBJECTS: Final = 200
"""How many things the cases are about; each has many."""
OPEN_DAYS: Final = range(30)
"""How long ago a case began that is still open; some of these are late."""
CLOSED_DAYS: Final = range(45, 183, 3)
"""How long ago a case began that has ended: half a year."""
CROWDED_BUREAU: Final = 5
CROWDED_OFFICE: Final = mix.office_of(0, CROWDED_BUREAU)
"""The office that has as many open cases as `crowded` says."""

SALT: Final = bytes(16)
OFFICE, NEIGHBOUR = "here-b00", "here-b01"
"""What stands in a pattern for the case's own office and the one next door."""
HALL: Final = f"{mix.PACK}/hall"
NUMBER: Final = application_number(CITY, 2026, 1)
SERVICE, REGION = f"{mix.PACK}/service", mix.region_of(0)


@dataclass(frozen=True, slots=True)
class Share:
    """What one process writes: `count` cases of the mix and `crowded` ones, every so many numbers from `first`."""

    digest: str
    count: int
    crowded: int
    open_share: float
    seed: int
    first: int
    every: int
    subjects: Sequence[int]


def fill(
    digest: str, count: int, seed: int = 1, *, open_share: float = 0.1, crowded: int = 0, at_once: int = 2
) -> Imported:
    """Write about `count` cases of the mix into the city in which `digest`, with the mix's pack, is published.

    Of these, `open_share` are open, in any office; `crowded` further ones are open in `CROWDED_OFFICE`. `at_once` is
    how many processes write.
    """
    answers = processes.each(
        write, shares(digest, count, seed, open_share=open_share, crowded=crowded, at_once=at_once)
    )
    figures = ("applications", "cases", "events")
    return Imported(*(sum(getattr(answer, figure) for answer in answers) for figure in figures))


def shares(
    digest: str, count: int, seed: int = 1, *, open_share: float = 0.1, crowded: int = 0, at_once: int = 2
) -> list[Share]:
    """What each of so many processes is to write, under numbers that are free now."""
    subjects = [registry.create(mix.SUBJECT_TYPE, region=mix.region_of(n % mix.COUNTIES)) for n in range(SUBJECTS)]
    first = store.next_serials(time.now().year, 1)[0] + 1
    return [
        Share(digest, count // at_once, crowded // at_once, open_share, seed + n, first + n, at_once, subjects)
        for n in range(at_once)
    ]


def write(share: Share) -> Imported:
    """Import one share."""
    return import_histories(histories(share))


def timed(share: Share) -> tuple[int, float, float]:
    """Import one share that was made before; how many cases, and from when to when by the machine's clock."""
    made = list(histories(share))
    begun = perf_counter()
    done = import_histories(made)
    return done.cases, begun, perf_counter()


def histories(share: Share) -> Iterator[History]:
    """The applications of one share, the crowded office's first."""
    random = Random(share.seed)  # noqa: S311 - repeatable, not secret
    city = _city(share.digest)
    numbers = _numbers(share)
    for _ in range(share.crowded // PARTS[-1]):
        yield city.history(random, next(numbers), share.subjects, PARTS[-1], is_open=True, is_crowded=True)
    written = 0
    for parts in itertools.cycle(PARTS):
        if written >= share.count:
            return
        is_open = random.random() < share.open_share
        yield city.history(random, next(numbers), share.subjects, parts, is_open=is_open, is_crowded=False)
        written += parts


def _numbers(share: Share) -> Iterator[str]:
    """The numbers of one share in turn: of this year, then of the years before."""
    year = time.now().year
    for nth in itertools.count(share.first - 1, share.every):
        years, serial = divmod(nth, LARGEST_SERIAL)
        yield application_number(CITY, year - years, serial + 1)


@dataclass(frozen=True, slots=True)
class Place:
    """What a case has of its own: its number and that of its application's digest, its bureau and county, whom it is
    about, and how its command ids begin.
    """

    number: str
    application: str
    county: int
    bureau: int
    subject: int
    ids: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """The events of a life so far: each as decided, and its data as JSON where they name an office."""

    events: tuple[tuple[Event, str | None], ...]


class _City:
    """The definitions that the patterns are decided under, and the moment that counts as now."""

    def __init__(self, digest: str) -> None:
        self.digest = digest
        self.in_force = definitions.of(digest)
        self.calendar = calendars.of_digest(digest)
        self.now = time.now().replace(microsecond=0) - timedelta(hours=1)
        self.patterns: dict[tuple[str, int, int], Pattern] = {}
        self.weights = list(itertools.accumulate(life.share for life in LIVES))

    def history(
        self, random: Random, number: str, subjects: Sequence[int], parts: int, *, is_open: bool, is_crowded: bool
    ) -> History:
        """An application with so many parts, begun on one day, in one county, about one subject."""
        days_ago = random.choice(OPEN_DAYS if is_open else CLOSED_DAYS)
        county = 0 if is_crowded else random.randrange(mix.COUNTIES)
        subject = random.choice(subjects)
        begun = self.now - timedelta(days=days_ago)
        brief = store.ApplicationBrief(number, self.digest, "real", subject, None)
        application = store.Application(brief, None, begun, (begun + timedelta(days=14)).date())
        digest, ids = application.digest, f"{id_of(number):08x}"
        cases = []
        for part in range(1, parts + 1):
            life = LIVES[0] if is_crowded else random.choices(LIVES, cum_weights=self.weights)[0]
            bureau = CROWDED_BUREAU if is_crowded else random.choice(mix.BUREAUS_OF[life.procedure])
            taken = random.choice(_possible(life, days_ago)) if is_open else len(life.steps)
            place = Place(f"{number}/{part:02}", digest, county, bureau, subject, f"{ids}-{part:04x}")
            cases.append([*_told(self.pattern(life, days_ago, taken), place, self.hash_of(bureau))])
        return History(application, cases[0][0].command, cases)

    def hash_of(self, bureau: int) -> str:
        """What a case of this bureau's service is decided under."""
        return self.in_force.catalog.hashes[mix.service_of(bureau)]

    def pattern(self, life: Life, days_ago: int, taken: int) -> Pattern:
        """The first so many steps of a life that began so many days ago."""
        key = (life.name, days_ago, taken)
        if key not in self.patterns:
            self.patterns[key] = Pattern(tuple((event, _naming(event)) for event in self._decided(*key)))
        return self.patterns[key]

    def _decided(self, name: str, days_ago: int, taken: int) -> list[Event]:
        life = next(life for life in LIVES if life.name == name)
        bureau = mix.BUREAUS_OF[life.procedure][0]
        begun = self.now - timedelta(days=days_ago)
        opening = Opening(1, SERVICE, {"matter": (0,)}, OFFICE, REGION, mix.facts(REGION))
        order = Command("open", "open", {"application": ""})
        change = machine.open_case(f"{NUMBER}/01", opening, order, self._context(bureau, APPLICANT, begun))
        events, case = list(change.events), change.after
        for n, step in enumerate(life.steps[:taken], 1):
            at = begun + timedelta(days=step.days, minutes=n)
            command = step.command(str(n), OFFICE)
            change = machine.run(case, command, self._context(bureau, mix.doer(step.who, OFFICE), at))
            events += change.events
            case = change.after
        return events

    def _context(self, bureau: int, doer: Doer, at: datetime) -> Context:
        service = self.in_force.service(mix.service_of(bureau))
        return Context(
            at=at,
            doer=doer,
            service=service,
            procedure=self.in_force.procedure(service),
            definition="",
            calendar=self.calendar,
            calendar_hash=self.calendar.hash,
            supervisors={OFFICE: HALL, NEIGHBOUR: HALL},
            facts=lambda _fact: UNKNOWN,
            functions=self.in_force.catalog.functions,
            salt=SALT,
        )


@lru_cache(maxsize=1)
def _city(digest: str) -> _City:
    return _City(digest)


def _naming(event: Event) -> str | None:
    written = orjson.dumps(dict(event.data)).decode()
    return written if OFFICE in written or NEIGHBOUR in written else None


def _possible(life: Life, days_ago: int) -> range:
    """How many steps of a life can have been taken when it began so many days ago and has not ended."""
    return range(sum(step.days < days_ago for step in life.steps[:-1]) + 1)


def _told(pattern: Pattern, place: Place, definition: str) -> Iterator[Event]:
    """The events of a pattern as those of one case."""
    office, region = mix.office_of(place.county, place.bureau), mix.region_of(place.county)
    for event, written in pattern.events:
        data, values = event.data, event.values
        if written is not None:
            data = orjson.loads(written.replace(OFFICE, office).replace(NEIGHBOUR, mix.neighbour(office)))
        if event.n == 1:
            values = {**values, "matter.region": region}
            data = {
                **data, "application": place.application, "region": region, "service": mix.service_of(place.bureau),
                "roles": {"matter": [place.subject]},
            }  # fmt: skip
        if values:
            data = {**data, **_kept(data, values, place.subject)}
        is_first = event.n == 1
        yield Event(
            place.number,
            event.n,
            event.kind,
            f"{place.ids[:8]}-0000-7000-8000-{0:012x}"
            if is_first
            else f"{place.ids}-7000-8000-{int(event.command):012x}",
            int(place.number[-2:]) - 1 if is_first else event.k,
            event.actor,
            event.happened_at,
            event.recorded_at,
            definition[: chain.SHORT],
            event.calendar,
            data,
            values=values,
            salt=event.salt,
        )


def _kept(data: Mapping[str, Any], values: Mapping[str, Value], subject: int) -> dict[str, Any]:
    """What a record keeps of these values when it is about this subject."""
    kept: dict[str, Any] = {}
    if "facts" in data:
        kept["facts"] = {
            name: [source, _digest(subject, name, values[name])] for name, (source, _) in data["facts"].items()
        }
    if "texts" in data:
        kept["texts"] = {name: _digest(0, name, values[name]) for name in data["texts"]}
    return kept


@lru_cache(maxsize=100_000)
def _digest(subject: int, name: str, value: Value) -> str:
    return chain.digest(chain.salt_of(SALT, subject), name, value)
