"""The text of a first pack, service or bundle: small, whole, and passing `tongban check` and its own story at once."""

from __future__ import annotations

import re
from typing import Final

NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,40}")
"""What a pack, service or bundle may be called."""


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
    """A service for any pack that requires `base` and `demonstration`, with its story."""
    return _service(name, _ordinary(pack))


def bundle_files(pack: str, name: str) -> dict[str, str]:
    """A bundle with a service of its own for any pack that requires `base` and `demonstration`, with its story."""
    return _bundle(name, f"{name}-service", _ordinary(pack))


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
    return re.sub(r"<(\w+)>", lambda found: words[found[1]], text)


_PACK: Final = """\
# A pack. Its id is its folder's name, with hyphens for underscores.
pack: <pack>
title: {zh: 新定义包, en: New pack}
owner: {zh: 谁负责, en: Who is responsible}
requires: [base, demonstration]
platform: ">=0.1"
"""

_VOCABULARY: Final = """\
# Each fact is declared once. With held_by it is fetched from who has it; without, the applicant says.
types:
  Person:
    <wish>: {type: text, max_length: 100, label: {zh: "想办什么(<pack>)", en: "What is wanted (<pack>)"}}
"""

_LAWS: Final = """\
# What gives the right to ask. articles: how many it has; null for a document without any.
laws:
  first-law: {title: {zh: 依据的法律, en: The law it rests on}, articles: 10, status: unverified}
"""

_SERVICE: Final = """\
service: <pack>/<name>
title: {zh: "新事项 <name>", en: "New service <name>"}
plain: {zh: 用群众的话说, en: In people's own words}
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
title: {zh: "新的一件事 <name>", en: "New bundle <name>"}
plain: {zh: 用群众的话说, en: In people's own words}
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
