"""A deed in which every call of the database fails once, and what stands there after each failure."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeVar

import psycopg
from django.db import close_old_connections, connection, connections
from tests.fall.wire import Wire, wire_to

from tongban.platform import database
from tongban.testing.fixtures import City

Fall = Literal["refused", "before", "after"]
"""How the N-th call fails: the server refuses it as a full disk does, and the connection lives; the connection is cut
before the server hears it; or after it was carried out, so that nobody knows. Only the wire's calls hold a commit.
"""
FALLS: Final[tuple[Fall, ...]] = ("refused", "before", "after")
DISK_FULL: Final = "do $$ begin raise exception 'no space left on device' using errcode = '53100'; end $$"
IN_HAND: Final = "select count(*) from pg_stat_activity where datname = current_database() and xact_start < now()"
MOST_CALLS: Final = 500

Answer = TypeVar("Answer")
Do = Callable[..., Any]
"""Does something with its calls failing one after the other; tables that may change on the way follow it."""
Seen = dict[str, tuple[int, int]]


@dataclass
class Falling:
    """A city at the end of a wire; `states` are all that anybody saw of it since the deed began."""

    wire: Wire
    eyes: psycopg.Connection[tuple[Any, ...]]
    states: list[Seen] = field(default_factory=list)
    _look: str = ""

    def do(
        self, fall: Fall, act: Callable[[], Answer], aside: Collection[str] = (), stride: int = 1, *, again: bool = True
    ) -> Answer:
        """Do this with its first call failing, then with its second (or `stride` later), until none is left to fail.

        After each failure the city is as before or has all of it, and what fails says that the database is away.
        Tables `aside` may keep what happened on the way, as looks at somebody's data do. What was done is asked for
        `again` until the end, unless it would be done twice.
        """
        self.states = [self.look(aside)]
        for n in range(1 if again else 2, MOST_CALLS, stride):  # the first looks whether the connection still lives
            with self._failing(fall, n) as has_failed:
                answers: list[Answer] = []
                try:
                    answers.append(act())
                except database.AWAY:
                    assert has_failed(), "it fails without a failure"
                is_over = bool(answers) and not (has_failed() and again)
            close_old_connections()  # as after each request
            seen = self.look(aside)
            if seen != self.states[-1]:
                self.states.append(seen)
                assert len(self.states) == 2, f"half done at call {n}: {self.changed()}"
            if is_over:
                return answers[0]
        raise AssertionError("it never ends")

    def changed(self) -> dict[str, list[int]]:
        """How many rows those tables had that changed, from state to state."""
        names = sorted({name for state in self.states for name in state if state[name] != self.states[0][name]})
        return {name: [state[name][0] for state in self.states] for name in names}

    def look(self, aside: Collection[str] = ()) -> Seen:
        """Every table: how many rows, and which versions of them. A version never comes back."""
        while self.eyes.execute(IN_HAND).fetchone() != (0,):
            time.sleep(0.001)  # a server needs a moment to see that its client is gone
        if not self._look:
            names = self.eyes.execute("select relname from pg_stat_user_tables order by 1").fetchall()
            one = "select '{0}', count(*), coalesce(sum(hashtext(xmin::text || ctid::text)), 0) from {0}"
            self._look = " union all ".join(one.format(name) for (name,) in names)
        return {name: (rows, versions) for name, rows, versions in self.eyes.execute(self._look) if name not in aside}

    @contextmanager
    def _failing(self, fall: Fall, n: int) -> Iterator[Callable[[], bool]]:
        """The N-th call fails inside; what is yielded says whether it came to that."""
        if fall != "refused":
            self.wire.cut(fall, n)
            try:
                yield lambda: not self.wire.is_cut_ahead
            finally:
                self.wire.mend()
            return
        refusal = Refusal(n)
        with connection.execute_wrapper(refusal):
            yield lambda: refusal.calls >= n


@dataclass
class Refusal:
    """Counts what Django's connection executes; in the place of the N-th, the server refuses."""

    n: int
    calls: int = 0

    def __call__(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:  # noqa: ANN401, FBT001 -- Django's
        """Execute it, or let the server refuse in its place."""
        self.calls += 1
        asked = (DISK_FULL, None) if self.calls == self.n else (sql, params)
        return execute(*asked, many, context)


@contextmanager
def falling(city: City) -> Iterator[Falling]:
    """The city with a wire between Django's connections and its server."""
    with wire_to(city.server.socket) as wire, city.superuser() as eyes:
        connections["default"].close()
        connections.settings["default"]["HOST"] = str(wire.folder)
        try:
            yield Falling(wire, eyes)
        finally:
            database.point_to(city.server, city.database)
