"""Each library has its reason in ARCHITECTURE.md, and what is bundled beside the code says where it is from."""

from __future__ import annotations

import re

from tests.meta.tree import ROOT

NAME = re.compile(r"^([a-z0-9-]+)", re.MULTILINE)
BUILDS = {"setuptools"}
"""What only installs the checkout."""


def test_every_wanted_library_has_its_reason_and_no_reason_is_left_over() -> None:
    wanted = set(NAME.findall((ROOT / "requirements" / "run.in").read_text(encoding="utf-8"))) - BUILDS
    table = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").partition("## Dependencies")[2]
    rows = re.findall(r"^\| ([a-z0-9, -]+) \| (.+) \|$", table, re.MULTILINE)
    explained = {name for names, _why in rows for name in names.split(", ")}
    assert explained == wanted
    assert all(why.strip() for _names, why in rows)
