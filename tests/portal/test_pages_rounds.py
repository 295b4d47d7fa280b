"""The page of the machine that walks: what a reader learns of last night, in both languages."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils.html import strip_tags
from tests.portal import matters
from tests.supervision.ways import DEAD_END, WAY

from tongban.supervision.models import Found
from tongban.supervision.rounds import keeping

pytestmark = pytest.mark.usefixtures("town")
PAGE = "/desk/rounds"


def words(client: Client, path: str = PAGE) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.content
    return re.sub(r"\s+", " ", strip_tags(answer.content.decode().partition("<main")[2]))


def test_before_the_first_night_it_says_so() -> None:
    assert "自动走查还没走过" in words(matters.browser_of("head"))


def test_the_sentence_says_how_many_ways_do_not_lead_to_their_end() -> None:
    keeping.walk(ways=lambda _job: (WAY, DEAD_END))
    said = words(matters.browser_of("clerk-maternity"))
    assert "自动走了 2 条路，1 条走不通" in said
    assert "填表" in said
    assert "birth.in_city == true" in said


def test_a_problem_says_for_how_many_nights_the_machine_has_not_found_it() -> None:
    keeping.walk(ways=lambda _job: (WAY, DEAD_END))
    keeping.walk(ways=lambda _job: (WAY,))
    case = Found.objects.get().case
    head = matters.browser_of("head")
    assert "自动走查 1 夜没再发现" in words(head, f"/desk/problems/{case.replace('/', '.')}")
    assert "不再出现，该去看看" in words(head)


def test_people_have_no_business_there() -> None:
    assert matters.browser_of("mother").get(PAGE).status_code == 403
