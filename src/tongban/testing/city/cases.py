"""What a demonstration city's offices have to do: some hundreds of cases of eleven weeks, of many services and levels.

Most ended in time; some are open, some of these overdue, and more were a month ago. They are about residents of the
city; each is led by the pure machine at moments that are past and comes in as a finished history. Those that are open
go on from there. How many of which service, and how late, is made up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import count, cycle, islice
from random import Random
from typing import Final, Literal

from tongban.applications.offers import offer_of
from tongban.casework import store
from tongban.casework.importing import History, import_histories
from tongban.casework.model import Command, Doer, Given, Json, Opening
from tongban.casework.numbers import CITY
from tongban.catalog.model import Catalog, ServiceDefinition
from tongban.catalog.vocabulary import Office, Text, Value
from tongban.platform import time
from tongban.platform.database import call
from tongban.platform.ids import application_number
from tongban.publication import calendars
from tongban.publication import service as publication
from tongban.registry import service as registry
from tongban.registry.model import New, Reader, Wanted
from tongban.testing.city.identities import Identities, born_of
from tongban.testing.city.lives import Leader, Life
from tongban.testing.rehearsal.examples import Examples

PERSON: Final = "base/Person"
WORKDAYS: Final = 55
"""So many working days back the oldest began."""
LATE_ENDED: Final = range(1, 18)
"""So many working days ago those ended that were late: a month ago most of them were still open."""
STAFF: Final = 900_100
APPLICANT: Final = Doer(f"person:{STAFF}", "person", for_applicant=True)
SEEN: Final = Reader("演示办件", Text("演示城市的办件", "Cases of the demonstration city"))


@dataclass(frozen=True, slots=True)
class Share:
    """So many cases of a service: ended in time and too late, open and overdue."""

    service: str
    ended: int
    late: int
    open: int
    overdue: int


SHARES: Final = (
    Share("hrss/social-card", 46, 5, 12, 2),
    Share("medical-insurance/resident-enrolment", 38, 0, 5, 0),
    Share("social-insurance/flexible-enrolment", 34, 6, 10, 3),
    Share("social-insurance/resident-enrolment", 22, 2, 6, 1),
    Share("social-insurance/pension-transfer", 14, 7, 12, 4),
    Share("employment/hardship-recognition", 14, 3, 6, 2),
    Share("labour/mediation", 10, 4, 9, 3),
    Share("insurance-benefits/pension-review", 18, 2, 7, 1),
    Share("labour/wage-clue", 6, 2, 7, 2),
    Share("talent/file-transfer", 15, 1, 5, 0),
    Share("health/food-worker-certificate", 30, 0, 6, 0),
    Share("market/food-licence", 20, 12, 9, 7),
    Share("urban/shop-sign", 18, 5, 4, 3),
    Share("fire/safety-inspection", 9, 4, 5, 3),
    Share("police/birth-registration", 24, 1, 4, 0),
)


Way = Literal["straight", "corrected", "refused", "withdrawn"]
WAYS: Final[Mapping[Way, int]] = {"straight": 80, "corrected": 10, "refused": 6, "withdrawn": 4}
"""How cases go, and how many of a hundred; what takes no day goes straight."""


ENDS: Final[Mapping[Way, str]] = {"refused": "refuse", "withdrawn": "withdraw"}
OPEN_WAYS: Final[Sequence[Way]] = ("straight", "straight", "straight", "corrected")
TO_CORRECT: Final = 4
"""Nobody waits so many working days for a correction."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A case that is to be: begun so many working days ago and ended after so many, None while it is open."""

    service: str
    begun: int
    took: int | None
    way: Way = "straight"


