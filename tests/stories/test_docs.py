"""The documents and the language agree: every word has an example and one alias, and every example can be meant."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.meta.tree import ROOT

from tongban.publication.files import tree
from tongban.testing.stories import checks, deeds, improving, words
from tongban.testing.stories.arguments import ARGUMENT_READERS
from tongban.testing.stories.expectations import EXPECTATION_READERS
from tongban.testing.stories.model import Do, Story, Then
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
    understood(example, tmp_path)


def understood(example: str, folder: Path) -> Story:
    file = folder / "example.yaml"
    file.write_text(example)
    story = read_story(file, tree())
    assert isinstance(story, Story), [f"{fault.line}:{fault.column} {fault.message.en}" for fault in story]
    return story


def test_every_verb_every_argument_and_every_result_has_an_example(tmp_path: Path) -> None:
    steps = [step for example in EXAMPLES for step in understood(example, tmp_path).steps]
    done = [step for step in steps if isinstance(step, Do)]
    assert {*words.VERBS, *words.ENGINE_STEPS} - {step.verb for step in done} == set()
    assert set(words.ARGUMENTS) - {key for step in done for key in step.args} == set()
    assert set(words.THEN_KEYS) - {key for step in steps if isinstance(step, Then) for key in step.expects} == set()


@pytest.mark.parametrize("name", ["A file", "given", "A step", "when", "then"])
def test_the_last_example_says_it_all_in_chinese(name: str) -> None:
    said = set(re.findall(r"[\u4e00-\u9fff]+", EXAMPLES[-1]))
    assert set(TABLES[name].values()) - said == set()


def test_the_runner_does_what_the_language_says() -> None:
    assert {*deeds.VERBS, *improving.VERBS, "resubmit"} == set(
        words.VERBS
    )  # which is a step of procedures to the runner
    assert set(checks.CHECKS) == set(EXPECTATION_READERS) == set(words.THEN_KEYS)
    assert set(ARGUMENT_READERS) == set(words.ARGUMENTS)


@pytest.mark.parametrize("name", TABLES)
def test_the_glossary_lists_each_word_with_its_one_alias(name: str) -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text().partition("## The words of stories")[2]
    table = glossary.partition(f"**{name}**")[2].partition("\n**")[0]
    assert dict(ROW.findall(table)) == dict(TABLES[name])


def test_the_glossary_lists_states_and_other_fixed_words() -> None:
    table = (ROOT / "docs" / "glossary.md").read_text().partition("**States and other fixed words**")[2]
    application = {words.APPLICATION: words.APPLICATION_ALIAS}
    kinds = (
        application, words.APPLICATION_STATES, words.CASE_STATES, words.DOCUMENT_STATES, words.FACT_STATES,
        words.LIGHTS, words.AUDITS, words.FAULTS, words.OPINIONS, words.PAINS, words.CHOICES, words.READINGS,
    )  # fmt: skip
    assert set(ROW.findall(table)) == {pair for kind in kinds for pair in kind.items()}


@pytest.mark.parametrize("name", TABLES)
def test_no_alias_stands_for_two_words(name: str) -> None:
    aliases = list(TABLES[name].values())
    assert len(aliases) == len(set(aliases))
