"""Facts the government holds, behind one door: who holds them, who reads them, what cases write to them."""

from __future__ import annotations
