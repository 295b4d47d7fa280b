"""Stories about what hurts: a page is read as people read it, and what is not there fails the story."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.plugin import DjangoDbBlocker
from tests.stories.test_commands import Player

from tongban.platform.postgres import Postgres
from tongban.testing.stories.improving import page_text

JOINED = "  - {as: head, when: walk, bundle: newborn}\n  - {as: mother, when: join}\n"


@pytest.fixture
def player(postgres: Postgres, django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path: Path) -> Player:
    django_db_blocker.unblock()
    return Player(postgres, tmp_path)


def test_a_page_is_read_without_what_nobody_sees() -> None:
    page = (
        "<title>t</title><style>p{}</style><h1>11 月\u2060 20 日</h1><p>发现 <b>1</b> 个<br>问题</p><script>x</script>"
    )
    assert page_text(page) == "11 月 20 日 发现 1 个 问题"


@pytest.mark.slow
def test_what_a_page_does_not_show_fails_the_story(player: Player) -> None:
    steps = "  - {as: retiree, when: look, page: /deeds}\n"
    assert player.wrong(f"{steps}  - then: {{shows: [微实事, 一千件都办到了]}}\n") == [
        "The page does not show: 一千件都办到了"
    ]
    assert player.wrong("  - then: {shows: 微实事}\n") == ["No page was opened before."]


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ("  - {as: mother, when: join}\n", "No walk has been begun."),
        ("  - {as: mother, when: finish}\n", "No walk has been begun."),
        ("  - {as: head, when: judge, text: 好}\n", "No visit was made."),
        (f"{JOINED}  - {{as: mother, when: finish, kind: slow}}\n", "Nothing was noted on this walk."),
    ],
)
def test_what_has_nothing_to_act_on_is_told(player: Player, steps: str, said: str) -> None:
    assert player.wrong(steps) == [said]


@pytest.mark.slow
def test_a_refusal_of_a_page_fails_the_story_unless_it_says_so(player: Player) -> None:
    vote = "  - {as: clerk-population, when: vote, service: 预防接种证}\n"
    untold = player.play(vote)
    assert (untold.passed, untold.steps[0].got["error"]) == (False, "http-403")
    assert player.play(f"{vote}  - then: {{error: http-403}}\n").passed
