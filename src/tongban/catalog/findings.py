"""What ``tongban check`` says: one finding is one thing wrong at one place, in both languages, with what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final, TypeAlias

from tongban.catalog.diagnostic import Severity
from tongban.catalog.diagnostics import DIAGNOSTICS
from tongban.catalog.vocabulary import Text

Words: TypeAlias = Mapping[str, str | int | Text]
"""What fills the {places} of a diagnostic's sentences."""

NOUNS: Final[Mapping[str, Text]] = {
    "pack": Text("定义包", "pack"),
    "type": Text("类型", "type"),
    "attribute": Text("数据项", "attribute"),
    "evidence": Text("材料", "paper"),
    "authority": Text("部门", "authority"),
    "office": Text("机构", "office"),
    "region": Text("区划", "region"),
    "law": Text("法律", "law"),
    "procedure": Text("办理程序", "procedure"),
    "service": Text("事项", "service"),
    "bundle": Text("一件事", "bundle"),
    "credential": Text("证照", "credential"),
    "notice": Text("通知书", "notice"),
    "calendar": Text("历法", "calendar"),
    "role": Text("角色", "role"),
    "subject": Text("主体", "subject"),
    "end": Text("端", "end"),
    "state": Text("状态", "state"),
    "step": Text("步骤", "step"),
    "clock": Text("时钟", "clock"),
    "task": Text("任务", "task"),
    "option": Text("选项", "choice"),
    "figure": Text("项", "figure"),
    "parameter": Text("参数", "parameter"),
    "rule": Text("规则", "rule"),
    "input": Text("输入", "input"),
}
"""What findings call the things that packs declare or name."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A diagnostic at a place. Lines and columns count from 1; ``nearest`` is the valid name most like a wrong one."""

    code: str
    severity: Severity
    file: str
    line: int
    column: int
    message: Text
    nearest: str | None
    do: Text

    def to_json(self) -> dict[str, object]:
        """The finding as `tongban check --json` prints it."""
        return {
            "code": self.code,
            "severity": self.severity,
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "message": self.message.to_json(),
            "nearest": self.nearest,
            "do": self.do.to_json(),
        }


def finding(
    code: str,
    file: str,
    place: tuple[int, int] = (1, 1),
    words: Words | None = None,
    nearest: str | None = None,
) -> Finding:
    """The finding ``code`` at ``place`` (line, column); ``words`` fill its sentences, a Text in each its language."""
    words = words or {}
    diagnostic = DIAGNOSTICS[code]
    zh = {name: word.zh if isinstance(word, Text) else word for name, word in words.items()}
    en = {name: word.en if isinstance(word, Text) else word for name, word in words.items()}
    return Finding(
        code,
        diagnostic.severity,
        file,
        *place,
        Text(diagnostic.message.zh.format(**zh), diagnostic.message.en.format(**en)),
        nearest,
        Text(diagnostic.do.zh.format(**zh), diagnostic.do.en.format(**en)),
    )


def nearest_of(name: str, names: Iterable[str]) -> str | None:
    """The one of ``names`` most like ``name``; also found by the part after the slash or dot alone."""
    candidates = sorted(set(names))
    close = get_close_matches(name, candidates, n=1, cutoff=0.6)
    if close:
        return close[0]
    tails = {candidate.rpartition("/")[2]: candidate for candidate in candidates}
    close = get_close_matches(name.rpartition("/")[2], tails, n=1, cutoff=0.6)
    return tails[close[0]] if close else None


def by_name(titles: Mapping[str, Text]) -> dict[str, list[str]]:
    """Every name → the ids of what it may mean: bare id, title in either language; a full id means nothing else."""
    found: dict[str, list[str]] = {}
    for full, title in titles.items():
        for name in {full.rpartition("/")[2], title.zh, title.en}:
            found.setdefault(name, []).append(full)
    return found | {full: [full] for full in titles}


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each finding once, by file, line and column."""
    return tuple(sorted(set(findings), key=lambda one: (one.file, one.line, one.column, one.code, one.message.en)))


def errors_in(findings: Iterable[Finding]) -> int:
    """How many of them are errors."""
    return sum(one.severity == "error" for one in findings)
