"""QR codes as inline SVG, in ink on white, with the quiet zone that scanners need."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import segno

INK: Final = "#14202E"
QUIET_MODULES: Final = 4


@lru_cache(maxsize=256)
def qr_code(text: str, *, scale: int = 8) -> str:
    """The code of a text, ``scale`` pixels a module at least; it grows with its box."""
    return segno.make_qr(text, error="m").svg_inline(scale=scale, dark=INK, border=QUIET_MODULES, omitsize=True)
