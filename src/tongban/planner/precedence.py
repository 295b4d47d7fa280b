"""Which run may feed which, when some feed one another in a circle."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet


def order_of(before: Sequence[AbstractSet[int]], vital: Sequence[AbstractSet[int]]) -> list[int]:
    """Put nodes after all that feed them; ``before[n]`` are the feeders of n, ``vital[n]`` those it cannot do without.

    In a circle somebody must go without: the first node that has another way goes first, and the rest of the circle
    follows. What a node in a circle gets from later ones is lost to it.
    """
    left = set(range(len(before)))
    order: list[int] = []
    while left:
        ready = [node for node in sorted(left) if not before[node] & left]
        if not ready:
            ready = [_first_of_circle(before, vital, left)]
        order += ready
        left.difference_update(ready)
    return order


def _first_of_circle(before: Sequence[AbstractSet[int]], vital: Sequence[AbstractSet[int]], left: set[int]) -> int:
    ancestors = {node: _ancestors(before, left, node) for node in left}
    first_circles = [node for node in sorted(left) if all(node in ancestors[each] for each in ancestors[node])]
    return min(first_circles, key=lambda node: (bool(vital[node] & left), node))


def _ancestors(before: Sequence[AbstractSet[int]], left: set[int], node: int) -> set[int]:
    found: set[int] = set()
    reached = list(before[node] & left)
    while reached:
        each = reached.pop()
        if each not in found:
            found.add(each)
            reached += before[each] & left
    return found
