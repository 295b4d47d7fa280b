"""What the clerk is shown of an amount that a rule gives: the amount, whether its figures have sources, or why none."""

from __future__ import annotations

import pytest

from tongban.applications.amounts import amounts
from tongban.publication import service as publication

pytestmark = pytest.mark.django_db
BENEFIT = "insurance-benefits/unemployment-benefit"


def view(**facts: int) -> dict[str, object]:
    """A case as the desk has it, with these facts."""
    return {"facts": [{"fact": f"claimant.{name}", "value": value} for name, value in facts.items()]}


def test_an_amount_whose_figures_lack_a_source_says_so() -> None:
    catalog = publication.current()
    found = amounts(catalog, catalog.services[BENEFIT], view(unemployment_months=61, unemployment_carried_months=0))
    assert found["claimant.unemployment_monthly_fen"].is_unverified
    assert found["claimant.unemployment_monthly_fen"].shown.zh == "1,890.00 元"


def test_what_is_not_known_yet_gives_nothing() -> None:
    catalog = publication.current()
    assert amounts(catalog, catalog.services[BENEFIT], view(unemployment_months=61)) == {}
