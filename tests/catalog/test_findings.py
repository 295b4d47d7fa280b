"""Findings are printed whole, in both languages and in order; names are looked up as people write them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tongban.catalog.findings import by_name, errors_in, finding, in_order, nearest_of
from tongban.catalog.vocabulary import Text

FOUND = finding("unknown-id", "a/b.yaml", (3, 4), {"kind": Text("法律", "law"), "name": "lw"}, "a/law")


def test_a_finding_is_printed_whole() -> None:
    assert FOUND.to_json() == {
        "code": "unknown-id",
        "severity": "error",
        "file": "a/b.yaml",
        "line": 3,
        "column": 4,
        "message": {"zh": FOUND.message.zh, "en": FOUND.message.en},
        "nearest": "a/law",
        "do": {"zh": FOUND.do.zh, "en": FOUND.do.en},
    }
    assert "法律" in FOUND.message.zh
    assert "law" in FOUND.message.en
    assert FOUND.do.en.isascii() > FOUND.do.zh.isascii()


def test_findings_stand_once_by_file_and_place() -> None:
    later = [replace(FOUND, column=5), replace(FOUND, line=4, column=1), replace(FOUND, file="b", line=1)]
    assert in_order([*later[::-1], FOUND, FOUND]) == (FOUND, *later)
    assert errors_in([FOUND, replace(FOUND, severity="warning"), FOUND]) == 2


@pytest.mark.parametrize(
    ("name", "names", "nearest"),
    [
        ("holder.nam", ["holder.card", "holder.name"], "holder.name"),
        ("person", ["a/person", "another-pack/persons"], "a/person"),
        ("a-very-long-pack/persn", ["b/person", "b/firm"], "b/person"),
        ("nothing", ["quite", "different"], None),
        ("nothing", [], None),
    ],
)
def test_the_nearest_name_is_the_one_most_like_it(name: str, names: list[str], nearest: str | None) -> None:
    assert nearest_of(name, names) == nearest_of(name, names[::-1]) == nearest


def test_a_definition_is_called_by_its_id_or_title() -> None:
    card, other = Text("卡", "Card"), Text("卡", "Other card")
    names = by_name({"a/card": card, "b/card": other, "card": card})
    assert names["卡"] == ["a/card", "b/card", "card"]
    assert names["Other card"] == ["b/card"]
    assert names["a/card"] == ["a/card"]
    assert names["card"] == ["card"], "a full id means nothing else"
