"""The small deeds of a demonstration city: twenty promised, most of them kept, each through its own case."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid5

import yaml

from tongban.casework import service as casework
from tongban.casework.model import SYSTEM, Command, Given
from tongban.platform import time
from tongban.supervision import problems
from tongban.supervision.models import Found
from tongban.supervision.problems import Finding, Hands, Place

FILE: Final = Path(__file__).with_suffix(".yaml")
PACK: Final = "demonstration"
_NAMESPACE: Final = UUID("5a1f0d52-7f5e-5f0b-8f8e-0c9b0f1d2a33")


def put() -> int:
    """Promise them, and keep those of the file that are kept; returns how many, none where any is there."""
    if Found.objects.filter(kind="deed").exists():
        return 0
    rows: list[dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    for row in rows:
        _promise(row)
    return len(rows)


def _promise(row: dict[str, Any]) -> None:
    owner = f"{PACK}/{row['owner']}"
    by = time.today() + timedelta(days=row["days"])
    finding = Finding(Place(row["about"], "deed"), "minor", "residents", field=row["field"], by=by)
    case = problems.report(finding, SYSTEM, uuid5(_NAMESPACE, row["about"]), Hands(owner=owner)).case
    if "effect" in row:
        keep(case, owner, row)


def keep(case: str, owner: str, row: dict[str, Any]) -> None:
    """Put it right and look again: what is done (``measure``), the ``evidence``, before and after (``effect``)."""
    watching = Found.objects.get(case=case).office
    steps = (("plan", owner, "measure"), ("repair", owner, "evidence"), ("recheck", watching, "effect"))
    for step, office, said in steps:
        command = Command(str(uuid5(_NAMESPACE, f"{case}|{step}")), step, facts={f"problem.{said}": _given(row[said])})
        somebody = replace(problems.house(office), id=f"system:{step}")  # nobody looks again at their own
        casework.command(case, command, somebody)


def _given(text: str) -> Given:
    return Given(text, "produced")
