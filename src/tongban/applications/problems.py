"""What a use case answers when it cannot do what was asked: one exception, one shape, at every door.

Doors turn it into their own form (problem+json, a page with the summary on top, a line of text); the code is stable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Final

from tongban.catalog.vocabulary import Text

SOON_SECONDS: Final = 5
"""When to try again what was away (503): nothing was lost, and nobody knows for how long."""


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong with one field; ``fact`` is its key (``hire.2.id_number``) or a paper's."""

    fact: str
    code: str
    text: Text


class Problem(Exception):  # noqa: N818 -- RFC 9457 calls it so
    """``status`` is the HTTP status; ``code`` is stable; ``text`` says what happened and what to do.

    ``wait``: how long until the same may be tried again, where that is known.
    """

    def __init__(
        self, status: int, code: str, text: Text, errors: Sequence[FieldError] = (), *, wait: timedelta | None = None
    ) -> None:
        super().__init__(f"{code}: {text.en}")
        self.status = status
        self.code = code
        self.text = text
        self.errors = tuple(errors)
        self.retry_after_seconds = in_seconds(wait) if wait is not None else SOON_SECONDS if status == 503 else None  # noqa: PLR2004


def in_seconds(wait: timedelta) -> int:
    """A wait as ``Retry-After`` says it: whole seconds, never too few."""
    return max(1, ceil(wait.total_seconds()))


def not_found() -> Problem:
    """The same answer for what does not exist and for what is somebody else's."""
    return Problem(
        404, "not-found", Text("没有这一件，或者不归你看", "There is no such thing, or it is not yours to see.")
    )


def forbidden(zh: str, en: str) -> Problem:
    """Known to exist, but not for this reader."""
    return Problem(403, "forbidden", Text(zh, en))


def command_reused() -> Problem:
    """A command that was carried out before, for something else or with an answer that is given once."""
    text = Text("这个编号已经用过了，换一个新的", "This command id was used for something else. Choose a new one.")
    return Problem(409, "command-reused", text)


def wrong_fields(errors: Sequence[FieldError]) -> Problem:
    """Fields that cannot be taken as they are; everything typed is kept by the door."""
    count = len(errors)
    return Problem(422, "wrong-fields", Text(f"有 {count} 项要改", f"{count} fields need a change."), errors)


def wrong_text(field: str, text: str, most_characters: int) -> list[FieldError]:
    """What is wrong with words that a field needs: missing, or too many."""
    if not text.strip():
        return [FieldError(field, "empty", Text("写上", "Write something."))]
    if len(text) > most_characters:
        long = Text(f"最多 {most_characters} 个字", f"At most {most_characters} characters.")
        return [FieldError(field, "too-long", long)]
    return []
