"""Every story of the installed packs, played over HTTP in a city of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests import projection

from tongban.catalog.model import Catalog
from tongban.platform import database
from tongban.platform.postgres import Postgres
from tongban.publication.files import tree
from tongban.testing.fixtures import SHARED
from tongban.testing.stories.finding import all_stories
from tongban.testing.stories.model import Story
from tongban.testing.stories.reading import read_story
from tongban.testing.stories.running import play


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return tree()


@pytest.mark.story
@pytest.mark.parametrize("file", list(all_stories()), ids=lambda file: file.stem)
def test_it_happens_as_the_story_says(
    file: Path, catalog: Catalog, postgres: Postgres, django_db_setup: None, django_db_blocker: object
) -> None:
    story = read_story(file, catalog)
    assert isinstance(story, Story), [str(fault.message.en) for fault in story]
    broken: list[str] = []
    with django_db_blocker.unblock():  # type: ignore[attr-defined]  # pytest-django's, whose type it hides
        outcome = play(postgres, story, at_end=lambda: broken.extend(projection.broken()))
        database.point_to(postgres, SHARED)
    wrong = [f"{file.name}:{step.line} {text.en}" for step in outcome.steps if not step.passed for text in step.wrong]
    assert wrong == []
    assert outcome.passed
    assert broken == []
