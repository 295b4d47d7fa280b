"""Contribution certificates: one in the demonstration city, from the click to the last byte of its file; then some of
eight years, three insurances and two employers, laid out, signed, and judged again.

What one core signs is processor's time; from click to file is what the clock on the wall says, with nobody else there.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final
from uuid import uuid4

from bench.demonstration import Visitor, demonstration
from bench.results import Result, seconds
from tongban.cli.city import set_up_django

GOAL_PER_SECOND: Final = 20
GOAL_SECONDS: Final = 1
PEOPLE: Final = 2_000
FILE: Final = re.compile(r"/documents/[\w-]+\.pdf")


def run(quick: bool) -> Iterator[Result]:  # noqa: FBT001 - every bench is called alike
    """How long a click takes; how many a core signs in a second, the size of one, and how many of them it judges."""
    yield clicked(5 if quick else 25)
    runs = 15 if quick else 60
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(TONGBAN_HOME=f"{folder}/home", TONGBAN_KEYS=f"{folder}/keys")
        set_up_django()  # before anything of a room is imported
        certifying = import_module("bench.certifying")
        authority, sign = import_module("tongban.credentials.authority"), import_module("tongban.credentials.sign")
        own = authority.create(Path(folder) / "authority", city="示例市")
        numbers = iter(range(runs + 2))
        took = seconds(lambda: certifying.signed(certifying.sheet(next(numbers)), own), runs)
        settings = {"tables": len(certifying.KINDS), "rows": len(certifying.KINDS) * certifying.ROWS}
        yield Result("signed certificates", "/s", 1 / took, runs, GOAL_PER_SECOND, settings, at_least=True)
        file = certifying.signed(certifying.sheet(next(numbers)), own)
        yield Result("size of one", "KiB", len(file) / 1_024, 1)
        is_sound = sign.judge(file, own.root) is sign.Signature.INTACT
        judged = 1 / seconds(lambda: sign.judge(file, own.root), runs)
        yield Result("judged again", "/s", judged, runs, sound=is_sound)


def clicked(runs: int) -> Result:
    """Somebody with five years of books asks for the certificate, sees that it is there, and opens it."""
    with demonstration(PEOPLE) as city:
        visitor = Visitor(city.address)
        visitor.enter("mother")
        times = [click_seconds(visitor) for _ in range(runs + 1)][1:]
    return Result("from click to signed PDF", "s", median(times), runs, GOAL_SECONDS, {"people": PEOPLE})


def click_seconds(visitor: Visitor) -> float:
    """From the click to the last byte of the file. Raises ``ValueError`` where no paper came of it."""
    begun = perf_counter()
    page = visitor.send("/b/insurance-certificate/begin", command=str(uuid4()), at_once="yes")
    found = FILE.search(page.text)
    if found is None or not visitor.get(found[0]).content.startswith(b"%PDF-"):
        raise ValueError(f"{page.url}: no certificate")
    return perf_counter() - begun
