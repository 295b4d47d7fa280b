"""A source that is down is said and asked around where a person's word will do; tests/api has what is waited for."""

from __future__ import annotations

import pytest
from tests.applications.family import Family
from tests.applications.newborn import drafted

from tongban.applications import views
from tongban.registry import service as registry

pytestmark = pytest.mark.django_db
POLICE = "base/population"


def test_what_a_person_may_say_is_asked_and_goes_with_their_word(home: Family) -> None:
    registry.set_down(POLICE, down=True)
    number = drafted(home)
    view = views.application_view(home.mother, number)
    named = {fact["fact"]: fact for fact in view["facts"]}["mother.household_address"]
    assert (named["source"], named["state"]) == ("claimed", "known")
