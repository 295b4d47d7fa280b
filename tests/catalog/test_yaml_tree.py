"""Files may be wrong, never harmful: whatever the bytes, reading ends, says what is wrong, and constructs nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.catalog.packs import SAMPLE

from tongban.catalog.yaml_tree import LARGEST_BYTES, MOST_DEEP, Place, Tree, read

FILES = sorted(file.read_bytes() for file in SAMPLE.rglob("*.yaml"))


def codes(data: bytes) -> list[str]:
    return [problem.code for problem in read(data).problems]


@given(st.binary(max_size=300) | st.text("{}[]:,-?&*!|>'\"#%@ \n\tab1é中", max_size=80).map(str.encode))
def test_any_bytes_are_read_or_refused_with_a_place(data: bytes) -> None:
    tree = read(data)
    for problem in tree.problems:
        assert problem.line >= 1
        assert problem.column >= 1


@given(st.sampled_from(FILES), st.data())
def test_a_file_damaged_anywhere_is_read_or_refused(data: bytes, choice: st.DataObject) -> None:
    start = choice.draw(st.integers(0, len(data)))
    end = choice.draw(st.integers(start, min(len(data), start + 20)))
    read(data[:start] + choice.draw(st.binary(max_size=6)) + data[end:])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("false", False),
        ("True", "True"),
        ("yes", "yes"),
        ("on", "on"),
        ("~", None),
        ("null", None),
        ("", None),
        ("12", 12),
        ("-3", -3),
        ("1.5", 1.5),
        ("2026-01-01", "2026-01-01"),
        ("12:30", "12:30"),
        ("'12'", "12"),
        ('"true"', "true"),
        ("9" * 30, float("9" * 30)),
        ("株洲", "株洲"),
        ("|-\n  a\n  b", "a\nb"),
        ("|-\n  12", "12"),
    ],
)
def test_values_are_those_of_yaml_1_2_with_true_and_false_only(text: str, value: object) -> None:
    tree = read(f"key: {text}\n".encode())
    assert tree.problems == ()
    assert tree.value == {"key": value}
    assert type(tree.value["key"]) is type(value)


def test_keys_are_always_text() -> None:
    assert read(b"on: 1\ntrue: 2\n430211: 3\n").value == {"on": 1, "true": 2, "430211": 3}


@pytest.mark.parametrize(
    ("data", "code", "line", "column"),
    [
        (b"a: 1\nb: 2\na: 3\n", "duplicate-key", 3, 1),
        ("标题: {甲: 1, 甲: 2}\n".encode(), "duplicate-key", 1, 12),
        (b"a: &x 1\n", "anchor", 1, 4),
        (b"a: *x\n", "anchor", 1, 4),
        (b"a: !!python/object/apply:os.system [ls]\n", "tag", 1, 4),
        (b"? [a]\n: 1\n", "key-not-text", 1, 3),
        (b"a: 1\n---\nb: 2\n", "broken-yaml", 2, 1),
        (b"a: 'b\n", "broken-yaml", 2, 1),
        ("标题: \x07\n".encode(), "broken-yaml", 1, 5),
        (b"a: 1\nb: \xff\n", "not-utf-8", 2, 4),
        (b"a" * (LARGEST_BYTES + 1), "too-big", 1, 1),
        (b"[" * 100_000, "too-deep", 1, 65),
        (b"- " * 100_000, "too-deep", 1, 129),
    ],
)
def test_what_is_refused_has_its_place(data: bytes, code: str, line: int, column: int) -> None:
    problem = read(data).problems[0]
    assert (problem.code, problem.line, problem.column) == (code, line, column)


def test_limits_are_told_apart_at_their_edge() -> None:
    assert read(b"#" * LARGEST_BYTES) == read(b"") == Tree(None, Place(1, 1), ())
    assert codes(b"[" * MOST_DEEP + b"]" * MOST_DEEP) == []
    assert codes(b"[" + b"[], " * MOST_DEEP + b"]") == [], "side by side is not deep"
    deep = b"[" * MOST_DEEP + b"]" * MOST_DEEP
    assert codes(b"[" + b"[], " * MOST_DEEP + deep + b"]") == ["too-deep"], "and makes nothing after it less deep"


def test_problems_come_in_the_order_of_the_file() -> None:
    tree = read(b"a: &x 1\nb: 'c\n")
    assert [problem.code for problem in tree.problems] == ["anchor", "broken-yaml"]
    assert tree.place == Place(1, 1)


def test_characters_are_counted_only_within_one_line() -> None:
    place = read(b"a: 'b\n  c'\nd: [e]\nf: 'g'\n").place
    assert [place.at((key,)).inner for key in "adf"] == [0, 0, 5]


def test_a_bomb_of_aliases_is_not_expanded() -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40)]
    tree = read("\n".join(rows).encode())
    assert set(codes("\n".join(rows).encode())) == {"anchor"}
    assert tree.value["a39"] == [None] * 9  # type: ignore[index]


def test_a_merge_key_is_an_ordinary_key() -> None:
    assert read(b"a: {<<: {b: 1}}\n").value == {"a": {"<<": {"b": 1}}}


def test_places_are_found_through_short_forms() -> None:
    tree = read("roles:\n  job: {Job: {firm: me}}\nneeds: [a.b, {fact: '甲.乙'}]\n".encode())
    assert (tree.place.at(("roles", "job", "ends", "firm")).line, tree.place.at(("needs", 0, "fact")).column) == (2, 9)
    assert tree.place.at(("roles", "job", "ends", "firm")).key == (2, 15)
    assert tree.place.at(("needs", 1, "fact")) == Place(3, 21, 22, (3, 15))
    assert tree.place.at(("nothing",)) == tree.place


def test_reading_never_touches_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    read(b"a: !include secret.yaml\nb: !!python/name:os.system\n")
    assert list(tmp_path.iterdir()) == []
