"""The machine that walks: every offer of a catalog, in the commonest situation and on each branch that it has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tongban.applications.offers import OPENED_BY_THE_HOUSE, offer_of
from tongban.catalog.model import BundleDefinition, Catalog
from tongban.catalog.vocabulary import Value
from tongban.platform import time
from tongban.supervision.rounds.ways import MOST_SITUATIONS, OWN_FAULT, PAPERS_IN_HAND, Stuck, Unreached, Way
from tongban.testing.city.identities import Identities
from tongban.testing.rehearsal.browsing import Browser, Site
from tongban.testing.rehearsal.examples import Examples, Fork, NoExample
from tongban.testing.rehearsal.eyes import Eyes
from tongban.testing.rehearsal.links import Links
from tongban.testing.rehearsal.one_way import OneWay
from tongban.testing.rehearsal.visitor import NoWayOn, Trail, Visitor


@dataclass
class Walker:
    """Walks the offers of a catalog in the present city, which must be a rehearsal city.

    ``site``: where it is served. With ``eyes`` the pages of bundles are looked at in a real browser.
    """

    catalog: Catalog
    site: Site
    identities: Identities = field(default_factory=Identities)
    eyes: Eyes | None = None
    links: Links = field(default_factory=Links)
    _clerks: dict[str, Visitor] = field(default_factory=dict)

    def offers(self) -> list[str]:
        """Every bundle and service that anybody can look for."""
        return [*sorted(self.catalog.bundles), *sorted(self.catalog.services.keys() - OPENED_BY_THE_HOUSE)]

    def commonest(self, about: str) -> Way:
        """The way of most people through an offer."""
        return next(self.ways(about))

    def ways(self, about: str) -> Iterator[Way]:
        """The commonest way through an offer, then one for each condition that has not been met both ways yet."""
        offer = offer_of(self.catalog, about)
        examples = self._examples(offer)
        try:
            found = examples.values()
        except NoExample as none:
            said = f"没有人能同时符合受理条件 · nobody fulfils at once: {none}"
            yield Way(offer.id, stuck=Stuck("situation", said))
            return
        yield self.walk(offer, found)
        if examples.proved:
            bare = self._examples(offer).values()
            known = {fact: value for fact, value in bare.items() if fact not in examples.proved}
            yield self.walk(offer, known, situation=PAPERS_IN_HAND)
        seen = {(fork, examples.truth(fork.condition, found)) for fork in examples.forks}
        unreached, further = [], 0
        for fork in examples.forks:
            for holds in (True, False):
                if (fork, holds) in seen:
                    continue
                other = self._examples(offer)
                try:
                    found = other.values(fork.condition, holds=holds)
                except NoExample:
                    unreached += [fork] if holds and examples.is_open(fork.condition) else []
                    continue
                seen |= {(one, other.truth(one.condition, found)) for one in examples.forks}
                further += 1
                if further <= MOST_SITUATIONS:
                    yield self.walk(offer, found, situation=_said(fork, holds=holds))
        left_out = max(0, further - MOST_SITUATIONS)
        if unreached or left_out:
            missed = tuple(_unreached(fork) for fork in unreached)
            yield Way(offer.id, situation="-", unreached=missed, left_out=left_out)

    def _examples(self, offer: BundleDefinition) -> Examples:
        return Examples(self.catalog, offer, time.today(), self.identities)

    def walk(self, offer: BundleDefinition, found: Mapping[str, Value], situation: str = "") -> Way:
        """One way, whatever becomes of it."""
        trail, stuck = Trail(offer.id), None
        try:
            OneWay(self, offer, found, trail).go()
        except NoWayOn as end:
            stuck = end.stuck
        except Exception as broken:  # noqa: BLE001 -- the machine's own fault, told as such; the other ways are walked
            stuck = Stuck(OWN_FAULT, f"{type(broken).__name__}: {broken}")
        return Way(
            about=offer.id,
            situation=situation,
            steps=tuple(trail.steps),
            asked=tuple(trail.asked),
            papers=tuple(trail.papers),
            answers_refused=tuple(trail.refused),
            results=dict(trail.results),
            is_found=trail.is_found,
            promise=trail.promise,
            due=trail.due,
            fee_fen=trail.fee_fen,
            stuck=stuck,
            dead_links=tuple(trail.dead_links),
        )

    def clerk(self, number: str, trail: Trail, eyes: Eyes | None) -> Visitor:
        """A member of staff, who logs in once a night."""
        if number not in self._clerks:
            self._clerks[number] = Visitor(trail, Browser(self.site, number), self.links)
        clerk = self._clerks[number]
        clerk.trail, clerk.eyes = trail, eyes
        return clerk


def _said(fork: Fork, *, holds: bool) -> str:
    return fork.condition.text if holds else f"not ({fork.condition.text})"


def _unreached(fork: Fork) -> Unreached:
    return Unreached(fork.service, fork.item, fork.condition.text)
