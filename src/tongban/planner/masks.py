"""Sets of small numbers as the bits of an integer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def union(masks: Iterable[int]) -> int:
    """All the bits of some masks."""
    found = 0
    for mask in masks:
        found |= mask
    return found


def bits_of(mask: int) -> Iterator[int]:
    """The single bits of a mask, lowest first."""
    while mask:
        bit = mask & -mask
        yield bit
        mask ^= bit
