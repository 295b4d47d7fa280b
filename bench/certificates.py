"""Contribution certificates of eight years, three insurances and two employers: laid out, signed, and judged again.

Processor's time of one core. What precedes it, the application itself, is measured by `lifecycle` and `http`.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Final

from bench.results import Result, seconds
from tongban.cli.city import set_up_django

GOAL_PER_SECOND: Final = 20


def run(quick: bool) -> Iterator[Result]:  # noqa: FBT001 - every bench is called alike
    """How many a core signs in a second; then the size of one, and how many of them it judges."""
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
