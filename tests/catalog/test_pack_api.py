"""What a pack may import does what the loader says of it without importing anything."""

from __future__ import annotations

import importlib.util

from tests.catalog.packs import SAMPLE

from tongban.catalog.loader import load
from tongban.pack_api import name_of_effect


def test_effects_read_from_the_file_are_those_that_it_makes() -> None:
    spec = importlib.util.spec_from_file_location("sample_effects", SAMPLE / "effects.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made = {name for name in map(name_of_effect, vars(module).values()) if name}
    assert made == {"count@1"}
    assert load([SAMPLE]).packs[0].effects == frozenset(f"sample/{name}" for name in made)
