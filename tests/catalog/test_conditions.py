"""The laws of conditions: Kleene's truth, knowing more never turns an answer, and every text is answered."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import TypeAlias

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from tongban.catalog.conditions import MOST_DEEP, MOST_LONG, UNKNOWN, ConditionError, Lookup, Unknown, parse

Scalar: TypeAlias = str | int | bool | date | None
Values: TypeAlias = Mapping[str, Scalar | Unknown]

FACTS = ("a.x", "a.y", "b.x")
VALUES: tuple[Scalar, ...] = (None, True, False, -1, 0, 2, "", "red", date(2026, 1, 1), date(2026, 2, 1))
SIGNS: dict[str, Callable[..., bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}

# A condition as the oracle sees it: its text, and its truth as a number: 0 false, 1 true, 1/2 undecided.
Oracle: TypeAlias = tuple[str, Callable[[Values], float]]


def written(value: Scalar) -> str:
    if isinstance(value, str):
        return f"'{value}'"
    return (
        {None: "none", True: "true", False: "false"}[value]
        if value is None or value is True or value is False
        else str(value)
    )


def compared(sign: str, left: Scalar | Unknown, right: Scalar | Unknown) -> float:
    """The truth of one comparison, from the sentences of the module's docstring."""
    if UNKNOWN in (left, right):
        return 0.5
    if left is None or right is None:
        return float({"==": left is right, "!=": left is not right}.get(sign, False))
    if type(left) is not type(right):
        return 0.5
    ordered: dict[str, Callable[..., bool]] = SIGNS
    return float(ordered[sign](left, right))


def operands() -> st.SearchStrategy[tuple[str, Callable[[Values], Scalar | Unknown]]]:
    facts = st.sampled_from(FACTS).map(lambda fact: (fact, lambda values: values[fact]))
    literals = st.sampled_from(VALUES).map(lambda value: (written(value), lambda _: value))
    return facts | literals


def comparisons() -> st.SearchStrategy[Oracle]:
    def build(
        left: tuple[str, Callable[[Values], Scalar]], sign: str, right: tuple[str, Callable[[Values], Scalar]]
    ) -> Oracle:
        return f"{left[0]} {sign} {right[0]}", lambda values: compared(sign, left[1](values), right[1](values))

    return st.builds(build, operands(), st.sampled_from(sorted(SIGNS)), operands())


def memberships() -> st.SearchStrategy[Oracle]:
    def build(fact: str, options: list[Scalar], *, negated: bool) -> Oracle:
        text = ", ".join(written(option) for option in options)

        def truth(values: Values) -> float:
            found = max(compared("==", values[fact], option) for option in options)
            return 1 - found if negated else found

        return f"{fact} {'not ' if negated else ''}in [{text}]", truth

    return st.builds(
        build, st.sampled_from(FACTS), st.lists(st.sampled_from(VALUES), min_size=1, max_size=3), negated=st.booleans()
    )


def questions() -> st.SearchStrategy[Oracle]:
    known = st.sampled_from(FACTS).map(
        lambda fact: (f"known({fact})", lambda values: compared("!=", values[fact], None))
    )
    alone = st.sampled_from(FACTS).map(lambda fact: (fact, lambda values: compared("==", values[fact], True)))  # noqa: FBT003
    return known | alone


def joined(inner: st.SearchStrategy[Oracle]) -> st.SearchStrategy[Oracle]:
    def both(left: Oracle, right: Oracle) -> Oracle:
        return f"({left[0]}) and ({right[0]})", lambda values: min(left[1](values), right[1](values))

    def either(left: Oracle, right: Oracle) -> Oracle:
        return f"({left[0]}) or ({right[0]})", lambda values: max(left[1](values), right[1](values))

    def opposite(one: Oracle) -> Oracle:
        return f"not ({one[0]})", lambda values: 1 - one[1](values)

    return st.builds(both, inner, inner) | st.builds(either, inner, inner) | inner.map(opposite)


CONDITIONS = st.recursive(comparisons() | memberships() | questions(), joined, max_leaves=6)
ASSIGNMENTS = st.fixed_dictionaries({fact: st.sampled_from((*VALUES, UNKNOWN)) for fact in FACTS})


def lookup(values: Values) -> Lookup:
    return lambda fact: values[fact]


@given(CONDITIONS, ASSIGNMENTS)
def test_the_truth_is_that_of_the_oracle(condition: Oracle, values: Values) -> None:
    truth = parse(condition[0]).evaluate(lookup(values))
    assert {True: 1.0, False: 0.0, None: 0.5}[truth] == condition[1](values)


