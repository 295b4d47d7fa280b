"""Whom the machine makes up: people whose past fits what they say, so that no register contradicts them."""

from __future__ import annotations

import pytest

from tongban.applications.offers import offer_of
from tongban.catalog.vocabulary import Value
from tongban.platform import database, time
from tongban.publication.files import tree
from tongban.supervision.rounds.judging import judge
from tongban.supervision.rounds.ways import Way
from tongban.testing.city.identities import Identities
from tongban.testing.fixtures import City
from tongban.testing.rehearsal.city import rehearsal_city
from tongban.testing.rehearsal.examples import Examples

CATALOG = tree()
BRANCHES = [
    ("life-events/open-restaurant", "restaurant.licensed != true", False),
    ("life-events/work-death", "injury.wants_recognition == true", False),
    ("life-events/pensioner-death", "deceased.has_social_card == true", False),
    ("life-events/recruit-staff", "recruitment.stage == 'plan'", True),
    ("life-events/start-business", "startup.hires == true", False),
]
"""A bundle, a condition of it, and which way it goes: where the guide once seemed to say too little."""


def examples(about: str) -> Examples:
    return Examples(CATALOG, offer_of(CATALOG, about), time.DEMONSTRATION_START.date(), Identities())


def values(about: str, text: str, *, holds: bool) -> dict[str, Value]:
    """Values under which a condition of an offer, by its words, holds or does not."""
    found = examples(about)
    condition = next(fork.condition for fork in found.forks if text in fork.condition.text)
    return found.values(condition, holds=holds)


def test_who_says_that_the_licence_is_there_has_what_it_makes() -> None:
    with_licence = values("life-events/open-restaurant", "restaurant.licensed != true", holds=False)
    without = values("life-events/open-restaurant", "restaurant.licensed != true", holds=True)
    made = {"shop.uscc", "shop.name", "shop.legal_representative_name", "shop.address"}
    assert made <= with_licence.keys()
    assert not made & without.keys()


@pytest.mark.parametrize("holds", [True, False])
def test_what_a_part_both_reads_and_makes_is_something_before_it(*, holds: bool) -> None:
    found = values("life-events/pensioner-death", "deceased.has_social_card == true", holds=holds)
    assert found["deceased.has_social_card"] is holds


def test_what_an_earlier_part_makes_is_not_wanted_beforehand() -> None:
    found = values("life-events/retire", "pension.early_reason == 'special-work' and", holds=True)
    assert found["pension.special_work_confirmed"] is False


@pytest.mark.slow
@pytest.mark.parametrize(("about", "text", "holds"), BRANCHES)
def test_the_guide_says_all_that_these_people_are_asked(city: City, about: str, text: str, *, holds: bool) -> None:
    way = walked(city, about, text, holds=holds)
    assert way.stuck is None
    assert [(one.kind, one.item) for one in judge(CATALOG, [way]) if one.kind != "slow"] == []


def walked(city: City, about: str, text: str, *, holds: bool) -> Way:
    """That way, walked in a rehearsal city."""
    with rehearsal_city(city.server, CATALOG) as walker:
        way = walker.walk(offer_of(CATALOG, about), values(about, text, holds=holds))
    database.point_to(city.server, city.database)
    return way
