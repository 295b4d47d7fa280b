"""How satisfied people are, for everybody: in lots of ten, by settled months; nobody's own grade can be worked out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import count
from random import Random

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tongban.platform import time
from tongban.supervision import satisfaction
from tongban.supervision.models import Rating
from tongban.supervision.satisfaction import LEAST, Published, lots_of

CARD, BOOK = "social-card/apply", "police/birth-registration"
CITY, COUNTY = "demonstration/human-resources-4302", "demonstration/population-430211"
JULY, AUGUST = datetime(2026, 7, 31, 23, 59, tzinfo=time.ZONE), datetime(2026, 8, 1, tzinfo=time.ZONE)
NOVEMBER = date(2026, 11, 16)
NUMBERS = count()


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """What was published before is forgotten, here and after."""
    satisfaction.published.cache_clear()
    yield
    satisfaction.published.cache_clear()


def rated(grades: Iterable[int], service: str = CARD, office: str = CITY, at: datetime = JULY, **more: object) -> None:
    """So many people rated a service at an office."""
    columns = {"service": service, "office": office, "channel": "web", "is_real": True, "rated_at": at} | more
    Rating.objects.bulk_create(
        Rating(case=f"{next(NUMBERS)}/01", grade=grade, changed_at=at, **columns) for grade in grades
    )


def published(on: date = NOVEMBER) -> Published:
    satisfaction.published.cache_clear()
    return satisfaction.published(on)


@pytest.mark.django_db
def test_fewer_than_ten_are_said_nowhere_and_ten_are() -> None:
    rated([5] * 8 + [1])
    assert (published().whole, published().services, published().offices) == (None, (), ())
    rated([2])
    found = published()
    assert [(line.of, line.count, line.share) for line in found.services] == [(CARD, 10, 80)]
    assert [(line.of, dict(line.grades)) for line in found.offices] == [(CITY, {5: 8, 4: 0, 3: 0, 2: 1, 1: 1})]


@pytest.mark.django_db
def test_what_is_left_of_a_service_when_an_office_is_taken_away_is_nobodys_own_grade() -> None:
    rated([5] * 10, CARD, CITY)
    rated([1], CARD, COUNTY)
    found = published()
    assert [line.count for line in (*found.services, *found.offices)] == [10, 10]
    assert (found.whole and found.whole.share) == 100


@pytest.mark.django_db
def test_what_a_month_adds_is_ten_at_least_or_nothing() -> None:
    rated([5] * 12, at=JULY)
    rated([1] * 9, at=AUGUST)
    assert [line.count for line in published(date(2026, 8, 31)).services] == [12]
    assert [line.count for line in published().services] == [12]
    rated([1], at=AUGUST)
    assert [line.count for line in published().services] == [22]


@pytest.mark.django_db
@pytest.mark.parametrize(("on", "is_there"), [(date(2026, 8, 30), False), (date(2026, 8, 31), True)])
def test_a_month_is_published_once_nothing_of_it_can_change(on: date, is_there: bool) -> None:  # noqa: FBT001 -- a parameter
    rated([5] * 10, at=JULY)
    assert (published(on).whole is not None) is is_there


@pytest.mark.django_db
def test_a_month_is_the_citys_own() -> None:
    rated([5] * 5, at=JULY)
    rated([5] * 5, at=AUGUST)
    assert published(date(2026, 8, 31)).whole is None


@pytest.mark.django_db
def test_a_walk_is_counted_nowhere() -> None:
    rated([1] * 30, is_real=False)
    assert published().whole is None


@pytest.mark.django_db
def test_what_is_set_aside_in_time_does_not_count_and_who_is_later_is_not_seen_to_go() -> None:
    rated([5] * 10)
    rated([1], set_aside_at=datetime(2026, 8, 30, 23, 59, tzinfo=time.ZONE))
    assert [line.count for line in published().services] == [10]
    rated([1], set_aside_at=datetime(2026, 8, 31, tzinfo=time.ZONE))
    assert [line.count for line in published().services] == [11]


@pytest.mark.django_db
def test_figures_are_of_the_last_twelve_months() -> None:
    rated([1] * 10, at=datetime(2025, 9, 30, tzinfo=time.ZONE))
    rated([5] * 10, at=datetime(2025, 10, 1, tzinfo=time.ZONE))
    assert published(date(2026, 11, 1)).through == date(2026, 9, 1)
    assert [line.count for line in published(date(2026, 11, 1)).services] == [10]
    assert [line.share for line in published(date(2026, 11, 1)).services] == [100]


@given(st.integers(0, 10**6))
def test_every_lot_holds_ten_and_never_changes_when_months_are_added(seed: int) -> None:
    chance = Random(seed)  # noqa: S311 -- a test's own
    months = [date(2026, month, 1) for month in range(1, 9)]
    said = Counter(
        (chance.choice("ab"), chance.choice("xy"), chance.choice(months), chance.randint(1, 5)) for _ in range(120)
    )
    rows = [(*key, times) for key, times in said.items()]
    before: list[object] = []
    for through in months:
        lots = lots_of([row for row in rows if row[2] <= through])
        assert all(sum(lot.grades.values()) >= LEAST for lot in lots)
        assert [lot for lot in before if lot not in lots] == []
        assert all(lot.month == through for lot in lots if lot not in before)
        before = list(lots)
    everything = Counter[tuple[str, str]]()
    for service, office, _month, _grade, times in rows:
        everything[service, office] += times
    shown = Counter[tuple[str, str]]()
    for lot in lots_of(rows):
        shown[lot.service, lot.office] += sum(lot.grades.values())
    assert all(0 <= everything[pair] - shown[pair] < LEAST for pair in everything)


@pytest.mark.django_db
def test_everybody_reads_the_same_by_page_and_by_api() -> None:
    time.set_time(datetime(2026, 11, 16, 9, tzinfo=time.ZONE), frozen=True)
    rated([5] * 9 + [1])
    page, answer = Client().get("/ratings"), Client().get("/api/v1/ratings").json()
    assert "100 个有 90 个满意" in page.content.decode()
    assert answer["whole"] == {
        "id": "", "count": 10, "satisfied_percent": 90, "grades": {"5": 9, "4": 0, "3": 0, "2": 0, "1": 1},
    }  # fmt: skip
    assert (answer["through"], answer["least"]) == ("2026-09", 10)
    Rating.objects.all().delete()
    satisfaction.published.cache_clear()
    assert "评价还不够多" in Client().get("/ratings").content.decode()
