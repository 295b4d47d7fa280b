"""The compiler gives all findings at once, never a half-loaded catalog, and never fails itself."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.calls import calls_of
from tests.catalog.packs import HERE, SAMPLE, changed, checked, copy_of_sample, other_pack
from tests.examples import examples

from tongban.catalog.compiler import compile_packs, suits
from tongban.catalog.findings import in_order
from tongban.catalog.loader import load
from tongban.catalog.model import Catalog
from tongban.catalog.names import Names, Scope
from tongban.catalog.shapes import Document
from tongban.catalog.vocabulary import Attribute, Text, Type
from tongban.catalog.yaml_tree import Place
from tongban.clock import Limit
from tongban.testing.catalogs import Size, generated, write_pack, write_packs

TITLE = Text("名", "Name")
FILES = sorted(str(file.relative_to(SAMPLE)) for file in SAMPLE.rglob("*.yaml"))


def test_the_sample_compiles_to_definitions(sample: Catalog) -> None:
    card = sample.services["sample/card"]
    assert card.title == Text("办卡", "Card")
    assert card.authority == "sample/cards"
    assert card.procedure == "sample/simple"
    assert card.limits.promised == Limit(5, "workday")
    assert card.evidence[0].evidence == "sample/letter"
    assert card.evidence[0].role == "holder"
    assert card.needs[2].when is not None
    assert card.needs[2].when.facts == {"holder.married"}
    assert card.effect == "sample/count@1"
    assert sample.types["sample/Person"].attributes["born"].derived == "sample/rules.born"
    assert sample.functions["sample/rules.born"]("430200199001010000", on=None).isoformat() == "1990-01-01"  # type: ignore[union-attr]
    assert sample.bundles["sample/both"].parts[1].roles == {"holder": "me", "spouse": "spouse", "marriage": "marriage"}
    assert sample.bundles["sample/both"].commonest == {"me.married": True}
    assert sample.procedures["sample/simple"].steps["opine"].by == "task-office"
    assert sample.procedures["sample/simple"].steps["decide"].enters
    assert list(sample.calendars) == ["sample/cn-2026"]


def test_all_findings_come_at_once_in_order_and_nothing_is_loaded(tmp_path: Path) -> None:
    packs = copy_of_sample(tmp_path)
    changed(tmp_path, "services/card.yaml", "holder.name", "holder.nme")
    changed(tmp_path, "services/stamp.yaml", "card-law", "stamp-law")
    changed(tmp_path, "laws.yaml", "articles: 10", "articles: ten")
    changed(tmp_path, "vocabulary.yaml", "type: region", "type: place")
    catalog, findings = checked(packs, tmp_path)
    assert catalog is None
    assert findings == in_order(findings)
    assert [(one.code, one.file) for one in findings] == [
        ("wrong-type", "sample/laws.yaml"),
        ("unknown-id", "sample/services/stamp.yaml"),
        ("wrong-choice", "sample/vocabulary.yaml"),
    ], "what a broken file declares is not complained of again where it is named"


def test_what_a_service_judges_by_must_have_a_source_too(tmp_path: Path) -> None:
    packs = copy_of_sample(tmp_path)
    seal = "    seal: {type: boolean, claim: never, label: {zh: 封, en: Seal}}\n"
    changed(tmp_path, "vocabulary.yaml", "  Marriage:\n", f"{seal}  Marriage:\n")
    because = "because: {law: card-law, article: 1}"
    judged = (
        f"requires: [{{that: holder.seal == true, {because}}}]\n"
        f"fees: [{{title: {{zh: 费, en: Fee}}, amount_fen: 1, {because}, exempt: holder.seal == true}}]\n"
    )
    changed(tmp_path, "services/card.yaml", "credential: card\n", f"credential: card\n{judged}")
    catalog, findings = checked(packs, tmp_path)
    assert catalog is None
    assert [(one.code, one.line) for one in findings] == [("need-without-source", 14), ("need-without-source", 15)]


def test_a_step_that_no_message_could_name_is_refused_where_it_stands(tmp_path: Path) -> None:
    (pack,) = copy_of_sample(tmp_path)
    file = pack / "procedures" / "simple.yaml"
    written = file.read_text(encoding="utf-8")
    for length, is_sound in ((40, True), (41, False)):
        file.write_text(written.replace("  opine:", f"  {'o' * length}:"), encoding="utf-8")
        catalog, findings = checked([pack], tmp_path)
        assert (catalog is not None) == is_sound
    assert [(one.code, one.line) for one in findings] == [("wrong-type", 9)]


def test_a_pack_says_the_name_of_its_folder(tmp_path: Path) -> None:
    packs = copy_of_sample(tmp_path)
    changed(tmp_path, "pack.yaml", "pack: sample", "pack: simple")
    assert [(one.code, one.line) for one in checked(packs, tmp_path)[1]] == [("id-outside-folder", 1)]


def test_a_key_that_is_unknown_within_others_is_likened_to_those_that_belong_there(tmp_path: Path) -> None:
    packs = copy_of_sample(tmp_path)
    changed(tmp_path, "services/card.yaml", "promised:", "promisd:")
    assert [(one.code, one.nearest) for one in checked(packs, tmp_path)[1]] == [("unknown-key", "promised")]


def test_a_missing_key_is_told_at_what_misses_it(tmp_path: Path) -> None:
    packs = copy_of_sample(tmp_path)
    changed(tmp_path, "procedures/simple.yaml", "{label: {zh: 决定, en: Decide}, from", "{from")
    assert [(one.code, one.line) for one in checked(packs, tmp_path)[1]] == [("missing-key", 10)]


@pytest.mark.parametrize(
    ("file", "old", "new", "findings"),
    [
        ("services/card.yaml", "credential: card", "credential: card\nunverified: [limit]", [("unknown-name", 14)]),
        ("credentials/card.yaml", "fields: [holder.name", "fields: [holder.nam", [("unknown-fact", 4)]),
        ("credentials/card.yaml", "proves: [holder.card", "proves: [holder.crd", [("unknown-fact", 5)]),
        ("services/stamp.yaml", "wife: holder", "wife: hoder", [("unknown-name", 4)]),
        ("services/stamp.yaml", "wife: holder, husband", "wife: hoder, husbnd", [("unknown-name", 4)] * 2),
        ("bundles/both.yaml", "holder: me, spouse: spouse", "holder: mee, spouse: spose", [("unknown-name", 9)] * 2),
        (
            "procedures/simple.yaml",
            "from: submitted, to: asked, by: handler, opens: {opinion: {each: office",
            "from: submitted, to: asked, by: handler, opens: {opinion: {each: same-office",
            [("missing-key", 8)],
        ),
        ("bundles/both.yaml", "wife: me, husband: spouse", "wife: marriage, husband: spouse", [("wrong-role-type", 3)]),
    ],
)
def test_every_name_is_one_that_is_known_there(
    tmp_path: Path, file: str, old: str, new: str, findings: list[tuple[str, int]]
) -> None:
    packs = copy_of_sample(tmp_path)
    changed(tmp_path, file, old, new)
    assert [(one.code, one.line) for one in checked(packs, tmp_path)[1]] == findings


def test_of_a_law_that_nobody_read_only_the_articles_by_number_are_counted(tmp_path: Path) -> None:
    packs = copy_of_sample(tmp_path)
    changed(tmp_path, "laws.yaml", "status: verified", "status: secondary")
    changed(tmp_path, "services/card.yaml", "articles: 1-2", "articles: 附则、3、11")
    assert [(one.code, one.message.en) for one in checked(packs, tmp_path)[1]] == [
        ("article-not-in-law", "“Card Law” has no article 11; it has 10.")
    ]


def test_two_packs_may_not_claim_one_id(tmp_path: Path) -> None:
    for name in ("here", "there"):
        copy_of_sample(tmp_path / name)
    _, findings = checked([tmp_path / "here" / "sample", tmp_path / "there" / "sample"], tmp_path)
    assert [one.code for one in findings] == ["duplicate-id"]


def test_a_required_pack_is_found_among_the_available_ones_only(tmp_path: Path) -> None:
    other = other_pack(tmp_path, "types: {}\n")
    assert [one.code for one in compile_packs(load([other]))[1]] == ["unknown-pack"]
    assert compile_packs(load([other], [SAMPLE]))[1] == ()


def test_a_pack_given_by_path_takes_the_place_of_the_available_one(tmp_path: Path) -> None:
    packs = copy_of_sample(tmp_path)
    changed(tmp_path, "services/card.yaml", "en: Card}", "en: Other card}")
    catalog, _ = compile_packs(load(packs, [SAMPLE]))
    assert catalog is not None
    assert catalog.services["sample/card"].title.en == "Other card"


def test_whoever_is_named_applies_else_the_first_that_is_no_relation(sample: Catalog, tmp_path: Path) -> None:
    packs = copy_of_sample(tmp_path)
    changed(tmp_path, "services/stamp.yaml", "procedure: simple", "procedure: simple\napplicant: spouse")
    catalog, _ = checked(packs, tmp_path)
    assert catalog is not None
    assert catalog.services["sample/stamp"].applicant == "spouse"
    assert sample.services["sample/stamp"].applicant == "holder"


@pytest.mark.parametrize(
    ("version", "wanted", "suitable"),
    [
        ("0.1.0", ">=0.1", True),
        ("0.1.0", ">=0.1,<0.2", True),
        ("0.2.0", ">=0.1,<0.2", False),
        ("0.2", "<0.2", False),
        ("0.1", ">=0.1", True),
        ("0.1.0", ">=0.10", False),
        ("1.0", "about one", False),
    ],
)
def test_ranges_of_platform_versions(version: str, wanted: str, *, suitable: bool) -> None:
    assert suits(version, wanted) is suitable


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=examples(60))
@given(st.sampled_from(FILES), st.integers(0, 10**6))
def test_a_damaged_pack_is_answered_by_findings(tmp_path: Path, file: str, seed: int) -> None:
    """Lines doubled, cut, swapped and words replaced, as editors and merges do it."""
    draw = random.Random(seed)  # noqa: S311 - repeatable
    folder = tmp_path / str(seed) / file.replace("/", "-")
    if folder.exists():
        return
    packs = copy_of_sample(folder)
    path = folder / "sample" / file
    lines = path.read_text(encoding="utf-8").splitlines()
    for _ in range(draw.randint(1, 4)):
        where = draw.randrange(len(lines))
        words = draw.choice(["", "null", "[]", "{}", "- x", "7", "true", "{zh: 一, en: 1}", "a: {b: [c]}"])
        head, colon, tail = lines[where].partition(": ")
        lines[where] = draw.choice([f"{head}{colon}{words}", words, tail, lines[where] * 2, head])
    path.write_text("\n".join(lines), encoding="utf-8")
    catalog, findings = checked(packs, folder)
    assert (catalog is None) == any(one.severity == "error" for one in findings)
    for one in findings:
        assert one.line >= 1
        assert one.column >= 1
        assert "{" not in one.do.en.replace("{law: …, articles: …}", "")


def test_generated_packs_are_sound_and_repeatable() -> None:
    sizes = [
        Size(),
        Size(services=8, facts=12, papers=5, choices=2, needs=3),
        Size(services=1, facts=1, papers=0, choices=0),
    ]
    for size in sizes:
        for seed in range(5):
            catalog = generated(size, seed)
            assert len(catalog.bundles["generated/all"].parts) == size.services
            assert catalog.digest == generated(size, seed).digest
    assert generated(Size(), 1).digest != generated(Size(), 2).digest


def test_twice_the_services_cost_twice_the_work(tmp_path: Path) -> None:
    def calls_to_compile(services: int) -> int:
        size = Size(services=services, facts=services * 12 // 5, papers=100, choices=0)
        root = write_pack(tmp_path / str(services), size, seed=7)
        (catalog, findings), calls = calls_of(lambda: compile_packs(load([root])))
        assert findings == ()
        assert catalog is not None
        assert len(catalog.services) == services
        return calls

    assert calls_to_compile(250) <= 2.1 * calls_to_compile(125)


def test_packs_that_add_to_the_same_types_cost_what_their_services_cost(tmp_path: Path) -> None:
    size = Size(services=25, facts=60, papers=12, choices=0)

    def calls_to_compile(packs: int) -> int:
        roots = write_packs(tmp_path / str(packs), size, seed=7, packs=packs)
        (catalog, findings), calls = calls_of(lambda: compile_packs(load(roots)))
        assert findings == ()
        assert catalog is not None
        assert len(catalog.services) == packs * size.services
        assert sum(len(kind.attributes) for kind in catalog.types.values()) >= packs * size.facts
        return calls

    assert calls_to_compile(4) <= 4.1 * calls_to_compile(1)


def test_a_name_that_is_there_is_found_without_looking_at_all_others() -> None:
    class Unread(frozenset[str]):
        def __iter__(self) -> Iterator[str]:
            raise AssertionError("read from the first to the last")

    scope = scope_of()
    assert scope.among("role", "person", Unread({"person", "firm"}), ("roles",))
    assert not scope.among("role", "perso", {"person": 1, "firm": 2}, ("roles",))
    assert scope.findings[0].nearest == "person"


def test_findings_name_files_from_where_one_stands() -> None:
    _, findings = compile_packs(load([HERE / "malformed" / "anchor"], here=HERE))
    assert findings[0].file == "malformed/anchor"


@pytest.mark.parametrize(
    ("file", "wrong"),
    [
        *((file, "unknown_key: 'not closed\n") for file in FILES),
        *((file, "unknown_key: 1\n") for file in FILES if not file.startswith("calendars/")),
    ],
)
def test_what_a_wrong_file_leaves_open_is_not_complained_of_elsewhere(file: str, wrong: str, tmp_path: Path) -> None:
    packs = copy_of_sample(tmp_path)
    path = packs[0] / file
    path.write_text(path.read_text(encoding="utf-8") + wrong, encoding="utf-8")
    _, findings = checked(packs, tmp_path)
    assert [one.file for one in findings] == [f"sample/{file}"]


def test_what_a_wrong_file_of_another_pack_leaves_open_is_not_complained_of(tmp_path: Path) -> None:
    (sample,) = copy_of_sample(tmp_path)
    other = other_pack(tmp_path, "types: {sample/Person: {height: {type: number, label: {zh: 身高, en: Height}}}}\n")
    changed(tmp_path, "services/card.yaml", "- holder.name", "- holder.name\n  - holder.height")
    _, findings = compile_packs(load([sample, other], here=tmp_path))
    assert [(one.code, one.file, one.column) for one in findings] == [("wrong-choice", "other/vocabulary.yaml", 40)]


def scope_of(types: dict[str, Type] | None = None, **names: Any) -> Scope:  # noqa: ANN401 -- fields of any type
    return Scope("pack", Document("service", "a.yaml", {}, Place(1, 1)), Names(**names), types or {}, {}, [])


def test_a_fact_is_likened_to_those_of_its_role_first() -> None:
    person, tie = (
        Type(f"pack/{name}", TITLE, {one: Attribute(f"pack/{name}", one, TITLE, "text") for one in attributes}, {})
        for name, attributes in (("Person", ("name", "colour")), ("Tie", ("since",)))
    )
    scope = scope_of({person.id: person, tie.id: tie})
    roles = {"holder": person.id, "holders": tie.id, "unclear": None}
    for fact, nearest in (
        ("holder.since", "holder.name"),
        ("holders.sinc", "holders.since"),
        ("hold.name", "holder.name"),
    ):
        assert scope.fact(fact, roles, ("needs",)) is None
        assert scope.findings.pop().nearest == nearest
    assert scope.fact("holders.since", roles, ("needs",)) == tie.attributes["since"]
    assert scope.fact("unclear.name", roles, ("needs",)) is None
    assert scope.findings == [], "its type is complained of already"


def test_a_function_takes_what_it_writes_down_that_it_takes() -> None:
    def any_function(one, two="", *, on): ...  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202

    for written, is_right in ((int, True), ("int", True), (str, False), ("str", False), ("Number", True)):
        any_function.__annotations__ = {"one": written}
        scope = scope_of(functions={"pack/rules.any_function": any_function})
        scope.called("pack/rules.any_function", ("rule",), "int", on="date")
        assert (scope.findings == []) is is_right
    scope.called("pack/rules.any_function", ("rule",), "int")
    assert [(one.code, "int" in one.message.en) for one in scope.findings] == [("wrong-inputs", True)]


def test_where_nothing_is_valid_nothing_is_named() -> None:
    scope = scope_of()
    assert not scope.among("task", "opinion", {}, ("closes",))
    assert scope.findings[0].nearest is None
    assert "–" in scope.findings[0].message.en + scope.findings[0].do.en
