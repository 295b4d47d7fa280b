"""What no service of ours decides, a court's matter or an emergency, and where people are heard with it instead.

Data of packs: each ``elsewhere.yaml`` names the words in which people come with such a thing, and the right address.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from tongban.applications.problems import Problem
from tongban.catalog.vocabulary import Text
from tongban.publication.files import entries_of

FILE: Final = "elsewhere.yaml"


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A sort of matter that is not ours: what it is called, the words that tell it, where it is heard."""

    title: Text
    words: tuple[str, ...]
    where: Text

    def refusal(self) -> Problem:
        """Problem 422 ``not-ours``, which names the right address."""
        text = Text(
            f"这是{self.title.zh}，这里办不了。{self.where.zh}",
            f"This is {self.title.en}, which is not decided here. {self.where.en}.",
        )
        return Problem(422, "not-ours", text)


@cache
def everywhere() -> tuple[Elsewhere, ...]:
    """What every pack says is heard elsewhere. Raises ValueError for a broken file."""
    return tuple(_read(written) for _name, written in entries_of(FILE, "elsewhere"))


def elsewhere(said: str) -> Elsewhere | None:
    """Where somebody who says this is to be sent, if it is nothing of ours."""
    plain = said.lower()
    return next((one for one in everywhere() if any(word in plain for word in one.words)), None)


def _read(written: Mapping[str, Any]) -> Elsewhere:
    return Elsewhere(Text(**written["title"]), tuple(written["words"]), Text(**written["where"]))
