"""What a file of the wrong shape is told: what is expected, what stands there, and the valid keys nearby."""

from __future__ import annotations

import pytest

from tongban.catalog.findings import Finding
from tongban.catalog.shapes import SHAPES, Document, validate
from tongban.catalog.yaml_tree import read

SERVICE = """service: a/b
title: {zh: 甲, en: A}
authority: a
procedure: p
"""
PARAMETER = "parameters: {a: {title: {zh: 甲, en: A}, kind: fen, values: [{from: 2026-01-01, value: "


def wrong(kind: str, text: str) -> list[Finding]:
    tree = read(text.encode())
    assert tree.problems == ()
    shape, findings = validate(Document(kind, "a.yaml", tree.value, tree.place), SHAPES[kind])
    assert (shape is None) == bool(findings)
    return findings


@pytest.mark.parametrize(
    ("kind", "text", "code", "place", "told"),
    [
        ("service", f"{SERVICE}roles: {{}}\nsteps: many\n", "wrong-type", (6, 8), "A whole number many"),
        ("service", f"{SERVICE}roles: {{}}\nsteps: true\n", "wrong-type", (6, 8), "A whole number true"),
        ("service", f"{SERVICE}roles: {{}}\nsteps: 101\n", "wrong-type", (6, 8), "A smaller whole number 101"),
        ("service", f"{SERVICE}roles: {{}}\nsteps: -1\n", "wrong-type", (6, 8), "A larger whole number -1"),
        ("service", f"{SERVICE}roles: []\n", "wrong-type", (5, 8), "A mapping (key: value) […]"),
        ("service", f"{SERVICE}roles: {{}}\nwords: {{a: 1}}\n", "wrong-type", (6, 8), "A list {…}"),
        ("service", f"{SERVICE}roles: {{}}\nwords: [1]\n", "wrong-type", (6, 9), "Text 1"),
        (
            "service",
            f"{SERVICE}roles: {{}}\nwords: [{'x' * 4001}]\n",
            "wrong-type",
            (6, 9),
            f"Shorter text {'x' * 40}…",
        ),
        ("service", f"{SERVICE}roles: {{}}\nwords: ['']\n", "wrong-type", (6, 9), "Text that is not empty"),
        ("service", f"{SERVICE}roles: {{}}\nwords: [null]\n", "wrong-type", (6, 9), "Text null"),
        ("service", f"{SERVICE}roles: {{a: {{type: P, many: 1}}}}\n", "wrong-type", (5, 28), "true or false 1"),
        ("service", f"{SERVICE}roles: {{a: 1}}\n", "wrong-type", (5, 12), "A mapping (key: value) 1"),
        ("service", f"{SERVICE}roles: {{}}\nlevel: all\n", "wrong-choice", (6, 8), "worked-out, outline"),
        ("service", f"{SERVICE}roles: {{}}\nkind: [a]\n", "wrong-choice", (6, 7), "public-service"),
        ("service", f"{SERVICE}roles: {{}}\nlimits: {{promised: soon}}\n", "wrong-limit", (6, 20), "soon"),
        ("service", f"{SERVICE}roles: {{}}\nlimits: {{promised: 5}}\n", "wrong-limit", (6, 20), "5"),
        (
            "service",
            f"{SERVICE}roles: {{}}\nin_force: {{from: soon}}\n",
            "wrong-type",
            (6, 18),
            "A date like 2026-01-01",
        ),
        (
            "service",
            f"{SERVICE}roles: {{}}\nin_force: {{from: 2026}}\n",
            "wrong-type",
            (6, 18),
            "A date like 2026-01-01",
        ),
        ("service", f"{SERVICE}roles: {{}}\nproduces: {{a.b: [1]}}\n", "wrong-type", (6, 17), "One plain value"),
        ("service", f"{SERVICE}roles: {{}}\nproduces: {{a.b: 1.5}}\n", "wrong-type", (6, 17), "One plain value 1.5"),
        ("service", f"{SERVICE}roles: {{}}\nneeds: [{{fact: a.b, wen: c}}]\n", "unknown-key", (6, 21), "fact, when"),
        ("service", f"{SERVICE}roles: {{}}\nlaw: [{{law: a, artcle: 1}}]\n", "unknown-key", (6, 16), "articles, law"),
        ("service", f"{SERVICE}roles: {{}}\nevidence: [{{a: {{frm: b}}}}]\n", "unknown-key", (6, 17), "form"),
        (
            "service",
            f"{SERVICE}roles: {{}}\nfees: [{{amount_fen: 1, because: {{law: a}}}}]\n",
            "missing-key",
            (6, 8),
            "title",
        ),
        ("service", SERVICE, "missing-key", (1, 1), "roles"),
        ("service", "- a\n", "wrong-type", (1, 1), "A mapping (key: value) […]"),
        ("service", "", "wrong-type", (1, 1), "A mapping (key: value) null"),
        ("notice", "notice: a\ntitle: {zh: 甲, en: A}\nbody: {zh: 甲}\n", "missing-translation", (3, 7), "English"),
        (
            "notice",
            "notice: a\ntitle: {zh: 甲, en: A}\nbody: {en: A, zh: ''}\n",
            "missing-translation",
            (3, 19),
            "Chinese",
        ),
        (
            "notice",
            "notice: a\ntitle: {zh: 甲, en: A}\nbody: {zh: 甲, en: null}\n",
            "missing-translation",
            (3, 19),
            "English",
        ),
        (
            "offices",
            "offices: {a: {title: {zh: 甲, en: A}, authority: b, region: 43021, level: city}}",
            "wrong-type",
            (1, 60),
            "Text 43021",
        ),
        (
            "offices",
            "offices: {a: {title: {zh: 甲, en: A}, authority: b, region: '43021', level: city}}",
            "wrong-type",
            (1, 60),
            "A region code",
        ),
        (
            "policy",
            "parameters: {a: {title: {zh: 甲, en: A}, kind: fen, values: []}}",
            "wrong-type",
            (1, 60),
            "not empty",
        ),
        ("policy", f"{PARAMETER}3.5, status: verified}}]}}}}", "wrong-type", (1, 87), "A whole number, or a table 3.5"),
        ("service", f"{SERVICE}roles: {{}}\nlaw: [{{law: a, articles: true}}]\n", "wrong-type", (6, 26), "Text true"),
        ("service", f"{SERVICE}roles: {{}}\nlaw: [{{law: a, articles: [1]}}]\n", "wrong-type", (6, 26), "Text […]"),
        ("service", f"{SERVICE}roles: {{}}\nlaw: [7]\n", "wrong-type", (6, 7), "A mapping (key: value) 7"),
        ("service", f"{SERVICE}roles: {{}}\nevidence: [7]\n", "wrong-type", (6, 12), "A mapping (key: value) 7"),
        ("vocabulary", "types: {A: 7}\n", "wrong-type", (1, 12), "A mapping (key: value) 7"),
        ("vocabulary", "types: {A: {label: {zh: 甲}}}\n", "missing-translation", (1, 20), "English"),
        ("notice", "notice: a\ntitle: {zh: 甲, en: A}\nbody: {zh: 甲, en: 5}\n", "wrong-type", (3, 19), "Text 5"),
        (
            "service",
            f"{SERVICE}roles: {{}}\nlimits: {{classes: {{fact: a.b, limits: {{}}, lmits: 1}}}}\n",
            "unknown-key",
            (6, 43),
            "Use one of: fact, limits.",
        ),
        *(
            ("service", f"{SERVICE}roles: {{}}\nsteps: a{'x' * count}\n", "wrong-type", (6, 8), f"not a{'x' * 39}{end}")
            for count, end in ((39, "."), (40, "…"))
        ),
    ],
)
def test_a_wrong_shape_is_told(kind: str, text: str, code: str, place: tuple[int, int], told: str) -> None:
    (found,) = wrong(kind, text)
    assert (found.code, found.line, found.column) == (code, *place)
    said = found.message.en + found.do.en
    assert all(word in said for word in told.split(" ")), said


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (
            "service",
            f"{SERVICE}roles: {{a: P, b: {{B: {{c: a}}}}, d: {{type: P}}}}\nsteps: 100\nwords: [{'x' * 4000}]\n",
        ),
        (
            "service",
            (
                f"{SERVICE}roles: {{}}\n"
                "evidence: [a, {b: }, {c: {form: paper}}, {evidence: d}, {evidence: e, form: paper}]\n"
            ),
        ),
        (
            "service",
            f"{SERVICE}roles: {{}}\nlaw: [{{law: a}}, {{law: a, article: 1}}, {{law: a, articles: 1-2}}]\nsteps: 0\n",
        ),
        ("vocabulary", "types: {A: {label: {zh: 甲, en: A}, attributes: {b: {type: text, label: {zh: 乙, en: B}}}}}\n"),
        (
            "policy",
            (
                "parameters: {a: {title: {zh: 甲, en: A}, kind: fen,"
                " values: [{from: 2026-01-01, value: {1: 2, 3: 4}, status: unverified}]}}"
            ),
        ),
    ],
)
def test_short_forms_are_understood(kind: str, text: str) -> None:
    assert wrong(kind, text) == []


def test_everything_that_is_wrong_is_told() -> None:
    found = wrong("service", f"{SERVICE}role: {{}}\nsteps: many\nlimits: {{promised: soon, statutry: 3 days}}\n")
    assert sorted((one.code, one.line, one.column, one.nearest) for one in found) == [
        ("missing-key", 1, 1, None),
        ("unknown-key", 5, 1, "roles"),
        ("unknown-key", 7, 26, "statutory"),
        ("wrong-limit", 7, 20, None),
        ("wrong-type", 6, 8, None),
    ]
