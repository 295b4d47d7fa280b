"""Rules and commands of packs in a story: what they gave is held against what it says, and a refusal fails it."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tongban.platform import database
from tongban.platform.postgres import Postgres
from tongban.publication.files import tree
from tongban.testing.fixtures import SHARED
from tongban.testing.stories.model import Story
from tongban.testing.stories.reading import read_story
from tongban.testing.stories.running import Outcome, play

HEAD = "story: s\ngiven:\n  - on: 2026-12-07\n  - persona: retiree\nsteps:\n"
FEE = "  - {as: retiree, when: reckon, rule: late-fee, with: {principal_fen: 1, due: 2026-11-15, paid: 2026-12-05}}\n"


class Player:
    """Plays a story from its text."""

    def __init__(self, server: Postgres, folder: Path) -> None:
        self.server = server
        self.folder = folder

    def play(self, steps: str) -> Outcome:
        """The story of these steps as it went."""
        file = self.folder / "s.yaml"
        file.write_text(HEAD + steps)
        story = read_story(file, tree())
        assert isinstance(story, Story), [fault.message.en for fault in story]
        try:
            return play(self.server, story)
        finally:
            database.point_to(self.server, SHARED)

    def wrong(self, steps: str) -> list[str]:
        """What the last step found."""
        return [text.en for text in self.play(steps).steps[-1].wrong]


@pytest.fixture
def player(postgres: Postgres, django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path: Path) -> Player:
    django_db_blocker.unblock()
    return Player(postgres, tmp_path)


def test_what_is_given_is_told_apart_to_the_last_value(player: Player) -> None:
    steps = f"{FEE}  - then: {{gives: {{days: 21, fee: 0, assumes: [1], derivation: []}}}}\n"
    assert player.wrong(steps) == [
        "days should be 21, it is 20",
        "There is no “fee” in what was given. Is it “fee_fen”?",
        "assumes should hold 1, holds 0",
        "derivation should hold 0, holds 6",
    ]


def test_only_what_was_given_can_be_checked(player: Player) -> None:
    assert player.wrong("  - then: {gives: {days: 20}}\n") == ["No rule was reckoned and no command run before."]


@pytest.mark.slow
def test_a_command_that_refuses_fails_the_story_unless_it_says_so(player: Player) -> None:
    (player.folder / "bank.csv").write_text("no bank's file")
    told = player.play("  - run: payments bank.csv\n  - then: {error: pack-refused}\n")
    assert told.passed
    assert told.steps[0].got["error"] == "pack-refused"
    untold = player.play("  - run: billing 2027-01\n")
    assert not untold.passed
    assert untold.steps[0].got["error"] == "no-parameter-in-force"
    wrong = player.play("  - run: billing 2026-13\n  - then: {error: exit-2}\n")
    assert wrong.passed


@pytest.mark.slow
def test_a_paper_without_a_text_is_told(player: Player) -> None:
    steps = "  - {as: retiree, when: plan, service: 个人参保证明查询打印}\n" + "".join(
        f"  - {{as: retiree, when: {deed}}}\n" for deed in ("agree", "sign", "submit")
    )
    assert player.wrong(f"{steps}  - then: {{prints: {{个人参保缴费证明: [罗承岳, 罗知夏]}}}}\n") == [
        "Contribution certificate does not print: 罗知夏"
    ]
    assert player.wrong(f"{steps}  - then: {{produced: {{certificate.number: ZM260000000}}}}\n")[0].startswith(
        "Contribution certificate · Number of the certificate should be ZM260000000, it is ZM26"
    )
