"""An amount with its derivation as plain data: the form of `tongban calc --json` and of the API."""

from __future__ import annotations

from typing import Any

from tongban.catalog.model import Catalog
from tongban.policy import Line, Reckoning, lines


def calculated(catalog: Catalog, found: Reckoning) -> dict[str, Any]:
    """What a rule gave as JSON has it: its results, the rule and the legal date, and each line with its source."""
    derivation = lines(catalog.rulebook, found)
    return {
        **found.results(catalog.rulebook),
        "rule": found.ruling.rule.id,
        "on": found.on.isoformat(),
        "derivation": [_line(catalog, line) for line in derivation],
        "unverified": [line.name for line in derivation if line.status == "unverified"],
        "assumes": [one.to_json() for one in found.ruling.rule.assumes],
    }


def _line(catalog: Catalog, line: Line) -> dict[str, Any]:
    law = catalog.laws.get(line.because.law) if line.because else None
    said = {
        "name": line.name,
        "what": line.what,
        "label": line.label.to_json(),
        "value": line.value,
        "shown": line.shown.to_json(),
        "status": line.status,
        "how": line.how.to_json() if line.how else None,
        "law": line.because.law if line.because else None,
        "article": (line.because.articles or None) if line.because else None,
        "source": law.title.to_json() if law else None,
        "number": law.number if law else None,
        "note": line.note.to_json() if line.note else None,
        "region": line.region or None,
        "from": line.from_.isoformat() if line.from_ else None,
        "to": line.to.isoformat() if line.to else None,
    }
    return {key: value for key, value in said.items() if value is not None or key in {"name", "value", "status"}}
