"""What people say for what the authorities call it otherwise: data, looked up in a question."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final

WORDS: Final = Path(__file__).with_name("everyday.txt")


@cache
def _official() -> tuple[re.Pattern[str], dict[str, str]]:
    """A pattern of all everyday words, longest first, and the official words of each."""
    lines = [line for line in WORDS.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    said = {word: official for line in lines for words, _, official in [line.partition(": ")] for word in words.split()}
    return re.compile("|".join(sorted(map(re.escape, said), key=len, reverse=True))), said


def with_official_words(query: str) -> str:
    """The official words for the everyday ones in a question, and nothing else."""
    pattern, said = _official()
    return " ".join(said[word] for word in pattern.findall(query))
