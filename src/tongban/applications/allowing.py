"""What may be done with a case now: the same expression that deciding uses, in the form in which pages ask it."""

from __future__ import annotations

from typing import Any

from tongban.casework import books, definitions, holds, service, store
from tongban.casework.deed import Moment
from tongban.casework.demands import TEXT_NEEDS, demands, special_procedures
from tongban.casework.guards import allowed
from tongban.casework.model import Case, Context, Doer
from tongban.casework.production import asked_of_clerk
from tongban.catalog.conditions import UNKNOWN
from tongban.catalog.model import StepDefinition


def may_do(case: Case, digest: str, doer: Doer, moment: Moment | None = None) -> dict[str, list[dict[str, Any]]]:
    """What this doer may do with a case under a publication, each with what it asks; and why everything else not."""
    context = context_for(case, digest, doer, moment or service.now())
    answer, steps = allowed(case, context), context.procedure.steps
    return {
        "allowed": [
            _step(case, context, steps[name]) if name in steps else {"name": name, **_NOTHING_ASKED}
            for name in answer.steps
        ],
        "not_allowed": [
            {
                "name": name,
                "label": steps[name].label.to_json() if name in steps else None,
                "by": steps[name].by if name in steps else None,
                "code": why.code,
                "text": why.text.to_json(),
            }
            for name, why in answer.why_not.items()
        ],
    }


def context_for(case: Case, digest: str, doer: Doer, moment: Moment) -> Context:
    """Everything that :func:`tongban.casework.guards.allowed` looks at: no facts, for they only matter in deciding."""
    in_force = definitions.of(digest)
    definition = in_force.service(case.service)
    return Context(
        at=moment.at,
        doer=doer,
        service=definition,
        procedure=in_force.procedure(definition),
        definition=in_force.catalog.hashes[case.service],
        calendar=moment.calendar,
        calendar_hash=moment.calendar_hash,
        supervisors=in_force.supervisors,
        above=in_force.above,
        facts=lambda _fact: UNKNOWN,
        outside=holds.asker(holds.Asked(case.number, definition, case.roles, in_force.catalog)),
        functions=in_force.catalog.functions,
        books=books.asker(
            books.Asked(
                case.number, case.service, case.roles, lambda: store.facts_of([case.number])[case.number], moment.at
            )
        ),
    )


_NOTHING_ASKED: dict[str, Any] = {
    "label": None, "needs": [], "asks": [], "faults": [], "procedures": [], "facts": [], "opens": [],
    "is_forward": False, "enters": False, "runs": [],
}  # fmt: skip


def _step(case: Case, context: Context, step: StepDefinition) -> dict[str, Any]:
    """A step as a page offers it. ``asks``: data and texts; ``is_forward``: it leads on and asks for none of them."""
    asks = [*demands(step, context), *(name for name in step.needs if name in TEXT_NEEDS)]
    return {
        "name": step.name,
        "label": step.label.to_json(),
        "needs": list(step.needs),
        "asks": asks,
        "faults": list(step.clock),
        "procedures": list(special_procedures(step, context)),
        "facts": sorted(asked_of_clerk(step, context, case.roles)) if step.by != "applicant" else [],
        "opens": [opening.name for opening in step.opens],
        "is_forward": step.to is not None and not asks and step.by not in {"applicant", "system"},
        "enters": step.enters,
        "runs": list(step.runs),
    }
