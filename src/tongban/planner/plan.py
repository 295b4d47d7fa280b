"""A plan, as every door reads it: what is asked and what is not, who does what by when, and what that saves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, TypeAlias

from tongban.catalog import values
from tongban.catalog.vocabulary import Text, Value
from tongban.planner.outcome import How, PaperHow

Act: TypeAlias = Literal["sign", "consent"]
"""What somebody who takes part does: sign the application, or consent to it."""


@dataclass(frozen=True, slots=True)
class Unmet:
    """A condition of acceptance that is plainly not met by what is known."""

    that: str
    otherwise: Text | None
    law: str
    article: str

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        otherwise = self.otherwise.to_json() if self.otherwise else None
        return {"that": self.that, "otherwise": otherwise, "law": self.law, "article": self.article}


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """One service for one kind of members. ``condition``: it may follow, if this holds; ``slack`` in working days."""

    id: str
    roles: Mapping[str, str]
    members: Sequence[int]
    starts_after: tuple[str, ...]
    office: str | None
    start: date
    due: date
    days: int
    slack: int
    condition: str | None
    unmet: tuple[Unmet, ...]

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "id": self.id,
            "roles": dict(self.roles),
            "members": list(self.members),
            "starts_after": list(self.starts_after),
            "office": self.office,
            "start": self.start.isoformat(),
            "due": self.due.isoformat(),
            "days": self.days,
            "slack": self.slack,
            "if": self.condition,
            "unmet": [each.to_json() for each in self.unmet],
        }


@dataclass(frozen=True, slots=True)
class UndecidedLine:
    """A fact that conditions wait for; ``options`` are its possible values where they are few."""

    fact: str
    members: Sequence[int]
    options: tuple[Value, ...]
    settles: tuple[str, ...]
    how: How

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        options = [values.write(option) for option in self.options]
        return {
            "fact": self.fact,
            "members": list(self.members),
            "options": options,
            "settles": list(self.settles),
            "how": self.how,
        }


@dataclass(frozen=True, slots=True)
class FactLine:
    """A fact, for which members, who needs it, and how it is had. Only what belongs to ``how`` is set.

    ``holder`` and ``is_waiting`` (its holder is down) for fetched, ``inputs`` for derived, ``by`` for produced,
    ``value`` and ``source`` for known; before log-in what it will show has the source ``log-in`` and no value.
    """

    fact: str
    members: Sequence[int]
    needed_by: tuple[str, ...]
    how: How
    holder: str | None = None
    is_waiting: bool = False
    inputs: tuple[str, ...] = ()
    by: str | None = None
    value: Value = None
    source: str | None = None

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        line: dict[str, Any] = {
            "fact": self.fact,
            "members": list(self.members),
            "needed_by": list(self.needed_by),
        }
        if self.how == "fetched":
            line |= {"holder": self.holder, "waiting": self.is_waiting}
        elif self.how == "derived":
            line["from"] = list(self.inputs)
        elif self.how == "produced":
            line["by"] = self.by
        elif self.how == "known":
            line |= {"value": values.write(self.value), "source": self.source}
        return line


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A paper about a subject and how it is met."""

    id: str
    subject: str
    members: Sequence[int]
    how: PaperHow
    needed_by: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "id": self.id,
            "subject": self.subject,
            "members": list(self.members),
            "how": self.how,
            "needed_by": list(self.needed_by),
        }


@dataclass(frozen=True, slots=True)
class SignerLine:
    """Who must sign or consent; ``condition``: only if this holds, which is undecided."""

    subject: str
    act: Act
    members: Sequence[int]
    condition: str | None

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        return {"subject": self.subject, "act": self.act, "members": list(self.members), "if": self.condition}


@dataclass(frozen=True, slots=True)
class Handover:
    """A fact that one service gives to another, so that nobody has to carry it."""

    giver: str
    taker: str
    fact: str

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        return {"from": self.giver, "to": self.taker, "fact": self.fact}


@dataclass(frozen=True, slots=True)
class Receipt:
    """A credential that somebody receives, and the day it is promised for."""

    service: str
    credential: str
    holder: str | None
    members: Sequence[int]
    on: date

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "service": self.service,
            "credential": self.credential,
            "holder": self.holder,
            "members": list(self.members),
            "on": self.on.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Column:
    """One way of going about it. ``by_service`` is how the days are made up; an unsourced service adds nothing."""

    questions: int
    papers: int
    trips: int
    days: int
    windows: int
    steps: int
    unsourced: tuple[str, ...]
    by_service: tuple[tuple[str, int], ...]

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "questions": self.questions,
            "papers": self.papers,
            "trips": self.trips,
            "days": self.days,
            "windows": self.windows,
            "steps": self.steps,
            "unsourced": list(self.unsourced),
            "by_service": [{"id": service, "days": days} for service, days in self.by_service],
        }


@dataclass(frozen=True, slots=True)
class Schedule:
    """The whole in time. ``days`` are working days after ``start``; ``is_provisional``: beyond the last calendar."""

    start: date
    days: int
    due: date
    critical_path: tuple[str, ...]
    is_provisional: bool

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "start": self.start.isoformat(),
            "days": self.days,
            "due": self.due.isoformat(),
            "critical_path": list(self.critical_path),
            "provisional": self.is_provisional,
        }


Cost = tuple[int, int, int, int]
"""Trips, papers, questions, working days."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The shortest way, with its proof: ``cost`` equals ``bound`` when nothing can be shorter."""

    services: tuple[ServiceLine, ...]
    undecided: tuple[UndecidedLine, ...]
    facts: tuple[FactLine, ...]
    evidence: tuple[PaperLine, ...]
    signers: tuple[SignerLine, ...]
    handovers: tuple[Handover, ...]
    receives: tuple[Receipt, ...]
    schedule: Schedule
    cost: Cost
    bound: Cost
    is_proven: bool
    comparison: Mapping[str, Column]
    because: Mapping[str, tuple[tuple[str, str, str], ...]]

    def had(self, how: How) -> tuple[FactLine, ...]:
        """The facts that are had in one way."""
        return tuple(line for line in self.facts if line.how == how)

    @property
    def questions(self) -> tuple[FactLine, ...]:
        """What the applicant is asked."""
        return self.had("asked")

    def to_json(self) -> dict[str, Any]:
        """The plan in the form that the command line, the API and everything outside share."""
        return {
            "services": [line.to_json() for line in self.services],
            "undecided": [line.to_json() for line in self.undecided],
            "questions": [line.to_json() for line in self.questions],
            **{how: [line.to_json() for line in self.had(how)] for how in ("fetched", "derived", "produced", "known")},
            "evidence": [line.to_json() for line in self.evidence],
            "signers": [line.to_json() for line in self.signers],
            "handovers": [line.to_json() for line in self.handovers],
            "receives": [line.to_json() for line in self.receives],
            "schedule": self.schedule.to_json(),
            "cost": list(self.cost),
            "bound": list(self.bound),
            "proven": self.is_proven,
            "comparison": {name: column.to_json() for name, column in self.comparison.items()},
            "because": {
                key: [{"service": service, "law": law, "article": article} for service, law, article in reasons]
                for key, reasons in self.because.items()
            },
        }
