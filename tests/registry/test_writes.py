"""What a case writes for a holder elsewhere is taken, or everybody knows that it was not; the case hears of both."""

from __future__ import annotations

import pytest
from tests.registry.conftest import ADDRESS, INSURED, INSURER, PERSON, Service

from tongban.registry import service as registry
from tongban.registry import writes
from tongban.registry.directory import pass_on
from tongban.registry.model import Entry
from tongban.registry.remote import HttpHolder

pytestmark = pytest.mark.django_db
KEY, OTHER_KEY = "430200199405120089", "430200199209170070"
CASE, OTHER_CASE = "4302-26-000001-X/01", "4302-26-000002-X/01"


@pytest.fixture
def person(insurer: HttpHolder) -> int:
    return registry.create(PERSON, key=KEY)


def said() -> list[tuple[str, str, str | None]]:
    """What the cases have not heard yet; they hear it now."""
    answers = writes.answers()
    for answer in answers:
        writes.heard(answer)
    return [(answer.case, answer.said, answer.failure) for answer in answers]


def test_what_is_taken_is_confirmed_once(person: int) -> None:
    registry.write([Entry(person, INSURED, value=True, case=CASE)], keys={})
    assert said() == []
    assert [(w.case, w.holder, w.attributes, w.failure) for w in writes.waiting()] == [
        (CASE, INSURER, ("is_insured",), None)
    ]
    pass_on()
    assert writes.waiting() == []
    assert said() == [(CASE, "took", None)]
    pass_on()
    assert said() == []


def test_an_outage_is_told_once_and_ends_in_a_confirmation(service: Service, insurer: HttpHolder, person: int) -> None:
    service.mode = "error"
    registry.write([Entry(person, INSURED, value=True, case=CASE)], keys={})
    for _ in range(3):
        pass_on()
    assert said() == [(CASE, "failed", "unavailable")]
    assert said() == []
    assert [w.failure for w in writes.waiting()] == ["unavailable"]
    service.mode = "well"
    insurer.circuit.succeeded()  # as half a minute does
    pass_on()
    assert said() == [(CASE, "took", None)]


def test_one_record_that_is_refused_holds_up_no_other(service: Service, person: int) -> None:
    other = registry.create(PERSON, key=OTHER_KEY)
    service.refused.add(KEY)
    registry.write([Entry(person, INSURED, value=True, case=CASE)], keys={})
    registry.write([Entry(other, INSURED, value=True, case=OTHER_CASE)], keys={})
    assert pass_on() == {INSURER: 1}
    assert sorted(said()) == [(CASE, "failed", "refused"), (OTHER_CASE, "took", None)]
    assert INSURER not in registry.unavailable()
    service.refused.clear()
    pass_on()
    assert said() == [(CASE, "took", None)]


def test_both_cases_that_wrote_about_one_person_hear_of_it(person: int) -> None:
    registry.write([Entry(person, INSURED, value=True, case=CASE)], keys={})
    registry.write([Entry(person, INSURED, value=False, case=OTHER_CASE)], keys={})
    pass_on()
    assert said() == [(CASE, "took", None), (OTHER_CASE, "took", None)]


def test_what_stands_in_our_own_tables_is_written_at_once_and_needs_no_word(person: int) -> None:
    registry.write([Entry(person, ADDRESS, "天元区", case=CASE)], keys={})
    assert writes.waiting() == []
