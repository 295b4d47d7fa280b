"""Group commit: commands of one process that come at the same time share one transaction.

No timer: whoever comes first carries out what is waiting, alone if nobody else is; what arrives meanwhile is the next
batch, and the first of its own waiters carries it out. Nobody begins a batch before all whom the last one answered are
awake, so that who has more to do comes along: else the first of them would go alone and the others wait for a commit of
its own. When a batch fails as a whole, each of its commands is tried alone, by its own waiter on its own connection, so
that nobody pays for a neighbour.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Condition, Lock
from typing import Generic, TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")

MOST = 200
"""The most commands of one batch."""


@dataclass(eq=False)
class _Ticket(Generic[Item, Answer]):
    """`turn` is held until the ticket is answered or its owner is to carry out the next batch, this ticket in it, or
    is to try it alone (`is_alone`) after a batch that failed. `is_gone`: its owner was interrupted and waits no more.
    """

    item: Item
    answers: list[Answer] = field(default_factory=list)
    error: BaseException | None = None
    is_alone: bool = False
    is_gone: bool = False
    turn: Lock = field(default_factory=Lock)

    @property
    def is_done(self) -> bool:
        return bool(self.answers) or self.error is not None


class Group(Generic[Item, Answer]):
    """Calls `flush(items)`, which answers for each item in order: a batch at a time, and beside it what is alone."""

    def __init__(self, flush: Callable[[Sequence[Item]], Sequence[Answer]], most: int = MOST) -> None:
        self._flush = flush
        self._most = most
        self._waiting: deque[_Ticket[Item, Answer]] = deque()
        self._guard = Lock()
        self._all_awake = Condition(self._guard)
        self._asleep = 0
        self._is_flushing = False

    def submit(self, item: Item) -> Answer:
        """Carry out `item`, alone or with others; return its answer or raise what `flush` raised for it alone."""
        ticket: _Ticket[Item, Answer] = _Ticket(item)
        ticket.turn.acquire()
        with self._guard:
            self._waiting.append(ticket)
            if not self._is_flushing:
                self._is_flushing = True
                ticket.turn.release()
        try:
            ticket.turn.acquire()
        except BaseException:
            self._leave(ticket)
            raise
        if ticket.is_done:
            with self._guard:
                self._awake()
        else:
            self._carry_out()
        if ticket.is_alone:
            self._try([ticket])
        if ticket.error is not None:
            raise ticket.error
        return ticket.answers[0]

    def _leave(self, ticket: _Ticket[Item, Answer]) -> None:
        """Nobody waits for whoever was interrupted: their place and their turn go to the next."""
        with self._guard:
            ticket.is_gone = True
            has_turn = ticket.turn.acquire(blocking=False)
            if ticket in self._waiting:
                self._waiting.remove(ticket)
                if has_turn:
                    self._pass_on()
            elif has_turn:
                self._awake()

    def _awake(self) -> None:
        """One of those whom the last batch answered is awake."""
        self._asleep -= 1
        if not self._asleep:
            self._all_awake.notify()

    def _pass_on(self) -> None:
        """Whoever waits longest carries out the next batch."""
        self._is_flushing = bool(self._waiting)
        if self._waiting:
            self._waiting[0].turn.release()

    def _carry_out(self) -> None:
        """Carry out the next batch, the caller's ticket the first in it, then let another carry out the one after."""
        batch: list[_Ticket[Item, Answer]] = []
        try:
            self._take(batch)
            self._try(batch)
            if len(batch) > 1:
                for ticket in batch:
                    ticket.is_alone = ticket.error is not None
                batch[0].is_alone = isinstance(batch[0].error, Exception)  # an interruption is the leader's own
        finally:
            with self._guard:
                if not batch:
                    self._waiting.popleft()  # interrupted before there was a batch: its own place
                self._asleep += sum(not ticket.is_gone for ticket in batch[1:])
                for ticket in batch[1:]:
                    ticket.turn.release()
                self._pass_on()

    def _take(self, batch: list[_Ticket[Item, Answer]]) -> None:
        """Fill the next batch, once all whom the last one answered are awake."""
        with self._guard:
            while self._asleep:
                self._all_awake.wait()
            batch += [self._waiting.popleft() for _ in range(min(self._most, len(self._waiting)))]

    def _try(self, batch: list[_Ticket[Item, Answer]]) -> None:
        try:
            answers = self._flush([ticket.item for ticket in batch])
        except BaseException as error:  # noqa: BLE001 -- every waiter must hear of it, whatever it is
            for ticket in batch:
                ticket.error = error
        else:
            for ticket, answer in zip(batch, answers, strict=True):
                ticket.answers.append(answer)
                ticket.error = None
