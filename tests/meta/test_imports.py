"""Quick commands stay quick: what works from files waits for neither Django nor the database."""

from __future__ import annotations

import json
import subprocess
import sys

HEAVY = [
    "django",
    "psycopg",
    "granian",
    "procrastinate",
    "cryptography",
    "pyhanko",
    "typst",
    "playwright",
    "hypothesis",
    "narwhals",
    "polars",
]


def test_the_command_line_starts_without_heavy_imports() -> None:
    program = "import json, sys, tongban.cli.main; print(json.dumps(sorted(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True).stdout  # noqa: S603 - us
    assert set(json.loads(loaded)) & set(HEAVY) == set()
