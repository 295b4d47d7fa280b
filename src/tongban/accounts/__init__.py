"""Who logs in, at which desk, and for whom they may act."""

from __future__ import annotations
