"""How hard a text is to read, and whether it is there in both languages: a measure, not a taste.

Chinese is measured by the characters between two marks, English by the words of a sentence, official words of both
count. The limits are ours (待核: no standard for texts of forms was found); people look at what passes them.
"""

from __future__ import annotations

import re
from typing import Final, Literal

from tongban.catalog.vocabulary import Text

Fault = Literal["untranslated", "too-long", "official"]

HAN: Final = re.compile(r"[\u4e00-\u9fff]")
LETTERS: Final = re.compile(r"[A-Za-z]{2,}")
CLAUSES: Final = re.compile(r"[，。；：、！？,.;:!?()（）《》“”\s]+")
SENTENCES: Final = re.compile(r"[.;:!?]+\s*")
LONGEST_CLAUSE: Final = 26
"""Chinese characters between two marks."""
LONGEST_SENTENCE: Final = 28
"""English words."""
OFFICIAL: Final = re.compile(
    r"系指|予以|兹有|之规定|应予|据此|拟于|上述之|凭此|须经.{0,6}核准后方可|hereby|pursuant|thereof|aforesaid"
)


def level(text: Text) -> tuple[int, int]:
    """The longest stretch that must be held in the head: Chinese characters, English words."""
    chinese = max((len(HAN.findall(clause)) for clause in CLAUSES.split(text.zh)), default=0)
    english = max((len(sentence.split()) for sentence in SENTENCES.split(text.en)), default=0)
    return chinese, english


def fault_of(text: Text) -> Fault | None:
    """What makes a text hard, the worst first; None where nothing does."""
    if (LETTERS.search(text.zh) and not HAN.search(text.zh) and text.zh.lower() == text.zh) or HAN.search(text.en):
        return "untranslated"
    if OFFICIAL.search(text.zh) or OFFICIAL.search(text.en):
        return "official"
    chinese, english = level(text)
    return "too-long" if chinese > LONGEST_CLAUSE or english > LONGEST_SENTENCE else None
