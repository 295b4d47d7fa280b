"""What a pack's folder holds: which files are read, which are none of ours, which are wrong; and what code it has."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.catalog.packs import copy_of_sample

from tongban.catalog.loader import BrokenRulesError, functions_of, load, pack_id


def pack(folder: Path, name: str, files: dict[str, str] | None = None, requires: str = "[]") -> Path:
    """A pack of this name with these files."""
    root = folder / name
    for path, text in {"pack.yaml": f"pack: {name}\nrequires: {requires}\n", **(files or {})}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


def said(*packs: Path, available: tuple[Path, ...] = (), here: Path | None = None) -> list[tuple[object, ...]]:
    return [(one.code, one.file, one.line, one.nearest) for one in load(packs, available, here).findings]


def test_what_is_no_definition_is_left_alone_or_told(tmp_path: Path) -> None:
    files = {
        "personas.yaml": "a: 1", "data/a.yaml": "a: 1", "stories/a.yaml": "a: 1", "notes/a.txt": "a",
        "services/.hidden.yaml": "a: 1", ".hidden.yaml": "a: 1",
        "law.yaml": "a: 1", "laws.yml": "a: 1", "services/deep/a.yaml": "a: 1", "services/card.yml": "a: 1",
        "srvices/a.yml": "a: 1", "laws.yaml": "a: 1", "notices/a.yaml": "a: 1",
    }  # fmt: skip
    root = pack(tmp_path, "a", files)
    assert said(root, here=tmp_path) == [
        ("unknown-file", "a/law.yaml", 1, "laws.yaml"),
        ("unknown-file", "a/laws.yml", 1, "laws.yaml"),
        ("unknown-file", "a/services/card.yml", 1, None),
        ("unknown-file", "a/services/deep", 1, None),
        ("unknown-file", "a/srvices", 1, "services"),
    ]
    (read,) = load([root], here=tmp_path).packs
    assert [(one.kind, one.file, one.readable) for one in read.documents] == [
        ("laws", "a/laws.yaml", True), ("notice", "a/notices/a.yaml", True), ("pack", "a/pack.yaml", True),
    ]  # fmt: skip
    assert (read.rules_file, read.pages_file) == ("a/rules.py", "a/pages.py")
    assert (read.effects, read.functions, read.formulas, read.pages_of) == (frozenset(), {}, {}, ())


def test_files_are_named_in_full_outside_of_where_one_stands(tmp_path: Path) -> None:
    root = pack(tmp_path / "there", "a", {"law.yaml": "a: 1"})
    for here in (None, tmp_path / "here"):
        assert said(root, here=here) == [("unknown-file", str(root / "law.yaml"), 1, "laws.yaml")]


def test_an_unreadable_file_is_kept_as_such(tmp_path: Path) -> None:
    root = pack(tmp_path, "a", {"laws.yaml": "a: 'b\n", "notices/a.yaml": "a: &x 1\n"})
    found = load([root], here=tmp_path)
    assert [(one.code, one.file, one.line, one.column) for one in found.findings] == [
        ("broken-yaml", "a/laws.yaml", 2, 1), ("anchor", "a/notices/a.yaml", 1, 4),
    ]  # fmt: skip
    assert {one.kind: (one.readable, one.value) for one in found.packs[0].documents if one.kind != "pack"} == {
        "laws": (False, None), "notice": (True, {"a": 1}),
    }  # fmt: skip


def test_what_is_required_is_read_with_what_it_requires(tmp_path: Path) -> None:
    chain = [
        pack(tmp_path, one, requires=f"[{after}]") for one, after in (("a", "b"), ("b", "c"), ("c", ""), ("d", ""))
    ]
    found = load(chain[:1], chain)
    assert [one.id for one in found.packs] == ["a", "b", "c"]
    assert [one.requires for one in found.packs] == [("b",), ("c",), ()]
    assert found.findings == ()


@pytest.mark.parametrize(("written", "meant"), [("b", None), ("[b, 7]", ("b",)), ("null", None)])
def test_where_it_is_unclear_what_is_required_any_pack_may_be_meant(
    written: str, meant: tuple[str, ...] | None, tmp_path: Path
) -> None:
    others = [pack(tmp_path, "b"), pack(tmp_path, "c")]
    root = pack(tmp_path, "a", requires=written)
    found = load([root], others)
    assert found.packs[0].requires == meant
    assert [one.id for one in found.packs[1:]] == (["b", "c"] if meant is None else ["b"])


def test_a_pack_that_is_not_there_is_told_where_it_is_required(tmp_path: Path) -> None:
    root = pack(tmp_path, "a", requires="[c, bb]")
    assert said(root, available=(pack(tmp_path, "bbb"), pack(tmp_path, "c")), here=tmp_path) == [
        ("unknown-pack", "a/pack.yaml", 2, "bbb")
    ]


def test_a_folder_that_is_not_there_is_no_pack(tmp_path: Path) -> None:
    assert said(tmp_path / "gone", here=tmp_path) == [("no-pack", "gone", 1, None)]


def test_rules_that_are_no_python_hold_no_formulas(tmp_path: Path) -> None:
    root = pack(tmp_path, "a", {"rules.py": "def fare(f): f.fare_fen = (\n"})
    assert load([root]).packs[0].formulas == {}


def test_two_folders_may_not_claim_one_id_but_one_may_be_named_twice(tmp_path: Path) -> None:
    here, there = pack(tmp_path / "here", "a-b"), pack(tmp_path / "there", "a_b")
    assert pack_id(here) == pack_id(there) == "a-b"
    assert said(here, here) == said(here, available=(there,)) == []
    for found in (load([here, there]), load([here], [here, there])):
        assert [(one.code, one.file) for one in found.findings] == [("duplicate-id", str(there / "pack.yaml"))]
        assert "a-b" in found.findings[0].message.en
        assert str(here) in found.findings[0].message.en + found.findings[0].do.en


def test_marks_are_read_without_importing(tmp_path: Path) -> None:
    effects = """
