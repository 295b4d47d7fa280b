"""The approval case that every engine takes to its end, and what an engine shows the runner to be measured by it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Final

STEPS: Final = ("created", "accepted", "reviewed_d1", "reviewed_d2", "decided", "issued", "closed")
"""The seven transitions, each durable before the next; the two departments' reviews may come in either order."""

PAYLOAD: Final[Mapping[str, str | int]] = {
    "applicant_name": "王小满",
    "id_number": "430200199001011234",
    "phone": "10000000001",
    "employer": "某某有限公司",
    "from_city": "甲市",
    "to_city": "乙市",
    "months": 128,
    "amount": 1_234_567,
    "remark": "申请转移接续",
    "region": "430211",
}

NOTE: Final = {"actor": "clerk7", "note": "同意"}
"""What every transition leaves in the history besides its name and time, where the engine can keep it."""

Life = Callable[[], object]
"""Takes one case from its beginning to its end."""

Client = Callable[[], AbstractContextManager[Life]]
"""One client of an engine, with whatever it holds open meanwhile."""


@dataclass(frozen=True, slots=True)
class Peer:
    """An engine and its best setting: `package` on the index, `how` it is used, at most so many `processes`.

    `prepare` makes its tables in an empty database, once. `engine` is entered once in each process, with the database
    and the number of that process's clients. `audit` is a statement which shows, for every case whose own state says
    that it has ended, the array of its audited transitions in order.
    """

    package: str
    how: str
    processes: int
    prepare: Callable[[str], None]
    engine: Callable[[str, int], AbstractContextManager[Client]]
    audit: str
