"""The documents and the language agree: every word has an example and one alias, and every example can be meant."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.meta.tree import ROOT

from tongban.publication.files import tree
from tongban.testing.stories import words
from tongban.testing.stories.model import Story
from tongban.testing.stories.reading import read_story

STORIES = (ROOT / "docs" / "stories.md").read_text()
EXAMPLES = re.findall(r"```yaml\n(.*?)```", STORIES, re.DOTALL)
ROW = re.compile(r"^\| `([^`]+)` \| ([^|]+) \|$", re.MULTILINE)

TABLES: dict[str, Mapping[str, str]] = {
    "A file": words.STORY_KEYS,
    "given": words.GIVEN_KEYS,
    "A step": words.STEP_KEYS,
    "when": {**{verb: each.zh for verb, each in words.VERBS.items()}, **words.ENGINE_STEPS},
    "What a step carries": words.ARGUMENTS,
    "then": words.THEN_KEYS,
}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: text.splitlines()[0])
def test_every_example_can_be_meant(example: str, tmp_path: Path) -> None:
    file = tmp_path / "example.yaml"
    file.write_text(example)
    story = read_story(file, tree())
    assert isinstance(story, Story), [f"{fault.line}:{fault.column} {fault.message.en}" for fault in story]


def test_every_word_has_an_example() -> None:
    shown = set(re.findall(r"[a-z_-]+", " ".join(EXAMPLES)))
    assert {word for table in TABLES.values() for word in table} - shown == set()


@pytest.mark.parametrize("name", TABLES)
def test_the_glossary_lists_each_word_with_its_one_alias(name: str) -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text().partition("## The words of stories")[2]
    table = glossary.partition(f"**{name}**")[2].partition("\n**")[0]
    assert dict(ROW.findall(table)) == dict(TABLES[name])


@pytest.mark.parametrize("name", TABLES)
def test_no_alias_stands_for_two_words(name: str) -> None:
    aliases = list(TABLES[name].values())
    assert len(aliases) == len(set(aliases))
