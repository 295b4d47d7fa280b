"""Use cases that go on side by side: each as if it were alone, and their questions together."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tongban.applications.asking import Asking, alone, asked, together


class Sums:
    """Answers what is one more; of what is below nothing it knows nothing. It remembers how it was asked."""

    def __init__(self) -> None:
        self.calls: list[list[int]] = []

    def more(self, questions: Sequence[int]) -> list[int | Exception]:
        """One more than each."""
        self.calls.append(list(questions))
        return [LookupError(question) if question < 0 else question + 1 for question in questions]

    def none(self, questions: Sequence[int]) -> list[int]:
        """Cannot answer anybody."""
        self.calls.append(list(questions))
        raise OSError("nobody answers")

    def counting(self, first: int, times: int) -> Asking[int]:
        """So many times one more."""
        for _ in range(times):
            first = yield from asked(self.more, first)
        return first


def test_alike_questions_are_asked_together_and_each_gets_its_own_answer() -> None:
    sums = Sums()
    assert together([sums.counting(10, 3), sums.counting(20, 1), sums.counting(30, 2), sums.counting(40, 0)]) == [
        13, 21, 32, 40,
    ]  # fmt: skip
    assert sums.calls == [[10, 20, 30], [11, 31], [12]]


def test_alone_is_as_together() -> None:
    sums = Sums()
    assert [alone(sums.counting(10, 3))] == together([sums.counting(10, 3)])
    assert together([]) == []


def test_what_fails_is_nothing_to_the_others() -> None:
    sums = Sums()
    lost, found = together([sums.counting(-1, 2), sums.counting(1, 2)])
    assert (isinstance(lost, LookupError), found) == (True, 3)
    with pytest.raises(LookupError):
        alone(sums.counting(-1, 2))


def test_an_answer_that_fails_can_be_done_without() -> None:
    sums = Sums()

    def contented() -> Asking[str]:
        try:
            yield from asked(sums.more, -1)
        except LookupError:
            yield from asked(sums.more, 1)
            return "content"
        return "wrong"

    assert (alone(contented()), together([contented()])) == ("content", ["content"])


def test_whoever_cannot_answer_anybody_ends_it_for_all() -> None:
    sums = Sums()

    def hopeful() -> Asking[int]:
        return (yield from asked(sums.none, 1))

    with pytest.raises(OSError, match="nobody"):
        together([hopeful(), hopeful()])
    with pytest.raises(OSError, match="nobody"):
        alone(hopeful())
    assert sums.calls == [[1, 1], [1]]
