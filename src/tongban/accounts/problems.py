"""The error of this room: a stable code and a sentence in both languages that says what to do."""

from __future__ import annotations

from tongban.catalog.vocabulary import Text


class AccountProblem(Exception):  # noqa: N818 -- reads as what it is where it is caught
    """Something about accounts that cannot be done as asked."""

    def __init__(self, code: str, text: Text) -> None:
        super().__init__(f"{code}: {text.en}")
        self.code = code
        self.text = text
