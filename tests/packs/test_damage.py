"""The real packs, damaged in one place: whatever was done, they are sound or refused with a file and a line, and the
check never fails itself. A failure names its seed, which does the same damage again.
"""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.catalog.packs import checked
from tests.examples import examples

from tongban.catalog.diagnostics import DIAGNOSTICS
from tongban.catalog.findings import errors_in
from tongban.platform.packs import pack_folders

LEFT_OUT = shutil.ignore_patterns("stories", "__pycache__", "migrations", "personas.yaml")
FACT = re.compile(r"\b[a-z_]+\.[a-z_]+\b")
NUMBER = re.compile(r"(?<![\w.])\d+(?![\w.])")
WORD = re.compile(r"[a-z][a-z_/-]{2,}")
KEY = re.compile(r"^ *(?:- )*[\w./-]+:")
NUMBERS = ("0", "-1", "1", "9999", "1" * 20, "9" * 4_000, "1e400", "1.5", ".inf", "0x10", "1_000", "2026-13-45", "true")
VALUES = (
    "", "~", "true", "0", "-1", "3.5", "text", "[]", "{}", "[[]]", "[~]", "{a: {b: c}}", "[1, two, {three: 3}]",
    "'''", "!!python/object:os.system x", "&a [*a]", "*nothing", "2026-02-30", "5 workdays", "9999999 months", "not (",
    "(" * 500 + "a.b" + ")" * 500, "{zh: 一, en: ''}", "x" * 100_000, "me", "🙂", "base/Person",
)  # fmt: skip
ODD = ("\u202e", "\ufeff", "\x00", "\x85", "\u2028", "\t", "\r", "é", "\U0001f642", "：", "\u200b", "\uffff", "\x7f")
BOMB = "".join(f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 9) if n else 'x'}]\n" for n in range(30))
"""Nine to the thirtieth values, if anybody expanded them."""


@dataclass
class City:
    """A copy of the packs, to be damaged and mended again."""

    folder: Path
    packs: list[Path]

    def files(self) -> list[Path]:
        """What may be damaged."""
        return sorted(self.folder.rglob("*.yaml"))


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    folder = tmp_path_factory.mktemp("packs")
    packs = [folder / pack.name for pack in pack_folders().values()]
    for source, copy in zip(pack_folders().values(), packs, strict=True):
        shutil.copytree(source, copy, ignore=LEFT_OUT)
    return City(folder, packs)


def block(lines: list[str], start: int) -> range:
    """The line and what is indented deeper below it."""
    deep = len(lines[start]) - len(lines[start].lstrip())
    end = start + 1
    while end < len(lines) and (len(lines[end]) - len(lines[end].lstrip()) > deep or not lines[end].strip()):
        end += 1
    return range(start, end)


def key_line(lines: list[str], chance: random.Random) -> int:
    return chance.choice([n for n, line in enumerate(lines) if KEY.match(line)])


def key_deleted(text: str, chance: random.Random) -> str:
    lines = text.splitlines(keepends=True)
    gone = block(lines, key_line(lines, chance))
    return "".join(lines[: gone.start] + lines[gone.stop :])


def key_doubled(text: str, chance: random.Random) -> str:
    lines = text.splitlines(keepends=True)
    twice = block(lines, key_line(lines, chance))
    return "".join(lines[: twice.stop] + lines[twice.start :])


def value_of_another_kind(text: str, chance: random.Random) -> str:
    lines = text.splitlines(keepends=True)
    old = block(lines, key_line(lines, chance))
    key = KEY.match(lines[old.start])
    assert key
    return "".join([*lines[: old.start], f"{key.group()} {chance.choice(VALUES)}\n", *lines[old.stop :]])


def value_from_elsewhere(text: str, chance: random.Random) -> str:
    lines = text.splitlines(keepends=True)
    here, there = key_line(lines, chance), key_line(lines, chance)
    key, other = KEY.match(lines[here]), KEY.match(lines[there])
    assert key
    assert other
    old, new = block(lines, here), block(lines, there)
    moved = [lines[there][other.end() :], *lines[new.start + 1 : new.stop]]
    return "".join([*lines[: old.start], key.group(), *moved, *lines[old.stop :]])


