"""Plans of bundles in the situations that matter, as summaries that a person can check by eye.

`python -m tests.planner.golden` writes them anew after the packs have changed on purpose; read the difference.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from tests.planner import town

from tongban.catalog import values
from tongban.planner.outline import outline_of
from tongban.planner.plan import Plan
from tongban.planner.planning import plan
from tongban.planner.request import Request, read_request
from tongban.publication import calendars
from tongban.publication.files import tree

FOLDER = Path(__file__).parent / "golden"
ON = date(2026, 11, 23)

SITUATIONS: Mapping[str, tuple[str, Mapping[str, Any], Mapping[str, int]]] = {
    "newborn-before-any-answer": ("newborn", {}, {}),
    "newborn-with-the-mother": ("newborn", {"commonest": True}, {}),
    "newborn-with-the-father": (
        "newborn",
        {"commonest": True, "birth.household_follows": "father", "father.household_region": "430281"},
        {},
    ),
    "newborn-parents-not-married": ("newborn", {"commonest": True, "marriage.registered": False}, {}),
    "newborn-twins": ("newborn", {"commonest": True}, {"child": 2}),
    "newborn-born-elsewhere": ("newborn", {"commonest": True, "birth.in_city": False}, {}),
    "hire-before-any-answer": ("hire-employee", {}, {}),
    "hire-one": ("hire-employee", {"commonest": True}, {}),
    "hire-three-one-without-a-card": (
        "hire-employee",
        {"commonest": True, "hire.2.has_social_card": False},
        {"hire": 3},
    ),
    "retire-before-any-answer": ("retire", {}, {}),
    "retire-normally": ("retire", {"commonest": True}, {}),
    "retire-early": ("retire", {"commonest": True, "pension.way": "early", "pension.early_reason": "flexible"}, {}),
    "restaurant-before-any-answer": ("open-restaurant", {}, {}),
    "restaurant-commonest": ("open-restaurant", {"commonest": True}, {}),
    "card-lost": ("social-security-card", {"commonest": True}, {}),
    "pensioner-death-commonest": ("pensioner-death", {"commonest": True}, {}),
    "three-registrations-commonest": ("three-registrations", {"commonest": True}, {}),
    "unemployment-commonest": ("unemployment", {"commonest": True}, {}),
}


TOWN = {"town-before-any-answer": town.OPEN, "town-decided": town.DECIDED}
"""Requests in a small town of our own, of which everything is written down that a plan says."""


def plan_of(situation: str) -> Plan:
    """The plan of a situation; what is known stands as read from registries."""
    bundle, facts, counts = SITUATIONS[situation]
    catalog = tree()
    known = {key: value for key, value in facts.items() if key != "commonest"}
    if "commonest" in facts:
        (definition,) = [one for one in catalog.bundles.values() if one.id.rpartition("/")[2] == bundle]
        known = {key: values.write(value) for key, value in definition.commonest.items()} | known
    body = {"bundle": bundle, "known": known, "counts": counts}
    request = read_request(catalog, body, lambda bare, key: outline_of(catalog, bare).attribute_of(key), ON)
    return plan(catalog, request, calendars.of(catalog))


def summary(made: Plan) -> dict[str, Any]:
    """What a person would want to check."""
    whole = made.to_json()
    return {
        "cost": whole["cost"],
        "schedule": whole["schedule"],
        "services": [
            {key: line[key] for key in ("id", "members", "start", "due", "office", "starts_after", "if")}
            for line in whole["services"]
        ],
        "undecided": [line["fact"] for line in whole["undecided"]],
        "questions": [line["fact"] for line in whole["questions"]],
        "fetched": len(whole["fetched"]),
        "derived": [line["fact"] for line in whole["derived"]],
        "produced": {line["fact"]: line["by"] for line in whole["produced"]},
        "papers": {f"{line['id']}@{line['subject']}": line["how"] for line in whole["evidence"]},
        "signers": [[line["subject"], line["act"]] for line in whole["signers"]],
        "receives": [[line["credential"], line["on"]] for line in whole["receives"]],
        "comparison": {
            way: {key: column[key] for key in ("questions", "papers", "trips", "days", "windows", "steps")}
            for way, column in whole["comparison"].items()
        },
    }


def written(found: dict[str, Any]) -> str:
    """The text of a golden file."""
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def in_full(request: Request) -> str:
    """All that a plan in the town says: a heading for each part, then its lines as JSON."""
    lines = []
    for name, part in town.told(request).items():
        told = [{key: each} for key, each in part.items()] if isinstance(part, dict) else part
        lines += [
            f"# {name}",
            *(json.dumps(each, ensure_ascii=False) for each in (told if isinstance(told, list) else [told])),
        ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name in SITUATIONS:
        (FOLDER / f"{name}.json").write_text(written(summary(plan_of(name))), encoding="utf-8")
    for name, request in TOWN.items():
        (FOLDER / f"{name}.txt").write_text(in_full(request), encoding="utf-8")
