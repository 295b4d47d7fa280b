"""The project belongs to no machine: no path of one, no package registry's host, nothing outside the checkout."""

from __future__ import annotations

import re

import pytest
from tests.meta.tree import ROOT, project_files, shown

# Written so that this file does not contain what it forbids.
FORBIDDEN = re.compile(
    r"/[w]ork/|/[r]oot/|\.\./[s]hared|[p]ypi\.org|[p]ythonhosted|[r]egistry\.npmjs|[i]ndex-url (?!=)\S*:"
)


def test_no_file_names_a_machine_a_registry_or_a_place_outside() -> None:
    found = []
    for file in project_files():
        try:
            text = file.read_text()
        except UnicodeDecodeError:
            continue  # a picture or a typeface
        found += [f"{shown(file)}:{n}" for n, line in enumerate(text.splitlines(), 1) if FORBIDDEN.search(line)]
    assert found == []


@pytest.mark.parametrize(
    "lock", ["requirements/run", "requirements/dev", "requirements/spark", "bench/peers/requirements"]
)
def test_every_locked_package_has_its_hashes_and_every_wanted_one_is_locked(lock: str) -> None:
    text = (ROOT / f"{lock}.txt").read_text()
    entries = re.findall(r"^([a-z0-9-]+)(?:\[[a-z,]+\])?==(\S+)((?:.*\\\n)+.*)", text, re.MULTILINE)
    assert entries
    assert [name for name, _version, rest in entries if "--hash=sha256:" not in rest] == []
    wanted = re.findall(r"^([A-Za-z0-9-]+)", (ROOT / f"{lock}.in").read_text(), re.MULTILINE)
    assert {name.lower() for name in wanted if name[0] != "-"} <= {name for name, _version, _rest in entries}
    assert re.search(r"://|^-", text, re.MULTILINE) is None
