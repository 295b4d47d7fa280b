"""Whatever is wrong is told once, exactly where it stands, in its own words, with the valid name most like it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest
from tests.catalog.packs import checked, copy_of_sample

MARK: Final = "«"
"""Stands in the new text before everything that is to be complained of."""

CARD, STAMP, BOTH = "services/card.yaml", "services/stamp.yaml", "bundles/both.yaml"
PAPER, STEPS, WORDS = "credentials/card.yaml", "procedures/simple.yaml", "vocabulary.yaml"
LAW, MORE = "law: [{law: card-law, articles: 1-2}]", "effect: count@1\n"
OFFICE = 'offices:\n  cards-city: {title: {zh: 市卡处, en: City cards}, authority: cards, region: "4302", level: city}'
BECAUSE = "because: {law: card-law, article: 1}"
FARE, CITED = "policy/fare.yaml", "because: {law: card-law, article: 3}"
FIRST = "{from: 2025-01-01, to: 2025-12-31, value: 200, status: verified, because: {law: card-law, article: 3}}"
RIDES, AT = "rides: {kind: count, most: 500", "at: month"
UNBECAUSE = "because: {law: «card-lw, article: 1}"
FEE = "{title: {zh: 费, en: Fee}, amount_fen: 1"

WRONG: Final = [
    # file, what stands there, what is written instead, and of each mark the code and the nearest name
    (BOTH, "bundle: sample/both", "bundle: «other/both", "id-outside-folder"),
    (BOTH, "bundle: sample/both", "bundle: «sample/-both", "wrong-id"),
    (CARD, "authority: cards", "authority: «card", "unknown-id sample/cards"),
    (CARD, "procedure: simple", "procedure: «simpel", "unknown-id sample/simple"),
    (CARD, "credential: card", "credential: «cart", "unknown-id sample/card"),
    (CARD, "holder: holder\n", "holder: «hodler\n", "unknown-name holder"),
    (CARD, MORE, "effect: «count@2\n", "unknown-function sample/count@1"),
    (CARD, MORE, "effect: «other/count@1\n", "unknown-function sample/count@1"),
    (CARD, MORE, f"{MORE}applicant: «hodler\n", "unknown-name holder"),
    (CARD, LAW, "law: [{law: «card-lw, articles: 1-2}]", "unknown-id sample/card-law"),
    (CARD, LAW, "law: [«{law: card-law}]", "missing-key"),
    (CARD, LAW, "law: [{law: card-law, article: «0}]", "article-not-in-law"),
    (CARD, LAW, "law: [{law: card-law, article: «11}]", "article-not-in-law"),
    (CARD, LAW, "law: [{law: card-law, articles: «1-11}]", "article-not-in-law"),
    (CARD, LAW, "law: [{law: card-law, articles: «ninth}]", "article-not-in-law"),
    (CARD, LAW, "law: [{law: card-law, articles: 第1条至第10条（第99款）}, {law: card-law, article: 10}]", ""),
    (CARD, "{holder: Person}", "{holder: «Persn}", "unknown-id sample/Person"),
    (BOTH, "{me: Person", "{«open: Marriage, me: Person", "wrong-id"),
    (STAMP, "wife: holder", "wife: «hoder", "unknown-name holder"),
    (STAMP, "wife: holder", "«wive: holder", "unknown-name wife"),
    (STAMP, "wife: holder", "wife: «marriage", "wrong-role-type"),
    (STAMP, "{Marriage: {wife", "«{Marrage: {wife", "unknown-id sample/Marriage"),
    (CARD, "- holder.name", "- «holder.nme", "unknown-fact holder.name"),
    (CARD, "- holder.name", "- «hodler.name", "unknown-fact holder.name"),
    (CARD, '"holder.married == true"', '«"holder.maried == true"', "unknown-fact holder.married"),
    (CARD, '"holder.married == true"', '"holder.name == «holder.nme"', "unknown-fact holder.name"),
    (CARD, '"holder.married == true"', '"holder.married == «1"', "condition-type"),
    (CARD, '"holder.married == true"', '"holder.married == true «true"', "condition-syntax"),
    (CARD, '"holder.married == true"', "\"holder.colour in ['red', «'rad']\"", "wrong-choice red"),
    (CARD, "[letter]", "[«leter]", "unknown-id sample/letter"),
    (CARD, "[letter]", "[{letter: {of: «hodler}}]", "unknown-name holder"),
    (CARD, "[letter]", f"[{{letter: {{{UNBECAUSE}}}}}]", "unknown-id sample/card-law"),
    (CARD, "[letter]", '[{letter: {when: "holder.name == «1"}}]', "condition-type"),
    (CARD, "[letter]", '[{letter: {waived_if: "holder.name == «1"}}]', "condition-type"),
    (CARD, "[letter]", "[«{letter: {deferrable: 11 workdays}}]", "deferral-over-statutory"),
    (CARD, "[letter]", "[{letter: {deferrable: 10 workdays}}]", ""),
    (STAMP, "procedure: simple", "procedure: simple\nevidence: [«letter]", "missing-key"),
    (STAMP, "procedure: simple", "procedure: simple\nevidence: [{letter: {of: «marriage}}]", "wrong-role-type"),
    (STAMP, "procedure: simple", "procedure: simple\nevidence: [{letter: {of: spouse}}]", ""),
    (CARD, MORE, f'{MORE}requires: [{{that: "holder.name == «1", {BECAUSE}}}]\n', "condition-type"),
    (CARD, MORE, f"{MORE}requires: [{{that: holder.married, {UNBECAUSE}}}]\n", "unknown-id sample/card-law"),
    (
        CARD,
        MORE,
        f"{MORE}requires: [{{that: holder.married, {BECAUSE}, otherwise: «{{zh: '{{holder.nme}}', en: No}}}}]\n",
        "unknown-fact holder.name",
    ),
    (
        CARD,
        MORE,
        f"{MORE}requires: [{{that: holder.married, {BECAUSE}, asks: «{{zh: 不, en: '{{holder.nme}}'}}}}]\n",
        "unknown-fact holder.name",
    ),
    (CARD, "{from: clerk}", "{from: clerk, at: «decid}", "unknown-name decide"),
    (CARD, "{from: clerk}", "«{from: rule}", "missing-key"),
    (CARD, "{from: clerk}", "{from: rule, rule: «rules.bron}", "unknown-function sample/rules.born"),
    (CARD, "{from: clerk}", "{from: rule, rule: «rules.born}", "wrong-inputs"),
    (CARD, "{from: clerk}", "«{from: books, figure: total}", "missing-key"),
    (CARD, "{from: clerk}", "«{from: books, rule: count@1}", "missing-key"),
    (CARD, "{from: clerk}", "{from: books, rule: «totals@1, figure: total}", "unknown-function sample/count@1"),
    (CARD, "{from: clerk}", "«{from: fact}", "missing-key"),
    (CARD, "{from: clerk}", "«{from: fact, of: [holder.name, holder.home]}", "missing-key"),
    (CARD, "{from: clerk}", "{from: fact, of: [«holder.nme]}", "unknown-fact holder.name"),
    (CARD, "{from: clerk}", "{from: fact, of: holder.name}", ""),
    (CARD, "holder.card: {from: clerk}", "holder.card: {from: clerk}, holder.married: «perhaps", "wrong-value"),
    (
        CARD,
        "holder.card: {from: clerk}",
        "holder.card: {from: clerk}, holder.crd: «1",
        "unknown-fact holder.card",
    ),
    (CARD, "promised: 5 workdays", "promised: «11 workdays", "promised-over-statutory"),
    (CARD, "promised: 5 workdays", "promised: 10 workdays", ""),
    (CARD, MORE, f"{MORE}handled_at: {{level: city, of: «holder.name}}\n", "wrong-type"),
    (CARD, MORE, f"{MORE}handled_at: {{level: city, of: «holder.hme}}\n", "unknown-fact holder.home"),
    (CARD, MORE, f"{MORE}handled_at: {{level: city, of: holder.home}}\n", ""),
    (CARD, MORE, f"{MORE}apart: {{trips: 1, days: 1, by: «hodler}}\n", "unknown-name holder"),
    (CARD, MORE, f"{MORE}fees: [{FEE}, {UNBECAUSE}}}]\n", "unknown-id sample/card-law"),
    (CARD, MORE, f'{MORE}fees: [{FEE}, {BECAUSE}, exempt: "holder.name == «1"}}]\n', "condition-type"),
    (
        CARD,
        MORE,
        f"{MORE}fees: [{FEE}, {BECAUSE}, refund: {{law: «card-lw, article: 1}}}}]\n",
        "unknown-id sample/card-law",
    ),
    (CARD, MORE, f"{MORE}visits: [{{at: here, phase: inspect, {UNBECAUSE}}}]\n", "unknown-id sample/card-law"),
    (CARD, MORE, f"{MORE}asked_{UNBECAUSE}\n", "unknown-id sample/card-law"),
    (CARD, MORE, f"{MORE}unverified: [limits, «fee]\n", "unknown-name fees"),
    (CARD, MORE, f"{MORE}unverified: [limits, «needs]\n", "not-worked-out"),
    (CARD, MORE, f"{MORE}unverified: [needs]\nlevel: outline\n", ""),
    (PAPER, "holder: holder", "holder: «hodler", "unknown-name holder"),
    (PAPER, "[holder.name, ", "[holder.name, «holder.hme, ", "unknown-fact holder.home"),
    (PAPER, "proves: [", "proves: [«holder.hme, ", "unknown-fact holder.home"),
    (PAPER, "proves: [", "listing: «coun@1\nproves: [", "unknown-function sample/count@1"),
    (
        "notices/receipt.yaml",
        "notice: sample/receipt",
        "notice: sample/receipt\nunder: «card-lw",
        "unknown-id sample/card-law",
    ),
    (BOTH, "applicant: me", "applicant: «mee", "unknown-name me"),
    (BOTH, "- card:", "- «cart:", "unknown-id sample/card"),
    (BOTH, "{roles: {holder: me}}", "{roles: {holder: «mee}}", "unknown-name me"),
    (BOTH, "{roles: {holder: me}}", "{roles: {holder: me, «hodler: me}}", "unknown-name holder"),
    (BOTH, "{roles: {holder: me}}", "{roles: {holder: «marriage}}", "wrong-role-type"),
    (BOTH, "signatures: [me]", "signatures: [me, «mee]", "unknown-name me"),
    (BOTH, "signatures: [me]", "signatures: [me]\nconsents: [me, «mee]", "unknown-name me"),
    (BOTH, "signatures: [me]", 'signatures: [{subject: me, when: "me.name == «1"}]', "condition-type"),
    (BOTH, "signatures: [me]", 'consents: [{subject: me, when: "me.name == «1"}]', "condition-type"),
    (BOTH, '"me.married == true"', '"me.married == «1"', "condition-type"),
    (BOTH, "fact: me.married", "fact: «me.maried", "unknown-fact me.married"),
    (BOTH, "{true: {zh", "{«tru: {zh", "unknown-name true"),
    (BOTH, "commonest: {me.married: true}", "commonest: {me.married: «1}", "wrong-value"),
    (BOTH, "commonest: {me.married: true}", "commonest: {me.maried: «true}", "unknown-fact me.married"),
    (BOTH, "signatures: [me]", "law: [{law: «card-lw, article: 1}]", "unknown-id sample/card-law"),
    (STEPS, "starts: decision", "starts: «decison", "unknown-name decision"),
    (STEPS, "state: submitted", "state: «submited", "unknown-name submitted"),
    (STEPS, "ends: [issued]", "ends: [issued, «issud]", "unknown-name issued"),
    (STEPS, "{issued: granted}", "{issued: granted, «asked: refused}", "unknown-name"),
    (STEPS, "from: submitted, to: asked", "from: «submited, to: asked", "unknown-name submitted"),
    (STEPS, "from: submitted, to: asked", "from: submitted, to: «askd", "unknown-name asked"),
    (STEPS, "not_by: ask", "not_by: «ak", "unknown-name ask"),
    (STEPS, "closes: opinion", "closes: «opinon", "unknown-name opinion"),
    (STEPS, "stops: decision", "stops: «decison", "unknown-name decision"),
    (STEPS, "stops: decision", "pauses: [decision, «decison]", "unknown-name decision"),
    (STEPS, "stops: decision", "extends: «decison", "unknown-name decision"),
    (STEPS, "stops: decision", "resumes: «decison", "unknown-name decision"),
    (STEPS, "stops: decision", "starts: «decison", "unknown-name decision"),
    (STEPS, "notice: receipt", "notice: «reciept", "unknown-id sample/receipt"),
    (STEPS, "when: no open opinion", "when: «no open opinon", "unknown-name opinion"),
    (STEPS, "when: no open opinion", "when: no open opinion and «a.b == 1", "unknown-fact"),
    (STEPS, "when: no open opinion", "when: no open opinion «1", "condition-syntax"),
    (STEPS, "when: no open opinion", "when: no open payment", ""),
    (STEPS, "when: no open opinion", "when: 1 == «a.b", "unknown-fact"),
    (STEPS, "from: [submitted, asked], to: issued", "to: issued", ""),
    (STEPS, "silence: decide", "silence: «decid", "unknown-name decide"),
    (STEPS, "second: statutory", "second: «promised", "wrong-choice"),
    (STEPS, "second: statutory", "second: 3 workdays", ""),
    (
        STEPS,
        "asked: {zh: 已问, en: Asked}",
        "asked: {zh: 已问, en: Asked}, «lost: {zh: 丢, en: Lost}",
        "unreachable-state",
    ),
    (
        WORDS,
        "held_by: register, label: {zh: 姓名",
        "held_by: «registr, label: {zh: 姓名",
        "unknown-id sample/register",
    ),
    (WORDS, "key: id_number", "key: «id_numbr", "unknown-name id_number"),
    (WORDS, "derived: rules.born", "derived: «rules.bron", "unknown-function sample/rules.born"),
    (WORDS, "derived: rules.born", "derived: «rules.fare", "wrong-inputs"),
    (WORDS, "from: [id_number]", "from: [«id_numbr]", "unknown-name id_number"),
    (WORDS, "value: red", "value: «none", "reserved-value"),
    (WORDS, "{wife: Person, husband: Person}", "{wife: Person, husband: «Persn}", "unknown-id sample/Person"),
    (
        WORDS,
        "{wife: Person, husband: Person}",
        "{wife: Person, husband: Person}\n    guardians: {«wive: [husband]}",
        "unknown-name wife",
    ),
    (
        WORDS,
        "{wife: Person, husband: Person}",
        "{wife: Person, husband: Person}\n    guardians: {wife: [husband, «husbnd]}",
        "unknown-name husband",
    ),
    (
        WORDS,
        "home: {type: region",
        "home: {type: region, asked_because: {law: «card-lw, article: 1}",
        "unknown-id sample/card-law",
    ),
    (WORDS, "    stamp:", "    «mark: {type: text, label: {zh: 记, en: Name}}\n    stamp:", "duplicate-label"),
    (
        WORDS,
        "    stamp:",
        ("    mark: {type: text, label: {zh: 记, en: Mark}, standard_code: A}\n"
        "    «sign: {type: text, label: {zh: 号, en: Sign}, standard_code: A}\n    stamp:"),
        "duplicate-label",
    ),
    (WORDS, "of: Person, proves: [name, home]", "of: «Persn, proves: [name, home]", "unknown-id sample/Person"),
    (WORDS, "proves: [name, home]", "proves: [name, «hme]", "unknown-name home"),
    (WORDS, "issued_by: register", "issued_by: «registr", "unknown-id sample/register"),
    ("authorities.yaml", "supervised_by: register", "supervised_by: «registr", "unknown-id sample/register"),
    ("offices.yaml", "authority: cards", "authority: «card", "unknown-id sample/cards"),
    ("offices.yaml", '"4302"', '«"4303"', "unknown-name 4302"),
    (
        "laws.yaml",
        "  card-law:",
        "  «card_law: {title: {zh: 法, en: Law}, articles: 1, source: {zh: 例, en: Own}}\n  card-law:",
        "wrong-id",
    ),
    ("pack.yaml", "requires: []", "requires: [«sampel]", "unknown-pack sample"),
    ("pack.yaml", "requires: []", "requires: «[sample]", "circular-requires"),
    ("pack.yaml", "requires: []", 'platform: «">=99"', "platform-version"),
    ("pack.yaml", "owner: {zh: 无, en: Nobody}", "owner: «{zh: 无}", "missing-translation"),
    ("pack.yaml", "owner: {zh: 无, en: Nobody}", "owner: {zh: 无, en: «''}", "missing-translation"),
    ("pack.yaml", "requires: []", "«require: []", "unknown-key requires"),
    (FARE, FIRST, "«{from: 2025-01-01, to: 2025-12-31, value: 200, status: verified}", "missing-key"),
    (FARE, FIRST, FIRST.replace("card-law", "«card-lw"), "unknown-id sample/card-law"),
    (FARE, "from: 2026-01-01, value: 300", "from: 2026-01-01, to: «2025-12-31, value: 300", "wrong-value"),
    (FARE, "from: 2026-01-01, value: 300", "from: 2026-01-01, to: 2026-01-01, value: 300", ""),
    (FARE, "{from: 2026-01-01, value: 300", "«{from: 2025-12-31, value: 300", "overlapping-validity"),
    (FARE, "value: 300", "value: «3.5", "wrong-type"),
    (FARE, "value: 300", "value: «{a: true}", "wrong-type"),
    (FARE, "value: 300, status: unverified", "value: 300, status: «verifed", "wrong-choice verified"),
    (FARE, "results: [fare_fen]", "results: [fare_fen, «fair_fen]", "unknown-name fare_fen"),
    (FARE, AT, "at: «mouth", "unknown-name month"),
    (FARE, AT, "at: «rides", "unknown-name"),
    (FARE, AT, "at: month\n    builds_on: [«fares]", "unknown-id sample/fare"),
    (FARE, AT, "at: month\n    builds_on: «[fare]", "circular-need"),
    (
        FARE,
        AT,
        "at: month\n    compares: {input: «ride, figure: fare_fen, rule: fare, ends: [fare_fen]}",
        "unknown-name rides",
    ),
    (
        FARE,
        AT,
        "at: month\n    compares: {input: rides, figure: «fare_fn, rule: fare, ends: [fare_fen]}",
        "unknown-name fare_fen",
    ),
    (
        FARE,
        AT,
        "at: month\n    compares: {input: rides, figure: fare_fen, rule: «fares, ends: [far]}",
        "unknown-id sample/fare",
    ),
    (
        FARE,
        AT,
        "at: month\n    compares: {input: rides, figure: fare_fen, rule: fare, ends: [fare_fen, «fare_fn]}",
        "unknown-name fare_fen",
    ),
    (FARE, RIDES, "«turns:\n      rides: {kind: count, most: 500", "unknown-name"),
    (FARE, RIDES, "rides: {kind: count, least: 500, most: 500", ""),
    (FARE, RIDES, "rides: {kind: count, least: «moth, most: 500", "unknown-name month"),
    (FARE, RIDES, "rides: {kind: count, most: «moth", "unknown-name month"),
    (FARE, RIDES, "rides: {kind: count, most: 500, otherwise: «month", "unknown-name"),
    (FARE, RIDES, "rides: {kind: count, most: 500, usual: «month", "unknown-name"),
    (FARE, RIDES, "rides: {kind: count, most: 500, usual: «'on'", "unknown-name"),
    (FARE, "{kind: month, label", "{kind: month, usual: 'on', label", ""),
    (
        FARE,
        "{kind: month, label",
        "{kind: month, hint: {zh: 月, en: Month}, options_of: «Persn.colour, label",
        "unknown-id sample/Person",
    ),
    (
        FARE,
        "{kind: month, label",
        "{kind: month, options_of: «Person.colur, label",
        "unknown-fact Person.colour",
    ),
    (FARE, "rules.fare, because", "«rules.far, because", "unknown-function sample/rules.fare"),
    (FARE, f"rules.fare, {CITED}", f"rules.fare, {UNBECAUSE}", "unknown-id sample/card-law"),
    (FARE, "fare_fen: {kind: fen,", f"fare_fen: {{kind: fen, {UNBECAUSE},", "unknown-id sample/card-law"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "said"), WRONG)
def test_what_is_wrong_is_told_where_it_stands(file: str, old: str, new: str, said: str, tmp_path: Path) -> None:
    packs = copy_of_sample(tmp_path)
    path = packs[0] / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    *before, _ = text.replace(old, new).split(MARK)
    path.write_text(text.replace(old, new.replace(MARK, "")), encoding="utf-8")
    _, findings = checked(packs, tmp_path)
    above = "".join(before)
    line, column = above.count("\n") + 1, len(above) - above.rfind("\n")
    code, _, nearest = said.partition(" ")
    place = (f"sample/{file}", line, column, code, nearest or None)
    assert [(one.file, one.line, one.column, one.code, one.nearest) for one in findings] == [place] * len(before)
    for one in findings:
        assert re.search("[\u4e00-\u9fff]", one.message.zh)
        assert not re.search("[\u4e00-\u9fff]", one.message.en)
        if code.startswith(("unknown-", "wrong-id", "reserved")):
            words = set(re.findall(r"[\w/@-]+", new)) - set(re.findall(r"[\w/@-]+", old))
            assert any(word in one.message.en for word in words), "it quotes what is written"
