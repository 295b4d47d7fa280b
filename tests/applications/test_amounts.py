"""What the clerk is shown of an amount that a rule gives: the amount, whether its figures have sources, or why none."""

from __future__ import annotations

from datetime import date

import pytest

from tongban.applications.amounts import amounts
from tongban.applications.unsourced import unsourced
from tongban.catalog.vocabulary import Value
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


def test_what_is_printed_later_says_so_too_and_so_does_what_is_taken_from_it() -> None:
    catalog = publication.current()
    definition = catalog.services[BENEFIT]
    facts: dict[str, Value] = {"claimant.unemployment_months": 61, "claimant.unemployment_carried_months": 0}
    on = date(2026, 11, 16)
    # The months are the law's own; the amount goes by the minimum wage, of which no document was found.
    assert unsourced(catalog, definition, facts, on) == {"claimant.unemployment_monthly_fen"}
    assert unsourced(catalog, definition, {}, on) == frozenset()
    survivors = catalog.services["insurance-benefits/survivors-benefit"]
    known: dict[str, Value] = {"deceased.died_on": on, "pension.total_months": 200, "deceased.pension_drawn_months": 12}
    assert unsourced(catalog, survivors, known, on) == {"survivor.grant_fen", "survivor.funeral_fen"}


def test_what_is_not_known_yet_gives_nothing() -> None:
    catalog = publication.current()
    assert amounts(catalog, catalog.services[BENEFIT], view(unemployment_months=61)) == {}
