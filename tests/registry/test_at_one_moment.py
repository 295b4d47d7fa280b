"""The registry at one moment: cases that write about one person, and keys that two would like to have."""

from __future__ import annotations

import pytest
from django.db import transaction
from tests.moments import at_one_moment
from tests.registry.conftest import ID_NUMBER, NAME, PERSON, POLICE, READER, attribute

from tongban.registry import service as registry
from tongban.registry.model import Entry, Wanted

pytestmark = pytest.mark.usefixtures("city")
KEY = "430200199405120089"
KEYS = {PERSON: "id_number"}


def test_two_cases_that_write_about_one_person_both_count() -> None:
    person = registry.create(PERSON)
    attributes = [attribute(name, POLICE) for name in ("a", "b", "c", "d")]
    outcomes = at_one_moment(4, lambda n: registry.write([Entry(person, attributes[n], "written")], keys=KEYS))
    assert outcomes == [None] * 4
    held = registry.read([Wanted(person, a) for a in attributes], READER)
    assert {h.value for h in held.values()} == {"written"}


def test_batches_in_opposite_order_do_not_wait_round() -> None:
    people = [registry.create(PERSON) for _ in range(20)]

    def write(number: int) -> None:
        order = people if number % 2 else people[::-1]
        with transaction.atomic():
            registry.write([Entry(p, NAME, f"n{number}") for p in order], keys=KEYS)

    assert at_one_moment(4, write) == [None] * 4


def test_one_key_registered_by_many_is_one_subject() -> None:
    assert len(set(at_one_moment(4, lambda _: registry.create(PERSON, key=KEY)))) == 1


def test_one_key_given_to_two_newborns_goes_to_one() -> None:
    newborns = [registry.create(PERSON) for _ in range(2)]
    outcomes = at_one_moment(2, lambda n: registry.write([Entry(newborns[n], ID_NUMBER, KEY)], keys=KEYS))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["KeyTaken", "NoneType"]
