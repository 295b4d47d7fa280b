"""What only a source can say is waited for while it is down: said, never typed, filled in on its return."""

from __future__ import annotations

import pytest
from tests.api.acting import post, refused

from tongban.registry import service as registry
from tongban.testing.stories.city import Client

INSURANCE = "hrss/social-insurance"
TYPED = {
    "person.phone": "10000000006",
    "person.is_self_insured": False,
    "person.bank_account": "6200000000000000006",
    "pension.way": "normal",
    "pension.one_child_addition": False,
    "pension.account_balance_fen": 10_000_000,
    "pension.average_index_permille": 1000,
    "pension.first_work_on": "1988-07-01",
}


def state_of(api: Client, number: str, fact: str) -> str:
    """The state of a fact in the form."""
    view = api.send("retiree", "GET", f"/applications/{number}").json()
    return next(str(line["state"]) for line in view["facts"] if line["fact"] == fact)


@pytest.mark.slow
def test_it_is_waited_for_and_filled_in_when_it_returns(api: Client) -> None:
    registry.set_down(INSURANCE, down=True)
    try:
        number = api.send("retiree", "POST", "/applications", json={"bundle": "retire"}).json()["number"]
        post(api, "retiree", number, "agree")
        post(api, "retiree", number, "facts", {"facts": TYPED})
        assert state_of(api, number, "pension.paid_months") == "unavailable"
        typed = post(api, "retiree", number, "facts", {"facts": {"pension.paid_months": 400}})
        refused(typed, 422, "fact-not-claimable")
        post(api, "retiree", number, "sign")
        problem = refused(post(api, "retiree", number, "submit"), 422, "incomplete")
        assert {error["code"] for error in problem["errors"]} == {"source-down"}
        assert "pension.paid_months" in {error["fact"] for error in problem["errors"]}
    finally:
        registry.set_down(INSURANCE, down=False)
    changed = refused(post(api, "retiree", number, "submit"), 409, "facts-changed")
    assert "pension.paid_months" in {error["fact"] for error in changed["errors"]}
    assert state_of(api, number, "pension.paid_months") == "known"
    post(api, "retiree", number, "sign")
    assert post(api, "retiree", number, "submit").json()["state"] == "submitted"
