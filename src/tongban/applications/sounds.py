"""How Chinese is heard: characters and typed pinyin as syllables, so that a wrong character or none finds the same.

Syllables that many people do not tell apart (zh and z, eng and en, l and n) are one sound.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

LONGEST_SYLLABLE: Final = 6
EACH: Final = 0.01
"""What a syllable costs where pinyin is cut."""
READINGS: Final = Path(__file__).with_name("readings.txt")
UNHEARD: Final = re.compile(r"(?<=[zcs])h|(?<=n)g$")


@cache
def syllables() -> dict[str, str]:
    """Each syllable, ``zhong``, with the characters that are read so."""
    lines = READINGS.read_text(encoding="utf-8").splitlines()
    return {syllable: characters for syllable, _, characters in (line.partition(" ") for line in lines[1:])}


@cache
def spellings() -> frozenset[str]:
    """Whatever is typed for a syllable: as it is spelt, or as it sounds to everybody (``den`` for ``deng``)."""
    return frozenset(syllables()) | frozenset(map(sound, syllables()))


@cache
def readings() -> dict[str, tuple[str, ...]]:
    """Each character with its sounds."""
    heard: dict[str, dict[str, None]] = {}
    for syllable, characters in syllables().items():
        for character in characters:
            heard.setdefault(character, {})[sound(syllable)] = None
    return {character: tuple(sounds) for character, sounds in heard.items()}


def sound(syllable: str) -> str:
    """What a syllable sounds like to everybody: ``zhang`` and ``zan`` are the same."""
    return UNHEARD.sub("", syllable.replace("l", "n", 1) if syllable.startswith("l") else syllable)


def pairs(run: str) -> set[str]:
    """The sounds of each two neighbouring characters: 劳动 and 老动 both give ``nao don``."""
    heard = [readings().get(character, ()) for character in run]
    return {f"{one} {next_}" for ones, nexts in pairwise(heard) for one in ones for next_ in nexts}


def spelt(letters: str, weight: Callable[[str], float]) -> list[str] | None:
    """Pinyin cut into the sounds whose neighbours weigh most together; None where the letters are no pinyin.

    ``xian`` is one syllable or two: what is known of the pairs decides. Fewer syllables are better where nothing is.
    """
    # The best cut up to each place, by its last sound: how much it weighs, and the sounds.
    cuts: list[dict[str, tuple[float, list[str]]]] = [{"": (0.0, [])}, *({} for _ in letters)]
    for end in range(1, len(letters) + 1):
        for start in range(max(0, end - LONGEST_SYLLABLE), end):
            if letters[start:end] not in spellings():
                continue
            heard = sound(letters[start:end])
            for last, (weighs, sounds) in cuts[start].items():
                heavier = weighs - EACH + (weight(f"{last} {heard}") if last else 0.0)
                if heavier > cuts[end].get(heard, (float("-inf"), []))[0]:
                    cuts[end][heard] = (heavier, [*sounds, heard])
    return max(cuts[-1].values())[1] if cuts[-1] else None
