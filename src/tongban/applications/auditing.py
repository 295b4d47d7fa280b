"""The audit as auditors ask for it: is every chain whole, does the database still tell what it told when sealed."""

from __future__ import annotations

from typing import Any

from tongban.accounts.actor import Actor
from tongban.applications.problems import forbidden
from tongban.casework import audit as room


def audit(actor: Actor) -> dict[str, Any]:
    """Verify every chain and seal now. Raises Problem 403 for whoever is no auditor."""
    if not actor.has_role("auditor"):
        raise forbidden("只有审计员能核验全部记录", "Only auditors verify all records.")
    report = room.audit()
    return {
        "ok": report.is_clean,
        "cases": report.cases,
        "events": report.events,
        "seals": report.seals,
        "unsealed_cases": report.unsealed_cases,
        "unsealed_events": report.unsealed_events,
        "findings": [
            {"code": finding.code, "case": finding.case, "detail": finding.detail, "text": finding.text.to_json()}
            for finding in report.findings
        ],
    }
