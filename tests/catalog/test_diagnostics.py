"""Every diagnostic is provoked by a malformed example, at its place, alone, and is explained in the documents."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.catalog.packs import MALFORMED, checked, copy_of_sample

from tongban.catalog.diagnostics import DIAGNOSTICS
from tongban.catalog.findings import finding

DOCUMENT = Path(__file__).parents[2] / "docs" / "diagnostics.md"
EXAMPLES = sorted(folder.name for folder in MALFORMED.iterdir())


def without_pack_file(sample: Path) -> None:
    (sample / "pack.yaml").unlink()


def with_link_outside(sample: Path) -> None:
    outside = sample.parent / "outside.yaml"
    outside.write_text("notice: sample/outside\n", encoding="utf-8")
    (sample / "notices" / "outside.yaml").symlink_to(outside)


def with_pipe(sample: Path) -> None:
    os.mkfifo(sample / "notices" / "pipe.yaml")


def with_huge_file(sample: Path) -> None:
    with (sample / "notices" / "huge.yaml").open("wb") as file:
        file.truncate(100_000_000)


MADE: dict[str, tuple[Callable[[Path], None], str, str]] = {
    "no-pack": (without_pack_file, "sample", ""),
    "link-outside": (with_link_outside, "sample/notices/outside.yaml", "outside.yaml"),
    "unreadable": (with_pipe, "sample/notices/pipe.yaml", "not an ordinary file"),
    "too-big": (with_huge_file, "sample/notices/huge.yaml", ""),
}
"""Examples that no repository can hold as files: how to make each, the file complained of, and what is said of it."""


def test_every_diagnostic_has_an_example() -> None:
    assert sorted({*EXAMPLES, *MADE}) == sorted(DIAGNOSTICS)


@pytest.mark.parametrize("code", EXAMPLES)
def test_an_example_gives_exactly_its_finding(code: str, tmp_path: Path) -> None:
    catalog, findings = checked(copy_of_sample(tmp_path, MALFORMED / code), tmp_path)
    shown = [
        {
            "code": one.code,
            "severity": one.severity,
            "file": one.file,
            "line": one.line,
            "column": one.column,
            "nearest": one.nearest,
            "message": one.message.to_json(),
            "do": one.do.to_json(),
        }
        for one in findings
    ]
    assert shown == json.loads((MALFORMED / code / "expected.json").read_text(encoding="utf-8"))
    assert [one["code"] for one in shown] == [code]
    assert (catalog is None) == (DIAGNOSTICS[code].severity == "error")


@pytest.mark.parametrize("code", sorted(MADE))
def test_a_made_example_gives_exactly_its_finding(code: str, tmp_path: Path) -> None:
    make, file, said = MADE[code]
    packs = copy_of_sample(tmp_path)
    make(packs[0])
    catalog, findings = checked(packs, tmp_path)
    assert [(one.code, one.file, one.line, one.column) for one in findings] == [(code, file, 1, 1)]
    assert said in findings[0].message.en
    assert catalog is None


@pytest.mark.parametrize("code", sorted(DIAGNOSTICS))
def test_a_diagnostic_is_explained_in_the_documents(code: str) -> None:
    sections = re.findall(
        r"^### `([a-z0-9-]+)`\n\n(.+?)(?=^#|\Z)", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    (text,) = [body for name, body in sections if name == code]
    assert "Wrong:" in text
    assert "Right:" in text
    for sentence in (DIAGNOSTICS[code].message, DIAGNOSTICS[code].do):
        for words in (sentence.zh, sentence.en):
            assert words.replace("{{", "{").replace("}}", "}") in text


@pytest.mark.parametrize("code", sorted(DIAGNOSTICS))
def test_a_diagnostic_speaks_both_languages_with_the_same_words(code: str) -> None:
    diagnostic = DIAGNOSTICS[code]
    for text in (diagnostic.message, diagnostic.do):
        assert re.search("[\u4e00-\u9fff]", text.zh)
        assert not re.search("[\u4e00-\u9fff]", text.en)
    words = [set(re.findall(r"(?<!{){(\w+)}", text)) for text in (diagnostic.message.zh, diagnostic.message.en)]
    assert words[0] == words[1]
    filled = finding(code, "file.yaml", words=dict.fromkeys(words[0] | {"valid", "pack", "role"}, "WORD"))
    assert ("WORD" in filled.message.en) == bool(words[0])
