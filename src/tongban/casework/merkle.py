"""A Merkle tree over the heads of cases (RFC 6962): one hash that stands for all of them. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeAlias

from tongban.casework.chain import canonical

Leaf: TypeAlias = tuple[int, int, str]
"""Row id of a case, its version, its head (hex)."""


def root(leaves: Sequence[Leaf]) -> str:
    """The root (hex) over leaves in the order given; of none, the hash of nothing."""
    hashes = [hashlib.sha256(b"\x00" + canonical(list(leaf))).digest() for leaf in leaves]
    return _root(hashes).hex()


def _root(hashes: Sequence[bytes]) -> bytes:
    if not hashes:
        return hashlib.sha256().digest()
    level = list(hashes)
    while len(level) > 1:
        pairs = [hashlib.sha256(b"\x01" + a + b).digest() for a, b in zip(level[::2], level[1::2], strict=False)]
        level = pairs + level[len(pairs) * 2 :]
    return level[0]
