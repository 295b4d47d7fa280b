"""The registry: who is found, what is read and logged, what cases write, also at the same moment."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext
from tests.registry.conftest import (
    ADDRESS,
    ID_NUMBER,
    INSURED,
    INSURER,
    MARRIAGE,
    NAME,
    PERSON,
    POLICE,
    READER,
)

from tongban.catalog.vocabulary import Attribute, Value
from tongban.platform import time
from tongban.platform.errors import PlatformError
from tongban.platform.models import Mark
from tongban.registry import service as registry
from tongban.registry.looks import reads_about
from tongban.registry.model import Entry, KeyTaken, Wanted
from tongban.registry.models import Read, Record, Subject

KEY, OTHER_KEY = "430200199405120089", "430200199209170070"
KEYS = {PERSON: "id_number"}
pytestmark = pytest.mark.django_db


def value_of(subject_id: int, attribute: Attribute) -> Value:
    return registry.read([Wanted(subject_id, attribute)], READER)[subject_id, attribute.name].value


def test_a_person_is_found_by_the_key_however_it_is_typed() -> None:
    person = registry.create(PERSON, key="43020019850101015X", region="430211")
    assert registry.find(PERSON, " 43020019850101015x ") == person
    assert registry.find("base/Organisation", "43020019850101015X") is None
    assert registry.key_of(person) == "43020019850101015X"
    assert registry.type_of(person) == PERSON


def test_a_key_is_registered_once() -> None:
    assert registry.create(PERSON, key=KEY) == registry.create(PERSON, key=KEY)
    assert registry.create(PERSON) != registry.create(PERSON)


def test_no_table_holds_a_key_in_the_clear() -> None:
    person = registry.create(PERSON, key=KEY)
    row = Subject.objects.get(id=person)
    assert KEY.encode() not in bytes(row.key or b"") + bytes(row.key_hash or b"")


def test_relations_are_found_from_any_of_their_ends() -> None:
    wife, husband, stranger = (registry.create(PERSON) for _ in range(3))
    marriage = registry.create(MARRIAGE, ends={"wife": wife, "husband": husband})
    later = registry.create(MARRIAGE, ends={"wife": wife, "husband": stranger})
    assert [r.id for r in registry.related(MARRIAGE, {"wife": wife})] == [marriage, later]
    (found,) = registry.related(MARRIAGE, {"wife": wife, "husband": husband})
    assert (found.id, found.ends) == (marriage, {"wife": wife, "husband": husband})
    assert registry.related(MARRIAGE, {"husband": wife}) == []
    assert registry.related("health/Birth", {"wife": wife}) == []
    assert registry.related(MARRIAGE, {}) == []


def test_many_are_looked_up_at_once_each_for_itself() -> None:
    one, other, newborn = (
        registry.create(PERSON, key=KEY),
        registry.create(PERSON, key=OTHER_KEY),
        registry.create(PERSON),
    )
    with CaptureQueriesContext(connection) as queries:
        assert registry.find_each(PERSON, [OTHER_KEY, f" {KEY} ", KEY, "430200199001010001"]) == {
            OTHER_KEY: other, f" {KEY} ": one, KEY: one,
        }  # fmt: skip
        assert registry.keys_of([newborn, other, one]) == {one: KEY, other: OTHER_KEY}
        assert registry.find_each("base/Organisation", [KEY]) == {}
        assert registry.keys_of([newborn]) == {}
    assert len(queries) == 4


def test_relations_of_many_are_told_apart_by_both_ends() -> None:
    people = [registry.create(PERSON) for _ in range(4)]
    couples = [{"wife": people[at], "husband": people[(at + 1) % 4]} for at in range(4)]
    married = [registry.create(MARRIAGE, ends=ends) for ends in couples]
    again = registry.create(MARRIAGE, ends=couples[2])
    strangers = {"wife": people[0], "husband": people[2]}  # each of them married, but not to the other
    with CaptureQueriesContext(connection) as queries:
        found = registry.related_all([(MARRIAGE, ends) for ends in (couples[2], strangers, couples[0])])
    assert [[each.id for each in relations] for relations in found] == [[married[2], again], [], [married[0]]]
    assert len(queries) == 1
    assert registry.related_all([]) == []


def test_what_a_holder_has_not_is_absent_and_what_nobody_holds_is_not_answered() -> None:
    person = registry.create(PERSON, key=KEY)
    registry.write([Entry(person, NAME, "李沐禾")], keys=KEYS)
    held = registry.read([Wanted(person, a) for a in (NAME, ADDRESS, ID_NUMBER)], READER)
    assert held[person, "name"].state == "known"
    assert held[person, "name"].value == "李沐禾"
    assert held[person, "household_address"].state == "absent"
    assert (person, "id_number") not in held


def test_every_look_is_logged_once_per_subject_and_holder() -> None:
    person, other = registry.create(PERSON), registry.create(PERSON)
    registry.read([Wanted(s, a) for s in (person, other) for a in (NAME, ADDRESS, INSURED)], READER)
    entries = reads_about(person)
    assert {(e.holder, e.attributes) for e in entries} == {
        (POLICE, ("household_address", "name")),
        (INSURER, ("is_insured",)),
    }
    assert {(e.reader, e.office, e.application, e.purpose.zh) for e in entries} == {
        ("staff:7", "population-430211", "A-1", "办理：新生儿出生")
    }
    assert Read.objects.count() == 4


def test_a_person_sees_who_looked_at_the_relations_they_take_part_in() -> None:
    wife, husband, stranger = (registry.create(PERSON) for _ in range(3))
    marriage = registry.create(MARRIAGE, ends={"wife": wife, "husband": husband})
    registry.read([Wanted(marriage, NAME)], READER)
    assert [e.subject_id for e in reads_about(husband)] == [marriage]
    assert reads_about(stranger) == []


def test_a_holder_that_is_down_answers_unavailable_and_nothing_is_logged() -> None:
    person = registry.create(PERSON)
    registry.write([Entry(person, NAME, "李沐禾"), Entry(person, INSURED, value=True)], keys=KEYS)
    registry.set_down(POLICE, down=True)
    held = registry.read([Wanted(person, NAME), Wanted(person, INSURED)], READER)
    assert held[person, "name"].state == "unavailable"
    assert held[person, "name"].value is None
    assert held[person, "is_insured"].value is True
    assert registry.unavailable() == {POLICE}
    assert [e.holder for e in reads_about(person)] == [INSURER]
    registry.set_down(POLICE, down=False)
    assert value_of(person, NAME) == "李沐禾"


def test_a_value_of_another_time_that_no_longer_fits_is_unavailable_not_empty() -> None:
    person = registry.create(PERSON)
    registry.write([Entry(person, INSURED, "perhaps")], keys=KEYS)
    assert registry.read([Wanted(person, INSURED)], READER)[person, "is_insured"].state == "unavailable"


def test_a_record_in_another_subjects_row_does_not_open() -> None:
    person, other = registry.create(PERSON), registry.create(PERSON)
    registry.write([Entry(person, NAME, "李沐禾"), Entry(other, NAME, "陈望川")], keys=KEYS)
    stolen = Record.objects.get(subject_id=other).facts
    Record.objects.filter(subject_id=person).update(facts=stolen)
    with pytest.raises(PlatformError, match="value-damaged"):
        registry.read([Wanted(person, NAME)], READER)


def test_a_real_citys_holders_cannot_be_taken_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "city_mark", lambda: Mark.REAL)
    with pytest.raises(PlatformError, match="real-city"):
        registry.set_down(POLICE, down=True)


def test_a_correction_changes_one_attribute_and_leaves_the_others() -> None:
    person = registry.create(PERSON)
    registry.write([Entry(person, NAME, "李沐禾"), Entry(person, ADDRESS, "天元区")], keys=KEYS)
    registry.write([Entry(person, ADDRESS, "芦淞区")], keys=KEYS)
    assert value_of(person, NAME) == "李沐禾"
    assert value_of(person, ADDRESS) == "芦淞区"
    registry.write([Entry(person, ADDRESS, None)], keys=KEYS)
    assert registry.read([Wanted(person, ADDRESS)], READER)[person, "household_address"].state == "absent"


def test_a_key_that_is_written_finds_the_subject_from_then_on() -> None:
    newborn = registry.create(PERSON)
    registry.write([Entry(newborn, ID_NUMBER, KEY), Entry(newborn, NAME, "李小禾")], keys=KEYS)
    assert registry.find(PERSON, KEY) == newborn


def test_a_key_names_one_subject_and_a_refused_write_writes_nothing() -> None:
    registry.create(PERSON, key=KEY)
    newborn = registry.create(PERSON)
    with pytest.raises(KeyTaken):
        registry.write([Entry(newborn, NAME, "李小禾"), Entry(newborn, ID_NUMBER, KEY)], keys=KEYS)
    assert registry.key_of(newborn) is None
    assert not Record.objects.filter(subject_id=newborn).exists()


def test_a_batch_takes_as_many_statements_as_one() -> None:
    people = [registry.create(PERSON) for _ in range(30)]
    counts = []
    for some in (people[:1], people):
        with CaptureQueriesContext(connection) as statements:
            registry.write([Entry(person, a, "x") for person in some for a in (NAME, ADDRESS)], keys=KEYS)
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_the_log_of_reads_is_not_the_applications_to_change() -> None:
    person = registry.create(PERSON)
    registry.read([Wanted(person, NAME)], READER)
    for change in ("update registry_read set reader = 'nobody'", "delete from registry_read"):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(change)
    assert [entry.reader for entry in reads_about(person)] == [READER.actor]