def populate(residents: Sequence[int]) -> int:
    """Give the offices of a new demonstration city these cases, about ``residents`` by id; returns how many.

    A service that the city does not have is passed over.
    """
    catalog, random = publication.current(), Random("cases")  # noqa: S311 -- a made-up city wants repeatable chance
    planned = [one for share in SHARES if share.service in catalog.services for one in _planned(catalog, share, random)]
    if not planned or not residents:
        return 0
    planned.sort(key=lambda one: -one.begun)
    services = [catalog.services[one.service] for one in planned]
    things = [role.type for service in services for role in service.roles.values() if role.type != PERSON]
    (spare,) = registry.reserve_all([len(things)])
    call([registry.registering([New(subject, kind, {}) for subject, kind in zip(spare, things, strict=True)])])
    city = _City(catalog, random, residents, iter(spare))
    serials = store.next_serials(city.today.year, len(planned))
    import_histories([city.history(one, serial) for one, serial in zip(planned, serials, strict=True)])
    return len(planned)


def _planned(catalog: Catalog, share: Share, random: Random) -> list[Planned]:
    """The cases of one share: when each began and was decided."""
    limits = catalog.services[share.service].limits
    limit = limits.promised or limits.statutory
    days = 1 if limit is None else limit.count if limit.unit == "workday" else limit.count * 5 // 7
    found = []
    for _ in range(share.ended):
        took = random.randint(min(1, days - 1), max(1, days - 1))
        way = random.choices(list(WAYS), list(WAYS.values()))[0] if took else "straight"
        found.append(Planned(share.service, random.randint(took + 1, WORKDAYS), took, way))
    for _ in range(share.late):
        took = min(days + random.randint(10, 24), WORKDAYS - LATE_ENDED[-1])
        found.append(Planned(share.service, took + random.choice(LATE_ENDED), took))
    for _ in range(share.open):
        ago = random.randint(0, max(0, min(days - 1, 12)))
        way = random.choice(OPEN_WAYS) if ago < TO_CORRECT else "straight"
        found.append(Planned(share.service, ago, None, way))
    begun = (min(WORKDAYS, days + random.randint(2, days + 6)) for _ in range(share.overdue))
    return found + [Planned(share.service, ago, None) for ago in begun]


