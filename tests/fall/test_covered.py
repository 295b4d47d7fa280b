"""That no command of a door was forgotten by the tests of this folder."""

from __future__ import annotations

from tests.fall.commands import TESTS, commands, failed


def test_every_command_of_a_door_fails_here_or_is_left_out_for_a_reason() -> None:
    lines = TESTS.joinpath("left_out.txt").read_text(encoding="utf-8").splitlines()
    left_out = {name: reason for name, _, reason in (line.partition(": ") for line in lines)}
    assert all(left_out.values())
    assert sorted(commands() - failed()) == sorted(left_out)


def test_what_writes_is_found() -> None:
    assert {
        "applications.cases.act",
        "applications.starting.start",
        "applications.batches.upload",
        "applications.submission.submit",
        "supervision.walks.begin",
    } <= commands()
