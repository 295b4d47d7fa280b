"""What people are asked for in vain is a warning, where it is asked, unless the definition says why."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.catalog.packs import checked, copy_of_sample

NAME, UNHELD = "name: {type: text, held_by: register", "name: {type: text"
BECAUSE = "asked_because: {law: card-law, article: 1}"
LETTER, LIMITS = "evidence: [letter]", "limits:"
BOOKLET = "evidence: [letter, {booklet: {form: paper}}]"
CITED = "because: {law: card-law, article: 1}"
VISIT = f"visits: [{{at: here, phase: inspect, {CITED}}}, {{at: here, phase: apply, {CITED}}}]\nlimits:"
OTHERS = "produces: {holder.card: {from: clerk}, holder.name: {from: clerk}}"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({NAME: UNHELD}, [("asks-what-is-held", 7, 5)]),
        ({NAME: UNHELD, "- holder.id_number": "- holder.home"}, [("asks-what-is-held", 7, 5)]),
        ({NAME: f"{UNHELD}, {BECAUSE}"}, []),
        ({NAME: UNHELD, LIMITS: f"{BECAUSE}\nlimits:"}, []),
        ({NAME: UNHELD, "key: id_number": "key: name"}, []),
        ({NAME: UNHELD, "produces: {holder.card: {from: clerk}}": OTHERS}, []),
        ({NAME: UNHELD, "issued_by: register": "issued_by: applicant"}, []),
        ({NAME: f"{UNHELD}, derived: rules.born, from: [id_number]"}, []),
        ({LETTER: BOOKLET}, [("paper-for-held-facts", 9, 20)]),
        ({LETTER: BOOKLET, LIMITS: f"{BECAUSE}\nlimits:"}, []),
        ({LETTER: BOOKLET.replace("form: paper", "form: either")}, []),
        ({LETTER: BOOKLET.replace("form: paper", "form: paper, waived_if: holder.married")}, []),
        ({LETTER: "evidence: [{letter: {form: paper}}]"}, []),
        ({LETTER: BOOKLET, "proves: [name, home]": "proves: []"}, []),
        ({LETTER: BOOKLET, "proves: [name, home]": "proves: [name, married]"}, []),
        ({LIMITS: VISIT}, [("needless-visit", 11, 76)]),
        ({LIMITS: f"{BECAUSE}\n{VISIT}"}, []),
        ({LIMITS: f"delivery: [post]\n{VISIT}"}, []),
        ({LIMITS: VISIT, LETTER: "evidence: [{letter: {form: paper}}]"}, []),
    ],
)
def test_a_burden_is_told_where_it_stands(
    changes: dict[str, str], said: list[tuple[str, int, int]], tmp_path: Path
) -> None:
    (pack,) = copy_of_sample(tmp_path)
    for file in (pack / "services" / "card.yaml", pack / "vocabulary.yaml"):
        text = file.read_text(encoding="utf-8")
        for old, new in changes.items():
            text = text.replace(old, new)
        file.write_text(text, encoding="utf-8")
    catalog, findings = checked([pack], tmp_path)
    assert catalog is not None, findings
    assert [(one.code, one.line, one.column) for one in findings] == said
