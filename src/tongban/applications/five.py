"""The five 全 (全数据共享 全业务协同 全服务上网 全业务用卡 全层级贯通), counted from what this city did.

Nothing here names anybody; figures of a few are for the page to hide. What has not happened counts 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, get_args

from tongban.applications.cards import finds_by_card
from tongban.applications.levels import is_for_elsewhere
from tongban.applications.models import CardVisit, Form
from tongban.applications.offers import OPENED_BY_THE_HOUSE, offer_of
from tongban.casework import figures
from tongban.casework.figures import Figure, Joined
from tongban.catalog.model import Catalog, Detail
from tongban.catalog.vocabulary import Level
from tongban.publication.linked import bureau_of
from tongban.registry.looks import looks_by_holder

LEVELS: Final[tuple[Level, ...]] = get_args(Level)
ASKED: Final = "claimed"
"""The source of a fact that somebody was asked for; every other was had without asking."""


@dataclass(frozen=True, slots=True)
class Shared:
    """Facts of the newest cases by source (`casework.model.Given`), and looks at each holder's records for a matter."""

    facts: Mapping[str, int]
    looks: Mapping[str, int]

    @property
    def total(self) -> int:
        """All facts."""
        return sum(self.facts.values())

    @property
    def not_asked(self) -> int:
        """Those that nobody was asked for."""
        return self.total - self.facts.get(ASKED, 0)


@dataclass(frozen=True, slots=True)
class Online:
    """Services of one bureau that can be applied for online: worked out, all but their limit, and in outline."""

    bureau: str
    worked_out: int
    limit_unsourced: int
    outline: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.worked_out + self.limit_unsourced + self.outline


@dataclass(frozen=True, slots=True)
class ByCard:
    """Services for which a card is enough at a window, pages opened by number and by code, applications begun there."""

    services: int
    by_number: int
    by_code: int
    begun: int


@dataclass(frozen=True, slots=True)
class AtLevel:
    """Offices of a level, the services handled there, and the real cases that they have now."""

    level: Level
    offices: int
    services: int
    cases: int


@dataclass(frozen=True, slots=True)
class Levels:
    """Every level, the widest first; cases handed up and down, and those a window took for another place."""

    levels: tuple[AtLevel, ...]
    handed_up: int
    handed_down: int
    for_elsewhere: int


@dataclass(frozen=True, slots=True)
class Five:
    """All five."""

    shared: Shared
    joined: Joined
    online: tuple[Online, ...]
    by_card: ByCard
    levels: Levels


def counted(catalog: Catalog) -> Five:
    """The five as they stand now. Reads whole tables."""
    return Five(
        shared=Shared(figures.sources(), looks_by_holder()),
        joined=figures.joined({office.id: office.authority for office in catalog.offices.values()}),
        online=_online(catalog),
        by_card=_by_card(catalog),
        levels=_levels(catalog, figures.figures()),
    )


def _online(catalog: Catalog) -> tuple[Online, ...]:
    """By bureau, the one with most services first."""
    counts: Counter[tuple[str, str]] = Counter(
        (bureau_of(catalog, service.authority), service.level)
        for service in catalog.services.values()
        if service.id not in OPENED_BY_THE_HOUSE
    )
    bureaus = {bureau for bureau, _ in counts}
    lines = [Online(one, *(counts[one, level] for level in get_args(Detail))) for one in bureaus]
    return tuple(sorted(lines, key=lambda line: (-line.total, line.bureau)))


def _by_card(catalog: Catalog) -> ByCard:
    services = [one for one in catalog.services if one not in OPENED_BY_THE_HOUSE]
    ways, begun = Counter[str](), 0
    for way, applications in CardVisit.objects.values_list("way", "applications").iterator():
        ways[way] += 1
        begun += len(applications)
    enough = sum(finds_by_card(catalog, offer_of(catalog, one)) for one in services)
    return ByCard(enough, ways["number"], ways["code"], begun)


def _levels(catalog: Catalog, found: list[Figure]) -> Levels:
    """Cases of an office that this publication no longer has stand at no level."""
    offices = catalog.offices
    cases: Counter[str] = Counter()
    for one in found:
        if one.office in offices:
            cases[offices[one.office].level] += one.cases
    services = Counter(service.handled_at.level for service in catalog.services.values())
    there = Counter(office.level for office in offices.values())
    forms = Form.objects.filter(mode="real", state=Form.State.SUBMITTED).exclude(window_office=None)
    windows = {number: str(window) for number, window in forms.values_list("number", "window_office")}
    return Levels(
        tuple(AtLevel(level, there[level], services[level], cases[level]) for level in LEVELS),
        handed_up=sum(one.handed_up for one in found),
        handed_down=sum(one.handed_down for one in found),
        for_elsewhere=sum(
            count for window, office, count in figures.taken(windows) if is_for_elsewhere(offices, window, office)
        ),
    )
