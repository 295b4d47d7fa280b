"""The page that leads a newcomer to a live service is followed to the letter, in a copy of the checkout."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.docs.following import Reader, deeds, environment
from tests.meta.tree import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
PAGE = ROOT / "docs" / "ten-minute-service.md"


def test_the_page_is_followed_to_the_letter(checkout: Path) -> None:
    reader = Reader(checkout, environment(checkout))
    try:
        for deed in deeds(PAGE):
            reader.do(deed)
    finally:
        reader.leave()


def test_the_page_tells_of_everything_it_promises() -> None:
    told = list(deeds(PAGE))
    assert {deed.kind for deed in told} == {"run", "write", "look"}
    words = " ".join(deed.what for deed in told)
    for command in ("make demo", "new pack", "new service", "check", "plan", "story", "publish"):
        assert command in words
