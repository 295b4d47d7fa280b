"""Tongban's engine: rules, chain, encrypted values, command ids, tasks, clocks, outbox and all that hears of a step."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from uuid import uuid4

from bench.cluster import Cluster
from bench.peers.case import PAYLOAD, Client, Life
from tongban.casework import service
from tongban.casework.model import Command, Doer, Given, Opening
from tongban.platform import database
from tongban.registry import service as registry

ONE, TWO = "approval/one", "approval/two"
APPLICANT: Final = Doer("person:1", "person", for_applicant=True)
CLERK: Final = Doer("staff:1", "staff", {ONE: frozenset({"handler"})})
CHIEF: Final = Doer("staff:2", "staff", {ONE: frozenset({"approver"})})
NEIGHBOUR: Final = Doer("staff:3", "staff", {TWO: frozenset({"handler"})})
FACTS: Final = {f"transfer.{name}": Given(value, "claimed") for name, value in PAYLOAD.items()}


def contestant(city: Cluster) -> Client:
    """Each client is a thread of the serving process with its connection."""
    subject = registry.create("approval/Transfer")
    opening = Opening(1, "approval/transfer", {"transfer": (subject,)}, ONE, "430211", FACTS)

    @contextmanager
    def client() -> Iterator[Life]:
        try:
            yield lambda: life(city.digest, subject, opening)
        finally:
            database.close_connections()

    return client


def life(publication: str, subject: int, opening: Opening) -> None:
    """One case: seven commands, seven events."""
    submission = service.Submission(None, str(uuid4()), publication, subject, "real", [opening])
    case = service.open_application(submission, APPLICANT).cases[0]
    service.command(case, Command(str(uuid4()), "accept", {"offices": [ONE, TWO]}), CLERK)
    service.command(case, Command(str(uuid4()), "opine", task=f"opinion:{ONE}"), CLERK)
    service.command(case, Command(str(uuid4()), "opine", task=f"opinion:{TWO}"), NEIGHBOUR)
    service.command(case, Command(str(uuid4()), "decide"), CHIEF)
    service.command(case, Command(str(uuid4()), "issue"), CLERK)
    service.command(case, Command(str(uuid4()), "close"), CLERK)
