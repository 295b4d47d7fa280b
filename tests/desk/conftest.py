"""People of one office, and a city that stands still on a Monday."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pytest
from tests.desk.scene import BUSINESS, Scene

from tongban.accounts.actor import Actor
from tongban.platform import time

MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=time.ZONE)


@dataclass
class Desks:
    """The scene with a clerk, an approver and a head of the market regulation office."""

    scene: Scene
    clerk: Actor
    approver: Actor
    head: Actor


@pytest.fixture
def desks(db: None) -> Desks:
    """An office with its people, within one transaction."""
    return at_work()


def at_work() -> Desks:
    """An office with its people."""
    time.set_time(MONDAY, frozen=True)
    scene = Scene()
    return Desks(
        scene,
        scene.staff("2107", "邓合", BUSINESS, "handler"),
        scene.staff("2201", "曹衡", BUSINESS, "approver"),
        scene.staff("2001", "柯远", BUSINESS, "head"),
    )
