"""What names its text: a law its source, a service that is worked out its limit."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.catalog.packs import checked, copy_of_sample


def changed(folder: Path, name: str, old: str, new: str) -> None:
    file = folder / "sample" / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_a_law_not_read_may_be_cited_by_its_words_never_beyond_its_articles(tmp_path: Path) -> None:
    packs = copy_of_sample(tmp_path)
    changed(tmp_path, "laws.yaml", "status: verified", "status: secondary")
    changed(tmp_path, "services/card.yaml", "{law: card-law, articles: 1-2}", "{law: card-law, article: 发卡}")
    _, findings = checked(packs, tmp_path)
    assert findings == ()
    changed(tmp_path, "services/card.yaml", "{law: card-law, article: 发卡}", "{law: card-law, article: 11}")
    _, findings = checked(packs, tmp_path)
    assert [one.code for one in findings] == ["article-not-in-law"]


SOURCED = "statutory: 20 days, status: secondary"


@pytest.mark.parametrize(
    ("limits", "rest", "level"),
    [
        ("promised: 5 workdays", "", "limit-unsourced"),
        (f"promised: 5 workdays, {SOURCED}", "", "worked-out"),
        (f"promised: 5 workdays, {SOURCED}", "unverified: [limits.promised]\n", "worked-out"),
        (f"promised: 5 workdays, {SOURCED}", "unverified: [limits.statutory]\n", "limit-unsourced"),
        (f"promised: 5 workdays, {SOURCED}", "unverified: [limits]\n", "limit-unsourced"),
        ("promised: 5 workdays, statutory: 20 days, status: unverified", "", "limit-unsourced"),
        ("promised: 5 workdays", "level: outline\n", "outline"),
        ("promised: null", "", "worked-out"),
    ],
)
def test_what_no_text_gives_a_limit_to_is_not_worked_out(tmp_path: Path, limits: str, rest: str, level: str) -> None:
    packs = copy_of_sample(tmp_path)
    changed(tmp_path, "services/stamp.yaml", "procedure: simple\n", f"procedure: simple\nlimits: {{{limits}}}\n{rest}")
    catalog, findings = checked(packs, tmp_path)
    assert findings == ()
    assert catalog is not None
    assert catalog.services["sample/stamp"].level == level
