"""The text of a first pack, service or bundle: small, whole, without errors, and passing its own story at once.

Only its placeholders keep it from being published, until somebody has written something in their place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from tongban.catalog.findings import Finding
from tongban.catalog.shapes import Document
from tongban.catalog.vocabulary import Text
from tongban.catalog.yaml_tree import Path

NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,40}")
"""What a pack, service or bundle may be called."""

PLACEHOLDERS: Final[Mapping[str, Text]] = {
    "pack_title": Text("新定义包", "New pack"),
    "owner": Text("（写上谁负责）", "(say who is responsible)"),
    "fact_label": Text("想办什么(<pack>)", "What is wanted (<pack>)"),
    "law_title": Text("（写上依据的法律）", "(name the law it rests on)"),
    "law_source": Text("（谁发布的，全文在哪里）", "(who issued it, and where its text stands)"),
    "service_title": Text("新事项 <name>", "New service <name>"),
    "bundle_title": Text("新的一件事 <name>", "New bundle <name>"),
    "plain": Text("用群众的话说", "In people's own words"),
}
"""What stands where only the author knows the words: its place in the files → the words."""


def pack_files(pack: str) -> dict[str, str]:
    """A pack with a law, a fact of its own and a bundle of one service: path in the pack → text."""
    wish = f"{pack.replace('-', '_')}_wish"
    words = {"pack": pack, "wish": wish, "fact": f"applicant.{wish}", "value": "办成这件事", "law": "first-law"}
    return {
        "__init__.py": f'"""The pack {pack}."""\n',
        "pack.yaml": _filled(_PACK, words),
        "vocabulary.yaml": _filled(_VOCABULARY, words),
        "laws.yaml": _filled(_LAWS, words),
        **_bundle("first-bundle", "first-service", words),
    }


def service_files(pack: str, name: str) -> dict[str, str]:
    """A service for any pack that requires `base`, with its story."""
    return _service(name, _ordinary(pack))


def bundle_files(pack: str, name: str) -> dict[str, str]:
    """A bundle with a service of its own for any pack that requires `base`, with its story."""
    return _bundle(name, f"{name}-service", _ordinary(pack))


def placeholders_left(document: Document) -> Iterator[Finding]:
    """A finding for each text of a document that is still a placeholder, in either language."""
    for path, zh, en in _texts(document.value, ()):
        left = next((word for word in (zh, en) if _PLACEHOLDER.fullmatch(word)), None)
        if left is not None:
            yield document.find("placeholder-left", path, {"text": left})


def _texts(value: object, path: Path) -> Iterator[tuple[Path, str, str]]:
    """Every text of a document in both languages, with its place."""
    if isinstance(value, dict):
        if isinstance(value.get("zh"), str) and isinstance(value.get("en"), str):
            yield path, value["zh"], value["en"]
        for key, inner in value.items():
            yield from _texts(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _texts(inner, (*path, index))


def _ordinary(pack: str) -> dict[str, str]:
    law = "base/online-services-provisions"
    return {"pack": pack, "fact": "applicant.phone", "value": '"10000000001"', "law": law}


def _service(name: str, words: dict[str, str]) -> dict[str, str]:
    words = words | {"name": name, "kind": "service"}
    return {f"services/{name}.yaml": _filled(_SERVICE, words), f"stories/{name}.yaml": _filled(_STORY, words)}


def _bundle(name: str, service: str, words: dict[str, str]) -> dict[str, str]:
    bundle = words | {"name": name, "kind": "bundle", "service": service}
    return {
        f"services/{service}.yaml": _filled(_SERVICE, words | {"name": service}),
        f"bundles/{name}.yaml": _filled(_BUNDLE, bundle),
        f"stories/{name}.yaml": _filled(_STORY, bundle),
    }


def _filled(text: str, words: dict[str, str]) -> str:
    """Fill each <word>; YAML needs the braces for itself."""
    texts = {name: f'{{zh: "{one.zh}", en: "{one.en}"}}' for name, one in PLACEHOLDERS.items()}
    text = re.sub(r"<(\w+)>", lambda found: texts.get(found[1], found[0]), text)
    return re.sub(r"<(\w+)>", lambda found: words[found[1]], text)


_PLACEHOLDER: Final = re.compile(
    "|".join(
        re.sub("<(?:name|pack)>", lambda _: NAME.pattern, re.escape(word))
        for text in PLACEHOLDERS.values()
        for word in (text.zh, text.en)
    )
)


_PACK: Final = """\
# A pack. Its id is its folder's name, with hyphens for underscores.
pack: <pack>
title: <pack_title>
owner: <owner>
requires: [base]
platform: ">=0.1"
"""

_VOCABULARY: Final = """\
# Each fact is declared once. With held_by it is fetched from who has it; without, the applicant says.
types:
  Person:
    <wish>: {type: text, max_length: 100, label: <fact_label>}
"""

_LAWS: Final = """\
# What gives the right to ask. articles: how many it has; null for a document without any.
laws:
  first-law:
    title: <law_title>
    articles: 10
    status: unverified
    source: <law_source>
"""

_SERVICE: Final = """\
service: <pack>/<name>
title: <service_title>
plain: <plain>
words: [<name>]
authority: base/population
handled_at: {level: county, of: applicant.residence_region}
roles: {applicant: Person}
needs: [applicant.id_number, applicant.name, applicant.residence_region, <fact>]
procedure: instant
law: [{law: <law>, article: 1}]
"""

_BUNDLE: Final = """\
bundle: <pack>/<name>
title: <bundle_title>
plain: <plain>
words: [<name>]
subjects: {applicant: Person}
applicant: applicant
signatures: [applicant]
services:
  - <service>: {roles: {applicant: applicant}}
law: [{law: <law>, article: 1}]
"""

_STORY: Final = """\
story: <pack>-<name>
title: {zh: "办成 <name>", en: "<name> is granted"}
given:
  - on: 2026-11-16
  - persona: mother
steps:
  - {as: mother, when: plan, <kind>: <pack>/<name>}
  - then: {asked: [<fact>], not_asked: [applicant.name]}
  - {as: mother, when: agree}
  - as: mother
    when: fill
    facts: {<fact>: <value>}
  - {as: mother, when: sign}
  - {as: mother, when: submit}
  - {as: clerk-population, when: decide}
  - then: {status: {application: done}}
"""
