"""Tongban's engine in batches: a step of many cases decided, chained and written together, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from bench.contestants.tongban import APPLICANT, CHIEF, CLERK, FACTS, NEIGHBOUR, ONE, TWO
from tongban.casework import service
from tongban.casework.model import Command, Doer, Opening
from tongban.casework.service import Done, Filing, Opened, Order, Submission

STEPS: Final = (
    (CLERK, Command("", "accept", {"offices": [ONE, TWO]})),
    (CLERK, Command("", "opine", task=f"opinion:{ONE}")),
    (NEIGHBOUR, Command("", "opine", task=f"opinion:{TWO}")),
    (CHIEF, Command("", "decide")),
    (CLERK, Command("", "issue")),
    (CLERK, Command("", "close")),
)
"""What follows the opening of the approval case: six commands, each one event."""


@dataclass(frozen=True, slots=True)
class Share:
    """So many cases in batches of so many, of a publication, about one subject."""

    digest: str
    subject: int
    cases: int
    batch: int


def carry(share: Share) -> int:
    """Open the cases of a share and take them to their end; returns how many. Raises what speaks against any."""
    for begun in range(0, share.cases, share.batch):
        numbers = _opened(share, min(share.batch, share.cases - begun))
        for doer, command in STEPS:
            _taken(numbers, doer, command)
    return share.cases


def _opened(share: Share, count: int) -> list[str]:
    opening = Opening(1, "approval/transfer", {"transfer": (share.subject,)}, ONE, "430211", FACTS)
    filings = [
        Filing(Submission(None, str(uuid4()), share.digest, share.subject, "real", [opening]), APPLICANT)
        for _ in range(count)
    ]
    answers = service.open_applications(filings)
    refused = [answer for answer in answers if not isinstance(answer, Opened)]
    if refused:
        raise refused[0]
    return [answer.cases[0] for answer in answers if isinstance(answer, Opened)]


def _taken(numbers: Sequence[str], doer: Doer, command: Command) -> None:
    orders = [
        Order(number, Command(str(uuid4()), command.kind, command.data, task=command.task), doer) for number in numbers
    ]
    for answer in service.commands(orders):
        if not isinstance(answer, Done):
            raise answer
