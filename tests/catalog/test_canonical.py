"""A catalog goes to JSON and back unchanged, its bytes are RFC 8785, and its hashes change when its meaning does."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.catalog.packs import checked, copy_of_sample

from tongban.catalog.canonical import canonical, definitions_of, from_json, functions_in, hashed, sha256, to_json
from tongban.catalog.conditions import parse
from tongban.catalog.model import Catalog, Produced, Role
from tongban.testing.catalogs import Size, generated


def there_and_back(catalog: Catalog) -> Catalog:
    return from_json(json.loads(canonical(to_json(catalog))), catalog.functions)


def test_the_sample_comes_back_as_it_went(sample: Catalog) -> None:
    again = there_and_back(sample)
    for field in (one for one in dataclasses.fields(Catalog) if one.compare):
        assert getattr(again, field.name) == getattr(sample, field.name), field.name


def test_what_is_declared_by_name_keeps_its_order(sample: Catalog) -> None:
    card = sample.services["sample/card"]
    roles = dict(reversed([("z", Role("z", "sample/Person")), ("a", Role("a", "sample/Person")), *card.roles.items()]))
    turned = dataclasses.replace(card, roles=roles)
    catalog = hashed(dataclasses.replace(sample, services={card.id: turned}))
    assert list(there_and_back(catalog).services[card.id].roles) == list(roles)
    again = hashed(
        dataclasses.replace(sample, services={card.id: dataclasses.replace(card, roles=dict(sorted(roles.items())))})
    )
    assert again.hashes[card.id] != catalog.hashes[card.id]


def test_definitions_stand_by_id_however_they_were_read(sample: Catalog) -> None:
    for name in ("types", "services", "procedures", "offices"):
        assert list(getattr(sample, name)) == sorted(getattr(sample, name))
    data = to_json(sample)
    data["definitions"] = dict(reversed(data["definitions"].items()))
    assert list(from_json(data, sample.functions).types) == list(sample.types)


def test_what_schema_1_stored_is_still_read_under_its_own_hashes(sample: Catalog) -> None:
    data = to_json(sample)
    body = data["definitions"]["sample/card"]["service"]
    body["roles"] = dict(body["roles"])
    data["definitions"]["sample/Person"]["type"]["attributes"] = dict(
        data["definitions"]["sample/Person"]["type"]["attributes"]
    )
    data |= {"hashes": {"sample/card": "as stored"}, "digest": "as stored"}
    again = from_json(data, sample.functions)
    assert again.services == sample.services
    assert again.types == sample.types
    assert (again.digest, again.hashes["sample/card"]) == ("as stored", "as stored")
    assert functions_in(data["definitions"].values()) == functions_in(definitions_of(sample).values())


@given(st.integers(0, 10**6))
def test_generated_catalogs_come_back_as_they_went(seed: int) -> None:
    catalog = generated(Size(services=4, facts=8, papers=4, choices=1, needs=2), seed)
    assert there_and_back(catalog) == catalog


@pytest.mark.parametrize("value", [None, True, 12, "", "2026-01-01", date(2026, 1, 1)])
def test_every_kind_of_value_comes_back_as_it_went(sample: Catalog, value: object) -> None:
    card = sample.services["sample/card"]
    produced = (Produced("holder.card", "value", value=value),)  # type: ignore[arg-type]
    services = {"sample/card": dataclasses.replace(card, produces=produced)}
    again = there_and_back(dataclasses.replace(sample, services=services))
    assert again.services["sample/card"].produces == produced


def test_a_changed_word_changes_its_hash_and_the_digest_and_nothing_else(sample: Catalog, tmp_path: Path) -> None:
    packs = copy_of_sample(tmp_path)
    file = packs[0] / "services" / "card.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("5 workdays", "4 workdays"), encoding="utf-8")
    other, _ = checked(packs, tmp_path)
    assert other is not None
    assert {name for name in sample.hashes if sample.hashes[name] != other.hashes[name]} == {"sample/card"}
    assert other.digest != sample.digest


def test_spaces_and_order_of_keys_and_files_change_no_hash(sample: Catalog, tmp_path: Path) -> None:
    packs = copy_of_sample(tmp_path)
    file = packs[0] / "services" / "card.yaml"
    first, second, *rest = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join([*rest, "", "# a remark", second, first]), encoding="utf-8")
    file.rename(file.with_name("renamed.yaml"))
    other, _ = checked(packs, tmp_path)
    assert other is not None
    assert other.digest == sample.digest


def test_a_paper_and_a_service_of_one_name_are_hashed_together(sample: Catalog) -> None:
    body = definitions_of(sample)["sample/card"]
    assert sorted(body) == ["credential", "service"]
    assert sample.hashes["sample/card"] == sha256(body)


def test_functions_are_named_by_the_definitions_that_need_them(sample: Catalog) -> None:
    assert functions_in(definitions_of(sample).values()) == {"sample/rules.born", "sample/rules.fare", "sample/count@1"}


def test_a_missing_function_is_not_overlooked(sample: Catalog) -> None:
    with pytest.raises(KeyError):
        from_json(to_json(sample), {})


def test_canonical_bytes_follow_rfc_8785() -> None:
    value = {"\u20ac": "Euro", "\r": "return", "\ufb33": "Dalet", "1": "one", "\U0001f600": "face", "\x80": "control"}
    keys = list(json.loads(canonical(value)))
    assert keys == ["\r", "1", "\x80", "\u20ac", "\U0001f600", "\ufb33"]
    assert (
        canonical({"b": [1, True, None], "a": '\x0f\n"\\/é'})
        == '{"a":"\\u000f\\n\\"\\\\/é","b":[1,true,null]}'.encode()
    )
    with pytest.raises(TypeError, match="fraction"):
        canonical({"a": 1.0})


def test_conditions_are_stored_as_their_text(sample: Catalog) -> None:
    body = definitions_of(sample)["sample/card"]["service"]
    assert body["needs"][2] == {"fact": "holder.colour", "when": "holder.married == true"}
    assert there_and_back(sample).services["sample/card"].needs[2].when == parse("holder.married == true")


def test_a_definition_of_the_sample_is_stored_in_these_very_words(sample: Catalog) -> None:
    definitions = definitions_of(sample)
    assert definitions["sample/stamp"] == {
        "service": {
            "id": "sample/stamp",
            "title": {"zh": "盖章", "en": "Stamp"},
            "authority": "sample/cards",
            "procedure": "sample/simple",
            "roles": [
                ["holder", {"name": "holder", "type": "sample/Person"}],
                ["spouse", {"name": "spouse", "type": "sample/Person"}],
                [
                    "marriage",
                    {
                        "name": "marriage",
                        "type": "sample/Marriage",
                        "ends": [["wife", "holder"], ["husband", "spouse"]],
                    },
                ],
            ],
            "needs": [{"fact": "holder.card"}],
            "produces": [{"fact": "holder.stamp", "how": "clerk"}],
            "law": [{"law": "sample/card-law", "articles": "3"}],
            "applicant": "holder",
        }
    }
    assert definitions["sample/card"]["service"]["limits"] == {"promised": "5 workdays", "statutory": "10 workdays"}
    assert definitions["regions"] == {"regions": [["4302", {"zh": "株洲市", "en": "Zhuzhou"}]]}
    assert definitions["sample/cn-2026"]["calendar"] == sample.calendars["sample/cn-2026"]
    assert list(definitions_of(dataclasses.replace(sample, regions={}))) == [
        one for one in definitions if one != "regions"
    ]


def test_all_that_is_stored_is_there(sample: Catalog) -> None:
    data = to_json(sample)
    assert (data["schema"], data["digest"], data["hashes"]) == (2, sample.digest, dict(sample.hashes))
    assert (data["functions"], data["effects"]) == (["sample/rules.born", "sample/rules.fare"], ["sample/count@1"])
    again = from_json(data, {**sample.functions, "other/rules.more": len})
    assert again == sample
    assert again.functions == sample.functions
    assert sample.digest == sha256({"definitions": dict(sample.hashes), "schema": 2})


def test_functions_of_every_kind_of_definition_are_named() -> None:
    bodies: list[dict[str, Any]] = [
        {"type": {"attributes": [["a", {"derived": "a/rules.one"}], ["b", {}]]}},
        {"type": {}},
        {"service": {"produces": [{"how": "rule", "rule": "a/rules.two"}, {"how": "policy", "rule": "a/fare"}]}},
        {"service": {"produces": [{"how": "books", "rule": "a/seven@1"}]}},
        {"service": {"effect": "a/three@1"}, "credential": {"listing": "a/four@1"}},
        {"rule": {"versions": [{"formula": "a/rules.five"}, {"formula": "a/rules.six"}]}},
    ]
    names = {"a/rules.one", "a/rules.two", "a/three@1", "a/four@1", "a/rules.five", "a/rules.six", "a/seven@1"}
    assert functions_in(bodies) == names
    assert functions_in([]) == frozenset()
