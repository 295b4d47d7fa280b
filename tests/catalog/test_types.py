"""Types and their attributes, declared by one pack and added to by others; what is derived from what."""

from __future__ import annotations

from pathlib import Path

from tests.catalog.packs import SAMPLE, changed, checked, copy_of_sample, other_pack

from tongban.catalog.compiler import compile_packs
from tongban.catalog.loader import load


def test_what_is_derived_from_itself_is_named_with_its_way(tmp_path: Path) -> None:
    packs = copy_of_sample(tmp_path)
    changed(
        tmp_path,
        "vocabulary.yaml",
        "held_by: register, label: {zh: 姓名",
        "derived: rules.born, from: [home], label: {zh: 姓名",
    )
    changed(
        tmp_path,
        "vocabulary.yaml",
        "held_by: register, label: {zh: 住处",
        "derived: rules.born, from: [name], label: {zh: 住处",
    )
    found = [one for one in checked(packs, tmp_path)[1] if one.code == "circular-need"]
    assert [(one.line, one.column) for one in found] == [(6, 5), (10, 5)]
    assert "name → home → name" in found[0].message.en


def test_what_only_leads_into_a_circle_is_in_none(tmp_path: Path) -> None:
    packs = copy_of_sample(tmp_path)
    for name, source in (("born", "name"), ("name", "home"), ("home", "name")):
        before = "held_by: register, " if name != "born" else "derived: rules.born, from: [id_number], "
        label = {"born": "生日", "name": "姓名", "home": "住处"}[name]
        after = f"derived: rules.born, from: [{source}], "
        changed(tmp_path, "vocabulary.yaml", f"{before}label: {{zh: {label}", f"{after}label: {{zh: {label}")
    found = [one for one in checked(packs, tmp_path)[1] if one.code == "circular-need"]
    assert [one.line for one in found] == [6, 10]


def test_a_pack_adds_attributes_to_a_type_that_it_requires(tmp_path: Path) -> None:
    vocabulary = "types: {sample/Person: {height: {type: integer, label: {zh: 身高, en: Height}}}}\n"
    other = other_pack(tmp_path, vocabulary)
    catalog, findings = compile_packs(load([other], [SAMPLE]))
    assert findings == ()
    assert catalog is not None
    assert catalog.types["sample/Person"].attributes["height"].kind == "integer"
    assert "name" in catalog.types["sample/Person"].attributes


def test_an_attribute_is_declared_once(tmp_path: Path) -> None:
    again = "name: {type: text, label: {zh: 名, en: First name}}"
    like = "sign: {type: text, label: {zh: 生日, en: Sign}}"
    other = other_pack(tmp_path, f"types: {{sample/Person: {{{again}, {like}}}}}\n")
    _, findings = compile_packs(load([other], [SAMPLE], tmp_path))
    assert [(one.code, one.file, one.line, one.column) for one in findings] == [
        ("duplicate-id", "other/vocabulary.yaml", 1, 25),
        ("duplicate-label", "other/vocabulary.yaml", 1, 77),
    ], "what follows the one that is there already is looked at as well"


def test_a_type_whose_label_is_empty_is_complained_of(tmp_path: Path) -> None:
    packs = copy_of_sample(tmp_path)
    file = tmp_path / "sample" / "vocabulary.yaml"
    text = file.read_text(encoding="utf-8")
    head, _, tail = text.partition("  Marriage:\n    label: ")
    ring = "  ring: {label: {zh: 戒指, en: Ring}, of: Marriage, proves: [since], issued_by: applicant}\n"
    file.write_text(f"{head}  Marriage:\n    label: null\n{tail.partition(chr(10))[2]}{ring}", encoding="utf-8")
    catalog, findings = checked(packs, tmp_path)
    assert catalog is None
    assert [(one.code, one.line) for one in findings] == [("missing-key", head.count("\n") + 1)]
