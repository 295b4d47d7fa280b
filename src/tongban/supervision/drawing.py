"""Drawing lots: which finished cases a spot check looks at, whom a return visit asks. Pure: one seed, the same lots.

Strata take turns, so that a rare service or a refusal is drawn as well as what there is most of.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from hashlib import sha256


def drawn(candidates: Mapping[str, str], most: int, seed: str) -> list[str]:
    """At most so many numbers out of ``candidates`` (number → stratum), a stratum after the other in turns."""
    strata: dict[str, list[str]] = defaultdict(list)
    for number, stratum in candidates.items():
        strata[stratum].append(number)
    queues = [
        sorted(strata[stratum], key=lambda number: _lot(seed, number))
        for stratum in sorted(strata, key=lambda stratum: _lot(seed, stratum))
    ]
    turns = max(map(len, queues), default=0)
    found = [queue[turn] for turn in range(turns) for queue in queues if turn < len(queue)]
    return found[:most]


def _lot(seed: str, what: str) -> bytes:
    return sha256(f"{seed}|{what}".encode()).digest()
