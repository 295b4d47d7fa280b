"""The clients of the bench of HTTP, in a process of their own: `python -m bench.callers` with a plan on its input.

Each keeps one connection and speaks HTTP/1.1 by hand, so that the machine is left to what is measured. A complaint is
created by a citizen (begun, signed and sent in one call), assigned by a clerk, resolved by another (commands answered
with the state they led to), and read back whole by its citizen; it counts when that shows it as resolved. Nothing is
asked twice.
"""

from __future__ import annotations

import asyncio
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from time import perf_counter, process_time
from typing import Any, Final, cast
from uuid import uuid4

import orjson

REFUSED_FROM: Final = 400
MOST_SECONDS: Final = 60
"""How long an answer may take before it is an error."""


class Connection(asyncio.Protocol):
    """One kept connection, on which one request at a time is sent and answered."""

    def __init__(self) -> None:
        self._got = bytearray()
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._transport: asyncio.Transport

    @classmethod
    async def to(cls, host: str, port: int) -> Connection:
        """A new connection."""
        _, connection = await asyncio.get_running_loop().create_connection(cls, host, port)
        return connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It stands."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Part of an answer; once it is whole, whoever waits has it."""
        self._got += data
        end = self._got.find(b"\r\n\r\n")
        if end < 0 or self._answer is None:
            return
        head = bytes(self._got[:end]).lower()
        length = head.partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0]
        whole = end + 4 + int(length)
        if len(self._got) >= whole:
            body = bytes(self._got[end + 4 : whole])
            del self._got[:whole]
            answer, self._answer = self._answer, None
            if not answer.done():
                answer.set_result((int(head[9:12]), body))

    def connection_lost(self, exc: Exception | None) -> None:
        """It fell: whoever waits hears of it."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionError("closed"))

    async def ask(self, method: str, path: str, token: str, body: object = None) -> Any:  # noqa: ANN401 - what is answered
        """The answer as it reads. Raises Refused for any but a good one, TimeoutError, OSError."""
        sent = b"" if body is None else orjson.dumps(body)
        head = f"{method} /api/v1{path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
        kind = f"Content-Type: application/json\r\nContent-Length: {len(sent)}\r\n" if sent else ""
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(f"{head}{kind}\r\n".encode() + sent)
        status, got = await asyncio.wait_for(self._answer, MOST_SECONDS)
        if status >= REFUSED_FROM:
            raise Refused(status, orjson.loads(got).get("code", ""))
        return orjson.loads(got)

    def close(self) -> None:
        """No more requests."""
        self._transport.close()


class Refused(Exception):  # noqa: N818 - reads as what it is where it is caught
    """An answer of 400 or above."""


@dataclass
class Account:
    """What clients saw: complaints that read as resolved or not, failures by kind, and how long each call took."""

    resolved: int = 0
    unresolved: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    milliseconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def saw(self, case: Mapping[str, Any]) -> None:
        """Count a complaint as it reads."""
        if case["state"] == "resolved":
            self.resolved += 1
        else:
            self.unresolved += 1

    def to_json(self) -> dict[str, Any]:
        """Counts, and of each call the median and the 95th and 99th of a hundred."""
        return {
            "resolved": self.resolved,
            "unresolved": self.unresolved,
            "failures": dict(self.failures),
            "milliseconds": {call: of_hundred(times) for call, times in self.milliseconds.items()},
        }


def of_hundred(times: Sequence[float]) -> list[float]:
    """The 50th, 95th and 99th of a hundred, in order."""
    ordered = sorted(times)
    return [round(ordered[min(len(ordered) * place // 100, len(ordered) - 1)], 2) for place in (50, 95, 99)]


class Clients:
    """Whoever complains and whoever answers, as one plan has them."""

    def __init__(self, plan: Mapping[str, Any]) -> None:
        self._plan = plan
        self._number = count()
        self._unread: list[tuple[str, str]] = []

    async def connection(self) -> Connection:
        """Another one to the city."""
        host, port = self._plan["address"]
        return await Connection.to(host, port)

    async def life(self, line: Connection, account: Account, *, read: bool = True) -> None:
        """One complaint from its creation to its reading back, or to its resolution alone."""
        begun = perf_counter()
        try:
            await self._life(line, account, read=read)
        except (Refused, OSError, TimeoutError) as failure:
            account.failures[f"{type(failure).__name__} {' '.join(map(str, failure.args))}".strip()] += 1
        else:
            account.milliseconds["life"].append((perf_counter() - begun) * 1_000)

    async def _life(self, line: Connection, account: Account, *, read: bool) -> None:
        number = next(self._number)
        citizens, categories, departments = (self._plan[one] for one in ("citizens", "categories", "departments"))
        citizen, office = citizens[number % len(citizens)], list(departments)[number % len(departments)]

        async def timed(call: str, *words: object) -> Any:  # noqa: ANN401 - what is answered
            begun = perf_counter()
            answer = await line.ask(*words)  # type: ignore[arg-type]  # as below
            account.milliseconds[call].append((perf_counter() - begun) * 1_000)
            return answer

        answers = {
            "complaint.category": categories[number % len(categories)],
            "complaint.region": "430211",
            "complaint.place": f"泰山路 {number % 900 + 1} 号",
            "complaint.phone": f"1000{number % 10_000_000:07}",
            "complaint.said": "已经三天了，晚上看不见路，请尽快来修。",
        }
        wanted = {"bundle": self._plan["service"], "answers": answers, "submit": True}
        made = await timed("create", "POST", "/applications", citizen, wanted)
        case = made["cases"][0]["number"]
        path = f"/cases/{case.replace('/', '.')}"
        assign = {"command": "assign", "data": {"offices": [office]}}
        resolve = {"command": "resolve", "task": f"handling:{office}", "texts": {"note": "修好了"}}
        for order, tokens in ((assign, self._plan["centre"]), (resolve, departments[office])):
            orders = {"commands": [{"case": case, "id": str(uuid4()), **order}]}
            (done,) = await timed(str(order["command"]), "POST", "/cases/commands", _one(tokens, number), orders)
            if not done["done"]:
                raise Refused(done["problem"]["status"], done["problem"]["code"])
        if read:
            account.saw(await timed("read", "GET", path, citizen))
        else:
            self._unread.append((path, citizen))

    async def steadily(self, account: Account, until: float, *, read: bool) -> None:
        """One client without a pause, until a moment."""
        line = await self.connection()
        while perf_counter() < until:
            await self.life(line, account, read=read)
        line.close()

    async def loop(self, clients: int, seconds: float, *, read: bool) -> dict[str, Any]:
        """So many clients for so long; what is read back afterwards counts, too, and takes no part of the time."""
        account = Account()
        begun, own = perf_counter(), process_time()
        async with asyncio.TaskGroup() as group:
            for _ in range(clients):
                group.create_task(self.steadily(account, begun + seconds, read=read))
        took, spent = perf_counter() - begun, process_time() - own
        line = await self.connection()
        for path, citizen in self._unread:
            account.saw(await line.ask("GET", path, citizen))
        self._unread.clear()
        line.close()
        return {**account.to_json(), "seconds": took, "client_seconds": spent}

    async def spikes(self, levels: Sequence[int], seconds: float) -> list[dict[str, Any]]:
        """Complaints that arrive so many a second, whatever became of those before; one account for each level."""
        accounts, free = [Account() for _ in levels], list[Connection]()

        async def arrive(account: Account) -> None:
            line = free.pop() if free else await self.connection()
            await self.life(line, account)
            free.append(line)

        begun = perf_counter()
        async with asyncio.TaskGroup() as group:
            for place, level in enumerate(levels):
                for arrival in range(round(level * seconds)):
                    at = begun + place * seconds + arrival / level
                    await asyncio.sleep(max(at - perf_counter(), 0))
                    group.create_task(arrive(accounts[place]))
        for line in free:
            line.close()
        return [{"level": level, **account.to_json()} for level, account in zip(levels, accounts, strict=True)]


def _one(tokens: Sequence[str], number: int) -> str:
    return tokens[number % len(tokens)]


async def carry_out(plan: Mapping[str, Any]) -> object:
    """What a plan says: `levels` of arrivals for `seconds` each, or so many `clients` for `seconds`."""
    clients = Clients(plan)
    if "levels" in plan:
        return {"levels": await clients.spikes(plan["levels"], plan["seconds"])}
    return await clients.loop(plan["clients"], plan["seconds"], read=plan["read"])


if __name__ == "__main__":
    sys.stdout.buffer.write(orjson.dumps(asyncio.run(carry_out(orjson.loads(sys.stdin.buffer.read())))))
