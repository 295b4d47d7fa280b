"""What somebody at the database itself might do to a case: the list of `docs/threats.md`, each a change by SQL.

A clever one recomputes afterwards what follows from the history: numbers, hashes, the case's row, tasks and clocks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import Any, Final, LiteralString

import orjson
import psycopg
from psycopg import sql
from tests.casework.world import new_id

from tongban.casework import chain, fold, rows
from tongban.casework.model import Case, Change

TABLES: Final = ("application", "case", "event", "task", "clock", "value")
UNREADABLE: Final = (AssertionError, AttributeError, LookupError, TypeError, ValueError)
"""What is raised by a history that is none."""


@dataclass(frozen=True)
class Hand:
    """Somebody who may do anything in the database, at one case whose first `sealed` events are sealed."""

    connection: psycopg.Connection[Any]
    case_id: int
    sealed: int
    luck: Random

    def do(self, statement: LiteralString | sql.Composed, **more: object) -> list[tuple[Any, ...]]:
        """A statement, in which `case` is the case; what it answers."""
        cursor = self.connection.execute(statement, {"case": self.case_id, **more})
        return cursor.fetchall() if cursor.description else []

    def do_one_of(self, *statements: LiteralString) -> None:
        """Any one of these statements."""
        self.do(self.luck.choice(statements))

    def somewhere(self) -> int:
        """The number of a sealed event."""
        return self.luck.randint(1, self.sealed)

    def move(self, to: LiteralString, **more: object) -> None:
        """Give events other numbers, by a way on which no two have the same."""
        self.do(to, **more)
        self.do("update casework_event set n = -n where case_id = %(case)s and n < 0")


def change_an_event(hand: Hand) -> None:
    """Any one field of what an event says, or of the place it has."""
    n, field = hand.somewhere(), hand.luck.choice(("body", "body", "body", "command", "k"))
    if field == "command":
        hand.do("update casework_event set command_id = %(new)s where case_id = %(case)s and n = %(n)s",
                new=new_id(), n=n)  # fmt: skip
    elif field == "k":
        hand.do("update casework_event set k = k + 7 where case_id = %(case)s and n = %(n)s", n=n)
    else:
        [[body]] = hand.do("select body from casework_event where case_id = %(case)s and n = %(n)s", n=n)
        written = orjson.dumps(altered(hand.luck, body), option=orjson.OPT_SORT_KEYS).decode()
        hand.do("update casework_event set body = %(body)s where case_id = %(case)s and n = %(n)s", body=written, n=n)


def remove_an_event(hand: Hand) -> None:
    """One event, wherever it stands."""
    hand.do("delete from casework_event where case_id = %(case)s and n = %(n)s", n=hand.somewhere())


def insert_an_event(hand: Hand) -> None:
    """An event that never was, in front of one that was."""
    n = hand.somewhere()
    hand.move("update casework_event set n = -(n + 1) where case_id = %(case)s and n >= %(n)s", n=n)
    put_a_copy(hand, n, hand.case_id, n + 1)


def replace_an_event(hand: Hand) -> None:
    """An event of another case in place of its own."""
    n, theirs = hand.somewhere(), "select case_id, n from casework_event where case_id <> %(case)s order by 1, 2"
    hand.do("delete from casework_event where case_id = %(case)s and n = %(n)s", n=n)
    put_a_copy(hand, n, *hand.luck.choice(hand.do(theirs)))


def put_a_copy(hand: Hand, n: int, of_case: int, of_n: int) -> None:
    """What another event says, under a command of its own."""
    hand.do(
        "insert into casework_event select %(case)s, %(n)s, %(new)s, 0, body from casework_event"
        " where case_id = %(of_case)s and n = %(of_n)s", n=n, new=new_id(), of_case=of_case, of_n=of_n,
    )  # fmt: skip


def swap_two_events(hand: Hand) -> None:
    """A sealed event and any other of the same case."""
    n = hand.somewhere()
    [[count]] = hand.do("select count(*) from casework_event where case_id = %(case)s")
    other = hand.luck.choice([one for one in range(1, count + 1) if one != n])
    hand.move("update casework_event set n = n - %(sum)s where case_id = %(case)s and n in (%(n)s, %(other)s)",
              n=n, other=other, sum=n + other)  # fmt: skip


def remove_the_tail(hand: Hand) -> None:
    """An event and all that came after it."""
    hand.do("delete from casework_event where case_id = %(case)s and n >= %(n)s", n=hand.luck.randint(2, hand.sealed))


def remove_the_case(hand: Hand) -> None:
    """All that tells of it."""
    hand.do("delete from casework_case where id = %(case)s")
    hand.do("delete from casework_event where case_id = %(case)s")
    hand.do("delete from casework_task where case_id = %(case)s")
    hand.do("delete from casework_clock where case_id = %(case)s")
    hand.do("delete from casework_value where case_id = %(case)s")
    hand.do("delete from casework_outbox where case_id = %(case)s")


def change_a_value(hand: Hand) -> None:
    """A bit of a person's data, which is encrypted; or all of it gone."""
    found = hand.do("select ctid, length(body) from casework_value where case_id = %(case)s order by subject, n")
    row, size = hand.luck.choice(found)
    if hand.luck.random() < 1 / 4:
        hand.do("delete from casework_value where ctid = %(row)s", row=row)
    hand.do("update casework_value set body = set_bit(body, %(at)s, 1 - get_bit(body, %(at)s)) where ctid = %(row)s",
            row=row, at=hand.luck.randrange(size * 8))  # fmt: skip


