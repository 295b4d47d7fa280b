"""What hurts on a way, from what was measured on it and the definitions alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tongban.catalog.vocabulary import Text
from tongban.publication.files import tree
from tongban.supervision.rounds import plainness
from tongban.supervision.rounds.judging import SLOW_SECONDS, judge
from tongban.supervision.rounds.ways import LINE, Act, Asked, Promise, Step, Stuck, Unreached, Way

CATALOG = tree()
SERVICE = "hrss/social-card"
PHONE = Asked("holder.phone", "base/Person.phone", 1)
SOUND = Way(SERVICE, steps=(Step("page", "find", 0.1), Step("page", "plan", SLOW_SECONDS)))


def kinds(way: Way) -> list[tuple[str, str, str]]:
    """Kind, step and item of each cause."""
    return [(one.kind, one.step, one.item) for one in judge(CATALOG, [way])]


def test_a_sound_way_says_nothing() -> None:
    assert kinds(SOUND) == []


TOLD = Promise((), (), 0, "2026-12-01")
ITEM = "base/Person.phone"
BOOK = "base/household-book"
FAULTS = [
    ({"stuck": Stuck("form", "x", "", ITEM)}, ("dead-end", "form", ITEM)),
    ({"stuck": Stuck("papers", "x", "", BOOK)}, ("impossible-paper", "papers", BOOK)),
    ({"is_found": False}, ("dead-end", "find", "")),
    ({"steps": (Step("page", "desk", 0.1, 404),)}, ("dead-end", "desk", "")),
    ({"steps": (Step("press", "sign", 0.1, 500),)}, ("dead-end", "sign", "")),
    ({"steps": (Step("call", "send", SLOW_SECONDS + 0.1),)}, ("slow", "send", "")),
    ({"asked": (PHONE, replace(PHONE, turn=2))}, ("asked-twice", "form", ITEM)),
    ({"asked": (PHONE, replace(PHONE, turn=3, by=SERVICE))}, ("asked-twice", "handle", ITEM)),
    ({"asked": (PHONE,), "promise": TOLD}, ("not-as-told", "form", ITEM)),
    ({"papers": (BOOK,), "promise": TOLD}, ("not-as-told", "papers", BOOK)),
    ({"fee_fen": 1, "promise": TOLD}, ("not-as-told", "send", "")),
    ({"due": "2026-12-02", "promise": TOLD}, ("not-as-told", "follow", "")),
    ({"asked": (PHONE,), "answers_refused": ("holder.phone",)}, ("unclear", "form", ITEM)),
    ({"unreached": (Unreached(SERVICE, ITEM, "a.b == 1"),)}, ("contradiction", "", ITEM)),
]


@pytest.mark.parametrize(("told", "found"), FAULTS)
def test_each_fault_has_its_kind_and_place(told: dict[str, Any], found: tuple[str, str, str]) -> None:
    assert kinds(replace(SOUND, **told)) == [found]


def test_a_paper_about_somebody_else_than_what_is_made_is_possible() -> None:
    assert kinds(Way("police/birth-registration")) == []  # the household book of a parent; the child's is made


def test_a_paper_that_only_its_own_service_makes_is_impossible() -> None:
    service = CATALOG.services["police/birth-registration"]
    childs = replace(next(one for one in service.evidence if one.evidence == BOOK), role="child")
    proved = [f"child.{name}" for name in CATALOG.evidence[BOOK].proves]
    made = tuple(replace(service.produces[0], fact=fact) for fact in proved)
    alone = replace(service, evidence=(childs,), produces=made)
    catalog = replace(CATALOG, services={service.id: alone})
    assert [one.kind for one in judge(catalog, [Way(service.id)])] == ["impossible-paper"]


def test_an_official_title_is_read_by_nobody_where_plain_words_stand_for_it() -> None:
    moved = CATALOG.services["social-insurance/sector-move"]
    assert plainness.fault_of(moved.title) == "too-long"
    assert moved.plain is not None
    assert kinds(Way(moved.id)) == []
    bare = replace(CATALOG, services={**CATALOG.services, moved.id: replace(moved, plain=None)})
    assert [one.kind for one in judge(bare, [Way(moved.id)])] == ["unclear"]


def test_what_was_promised_is_held_against_nobody_who_did_not_come_to_the_end() -> None:
    way = replace(SOUND, asked=(PHONE,), promise=Promise((), (), 0, None), stuck=Stuck("send", "x"))
    assert [kind for kind, _step, _item in kinds(way)] == ["dead-end"]


def test_the_slowest_of_a_place_is_what_is_told() -> None:
    way = replace(SOUND, steps=(Step("page", "form", 3), Step("page", "form", 9)))
    (cause,) = judge(CATALOG, [way])
    assert "9.0" in cause.said.zh


@pytest.mark.parametrize("act", ["call", "press"])
def test_what_is_sent_is_slow_where_it_was_on_every_way_through_its_matter(act: Act) -> None:
    slow = replace(SOUND, steps=(Step(act, "send", 9),))
    assert judge(CATALOG, [slow, replace(SOUND, steps=(Step(act, "send", 0.1),))]) == []
    assert [one.said.en for one in judge(CATALOG, [slow, replace(slow, situation="x")])] == ["It took 9.0 seconds."]


def test_a_way_is_the_same_after_its_journey_as_a_line() -> None:
    way = replace(
        SOUND, asked=(PHONE,), stuck=Stuck("form", "x"), promise=Promise(("a.b",), ("c",), 2, None), results={"s": None}
    )
    assert LINE.validate_json(LINE.dump_json(way)) == way


@pytest.mark.parametrize(
    ("zh", "en", "fault"),
    [
        ("手机号", "Mobile number", None),
        ("mobile number", "mobile number", "untranslated"),
        ("手机号", "手机号", "untranslated"),
        ("HIV 检测", "HIV test", None),
        ("GPA", "GPA", None),
        ("本人系指依法取得资格的申请人", "The person meant", "official"),
        ("因本人原因导致的未能在规定期限内完成登记手续所产生的全部后果由谁承担", "Who bears it", "too-long"),
        ("分成几句，每句都短，再长也读得懂，一口气不用憋住", "Said in short parts", None),
    ],
)
def test_how_hard_a_text_is(zh: str, en: str, fault: str | None) -> None:
    assert plainness.fault_of(Text(zh, en)) == fault
