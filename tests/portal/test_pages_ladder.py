"""The page of the ladder: a worker's own with what is missing, anybody's without a log-in."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from tests.portal import matters

from tongban import publication
from tongban.catalog.vocabulary import Value
from tongban.platform import time
from tongban.registry import service as registry
from tongban.registry.model import Entry
from tongban.registry.models import Read

MINE, ANYBODYS = "/portal/skills/my-ladder", "/portal/skills/ladder"

pytestmark = pytest.mark.usefixtures("town")


def write(**values: Value) -> None:
    """Let the registers hold these facts about the electrician."""
    attributes = publication.current().types["base/Person"].attributes
    subject = matters.actor("electrician").subject_id
    assert subject is not None
    registry.write([Entry(subject, attributes[name], value) for name, value in values.items()], keys={})


def test_a_worker_sees_what_is_missing_and_the_look_is_on_the_record() -> None:
    page = matters.browser_of("electrician").get(MINE)
    text = page.content.decode()
    assert "离高级工（三级）还差 1 样" in text
    years = (date(2029, 3, 12) - time.today()).days // 365
    assert f"还差 {years} 年" in text
    assert "2029 年 3 月 12 日起可以报" in text
    assert "btn-primary" not in text.partition("<main")[2].partition("</main>")[0]
    subject = matters.actor("electrician").subject_id
    assert subject is not None
    assert Read.objects.filter(subject_id=subject, purpose_zh="看自己的技能等级还差什么").exists()


def test_what_the_register_says_now_is_what_the_ladder_says() -> None:
    write(contest_award="province", contest_award_on=date(2026, 6, 20))
    text = matters.browser_of("electrician").get(MINE).content.decode()
    assert "你可以报高级工（三级）了" in text
    assert "/b/skills.skill-assessment" in text
    write(skill_grade="chief")
    assert "你是首席技师，已经是最上一级" in matters.browser_of("electrician").get(MINE).content.decode()


def test_a_studio_of_ones_own_stands_among_what_counts() -> None:
    subject = matters.actor("electrician").subject_id
    assert subject is not None
    host = registry.create("base/Organisation", key="914302000000000192")
    studio = registry.create("skills/Studio", ends={"host": host, "master": subject})
    number = publication.current().types["skills/Studio"].attributes["studio_number"]
    registry.write([Entry(studio, number, "JN260000001")], keys={})
    assert "JN260000001" in matters.browser_of("electrician").get(MINE).content.decode()
    assert "JN260000001" not in matters.browser_of("mother").get(MINE).content.decode()


def test_whoever_has_no_grade_or_no_log_in_sees_the_ladder_all_the_same() -> None:
    assert "你可以报初级工（五级）了" in matters.browser_of("mother").get(MINE).content.decode()
    assert Client().get(MINE).status_code == 302
    for browser in (Client(), matters.browser_of("head")):
        text = browser.get(ANYBODYS).content.decode()
        assert "从学徒工到首席技师，一共 8 级" in text
        assert "登记簿里算数的" not in text
    english = Client()
    english.cookies["django_language"] = "en"
    assert "From apprentice to chief technician: 8 rungs" in english.get(ANYBODYS).content.decode()


def test_a_register_that_is_down_is_said_to_be_down() -> None:
    registry.set_down("hrss/human-resources", down=True)
    text = matters.browser_of("electrician").get(MINE).content.decode()
    assert "现在读不到" in text
    assert "还差 1 样" not in text
