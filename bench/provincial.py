"""`python -m bench.provincial PEOPLE`: contributions of so many people, batch by batch, in a process of its own.

People are made up batch by batch, which does not count; what counts is to reckon their figures and to sum them up. Some
of each batch are reckoned singly as well.
"""

from __future__ import annotations

import json
import resource
import sys
from time import perf_counter
from typing import Final

from bench.reckoning import FIGURES, ON, RULE, given, parameters, reckoned
from tongban.policy import reckon
from tongban.publication.files import tree

BATCH: Final = 1_000_000
SINGLY: Final = 10


def main() -> None:
    """Print the seconds of each batch, the sums in fen, the peak of memory, and whether those reckoned singly agree."""
    people = int(sys.argv[1])
    book = tree().rulebook
    levels = list(parameters(book)["injury_float_rates"])
    seconds, sums, is_same = [], dict.fromkeys(FIGURES, 0), True
    for first in range(0, people, BATCH):
        frame = given(min(BATCH, people - first), levels, first)
        begun = perf_counter()
        found = reckoned(book, frame)
        totals = found.sum().row(0, named=True)
        seconds.append(perf_counter() - begun)
        sums = {name: sums[name] + totals[name] for name in FIGURES}
        for told, own in zip(frame.head(SINGLY).rows(named=True), found.head(SINGLY).rows(named=True), strict=True):
            facts = {name: told[name] for name in ("monthly_wage_fen", "industry_class", "injury_level")}
            values = reckon(book, RULE, {"month": f"{ON:%Y-%m}", **facts}, ON).values
            is_same &= own == {name: values[name] for name in FIGURES}
    peak_kibibytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"seconds": seconds, "sums": sums, "peak_kibibytes": peak_kibibytes, "is_same": is_same}))


if __name__ == "__main__":
    main()
