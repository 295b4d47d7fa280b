"""The machine that walks, in a real browser: through bundles by what stands on their pages, and by nothing else."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from tongban.platform import database
from tongban.platform.postgres import Postgres
from tongban.publication.files import tree
from tongban.supervision.rounds.ways import Way
from tongban.supervision.walk_steps import STEPS
from tongban.testing.fixtures import SHARED
from tongban.testing.rehearsal import eyes
from tongban.testing.rehearsal.city import rehearsal_city

pytestmark = pytest.mark.browser
PLANTED = Path(__file__).parents[1] / "supervision" / "planted_buttons"


Goes = Callable[[str], Way]


@pytest.fixture
def commonest(postgres: Postgres, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Goes:
    """Goes the commonest way of a bundle through a rehearsal city, in a thread where no other browser has its loop."""

    def gone(about: str) -> Way:
        try:
            with rehearsal_city(postgres, tree()) as walker, eyes.opened(walker.site.address) as walker.eyes:
                try:
                    return walker.commonest(about)
                finally:
                    database.close_connections()  # those of the browser's loop, which ends here
        finally:
            database.point_to(postgres, SHARED)
            database.close_connections()

    def go(about: str) -> Way:
        with django_db_blocker.unblock(), ThreadPoolExecutor(1) as thread:
            return thread.submit(gone, about).result()

    return go


@pytest.mark.parametrize(
    ("about", "papers"), [("life-events/newborn", False), ("life-events/open-restaurant", True)]
)  # fmt: skip
def test_a_bundle_is_carried_through_its_pages(commonest: Goes, about: str, papers: bool) -> None:  # noqa: FBT001 -- a parameter
    way = commonest(about)
    assert way.stuck is None
    assert set((way.results or {}).values()) == {"granted"}
    sent_by_api = {step.at for step in way.steps if step.act == "call"}
    assert sent_by_api == {"plan", "handle"}  # what the guide promises, and the offices
    pressed = {step.at for step in way.steps if step.act == "press"}
    assert {"find", "plan", "situation", "agree", "form", "sign"} <= pressed
    assert ("papers" in pressed) == bool(way.papers) == papers
    assert {step.at for step in way.steps} <= {*STEPS, "consent", "desk", "handle"}
    assert way.questions >= 3
    assert way.dead_links == ()


def test_a_missing_button_is_a_dead_end(commonest: Goes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eyes, "PATIENCE_MILLISECONDS", 2_000)
    engine = {**settings.TEMPLATES[0], "DIRS": [PLANTED, *settings.TEMPLATES[0]["DIRS"]]}
    with override_settings(TEMPLATES=[engine]):
        way = commonest("life-events/newborn")
    assert way.stuck is not None
    assert (way.stuck.at, way.results) == ("agree", {})
