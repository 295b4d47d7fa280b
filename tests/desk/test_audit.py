"""The auditor's page: it verifies when asked, says so in one sentence, and finds what somebody changed."""

from __future__ import annotations

from tests.desk.conftest import at_work
from tests.desk.scene import HALL, browser_of

from tongban.casework.numbers import id_of
from tongban.testing.fixtures import City


def test_an_untouched_city_is_said_to_be_whole_and_a_changed_one_is_not(city: City) -> None:
    desks = at_work()
    number = desks.scene.licence()
    browser = browser_of(desks.scene.staff("9900", "樊明", HALL, "auditor"))
    assert browser.get("/desk/audit").context["report"] is None
    whole = browser.post("/desk/audit").context
    assert (whole["report"]["ok"], whole["report"]["cases"]) == (True, 5)
    city.is_tampered = True
    with city.superuser() as connection:
        connection.execute(
            "update casework_event set body = replace(body::text, '\"opened\"', '\"noted\"')::json where case_id = %s",
            [id_of(number)],
        )
    changed = browser.post("/desk/audit")
    assert "处和当初不一样" in changed.context["title"]
    assert {finding["case"] for finding in changed.context["findings"]} == {number}
