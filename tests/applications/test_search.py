"""What people type finds what they mean, in their own words and in both languages; nonsense finds nothing."""

from __future__ import annotations

import pytest

from tongban.applications.search import search
from tongban.publication import service as publication

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("我要招人", "hire-employee"),
        ("招了个新员工", "hire-employee"),
        ("hiring staff", "hire-employee"),
        ("I want to hire an employee", "hire-employee"),
        ("孩子上户口", "newborn"),
        ("给宝宝上户口", "newborn"),
        ("生孩子", "newborn"),
        ("my baby was born", "newborn"),
        ("household register for my child", "newborn"),
        ("开饭店", "open-restaurant"),
        ("我想开个面馆", "open-restaurant"),
        ("open a restaurant", "open-restaurant"),
        ("how do I open a café", "open-restaurant"),
        ("退休", "retire"),
        ("办退休", "retire"),
        ("领养老金", "retire"),
        ("retire", "retire"),
        ("I am retiring", "retire"),
    ],
)
def test_own_words_find_the_bundle_first(typed: str, found: str) -> None:
    assert search(publication.current(), typed)[0].id == f"life-events/{found}"


@pytest.mark.parametrize("typed", ["", "   ", "飞碟", "xyzzy", "=1+1"])
def test_nonsense_finds_nothing(typed: str) -> None:
    assert search(publication.current(), typed) == []


def test_what_the_house_opens_itself_is_not_on_offer() -> None:
    hits = [hit.id for typed in ("问一问", "更正登记信息", "投诉") for hit in search(publication.current(), typed)]
    assert [hit for hit in hits if hit.startswith("base/")] == []


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("失业登计", "employment/unemployment-registration"),
        ("shiye dengji", "employment/unemployment-registration"),
        ("siyedenji", "employment/unemployment-registration"),
        ("老动仲才", "labour/arbitration"),
        ("xian shi ye deng ji", "employment/unemployment-registration"),
    ],
)
def test_what_sounds_the_same_is_found(typed: str, found: str) -> None:
    assert found in [hit.id for hit in search(publication.current(), typed)][:5]


@pytest.mark.parametrize("typed", ["量子纠缠", "你好", "今天天气怎么样", "hello", "nihao", "x" * 500])
def test_one_character_or_sound_in_common_is_not_enough(typed: str) -> None:
    assert search(publication.current(), typed) == []


def test_a_bundle_that_is_as_near_comes_before_its_services() -> None:
    hits = search(publication.current(), "失业")
    assert hits[0].id == "life-events/unemployment"
    assert any(not hit.is_bundle for hit in hits)