def renamed(text: str, chance: random.Random, pattern: re.Pattern[str]) -> str:
    """One word written otherwise, once or wherever the file has it."""
    found = list(pattern.finditer(text))
    if not found:
        return key_deleted(text, chance)
    one = chance.choice(found)
    new = chance.choice([one.group() + "s", one.group()[:-1], one.group()[::-1], chance.choice(found).group()])
    if chance.random() < 0.5:
        return text[: one.start()] + new + text[one.end() :]
    return text.replace(one.group(), new)


def fact_renamed(text: str, chance: random.Random) -> str:
    return renamed(text, chance, FACT)


def word_renamed(text: str, chance: random.Random) -> str:
    return renamed(text, chance, WORD)


def number_changed(text: str, chance: random.Random) -> str:
    found = list(NUMBER.finditer(text))
    if not found:
        return value_of_another_kind(text, chance)
    one = chance.choice(found)
    return text[: one.start()] + chance.choice([*NUMBERS, str(int(one.group()) + 1)]) + text[one.end() :]


def indented_otherwise(text: str, chance: random.Random) -> str:
    lines = text.splitlines(keepends=True)
    at = chance.randrange(len(lines))
    lines[at] = (
        chance.choice(["  ", "\t", " ", "- ", "    "]) + lines[at] if chance.random() < 0.6 else lines[at].lstrip()
    )
    return "".join(lines)


def lines_swapped(text: str, chance: random.Random) -> str:
    lines = text.splitlines(keepends=True)
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return "".join(lines)


def odd_character(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text))
    return text[:at] + chance.choice(ODD) + text[at:]


def cut(text: str, chance: random.Random) -> str:
    return text[: chance.randrange(len(text))]


def bomb(text: str, chance: random.Random) -> str:
    return BOMB + text if chance.random() < 0.5 else text + BOMB


DAMAGES: tuple[Callable[[str, random.Random], str], ...] = (
    key_deleted, key_doubled, value_of_another_kind, value_of_another_kind, value_from_elsewhere, fact_renamed,
    word_renamed, number_changed, indented_otherwise, lines_swapped, odd_character, cut, bomb,
)  # fmt: skip


def bytes_damaged(data: bytes, chance: random.Random) -> bytes:
    """The file cut or changed in the middle of a character."""
    at = chance.randrange(len(data))
    return data[:at] if chance.random() < 0.5 else data[:at] + chance.randbytes(chance.randrange(1, 4)) + data[at + 1 :]


def damage(data: bytes, chance: random.Random) -> bytes:
    if chance.random() < 1 / (len(DAMAGES) + 1):
        return bytes_damaged(data, chance)
    return chance.choice(DAMAGES)(data.decode(), chance).encode()


def unexplained(city: City) -> Iterator[str]:
    """What is wrong with the answer to packs as they now are: nothing, whatever they are."""
    catalog, findings = checked(city.packs, city.folder)
    if (catalog is None) != (errors_in(findings) > 0):
        yield "a catalog goes with no error, and no catalog with an error"
    for one in findings:
        file = city.folder / one.file
        if one.code not in DIAGNOSTICS:
            yield f"{one.code} is explained nowhere"
        if not file.exists():
            yield f"{one.code}: there is no {one.file}"
        elif file.is_file() and not 1 <= one.line <= len(file.read_bytes().splitlines()) + 1:
            yield f"{one.code}: {one.file} has no line {one.line}"
        if not (one.message.zh and one.message.en and one.do.zh and one.do.en):
            yield f"{one.code} says nothing"


@pytest.mark.slow
def test_the_copy_is_as_sound_as_the_packs(city: City) -> None:
    assert checked(city.packs, city.folder)[1] == ()


@pytest.mark.slow
@settings(max_examples=examples(60), phases=[Phase.explicit, Phase.generate])
@given(st.integers(0, 2**32))
def test_packs_damaged_in_one_place_are_sound_or_refused_with_a_place(city: City, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - to do the same damage again
    file = chance.choice(city.files())
    data = file.read_bytes()
    file.write_bytes(damage(data, chance))
    try:
        assert list(unexplained(city)) == []
    finally:
        file.write_bytes(data)
