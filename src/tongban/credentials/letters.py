"""The words of notices: a definition's text with {placeholders} of a closed list becomes what the letter says.

Definitions bring the text in both languages; a case brings the values. A date is written in the language it stands
in, a list one thing a line. A value is never read again for braces of its own, and opens no line of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypeAlias

from tongban.catalog.sentences import NAMED, day_in_words
from tongban.catalog.vocabulary import Text
from tongban.credentials.sheet import shown

Word: TypeAlias = Text | str | date | Sequence[Text]

PLACEHOLDERS: Mapping[str, Text] = {
    "applicant": Text("申请人", "the applicant's name"),
    "number": Text("办件编号", "the number of the case"),
    "service": Text("事项名称", "the title of the service"),
    "office": Text("承办机构", "the office that handles the case"),
    "applied_on": Text("申请之日", "the day of the application"),
    "due": Text("最晚哪天做到", "the last day for what the letter announces"),
    "former_due": Text("原来的最后一天", "the last day before an extension"),
    "days": Text("延长多久", "by how much something is extended"),
    "items": Text("逐样列出的清单", "the things listed, one a line"),
    "reason": Text("理由", "why"),
    "law": Text("依据的条款", "the articles it rests on"),
    "document": Text("送达的文书", "the document that was served"),
    "served_on": Text("送达之日", "the day it was served"),
    "served_how": Text("送达方式", "how it was served"),
}
"""What the text of a notice may name, and what each name stands for."""

# Full-width punctuation brings its own gap; a space typed around a placeholder would double it.
_DOUBLE_GAP = re.compile(r" ?([（），。：；、“”《》]) ?")
_WEEKDAYS = (
    Text("周一", "Monday"),
    Text("周二", "Tuesday"),
    Text("周三", "Wednesday"),
    Text("周四", "Thursday"),
    Text("周五", "Friday"),
    Text("周六", "Saturday"),
    Text("周日", "Sunday"),
)


def names(text: Text) -> frozenset[str]:
    """Return the placeholders that a text uses in either language, known or not."""
    return frozenset(NAMED.findall(text.zh)) | frozenset(NAMED.findall(text.en))


def fill(text: Text, words: Mapping[str, Word]) -> Text:
    """Return the text with its placeholders replaced. Raises KeyError naming one that has no value."""
    chinese = NAMED.sub(lambda found: _said(words[found[1]]).zh, text.zh)
    english = NAMED.sub(lambda found: _said(words[found[1]]).en, text.en)
    return Text(_DOUBLE_GAP.sub(r"\1", chinese), english)


def day(on: date) -> Text:
    """Return a date to be kept, with its weekday: ``2026 年 11 月 30 日（周一）``, ``Monday 30 November 2026``."""
    plain, weekday = day_in_words(on), _WEEKDAYS[on.weekday()]
    return Text(f"{plain.zh}（{weekday.zh}）", f"{weekday.en} {plain.en}")


def _said(word: Word) -> Text:
    if isinstance(word, Text):
        return Text(shown(word.zh), shown(word.en))
    if isinstance(word, str):
        return Text(shown(word), shown(word))
    if isinstance(word, date):
        return day(word)
    lines = [_said(item) for item in word]
    return Text(_numbered([line.zh for line in lines]), _numbered([line.en for line in lines]))


def _numbered(lines: Sequence[str]) -> str:
    return "\n".join(f"{place}. {line}" for place, line in enumerate(lines, start=1))