@pytest.mark.parametrize("sign", SIGNS)
def test_any_two_values_are_compared_as_the_oracle_says(sign: str) -> None:
    condition = parse(f"a.x {sign} a.y")
    for left, right in product((*VALUES, UNKNOWN), repeat=2):
        truth = condition.evaluate(lookup({"a.x": left, "a.y": right}))
        assert {True: 1.0, False: 0.0, None: 0.5}[truth] == compared(sign, left, right), (left, right)


@pytest.mark.parametrize("one", VALUES)
def test_a_value_is_among_two_where_it_is_either(one: Scalar) -> None:
    for other in VALUES:
        condition = parse(f"a.x in [{written(one)}, {written(other)}]")
        for held in (*VALUES, UNKNOWN):
            truth = condition.evaluate(lookup({"a.x": held}))
            expected = max(compared("==", held, one), compared("==", held, other))
            assert {True: 1.0, False: 0.0, None: 0.5}[truth] == expected, (held, other)


@pytest.mark.parametrize("value", VALUES)
def test_a_literal_is_the_value_that_is_written(value: Scalar) -> None:
    for text in (f"a.x == {written(value)}", f"a.x in [{written(value)}]"):
        for held in (*VALUES, UNKNOWN):
            truth = parse(text).evaluate(lookup({"a.x": held}))
            assert {True: 1.0, False: 0.0, None: 0.5}[truth] == compared("==", held, value), (text, held)


def test_not_binds_before_and_and_before_or() -> None:
    for plain, bracketed in (
        ("a.x or a.y and b.x", "a.x or (a.y and b.x)"),
        ("a.x and a.y or b.x", "(a.x and a.y) or b.x"),
        ("not a.x and a.y or b.x", "((not a.x) and a.y) or b.x"),
    ):
        assert parse(plain).tree == parse(bracketed).tree


@given(CONDITIONS, ASSIGNMENTS)
def test_knowing_more_never_turns_an_answer_round(condition: Oracle, values: Values) -> None:
    compiled = parse(condition[0])
    truth = compiled.evaluate(lookup(values))
    open_facts = [fact for fact in FACTS if values[fact] is UNKNOWN]
    for found in product(VALUES, repeat=len(open_facts)) if truth is not None else ():
        more = {**values, **dict(zip(open_facts, found, strict=True))}
        assert compiled.evaluate(lookup(more)) is truth


@given(CONDITIONS, ASSIGNMENTS)
def test_a_condition_reads_the_facts_that_it_lists_and_no_others(condition: Oracle, values: Values) -> None:
    read = set()

    def watch(fact: str) -> Scalar | Unknown:
        read.add(fact)
        return values[fact]

    compiled = parse(condition[0])
    compiled.evaluate(watch)
    assert read <= compiled.facts == {fact for fact in FACTS if fact in condition[0]}


@given(CONDITIONS, ASSIGNMENTS)
def test_a_renamed_condition_means_the_same_in_other_words(condition: Oracle, values: Values) -> None:
    compiled = parse(condition[0])
    renamed = compiled.renamed({"a": "b", "b": "somebody"})
    names = {"a.x": "b.x", "a.y": "b.y", "b.x": "somebody.x"}
    assert renamed.facts == {names[fact] for fact in compiled.facts}
    swapped = {names[fact]: value for fact, value in values.items()}
    assert renamed.evaluate(lookup(swapped)) is compiled.evaluate(lookup(values))


@given(st.text(max_size=60) | st.text("ab.x 0123'\"()[]<>=!,-notinkweradu", max_size=60))
def test_every_text_is_compiled_or_refused_at_a_place_in_it(text: str) -> None:
    column, sentences = 1, ("", "")
    try:
        parse(text)
    except ConditionError as error:
        column, sentences = error.column, (error.zh, error.en)
        event("refused")
    assert 1 <= column <= len(text) + 1
    assert bool(sentences[0]) == bool(sentences[1])