import gone_from_here
@effect("one@1")
def one(): ...
@pack_api.effect("two@1")
@other
def two(): ...
@listing("three@1")
@effect(NAME)
@effect()
def three(): ...
"""
    listings = '@listing("four@1")\ndef four(): ...\n'
    root = pack(tmp_path, "a", {"effects.py": effects, "listings.py": listings})
    assert load([root]).packs[0].effects == frozenset({"a/one@1", "a/two@1", "a/four@1"})


@pytest.mark.parametrize("file", ["effects.py", "listings.py", "pages.py"])
def test_code_that_is_no_python_is_told_with_its_line(file: str, tmp_path: Path) -> None:
    root = pack(tmp_path, "a", {file: "x = 1\nx = (\n"})
    assert said(root, here=tmp_path) == [("broken-rules", f"a/{file}", 2, None)]
    assert [one.column for one in load([root]).findings] == [1]
    assert (load([root]).packs[0].effects is None) == (file != "pages.py")
    (root / file).write_bytes(b"x = '\0'")
    assert said(root, here=tmp_path) == [("broken-rules", f"a/{file}", 1, None)]


def test_public_functions_of_rules_are_its_own(tmp_path: Path) -> None:
    rules = "from math import floor\nclass Kept: ...\ndef one(f): f.a = f.b\ndef _two(): ...\nTHREE = 3\n"
    (read,) = load([pack(tmp_path, "a_b", {"rules.py": rules})]).packs
    assert read.functions is not None
    assert set(read.functions) == {"a-b/rules.one", "a-b/rules.Kept"}
    assert set(read.formulas) == {"a-b/rules.one"}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("x = 1\nx = (\n", 2),
        ("x = 1\n\nraise ValueError\n", 3),
        ("def f():\n    int('x')\n\nf()\n", 2),
        ("import gone\n", 1),
        ("x = 1\nx = '\0'\n", 1),
    ],
)
def test_rules_that_do_not_run_are_told_with_their_line(text: str, line: int, tmp_path: Path) -> None:
    root = pack(tmp_path, "a", {"rules.py": text})
    found = load([root], here=tmp_path)
    assert [(one.code, one.file, one.line, one.column) for one in found.findings] == [
        ("broken-rules", "a/rules.py", line, 1)
    ]
    assert found.packs[0].functions is None
    with pytest.raises(BrokenRulesError) as broken:
        functions_of(root)
    file = root / "rules.py"
    assert (broken.value.file, broken.value.line) == (str(file), line)
    assert str(broken.value) == f"{file}:{line}: {broken.value.problem}"


def test_a_link_out_of_the_pack_is_not_followed(tmp_path: Path) -> None:
    (root,) = copy_of_sample(tmp_path)
    (root / "laws.yaml").rename(tmp_path / "laws.yaml")
    (root / "laws.yaml").symlink_to(tmp_path / "laws.yaml")
    assert said(root, here=tmp_path) == [("link-outside", "sample/laws.yaml", 1, None)]
    (root / "laws.yaml").unlink()
    (root / "laws.yaml").symlink_to(root / "notices" / "receipt.yaml")
    assert said(root, here=tmp_path) == []
