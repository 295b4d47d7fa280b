"""When a case is at the point of being granted: accepted, examined, and only the decision to come.

A procedure is data, so no state or step is known here by its name: the point is the state from which a step leads that
enters what the service produces. There a fee falls due, and a paper that was to follow begins to be owed; the fee is
owed until the case has ended.
"""

from __future__ import annotations

from tongban.casework.consequences import Happened
from tongban.catalog.model import ProcedureDefinition


def is_before_grant(procedure: ProcedureDefinition, state: str) -> bool:
    """Whether a case in this state may be granted by the next step."""
    return any(step.enters and state in step.from_ for step in procedure.steps.values())


def is_accepted(procedure: ProcedureDefinition, state: str) -> bool:
    """Whether a case in this state is accepted: before its grant, or granted and not yet issued."""
    return is_before_grant(procedure, state) or any(
        step.enters and step.to == state for step in procedure.steps.values()
    )


def reached(one: Happened) -> bool:
    """Whether this change brought a case to that point."""
    procedure = one.in_force.procedure(one.in_force.service(one.change.after.service))
    before = one.change.before
    was = before is not None and is_before_grant(procedure, before.state)
    return not was and is_before_grant(procedure, one.change.after.state)
