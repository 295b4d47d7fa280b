"""What a use case asks as it goes on: answered at once where it runs alone, and together where many run side by side.

A use case that may run in numbers is a generator and asks by `asked`. Whoever runs one calls `alone`. `together` lets
many go on, each to its next question, and has all questions of one kind answered by one call, which is one statement
for all of them; what becomes of one is nothing to the others.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

Q = TypeVar("Q")
A = TypeVar("A")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ask:
    """A question, and what answers any number of its kind, each in its place; an answer may be an exception."""

    answering: Callable[[Sequence[Any]], Sequence[Any]]
    question: Any


Asking: TypeAlias = Generator[Ask, Any, T]
"""A use case that asks as it goes on, and comes to a T."""


def asked(answering: Callable[[Sequence[Q]], Sequence[A | Exception]], question: Q) -> Asking[A]:
    """Ask, and go on with the answer. Raises the answer where it is an exception."""
    answer: A = yield Ask(answering, question)
    return answer


def alone(asking: Asking[T]) -> T:
    """Carry out one use case. Raises what it raises."""
    step, given = asking.send, None
    while True:
        try:
            ask = step(given)
        except StopIteration as end:
            result: T = end.value
            return result
        try:
            [given] = ask.answering([ask.question])
        except Exception as failure:  # noqa: BLE001 -- whoever asked may know what to do
            given = failure
        step = asking.throw if isinstance(given, Exception) else asking.send


def together(askings: Sequence[Asking[T]]) -> list[T | Exception]:
    """Carry out many, and say for each in its place what it came to. Raises only what answering raises."""
    ends: list[T | Exception | None] = [None] * len(askings)
    given: dict[int, Any] = dict.fromkeys(range(len(askings)))
    while given:
        asks: dict[Callable[..., Sequence[Any]], list[tuple[int, Any]]] = {}
        for place, answer in given.items():
            asking = askings[place]
            try:
                ask = asking.throw(answer) if isinstance(answer, Exception) else asking.send(answer)
                asks.setdefault(ask.answering, []).append((place, ask.question))
            except StopIteration as end:
                ends[place] = end.value
            except Exception as failure:  # noqa: BLE001 -- told of this one alone
                ends[place] = failure
        given = {}
        for answering, questions in asks.items():
            answers = answering([question for _, question in questions])
            given.update(zip((place for place, _ in questions), answers, strict=True))
    return ends  # type: ignore[return-value] # each has come to its end
