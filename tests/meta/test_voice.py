"""Everything applicants read keeps the voice: no word of the never-list, in Chinese or in English.

The words are those of the pages' messages, of packs' titles, questions and messages, and of what use cases answer.
Staff read other words too; what only they see (the desk, the command line, the checks of packs) is left out.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml
from babel.messages.pofile import read_po
from tests.meta.test_languages import SAID
from tests.meta.tree import SOURCE, parsed, shown

NEVER_ZH = (
    "请", "您", "尊敬的", "温馨提示", "予以", "进行", "相关", "上述", "该", "无效", "非法", "系统", "参数",
    "操作失败", "暂无数据",
)  # fmt: skip
ALLOWED_ZH = re.compile(
    # Words that contain one of them and are none; the names of laws are not ours to choose.
    r"申请|邀请|请假|应该|不该|本该|相关性|无效果|《[^》]*》"
)
NEVER_EN = re.compile(r"\b(?:please|sorry|invalid|error occurred|submit|submitted|N/A)\b", re.IGNORECASE)
APPLICANT_ROOMS = ("applications", "portal", "registry", "credentials", "accounts", "planner")
TITLES_OF_OTHERS = {"title", "number", "source", "authority", "owner"}
"""Keys of packs whose words are official names: of laws, bodies, services."""


def wrong(zh: str, en: str) -> list[str]:
    """The words of a sentence that we never say."""
    plain = ALLOWED_ZH.sub("", zh)
    found = [word for word in NEVER_ZH if word in plain]
    return found + NEVER_EN.findall(en)


def of_pages() -> Iterator[tuple[str, str, str]]:
    """The sentences of the portal in both languages, with their place."""
    file = SOURCE / "portal/locale/zh_Hans/LC_MESSAGES/django.po"
    with file.open("rb") as text:
        for message in read_po(text, locale="zh_Hans"):
            if not message.id:
                continue
            ids = [message.id] if isinstance(message.id, str) else list(message.id)
            strings = [message.string] if isinstance(message.string, str) else list(message.string or ())
            yield f"{shown(file)}: {ids[0]}", " ".join(strings), " ".join(ids)


def of_code() -> Iterator[tuple[str, str, str]]:
    """The texts that use cases answer with, with their place."""
    for room in APPLICANT_ROOMS:
        for file in sorted((SOURCE / room).rglob("*.py")):
            for node in ast.walk(parsed(file)):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Text" and len(node.args) > 1:
                    zh, en = (ast.unparse(each) for each in node.args[:2])
                    yield f"{shown(file)}:{node.lineno}", zh, en


def of_packs() -> Iterator[tuple[str, str, str]]:
    """The sentences of packs: plain words, labels, hints, questions, reasons; official names are not ours to choose."""
    for file in sorted((SOURCE / "packs").rglob("*.yaml")):
        if "stories" not in file.parts and "notices" not in file.parts:
            yield from sentences(shown(file), yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader))


def of_pages_of_packs() -> Iterator[tuple[str, str, str]]:
    """What the pages of packs say: fixed texts of their templates."""
    for file in sorted((SOURCE / "packs").rglob("templates/**/*.html")):
        for _, zh, _, en in SAID.findall(file.read_text(encoding="utf-8")):
            yield shown(file), zh, en


def sentences(place: str, node: Any, key: str = "") -> Iterator[tuple[str, str, str]]:  # noqa: ANN401 -- any YAML
    """Every {zh, en} in a tree that is not an official name."""
    if isinstance(node, Mapping):
        if set(node) >= {"zh", "en"} and key not in TITLES_OF_OTHERS:
            yield place, str(node["zh"]), str(node["en"])
        for name, each in node.items():
            yield from sentences(f"{place}: {name}", each, str(name))
    elif isinstance(node, list):
        for each in node:
            yield from sentences(place, each, key)


def test_what_applicants_read_never_says_these_words() -> None:
    found = [
        (place, words)
        for place, zh, en in (*of_pages(), *of_pages_of_packs(), *of_code(), *of_packs())
        if (words := wrong(zh, en))
    ]
    assert found == []


def test_the_lint_sees_what_it_should() -> None:
    assert wrong("请填写申请表", "") == ["请"]
    assert wrong("申请已交，应该今天到", "Sent today.") == []
    assert wrong("", "Please try again: invalid number") == ["Please", "invalid"]
    assert len(list(of_pages())) > 200
    assert len(list(of_packs())) > 200
    assert len(list(of_code())) > 50
