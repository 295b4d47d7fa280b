"""Tabler outline icons, inline, so that a page asks for no icon file and an icon takes the colour of its word."""

from __future__ import annotations

import difflib
import re
from functools import cache
from importlib import resources
from typing import Final

SPRITE: Final = "static/vendor/tabler-icons-3.51.0.svg"


class UnknownIconError(LookupError):
    """The name is not among the vendored icons; the message offers the nearest one."""

    def __init__(self, name: str) -> None:
        """Remember the wrong name and look for its nearest neighbour."""
        nearest = difflib.get_close_matches(name, _symbols(), n=1)
        hint = f" Nearest: '{nearest[0]}'." if nearest else ""
        super().__init__(f"No icon is named '{name}'.{hint} How to add one: static/vendor/README.md.")


@cache
def _symbols() -> dict[str, str]:
    sprite = resources.files("tongban.portal").joinpath(SPRITE).read_text(encoding="utf-8")
    return dict(re.findall(r'<symbol id="([^"]+)"[^>]*>(.*?)</symbol>', sprite))


def paths(name: str) -> str:
    """The strokes of an icon on a field of 24 by 24, to stand inside an `<svg>` or `<g>`. Raises UnknownIconError."""
    try:
        return _symbols()[name]
    except KeyError:
        raise UnknownIconError(name) from None


def inline(name: str) -> str:
    """A whole inline icon, hidden from screen readers: its word stands beside it. Raises UnknownIconError."""
    return f'<svg class="tb-icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{paths(name)}</svg>'


def is_known(name: str) -> bool:
    """Whether an icon of this name is vendored."""
    return name in _symbols()
