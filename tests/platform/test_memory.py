"""The collector of garbage rests while much is made that stays; what nobody needs any more is given back."""

from __future__ import annotations

import ctypes
import gc
from pathlib import Path

import pytest

from tongban.platform.memory import give_back, uncollected


def test_the_collector_rests_meanwhile_and_works_again_afterwards() -> None:
    with uncollected():
        assert not gc.isenabled()
        with uncollected():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_works_again_after_a_failure() -> None:
    with pytest.raises(KeyError), uncollected():
        raise KeyError("x")
    assert gc.isenabled()


def held_pages() -> int:
    """How many pages of memory this process holds."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="this C library cannot")
def test_what_nobody_needs_is_given_back() -> None:
    blocks = [b"x" * 60_000 for _ in range(2_000)]
    last = b"y" * 60_000  # behind all others, so that they are not given back of themselves
    blocks.clear()
    before = held_pages()
    give_back()
    assert held_pages() < before - 20_000
    assert last


def test_where_the_library_cannot_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: object())
    give_back()