@pytest.mark.parametrize(
    ("text", "column", "told"),
    [
        ("", 1, "too early"),
        ("a.x ==", 7, "too early"),
        ("a.x = 123456789012", 5, "“= 1234567890”"),
        ("a.x == 1 2", 10, "“2”"),
        ("a.x == 2026-02-30", 8, "no day 2026-02-30"),
        ("f(a.x)", 1, "“f”"),
        ("known('x')", 7, "takes a fact"),
        ("a.x in []", 9, "“]”"),
        ("a.x in [a.y]", 9, "values only"),
        ("a.x not == 1", 9, "“in”"),
        ("no opinion", 4, "“open”"),
        ("no open 'x'", 9, "name of a task"),
        ("a.x == 1.5", 8, "“1.5”"),
        ("a.x == 9999999999999999999999", 8, "“999999999999”"),
        ("a.x.y == 1", 1, "“a.x.y == 1”"),
        ("a.x == 1 and", 13, "too early"),
        ("(a.x == 1", 10, "“)”"),
        ("'open", 1, "“'open”"),
    ],
)
def test_a_wrong_condition_is_refused_at_its_column(text: str, column: int, told: str) -> None:
    with pytest.raises(ConditionError) as caught:
        parse(text)
    assert (caught.value.code, caught.value.column) == ("condition-syntax", column)
    assert told in caught.value.en
    assert str(caught.value) == f"{column}: {caught.value.en}"


@pytest.mark.parametrize(
    "code",
    [
        "__import__('pathlib').Path('ran').touch()",
        "exec('import os')",
        "open('ran', 'w')",
        "a.x.__class__ == 1",
        "(lambda: 1)()",
        "[y for y in a.x]",
        "a.x == f'{a.y}'",
        "a.x; import os",
        "a.x if a.y else b.x",
    ],
)
def test_code_in_a_condition_is_refused(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConditionError):
        parse(code)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("opening", ["(", "not "])
def test_depth_is_bounded(opening: str) -> None:
    def nested(deep: int) -> str:
        return opening * (deep - 1) + "a.x" + ")" * (deep - 1 if opening == "(" else 0)

    assert parse(nested(MOST_DEEP)).facts == {"a.x"}
    assert parse(f"{nested(MOST_DEEP)} and {nested(MOST_DEEP)}").facts == {"a.x"}, "side by side is not deep"
    with pytest.raises(ConditionError, match="nested"):
        parse(f"{nested(1)} and " * MOST_DEEP + f"{nested(2)} and " * MOST_DEEP + nested(MOST_DEEP + 1))
    with pytest.raises(ConditionError, match="nested") as caught:
        parse(nested(MOST_DEEP + 1))
    assert (caught.value.code, caught.value.column) == ("condition-too-deep", MOST_DEEP * len(opening) + 1)


def test_length_is_bounded() -> None:
    assert parse("a.x".ljust(MOST_LONG)).facts == {"a.x"}
    with pytest.raises(ConditionError, match="longer") as caught:
        parse("a.x".ljust(MOST_LONG + 1))
    assert (caught.value.code, caught.value.column) == ("condition-syntax", 1)


def test_conditions_are_one_when_their_text_is_one() -> None:
    assert parse("a.x == 1") == parse("a.x == 1") != parse("a.x  == 1")
    assert len({parse("a.x == 1"), parse("a.x == 1")}) == 1


def test_a_procedure_asks_for_open_tasks() -> None:
    condition = parse("no open opinion")
    assert condition.facts == {"open.opinion"}
    assert condition.evaluate(lambda _: True) is False
    assert condition.evaluate(lambda _: False) is True


def test_dates_are_ordered() -> None:
    condition = parse("a.x < 2026-01-01")
    day = date(2026, 1, 1)
    assert condition.evaluate(lambda _: day) is False
    assert condition.evaluate(lambda _: day - timedelta(1)) is True


def test_open_facts_are_those_that_may_still_decide() -> None:
    condition = parse("(a.x and a.y) or not (a.z == 'no') or known(a.w)")
    known = {"a.x": False}
    assert condition.open_facts(lambda name: known.get(name, UNKNOWN)) == {"a.z", "a.w"}
    assert condition.open_facts(lambda _name: UNKNOWN) == {"a.x", "a.y", "a.z", "a.w"}
    assert condition.open_facts(lambda name: "yes" if name == "a.z" else UNKNOWN) == frozenset()


@given(CONDITIONS, ASSIGNMENTS, ASSIGNMENTS)
def test_what_is_not_open_cannot_decide(condition: Oracle, values: Values, more: Values) -> None:
    compiled = parse(condition[0])
    open_ones = compiled.open_facts(lookup(values))
    assert all(values[fact] is UNKNOWN for fact in open_ones)
    asked = {**values, **{fact: more[fact] for fact in open_ones}}
    everything = {fact: more[fact] if value is UNKNOWN else value for fact, value in values.items()}
    assert compiled.evaluate(lookup(asked)) == compiled.evaluate(lookup(everything))
