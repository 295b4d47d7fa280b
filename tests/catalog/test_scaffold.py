"""What `tongban new` begins is named after its definition, and its placeholders are told until they are replaced."""

from __future__ import annotations

import pytest

from tongban.catalog.scaffold import PLACEHOLDERS, bundle_files, pack_files, placeholders_left, service_files
from tongban.catalog.shapes import Document
from tongban.catalog.yaml_tree import Place, read


def test_files_are_named_after_what_they_define() -> None:
    assert set(service_files("some-pack", "move")) == {"services/move.yaml", "stories/move.yaml"}
    bundle = bundle_files("some-pack", "move")
    assert set(bundle) == {"services/move-service.yaml", "bundles/move.yaml", "stories/move.yaml"}
    assert "bundle: some-pack/move\n" in bundle["bundles/move.yaml"]
    assert "  - move-service: " in bundle["bundles/move.yaml"]
    assert "service: some-pack/move-service\n" in bundle["services/move-service.yaml"]
    assert "bundle: some-pack/move}" in bundle["stories/move.yaml"]
    assert "service: some-pack/move}" in service_files("some-pack", "move")["stories/move.yaml"]
    begun = pack_files("some-pack")
    assert set(begun) == {
        "__init__.py", "pack.yaml", "vocabulary.yaml", "laws.yaml", "services/first-service.yaml",
        "bundles/first-bundle.yaml", "stories/first-bundle.yaml",
    }  # fmt: skip
    assert begun["pack.yaml"].count("pack: some-pack\n") == 1
    assert all("some_pack_wish" in begun[file] for file in ("vocabulary.yaml", "services/first-service.yaml"))


@pytest.mark.parametrize("files", [pack_files("some-pack"), bundle_files("some-pack", "move")])
def test_every_placeholder_is_told_until_it_is_replaced(files: dict[str, str]) -> None:
    for name, text in files.items():
        if name.endswith(".yaml") and not name.startswith("stories/"):
            tree = read(text.encode())
            assert tree.problems == ()
            left = list(placeholders_left(Document("any", name, tree.value, tree.place)))
            lines = text.splitlines()
            marked = [at for at, line in enumerate(lines, 1) if "zh: " in line]
            assert [one.line for one in left] == marked
            assert {one.code for one in left} <= {"placeholder-left"}


def test_a_placeholder_in_one_language_is_left_and_other_words_are_none() -> None:
    def left(zh: object, en: object) -> int:
        value = [{"a": {"zh": zh, "en": en}}]
        return len(list(placeholders_left(Document("any", "a.yaml", value, Place(1, 1)))))

    title = PLACEHOLDERS["pack_title"]
    assert left("新事项 move-house", "Moving house") == 1
    assert left("搬家", title.en) == 1
    assert left(f"{title.zh}了", f"{title.en} of ours") == 0
    assert left("搬家", None) == left(7, title.en) == 0
