"""Group commit: commands of one process that come at the same time share one transaction.

No timer: whoever comes first carries out what is waiting, alone if nobody else is; what arrives meanwhile is the next
batch, and one of its own waiters carries it out. When a batch fails as a whole, each of its commands is tried alone,
so that nobody pays for a neighbour.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Condition
from typing import Generic, TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")

MOST = 200
"""The most commands of one batch."""


@dataclass(eq=False)
class _Ticket(Generic[Item, Answer]):
    item: Item
    answers: list[Answer] = field(default_factory=list)
    error: BaseException | None = None

    @property
    def is_done(self) -> bool:
        return bool(self.answers) or self.error is not None


class Group(Generic[Item, Answer]):
    """Calls `flush(items)`, which answers for each item in order, from one thread at a time."""

    def __init__(self, flush: Callable[[Sequence[Item]], Sequence[Answer]], most: int = MOST) -> None:
        self._flush = flush
        self._most = most
        self._waiting: deque[_Ticket[Item, Answer]] = deque()
        self._changed = Condition()
        self._is_flushing = False

    def submit(self, item: Item) -> Answer:
        """Carry out `item`, alone or with others; return its answer or raise what `flush` raised for it alone."""
        ticket: _Ticket[Item, Answer] = _Ticket(item)
        with self._changed:
            self._waiting.append(ticket)
        while batch := self._wait_or_lead(ticket):
            self._carry_out(batch)
        if ticket.error is not None:
            raise ticket.error
        return ticket.answers[0]

    def _wait_or_lead(self, ticket: _Ticket[Item, Answer]) -> list[_Ticket[Item, Answer]]:
        """Wait until the ticket is answered (then there is no batch) or nobody flushes (then here is the next batch,
        which holds the ticket unless too many came before it).
        """
        with self._changed:
            while not ticket.is_done and self._is_flushing:
                self._changed.wait()
            return [] if ticket.is_done else self._next_batch()

    def _next_batch(self) -> list[_Ticket[Item, Answer]]:
        self._is_flushing = True
        return [self._waiting.popleft() for _ in range(min(self._most, len(self._waiting)))]

    def _carry_out(self, batch: list[_Ticket[Item, Answer]]) -> None:
        try:
            self._try(batch)
            if len(batch) > 1:
                for ticket in batch:
                    if ticket.error is not None:
                        ticket.error = None
                        self._try([ticket])
        finally:
            with self._changed:
                self._is_flushing = False
                self._changed.notify_all()

    def _try(self, batch: list[_Ticket[Item, Answer]]) -> None:
        try:
            for ticket, answer in zip(batch, self._flush([ticket.item for ticket in batch]), strict=True):
                ticket.answers.append(answer)
        except BaseException as error:  # noqa: BLE001 -- every waiter must hear of it, whatever it is
            for ticket in batch:
                ticket.error = error
