"""What `docs/origin.md` says is there, is there: its pages open and its stories exist."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from tests.meta.tree import ROOT, SOURCE

ROW = re.compile(r"^\| ([MN]\d+) \| (.+?) \| (.*?) ?\| (.*?) ?\| (.+) \|$", re.MULTILINE)
CODE = re.compile(r"`([^`]+)`")


def rows() -> list[tuple[str, list[str], list[str], str]]:
    """Each row: number, pages, stories, what it says."""
    text = (ROOT / "docs" / "origin.md").read_text(encoding="utf-8")
    return [
        (number, CODE.findall(pages), CODE.findall(stories), said)
        for number, _, pages, stories, said in ROW.findall(text)
    ]


def stories() -> Iterator[str]:
    """The ids of all stories of the tree."""
    for file in SOURCE.glob("packs/*/stories/*.yaml"):
        yield from re.findall(r"^story: (\S+)$", file.read_text(encoding="utf-8"), re.MULTILINE)


def test_every_system_of_the_city_has_its_row() -> None:
    assert [number for number, *_ in rows()] == [*(f"M{n}" for n in range(1, 24)), *(f"N{n}" for n in range(1, 10))]


def test_every_story_named_exists() -> None:
    there = set(stories())
    assert [(number, story) for number, _, named, _ in rows() for story in named if story not in there] == []


def test_what_is_said_to_be_built_names_a_page_and_a_story() -> None:
    assert [number for number, pages, named, said in rows() if said.startswith("Built") and not (pages and named)] == []
    assert [number for number, pages, named, said in rows() if said.startswith("Not yet") and (pages or named)] == []


@pytest.mark.slow
@pytest.mark.django_db
def test_every_page_named_opens() -> None:
    client = Client()
    answers = {page: client.get(page).status_code for _, pages, _, _ in rows() for page in pages}
    assert {page: status for page, status in answers.items() if status not in {200, 302}} == {}
