"""Ways that a rehearsal might bring back: one to its end, one that ends too soon."""

from __future__ import annotations

from typing import Final

from tongban.supervision.rounds.ways import Step, Stuck, Way

ABOUT: Final = "life-events/newborn"
WAY: Final = Way(ABOUT, steps=(Step("page", "find", 0.1), Step("call", "send", 0.2)))
DEAD_END: Final = Way(
    ABOUT,
    "birth.in_city == true",
    steps=WAY.steps,
    stuck=Stuck("form", "没有窗口 · no office", "health/birth-certificate"),
)