class _City:
    """Where cases go, whom they are about, and who handles them; ``spare`` are what else they are about, in order."""

    def __init__(self, catalog: Catalog, random: Random, residents: Sequence[int], spare: Iterator[int]) -> None:
        self._catalog, self._random = catalog, random
        self._lives, self.today = Leader(catalog, random), time.today()
        self._residents, self._spare = cycle(residents), spare
        self._held = self._of_residents(residents)
        self._workdays = _workdays(catalog)
        self._made: dict[str, tuple[Examples, Mapping[str, Value]]] = {}
        self._offices: dict[str, cycle[Office]] = {}

    def _of_residents(self, residents: Sequence[int]) -> Mapping[int, Mapping[str, Value]]:
        """What registers hold of each resident, by attribute."""
        attributes = [one for one in self._catalog.types[PERSON].attributes.values() if one.held_by]
        held = registry.read([Wanted(each, one) for each in residents for one in attributes], SEEN)
        keys = registry.keys_of(residents)
        found: dict[int, dict[str, Value]] = {
            each: {"id_number": keys[each], "birth_date": born_of(keys[each])} for each in residents
        }
        for (subject, name), answer in held.items():
            if answer.state == "known":
                found[subject][name] = answer.value
        return found

    def history(self, planned: Planned, serial: int) -> History:
        """One case from its beginning to where it stands."""
        service, number = self._catalog.services[planned.service], application_number(CITY, self.today.year, serial)
        office, begun = self._office(service), self._moment(planned.begun)
        roles = self._roles(service)
        applicant = roles[service.applicant][0]
        brief = store.ApplicationBrief(number, self._catalog.digest, "real", applicant, None)
        application = store.Application(brief, None, begun, None)
        opening = Opening(1, service.id, roles, office.id, office.region, self._facts(service, roles, office))
        command = self._lives.command_id()
        order = Command(command, "open", {"application": application.digest})
        life = self._lives.open(f"{number}/01", opening, order, APPLICANT, begun)
        held = {f"{role}.{name}": value for role, (one,) in roles.items()
                for name, value in self._held.get(one, {}).items()}  # fmt: skip
        life.known = {**self._example(service)[1], **held, **life.known}
        self._lead(life, planned, office, begun)
        return History(application, command, [life.events])

    def _lead(self, life: Life, planned: Planned, office: Office, begun: datetime) -> None:
        """Take it as far as it came; what began on the last working day waits to be accepted."""
        if planned.begun == 0:
            return
        clerk = Doer(f"staff:{STAFF + 1}", "staff", {office.id: frozenset({"handler"})})
        chief = Doer(f"staff:{STAFF + 2}", "staff", {office.id: frozenset({"approver"})})
        first = planned.begun - min(1, planned.begun if planned.took is None else planned.took)
        last = None if planned.took is None else planned.begun - planned.took
        at = max(begun + timedelta(minutes=20), self._moment(first))
        if planned.way == "corrected":
            what: Mapping[str, Json] = {"items": [next(iter(life.known))], "fault": "incomplete"}
            self._step(life, Command(self._lives.command_id(), "correct", what), clerk, at)
            if last is None:
                return
            self._step(life, Command(self._lives.command_id(), "resubmit"), APPLICANT, at + timedelta(minutes=90))
            at += timedelta(minutes=120)
        self._step(life, Command(self._lives.command_id(), "accept"), clerk, at)
        if last is None:
            return
        at = max(at + timedelta(minutes=20), self._moment(last))
        end, doer = ENDS.get(planned.way, "decide"), APPLICANT if planned.way == "withdrawn" else chief
        texts = {"reason": "不符合受理条件"} if end == "refuse" else {}
        self._step(life, Command(self._lives.command_id(), end, texts=texts), doer, at)

    def _step(self, life: Life, order: Command, doer: Doer, at: datetime) -> None:
        """One step, with what it makes its clerk type."""
        examples = self._example(self._catalog.services[life.case.service])[0]
        asked = self._lives.asked(life, order.kind, doer, at) if doer is not APPLICANT else ()
        facts = {fact: Given(examples.candidates(fact)[0], "produced") for fact in sorted(asked)}
        self._lives.take(life, replace(order, facts=facts), doer, at)

    def _moment(self, workdays_ago: int) -> datetime:
        """A moment in office hours, so many working days before the last one that is over."""
        day = self._workdays[workdays_ago]
        return time.start_of(day) + timedelta(hours=9, minutes=self._random.randrange(440))

    def _office(self, service: ServiceDefinition) -> Office:
        """The offices that handle a service, in turn."""
        if service.id not in self._offices:
            ours = [one for one in self._catalog.offices.values() if one.authority == service.authority]
            level = service.handled_at.level
            self._offices[service.id] = cycle([one for one in ours if one.level == level] or ours)
        return next(self._offices[service.id])

    def _roles(self, service: ServiceDefinition) -> Mapping[str, tuple[int, ...]]:
        """Residents for the persons of a service, for the rest what is spare."""
        return {
            name: (next(self._residents if role.type == PERSON else self._spare),)
            for name, role in service.roles.items()
        }

    def _facts(
        self, service: ServiceDefinition, roles: Mapping[str, tuple[int, ...]], office: Office
    ) -> Mapping[str, Given]:
        """What a case is given: what registers hold of its people, and examples of the rest."""
        _examples, values = self._example(service)
        found = {}
        for need in service.needs:
            role, _dot, name = need.fact.partition(".")
            kind = self._catalog.types[service.roles[role].type]
            held = self._held.get(roles[role][0], {})
            value = held.get(name, values.get(need.fact))
            if need.fact == service.handled_at.of:
                value = office.region
            if value is not None:
                found[need.fact] = Given(value, "fetched" if kind.attributes[name].held_by else "claimed")
        return found

    def _example(self, service: ServiceDefinition) -> tuple[Examples, Mapping[str, Value]]:
        if service.id not in self._made:
            examples = Examples(self._catalog, offer_of(self._catalog, service.id), self.today, Identities())
            self._made[service.id] = (examples, examples.values())
        return self._made[service.id]


def _workdays(catalog: Catalog) -> list[date]:
    """The working days before today, the latest first."""
    calendar, today = calendars.of_digest(catalog.digest), time.today()
    days = (today - timedelta(days=n) for n in count(1))
    return list(islice((day for day in days if calendar.is_workday(day)), WORKDAYS + 1))