def change_the_state(hand: Hand) -> None:
    """Any one field of the state that the case's row tells."""
    [[state]] = hand.do("select state from casework_case where id = %(case)s")
    written = orjson.dumps(altered(hand.luck, state)).decode()
    hand.do("update casework_case set state = %(state)s where id = %(case)s", state=written)


def change_the_row(hand: Hand) -> None:
    """What stands in the row beside the state."""
    hand.do_one_of(
        "update casework_case set office = office || 'x' where id = %(case)s",
        "update casework_case set region = '999999' where id = %(case)s",
        "update casework_case set open = not open where id = %(case)s",
        "update casework_case set due = coalesce(due, now()) + interval '1 day' where id = %(case)s",
        "update casework_case set version = version + 1 where id = %(case)s",
        "update casework_case set head = set_byte(head, 7, 255 - get_byte(head, 7)) where id = %(case)s",
    )


def change_the_tasks(hand: Hand) -> None:
    """Who works on the case, and until when; a task less, a task more."""
    hand.do_one_of(
        "update casework_task set holder = coalesce(holder, '') || '9' where case_id = %(case)s",
        "update casework_task set due_at = now() where case_id = %(case)s",
        "delete from casework_task where case_id = %(case)s",
        "insert into casework_task select case_id, 'more', office, supervisor, holder, service, state, yellow_at,"
        " due_at from casework_task where case_id = %(case)s limit 1",
    )


def change_the_clocks(hand: Hand) -> None:
    """Until when something is due, and whether silence decides; a limit less."""
    hand.do_one_of(
        "update casework_clock set due_at = due_at + interval '1 day' where case_id = %(case)s",
        "update casework_clock set silence = not silence where case_id = %(case)s",
        "delete from casework_clock where case_id = %(case)s",
    )


Tampering = Callable[[Hand], None]

OF_THE_HISTORY: Final[tuple[Tampering, ...]] = (
    change_an_event, remove_an_event, insert_an_event, replace_an_event, swap_two_events, remove_the_tail,
    remove_the_case,
)  # fmt: skip
"""After each of these a clever one can recompute what follows."""

BESIDE_IT: Final[dict[Tampering, LiteralString]] = {
    change_a_value: "value", change_the_state: "event", change_the_row: "event", change_the_tasks: "task",
    change_the_clocks: "clock",
}  # fmt: skip
"""What stands beside the history, by the table that must hold something of the case."""


def altered(luck: Random, json: Any) -> Any:  # noqa: ANN401 -- any JSON
    """The same JSON with one leaf of it another one."""
    container, key = luck.choice(list(leaves(json)))
    container[key] = another(luck, container[key])
    return json


def leaves(json: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401 -- any JSON
    """Everything in it that holds nothing else, as where it is and under which key."""
    for key, value in json.items() if isinstance(json, dict) else enumerate(json):
        if value and isinstance(value, (dict, list)):
            yield from leaves(value)
        else:
            yield json, key


def another(luck: Random, value: Any) -> Any:  # noqa: ANN401 -- any JSON
    """A value that is another one, of the same kind where it can be."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + luck.choice((-1, 1, 1000))
    if isinstance(value, str) and value:
        at = luck.choice([at for at, letter in enumerate(value) if letter != "T"] or [0])  # a moment may do without it
        return value[:at] + luck.choice([each for each in "0123456789abc" if each != value[at]]) + value[at + 1 :]
    return "0"


def recompute(hand: Hand) -> None:
    """What a clever one does: number the events again, hash them anew, and let the row tell what they add up to."""
    hand.move(
        "update casework_event e set n = -r.n from (select n as was, row_number() over (order by n) as n"
        " from casework_event where case_id = %(case)s) r where e.case_id = %(case)s and e.n = r.was"
    )
    found = hand.do(
        "select case_id, n, command_id, k, body::text from casework_event where case_id = %(case)s order by n"
    )
    with suppress(*UNREADABLE):  # what is no event has no hash
        head = chain.GENESIS
        for row in found:
            head = chain.head(head, rows.read_event(*row))
        hand.do("update casework_case set version = %(n)s, head = decode(%(head)s, 'hex') where id = %(case)s",
                n=len(found), head=head)  # fmt: skip
        tell(hand, fold.rebuild([rows.read_event(*row) for row in found]))  # unless it adds up to nothing


def tell(hand: Hand, case: Case) -> None:
    """Let the row, the tasks and the clocks be what this case would have."""
    row = rows.case_row(Change(None, case, ()))
    hand.do(
        "update casework_case set version = %(version)s, head = decode(%(head)s, 'hex'), office = %(office)s,"
        " region = %(region)s, due = %(due)s, open = %(open)s, state = %(written)s where id = %(case)s",
        **row, written=orjson.dumps(row["state"]).decode(),
    )  # fmt: skip
    hand.do("delete from casework_task where case_id = %(case)s")
    hand.do("delete from casework_clock where case_id = %(case)s")
    clocks = [one | {"next_at": one["yellow_at"]} for one in rows.clock_rows(case).values()]
    for table, made in (("casework_task", rows.task_rows(case).values()), ("casework_clock", clocks)):
        for one in made:
            columns = sql.SQL(", ").join(map(sql.Identifier, one))
            values = sql.SQL(", ").join(map(sql.Placeholder, one))
            insert = sql.SQL("insert into {} ({}) values ({})").format(sql.Identifier(table), columns, values)
            hand.do(insert, **one | {"case_id": hand.case_id})
