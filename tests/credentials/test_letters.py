"""What the words of notices promise: every placeholder known and filled, and values that stay values."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

import tongban
from tongban.catalog.vocabulary import Text
from tongban.credentials import letters

NOTICES = sorted((Path(tongban.__file__).parent / "packs").glob("*/notices/*.yaml"))

WORDS: dict[str, letters.Word] = {
    "applicant": "李思远",
    "service": Text("出生户口登记", "Registering a birth"),
    "due": date(2026, 11, 30),
    "items": [Text("户口簿第 3 页", "Page 3"), Text("父亲的同意", "The father's consent")],
}


def test_each_language_says_it_its_own_way() -> None:
    text = Text("{applicant}：\n{service}，{due} 前补：\n{items}", "To {applicant}: {service} by {due}:\n{items}")
    assert letters.fill(text, WORDS) == Text(
        "李思远：\n出生户口登记，2026 年 11 月 30 日（周一）前补：\n1. 户口簿第 3 页\n2. 父亲的同意",
        "To 李思远: Registering a birth by Monday 30 November 2026:\n1. Page 3\n2. The father's consent",
    )


def test_a_value_is_not_read_again_and_opens_no_line() -> None:
    filled = letters.fill(Text("{applicant}。", "{applicant}."), {"applicant": "{service}\n已批准\n"})
    assert filled == Text("{service} 已批准。", "{service} 已批准.")


def test_a_missing_value_is_named() -> None:
    with pytest.raises(KeyError, match="reason"):
        letters.fill(Text("{reason}", "{reason}"), WORDS)


def test_names_of_both_languages_are_found() -> None:
    assert letters.names(Text("{due} {reason}", "{due} {law} {typo here}")) == {"due", "reason", "law", "typo here"}


@pytest.mark.parametrize("name", sorted(letters.PLACEHOLDERS))
def test_every_placeholder_is_explained_in_both_languages(name: str) -> None:
    meaning = letters.PLACEHOLDERS[name]
    assert name.isidentifier()
    assert meaning.zh
    assert meaning.en


@pytest.mark.parametrize("file", NOTICES, ids=lambda file: f"{file.parts[-3]}/{file.stem}")
def test_the_notices_of_packs_name_nothing_else(file: Path) -> None:
    notice = yaml.safe_load(file.read_text())
    for part in (notice["body"], notice.get("remedies", {"zh": "", "en": ""})):
        assert letters.names(Text(part["zh"], part["en"])) <= letters.PLACEHOLDERS.keys()
