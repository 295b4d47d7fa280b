"""Whatever bytes a holder's service sends, they are read as a whole answer or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.registry.remote import understood

SCALARS = st.none() | st.booleans() | st.integers() | st.text()
NAMES = st.lists(st.text(min_size=1), max_size=3, unique=True)
JSON = st.recursive(
    SCALARS | st.floats(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=10
)


@given(asked=st.lists(NAMES, max_size=3), answer=JSON | st.fixed_dictionaries({"subjects": st.lists(JSON)}))
def test_every_attribute_of_every_known_subject_is_answered_by_a_plain_value_or_nothing_is(
    asked: list[list[str]], answer: object
) -> None:
    questions = [{"attributes": names} for names in asked]
    try:
        subjects = understood(answer, questions)
    except ValueError:
        return
    assert len(subjects) == len(asked)
    for facts, names in zip(subjects, asked, strict=True):
        assert facts is None or sorted(facts) == sorted(names)
        assert facts is None or all(isinstance(value, str | int | bool | None) for value in facts.values())


@given(data=st.data(), asked=st.lists(NAMES, min_size=1, max_size=3))
def test_a_whole_answer_is_understood_and_one_attribute_short_is_not(
    data: st.DataObject, asked: list[list[str]]
) -> None:
    questions = [{"attributes": names} for names in asked]
    subjects = [{name: data.draw(SCALARS) for name in names} for names in asked]
    assert understood({"subjects": subjects, "more": 1}, questions) == subjects
    for names, facts in zip(asked, subjects, strict=True):
        if names:
            del facts[names[0]]
            with pytest.raises(ValueError, match="not every attribute"):
                understood({"subjects": subjects}, questions)
            return
