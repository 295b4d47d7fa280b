"""What verdicts promise: words for every state in both languages, and validity judged by the day."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import get_args

import pytest

from tongban.catalog.vocabulary import Text
from tongban.credentials.verdicts import Outline, State, state_of, verdict

TODAY = date(2026, 11, 24)
OUTLINE = Outline(
    title=Text("健康证明", "Health certificate"),
    issuer=Text("株洲市疾控中心", "Zhuzhou CDC"),
    number="4302-26-000001-K/01-01",
    code="7K2M-QD8F-3HT4",
    holder="陈**",
    kind="real",
    issued_on=TODAY,
    valid_from=TODAY,
    valid_until=date(2027, 11, 23),
    revoked_on=None,
    revoked_because=None,
)


@pytest.mark.parametrize("state", get_args(State))
def test_every_state_says_what_it_is_and_what_to_do(state: State) -> None:
    answer = verdict(state)
    for words in (answer.says, answer.do):
        assert words.zh
        assert words.en.endswith(".")
    assert answer.is_valid == (state == "valid")


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2026, 11, 23), "not-yet-valid"),
        (date(2026, 11, 24), "valid"),
        (date(2027, 11, 23), "valid"),
        (date(2027, 11, 24), "expired"),
    ],
)
def test_the_first_and_the_last_day_count(day: date, state: State) -> None:
    assert state_of(OUTLINE, day) == state


def test_a_document_without_end_never_expires() -> None:
    assert state_of(dataclasses.replace(OUTLINE, valid_until=None), date(2126, 1, 1)) == "valid"


def test_a_revoked_document_stays_revoked_and_a_rehearsal_a_rehearsal() -> None:
    revoked = dataclasses.replace(OUTLINE, revoked_on=TODAY)
    assert state_of(revoked, TODAY) == "revoked"
    assert state_of(dataclasses.replace(revoked, kind="walk"), TODAY) == "rehearsal"
