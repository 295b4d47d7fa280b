"""A story that cannot be meant is refused with its place, a code and the right word most like the wrong one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tongban.publication.files import tree
from tongban.testing.stories.model import Do, Fault, Move, Story, Target, Then
from tongban.testing.stories.reading import read_story

HEAD = "story: s\ntitle: 故事\ngiven:\n  - on: 2026-11-16\nsteps:\n  - {as: mother, when: plan, bundle: newborn}\n"


def read(tmp_path: Path, text: str) -> Story | list[Fault]:
    file = tmp_path / "s.yaml"
    file.write_text(text)
    return read_story(file, tree(), "s.yaml")


@pytest.mark.parametrize(
    ("step", "code", "column", "nearest"),
    [
        ("{as: mothr, when: agree}", "unknown-name", 10, "mother"),
        ("{as: mother, when: agre}", "unknown-verb", 24, "agree"),
        ("{as: mother, wen: agree}", "unknown-key", 18, "when"),
        ("{as: mother}", "missing-key", 5, None),
        ("{as: mother, when: fill}", "missing-key", 24, "facts"),
        ("{as: mother, when: agree, service: 出生户口登记}", "unknown-key", 31, None),
        ("{as: mother, when: fill, facts: {mother.phon: 1}}", "unknown-name", 38, "mother.phone"),
        ("{as: mother, when: fill, facts: {birth.2.sex: fmale}}", "wrong-value", 51, None),
        ("{as: mother, when: fill, facts: {mother.2.name: 李}}", "no-such-member", 38, "mother.name"),
        ("{as: clerk-population, when: accept, service: 出生户口登计}", "unknown-name", 51, "出生户口登记"),
        ("{as: clerk-population, when: correct, fault: wrong}", "wrong-value", 50, None),
        ("{as: mother, when: plan, counts: {mother: 2}}", "wrong-value", 47, None),
        ("{then: {statuses: {}}}", "unknown-key", 13, "status"),
        ("{then: {status: {出生户口登记: isued}}}", "wrong-value", 30, "issued"),
        ("{then: {status: {application: finished}}}", "wrong-value", 35, None),
        ("{then: {asked: [mother.phon]}}", "unknown-name", 21, "mother.phone"),
        ("{then: {due: soon}}", "wrong-value", 18, None),
        ("{then: {light: {出生户口登记: blue}}}", "wrong-value", 29, None),
        ("{then: {credential: 出生医学正明}}", "unknown-name", 25, "出生医学证明"),
        ("{then: {audit: fine}}", "wrong-value", 20, None),
        ("{then: {produced: {child.id_numbr: 1}}}", "unknown-name", 24, "child.id_number"),
        ("{then: {produced: {birth.sex: fmale}}}", "wrong-value", 35, None),
        ("{then: {prints: {出生医学正明: 女}}}", "unknown-name", 30, "出生医学证明"),
        ("{then: {prints: {出生医学证明: [女, 3250]}}}", "wrong-value", 34, None),
        ("{then: {gives: 3}}", "wrong-value", 20, None),
        ("{as: mother, when: reckon}", "missing-key", 24, "rule"),
        ("{as: mother, when: reckon, rule: late-fe}", "unknown-name", 38, "late-fee"),
        ("{as: mother, when: reckon, rule: late-fee, with: {principal: 1}}", "unknown-name", 55, "principal_fen"),
        ("{as: mother, when: reckon, rule: late-fee, with: {due: soon}}", "wrong-value", 60, None),
        ("{as: mother, when: reckon, rule: late-fee, with: 3}", "wrong-value", 54, None),
        ("{run: biling 2026-11}", "unknown-name", 11, "billing"),
        ("{run: billing}", "wrong-value", 11, None),
        ("{run: billing 2026-11 --peopel 3}", "wrong-value", 11, None),
        ("{run: payments no-such-file.csv}", "wrong-value", 11, None),
        ("{run: 3}", "wrong-value", 11, None),
        ("{on: tomorrow}", "wrong-value", 10, None),
        ("{on: +3 moons}", "wrong-value", 10, None),
        ("{on: 2026-11-20, then: {}}", "wrong-value", 5, None),
        ("agree", "wrong-value", 5, None),
        ("{as: head, when: walk, chosen: nobody}", "wrong-value", 36, None),
        ("{as: mother, when: feel, pain: 4}", "wrong-value", 36, None),
        ("{as: mother, when: tell, kind: simplify}", "wrong-value", 36, None),
        ("{as: head, when: report, kind: sent-back}", "wrong-value", 36, None),
        ("{as: head, when: visit, office: 株洲市公安局天元分局, text: 看}", "missing-key", 22, "by"),
        ("{as: mother, when: look, page: deeds}", "wrong-value", 36, None),
        ("{then: {shows: [1]}}", "wrong-value", 21, None),
        (
            "{as: head, when: 定办法, service: 问题整改, facts: {problem.mesure: 改}}",
            "unknown-name",
            50,
            "problem.measure",
        ),
    ],
)
def test_a_wrong_step_is_refused_with_its_place_and_the_nearest_right_one(
    tmp_path: Path, step: str, code: str, column: int, nearest: str | None
) -> None:
    faults = read(tmp_path, f"{HEAD}  - {step}\n")
    assert isinstance(faults, list)
    fault = faults[0]
    assert (fault.code, fault.file, fault.line, fault.column) == (code, "s.yaml", 7, column)
    assert nearest in (None, fault.nearest)
    assert fault.message.zh != fault.message.en


def test_all_faults_are_told_at_once_in_order(tmp_path: Path) -> None:
    faults = read(tmp_path, HEAD + "  - {as: nobody, when: nothing}\n  - {then: {colour: red}}\n")
    assert isinstance(faults, list)
    assert [(fault.line, fault.code) for fault in faults] == [
        (7, "unknown-name"),
        (7, "unknown-verb"),
        (8, "unknown-key"),
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("story: [", "broken-yaml"),
        ("story: a\nstory: b\nsteps: []\n", "broken-yaml"),
        ("story: &x a\nsteps: []\n", "broken-yaml"),
        ("title: 没有名字\nsteps: []\n", "missing-key"),
        ("story: s\n", "missing-key"),
        ("- story\n", "wrong-value"),
        ("story: s\ngiven: [{facts: {}}]\nsteps: []\n", "missing-key"),
        ("story: s\nsteps: [{as: mother, when: fill, facts: {mother.phone: 1}}]\n", "no-bundle"),
    ],
)
def test_a_file_that_is_no_story_is_refused(tmp_path: Path, text: str, code: str) -> None:
    faults = read(tmp_path, text)
    assert isinstance(faults, list)
    assert code in [fault.code for fault in faults]


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    faults = read_story(tmp_path / "none.yaml", tree())
    assert isinstance(faults, list)
    assert [fault.code for fault in faults] == ["unreadable"]


def test_chinese_and_english_mean_the_same(tmp_path: Path) -> None:
    english = read(
        tmp_path,
        HEAD
        + "  - {as: mother, when: fill, facts: {birth.1.sex: female}}\n"
        + "  - {as: clerk-population, when: accept, service: police/birth-registration, member: 2}\n"
        + "  - {on: +2 workdays}\n"
        + "  - {then: {status: {police/birth-registration.2: accepted}, asked: [mother.phone]}}\n",
    )
    chinese = read(
        tmp_path,
        "故事: s\n标题: 故事\n已知:\n  - 时间: 2026-11-16\n经过:\n  - {谁: 李沐禾, 做: 看方案, 一件事: 新生儿出生}\n"
        "  - {谁: 母亲, 做: 填表, 数据: {birth.1.孩子的性别: 女}}\n"
        "  - {谁: 公安经办, 做: 受理, 事项: 出生户口登记, 第几个: 2}\n"
        "  - {时间: +2 workdays}\n"
        "  - {结果: {状态: {出生户口登记.2: 办理中}, 要问: [母亲.手机号]}}\n",
    )
    assert isinstance(english, Story)
    assert isinstance(chinese, Story)
    assert english.steps == chinese.steps


def test_a_label_that_steps_share_is_the_one_of_the_service(tmp_path: Path) -> None:
    steps = "".join(f"  - {{as: head, when: 报整改完成, service: {one}}}\n" for one in ("问题整改", "差评整改"))
    story = read(tmp_path, HEAD + steps)
    assert isinstance(story, Story)
    assert [step.verb for step in story.steps[1:] if isinstance(step, Do)] == ["repair", "mend"]


def test_a_step_that_is_called_as_a_verb_is_written_by_its_label(tmp_path: Path) -> None:
    story = read(tmp_path, HEAD + "  - {as: head, when: 定办法, service: 问题整改, facts: {problem.measure: 改}}\n")
    assert isinstance(story, Story)
    assert [(step.verb, step.is_step) for step in story.steps if isinstance(step, Do)] == [
        ("plan", False),
        ("plan", True),
    ]


def test_what_was_read_is_ids_and_plain_values(tmp_path: Path) -> None:
    story = read(tmp_path, HEAD + "  - {on: '+2 workdays'}\n  - {then: {status: {出生户口登记: 已办结}}}\n")
    assert isinstance(story, Story)
    plan, move, then = story.steps
    assert plan == Do(6, "mother", "plan", {"bundle": "life-events/newborn"}, "life-events/newborn")
    assert move == Move(7, advance="2 workdays")
    assert then == Then(8, {"status": {Target("service", "police/birth-registration"): "issued"}})
