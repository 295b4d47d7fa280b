"""What people and time do to a town, drawn from one seed: right and wrong, late, twice, at once, in any order.

Every draw looks at the town as it stands, so a script goes on only while its deeds are done; the same seed is always
the same script. At its end everybody does what is left to do, until no case is open.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Final, Protocol
from uuid import UUID

from tests.casework.town import Published, Town
from tests.casework.world import (
    CITY_TRADE,
    HALL,
    LAMPS,
    PEOPLE,
    TRADE,
    WATER,
    card,
    catalog,
    command,
    fitting,
    lamp,
    permit,
)

from tongban.casework import machine, timing
from tongban.casework.model import (
    ENGINE_COMMANDS,
    HEARD,
    SYSTEM,
    Case,
    Command,
    Context,
    Doer,
    Given,
    Json,
    Opening,
    Refused,
    RunningClock,
    Task,
)
from tongban.casework.service import Answer, Filing, Opened, Order, Submission
from tongban.catalog.canonical import hashed
from tongban.platform.ids import application_number

OFFICES: Final = (TRADE, CITY_TRADE, WATER, LAMPS, HALL)
DORA: Final = Doer("staff:10", "staff", {TRADE: frozenset({"handler"})}, stands_for=frozenset({"staff:1", "staff:2"}))
"""Stands in for Anna and Ben."""

MOST_APPLICATIONS: Final = 3
MOST_DEEDS_LEFT: Final = 300
BAD_END: Final = 4
"""How little a step that ends a case without a grant is liked."""


class City(Protocol):
    """Where deeds are done: a `Town`, or a city with a database that must answer as it does."""

    def publish(self, published: Published) -> None:
        """Put a publication in force."""

    def set_time(self, at: datetime) -> None:
        """Let the clock show `at`."""

    def silence(self) -> None:
        """Let every limit that has ended decide where silence decides."""

    def move_due(self) -> None:
        """Reckon every running limit by the calendar in force."""

    def open(self, filing: Filing) -> Opened | Refused:
        """Open an application."""

    def give(self, orders: list[Order]) -> list[Answer]:
        """Carry out orders."""

    def erase(self, number: str, subject: int, command_id: str) -> Answer:
        """Erase the values of one subject in a case."""


@dataclass(frozen=True)
class Deed:
    """One thing that is done to a city, in words and as a call.

    `is_whole`: it is done all or not at all. `falls_at`: the call of the database at which it fails first.
    """

    what: str
    do: Callable[[City], list[Answer | Opened]]
    is_whole: bool = False
    falls_at: int | None = None


@cache
def publications() -> tuple[Published, ...]:
    """What may be in force: the trial pack, and the same with a day off here or there."""
    base = catalog()
    days = ("2026-11-18", "2026-11-25")
    extra = [
        {
            "calendar": f"cn-{day}", "stack": "cn", "source": {"title": "停课停工通知"},
            "holidays": [{"from": day, "to": day, "name": {"zh": "防汛", "en": "Flood"}}],
        }
        for day in days
    ]  # fmt: skip
    changed = [hashed(replace(base, calendars={**base.calendars, str(one["calendar"]): one})) for one in extra]
    return tuple(Published.of(each) for each in (base, *changed))


class Script:
    """The deeds of one seed. `owner` and `shop` are the subjects that its applications are about."""

    def __init__(self, seed: int, town: Town, owner: int = 71, shop: int = 72) -> None:
        self._draw = Random(seed)  # noqa: S311 -- what happens in a test is no secret
        self._town = town
        self._owner, self._shop = owner, shop
        self._filed: list[Filing] = []
        self._given: list[Order] = []
        self._kept_back: list[Order] = []

    def deeds(self) -> Iterator[Deed]:
        """Everything that happens, from the first opening until no case is open."""
        yield self._open()
        ways: Mapping[Callable[[], Deed], int] = {
            self._open: 2, self._one: 40, self._batch: 10, self._again: 10, self._late: 6, self._time: 14,
            self._publish: 2, self._erase: 1,
        }  # fmt: skip
        for _ in range(self._draw.randint(10, 40)):
            (way,) = self._draw.choices(list(ways), list(ways.values()))
            deed = way()
            yield replace(deed, falls_at=self._draw.randint(1, 6)) if self._draw.random() < 0.1 else deed
        yield from (self._again() for _ in range(5))
        yield from self._rest()

    def _rest(self) -> Iterator[Deed]:
        """What is left to do."""
        for _ in range(MOST_DEEDS_LEFT):
            open_ = [case for case in self._town.cases.values() if case.is_open]
            if not open_:
                return
            ways = ((case, way_on(case, self._town.context, OFFICES)) for case in open_)
            found = next(((case, way) for case, way in ways if way), None)
            yield self._give([self._order(found[0].number, *found[1])]) if found else self._pass(timedelta(days=20))

    def _open(self) -> Deed:
        if len(self._filed) == MOST_APPLICATIONS or (self._filed and self._draw.random() < 0.2):
            filing = self._draw.choice(self._filed)
        else:
            number = application_number("4302", 2026, 1 + len(self._filed))
            under = self._town.in_force.catalog.digest
            openings = self._openings()
            given = Submission(number, self._id(), under, self._owner, "real", openings)
            filing = Filing(given, next(doer for doer in PEOPLE if doer.for_applicant))
            self._filed.append(filing)
        parts = [f"{o.part} {o.service} at {o.office} waits for {dict(o.waits)}" for o in filing.submission.openings]
        return Deed(
            f"open {filing.submission.number}: {', '.join(parts)}", lambda city: [city.open(filing)], is_whole=True
        )

    def _openings(self) -> tuple[Opening, ...]:
        """Up to six parts, of which later ones may wait for earlier ones, for what these make or for their result."""
        openings: list[Opening] = []
        kinds = [self._permit, self._card, self._sign] if self._draw.random() < 0.4 else []
        kinds += self._draw.choices((self._permit, self._card, self._sign, self._lamp), k=self._draw.randint(1, 3))
        for part, make in enumerate(kinds, 1):
            made = make(openings)
            if openings and self._draw.random() < 0.15:
                made = replace(made, waits={self._draw.choice(openings).part: (), **made.waits})
            office = "trial/nowhere" if self._draw.random() < 0.01 else made.office
            openings.append(replace(made, part=part, office=office))
        return tuple(openings)

    def _permit(self, _before: list[Opening]) -> Opening:
        return permit(roles={"owner": (self._owner,), "shop": (self._shop,)})

    def _lamp(self, _before: list[Opening]) -> Opening:
        return replace(lamp(), roles={"place": (self._shop,)})

    def _card(self, before: list[Opening]) -> Opening:
        """A card, which waits for a permit where there is one."""
        permits = [one.part for one in before if one.service == "trial/permit"]
        made = card(roles={"shop": (self._shop,)})
        if not permits or self._draw.random() < 0.2:
            return made
        region = {"shop.region": made.facts["shop.region"]}
        return replace(made, facts=region, waits={self._draw.choice(permits): ("shop.licence_number",)})

    def _sign(self, before: list[Opening]) -> Opening:
        """A sign, which waits for a permit and a card where there are both."""
        permits = [one.part for one in before if one.service == "trial/permit"]
        cards = [one.part for one in before if one.service == "trial/card"]
        facts = {"place.region": Given("430211", "fetched")}
        if not permits or not cards:
            known = {"place.licence_number": Given("L1", "claimed"), "place.carded": Given(True, "claimed")}  # noqa: FBT003
            return Opening(1, "trial/sign", {"place": (self._shop,)}, WATER, "430211", facts | known)
        waits = {
            self._draw.choice(permits): ("place.licence_number",),
            self._draw.choice(cards): ("place.carded",),
        }
        return Opening(1, "trial/sign", {"place": (self._shop,)}, WATER, "430211", facts, waits)

    def _one(self) -> Deed:
        order = self._drawn()
        if self._draw.random() < 0.1:
            self._kept_back.append(order)
        return self._give([order])

    def _batch(self) -> Deed:
        orders = [self._drawn() for _ in range(self._draw.randint(2, 6))]
        if self._given and self._draw.random() < 0.3:
            orders.append(self._draw.choice(self._given))
        if self._draw.random() < 0.3:
            orders.append(self._draw.choice(orders))
        self._draw.shuffle(orders)
        return self._give(orders)

    def _again(self) -> Deed:
        """What was given before comes again, alone or as a pile in another order."""
        pile = [self._draw.choice(self._given) for _ in range(self._draw.choice((1, 1, 4)))] if self._given else []
        return self._give(pile or [self._drawn()])

    def _late(self) -> Deed:
        """What was kept back comes now, the last first."""
        pile, self._kept_back = self._kept_back[::-1], []
        return self._give(pile or [self._drawn()])

    def _give(self, orders: list[Order]) -> Deed:
        self._given += orders
        said = [f"{o.doer.id} {o.command.kind} {o.number} {_short(o.command)}" for o in orders]
        return Deed(f"give {'; '.join(said)}", lambda city: [*city.give(orders)], is_whole=len(orders) == 1)

    def _drawn(self) -> Order:
        """What somebody wants: mostly what they may do, now and then anything."""
        if not self._town.cases or self._draw.random() < 0.02:
            return self._order(
                self._draw.choice(("nonsense", "4302-26-000009-4/01")),
                self._draw.choice(PEOPLE),
                command("note", note="?"),
            )
        case = self._draw.choice(list(self._town.cases.values()))
        if self._draw.random() < 0.05:
            return self._order(case.number, SYSTEM, self._by_itself(case))
        doer = self._draw.choice((*PEOPLE, DORA))
        doer, wanted = self._sensible(case) if self._draw.random() < 0.8 else (doer, self._anything(case))
        if self._draw.random() < 0.1:
            wanted = replace(wanted, expected=case.version - self._draw.randint(0, 2))
        if self._draw.random() < 0.05:
            wanted = replace(wanted, happened_at=self._town.at - timedelta(hours=self._draw.randint(-2, 30)))
        order = self._order(case.number, doer, wanted)
        if self._given and self._draw.random() < 0.03:
            return replace(order, command=replace(wanted, id=self._draw.choice(self._given).command.id))
        return order

    def _sensible(self, case: Case) -> tuple[Doer, Command]:
        """Something that somebody may do, a step of the procedure rather than a note."""
        for doer in self._draw.sample((*PEOPLE, DORA), 4):
            context = self._town.context(case.number, doer)
            steps = [name for name in context.procedure.steps if machine.why_not(case, name, context) is None]
            if self._draw.random() < 0.7:  # lives are long where few bring them to a bad end
                steps = [name for name in steps if _rank(name, case, context) != BAD_END]
            if steps and self._draw.random() < 0.8:
                return doer, fitting(case, self._draw.choice(steps), context)
        engine = [name for name in ENGINE_COMMANDS if machine.why_not(case, name, context) is None]
        given: dict[str, dict[str, object]] = {
            "hand-over": {"to": "staff:2"}, "hand-up": {"reason": "理由"},
            "hand-down": {"reason": "理由", "office": TRADE}, "note": {"note": "说明"},
            "dispute": {"facts": ["shop.region"]},
        }  # fmt: skip
        name = self._draw.choice(engine or ["note"])
        return doer, command(name, **given.get(name, {}))  # type: ignore[arg-type]

    def _anything(self, case: Case) -> Command:
        steps = catalog().procedures[catalog().services[case.service].procedure].steps
        kinds = (*steps, *steps, *ENGINE_COMMANDS, *HEARD, "supply", "silence", "erase", "nonsense")
        kind = self._draw.choice(kinds)
        wrong: Mapping[str, tuple[Json, ...]] = {
            "reason": ("材料不全", " "), "items": (["shop.seats"], [], ["'; drop"]), "fault": ("incomplete", "ugly"),
            "days": (1, 0, True), "opinion": ("agree", "perhaps"), "offices": ([WATER, LAMPS], ["trial/nowhere"], []),
            "to": ("staff:2", "person:8"), "office": (TRADE, WATER, 7), "procedure": ("party",), "note": ("知道了",),
        }  # fmt: skip
        data = {name: self._draw.choice(values) for name, values in wrong.items() if self._draw.random() < 0.3}
        task = self._draw.choice((None, None, *(task.id for task in case.tasks), "opinion:trial/nowhere"))
        return command(kind, task=task, **data)  # type: ignore[arg-type]

    def _by_itself(self, case: Case) -> Command:
        """What the rooms around casework tell a case, and limits of which it is said that they have ended."""
        names = [clock.name for clock in case.clocks] or ["decision"]
        silence = command("silence", clock=self._draw.choice(names))
        return self._draw.choice((silence, command(self._draw.choice(HEARD)), command("move-due")))

    def _order(self, number: str, doer: Doer, wanted: Command) -> Order:
        return Order(number, replace(wanted, id=self._id()), doer)

    def _time(self) -> Deed:
        """Minutes or weeks go by, or just so much that a limit ends, or the clock is set back by an hour."""
        ends = sorted(at for case in self._town.cases.values() for at in _ends(case) if at > self._town.at)
        if ends and self._draw.random() < 0.5:
            return self._pass(
                self._draw.choice(ends[:3]) - self._town.at + timedelta(seconds=self._draw.choice((-1, 0, 1)))
            )
        hours = self._draw.choice((0.1, 1, 3, 20, 24, 75, 300, -1))
        return self._pass(timedelta(hours=hours), sweeps=self._draw.random() < 0.6)

    def _pass(self, span: timedelta, *, sweeps: bool = True) -> Deed:
        at = self._town.at + span

        def do(city: City) -> list[Answer | Opened]:
            city.set_time(at)
            if sweeps:
                city.silence()
            return []

        return Deed(f"it is {at:%Y-%m-%d %H:%M:%S}{', and what is due is done' if sweeps else ''}", do)

    def _publish(self) -> Deed:
        index = self._draw.randrange(len(publications()))

        def do(city: City) -> list[Answer | Opened]:
            city.publish(publications()[index])
            city.move_due()
            return []

        return Deed(f"publication {index} is in force", do)

    def _erase(self) -> Deed:
        number = self._draw.choice(list(self._town.cases) or ["nonsense"])
        subject, command_id = self._draw.choice((0, self._owner, self._shop)), self._id()
        return Deed(
            f"erase {subject} in {number}", lambda city: [city.erase(number, subject, command_id)], is_whole=True
        )

    def _id(self) -> str:
        return str(UUID(int=self._draw.getrandbits(128), version=4))


def way_on(
    case: Case, context_of: Callable[[str, Doer], Context], offices: Iterable[str]
) -> tuple[Doer, Command] | None:
    """Who brings a case nearer to its end, and how; None where only time or another case can.

    Three people who may do everything everywhere try, and the applicant.
    """
    roles = dict.fromkeys(offices, frozenset({"handler", "approver", "head"}))
    staff = [Doer(f"staff:{n}", "staff", roles) for n in (901, 902, 903)]
    contexts = [context_of(case.number, doer) for doer in (*staff, Doer("person:900", "person", for_applicant=True))]
    names = (*contexts[0].procedure.steps, "release")
    ranks = {name: rank for name in names if (rank := _rank(name, case, contexts[0])) is not None}
    held = next((task.id for task in case.tasks if task.holder), None)
    for name, context in itertools.product(sorted(ranks, key=ranks.__getitem__), contexts):
        if machine.why_not(case, name, context, held if name == "release" else None) is None:
            wanted = command(name, task=held) if name == "release" else fitting(case, name, context)
            with suppress(Refused):  # a fact that was erased, and the step would need it
                machine.run(case, wanted, context)
                return context.doer, wanted
    return None


def _rank(name: str, case: Case, context: Context) -> int | None:
    """How gladly a step is taken by somebody who wants the case to end well; None for what leads nowhere."""
    procedure = context.procedure
    if name == "release":
        return 3 if all(task.holder for task in case.tasks) else None
    step = procedure.steps[name]
    if step.to in procedure.ends:
        return 0 if procedure.results[step.to] == "granted" else BAD_END
    if step.closes:
        return 1
    return 2 if step.to else None


def _ends(case: Case) -> Iterator[datetime]:
    limits: tuple[RunningClock | Task, ...] = (*case.clocks, *case.tasks)
    for one in limits:
        if at := timing.moments(one.green_until, one.due)[1]:
            yield at


def _short(order: Command) -> str:
    said = {**order.data, **order.texts, **({"task": order.task} if order.task else {})}
    seen = "" if order.expected is None else f" expecting {order.expected}"
    return f"{said}{seen} ({order.id[:8]})"
