"""Finding what to apply for in people's own words: by pairs of neighbouring characters, as written and as heard.

Chinese has no spaces, so a text is the set of its pairs of neighbouring characters, and of how these sound, so that a
wrong character of the same sound and pinyin find it, too; English goes by words. What shares rare pairs with the
question comes first, and of what shares as many, what has a title or a word nearest to the question. A bundle comes
before its services when they are as near.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from heapq import nlargest
from itertools import pairwise
from operator import itemgetter
from typing import Any, Final

from tongban.applications import sounds
from tongban.applications.everyday import with_official_words
from tongban.applications.offers import OPENED_BY_THE_HOUSE
from tongban.catalog.model import BundleDefinition, Catalog, ServiceDefinition
from tongban.catalog.vocabulary import Text

LONGEST_QUERY: Final = 100
SURE_SCORE: Final = 0.25
# What counts: the share of the question that a thing has in all its texts, that its nearest text has, and how much of
# that text the question has. Found with the half of `tests/applications/ways_people_ask` that is for tuning.
IN_ALL, IN_NEAREST, OF_NEAREST = 0.6, 0.25, 0.15
AS_OFFICIAL: Final = 0.5
"""What a gram counts that the question has only in the official words for what was said."""
THE_SAME: Final = 0.1
BUNDLE_FIRST: Final = 0.03
ONLY_BUNDLE, ONE_OF_MANY = 0.01, -0.1
"""What a bundle counts by the words of a part: just before it, or behind where other bundles have the part, too."""
COMPARED: Final = 40
"""How many of those that share most with a question are compared with it text by text."""
IN_OTHER_WORDS: Final = 0.85
"""What a gram counts that is not in the title."""
UNKNOWN: Final = 3.0
"""What a gram weighs that no text has, for its kind."""
# Words that say nothing about what is wanted: "I want to", "how", "apply", "handle".
EMPTY: Final = re.compile(
    r"能不能|行不行|可不可以|有没有|要不要|是不是|去哪里?|在哪里?|上哪|哪里|哪儿|怎么[办样]?|咋办?|如何|什么|多少|可以|请问"
    r"|我们|你们|我的|我要|我想|帮我|想要|需要|办理|申请|要办|办一?下?|一下|一个|一张|手续|的|了|吗|呢|啊|吧|不$"
    r"|\b(?:what|how|where|want|need|apply|the|for|to|my|a|an|i|do|get|of)\b"
)
ENDINGS: Final = re.compile(r"(?<=[a-z]{3})(?:ing|ed|es|s|e)$")
HAN: Final = re.compile(r"[\u4e00-\u9fff]+")
LATIN: Final = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found. ``within`` names the service inside the bundle that matched best, if one did."""

    id: str
    title: Text
    is_bundle: bool
    score: float
    within: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Its wire form, without the score."""
        return {"id": self.id, "title": self.title.to_json(), "is_bundle": self.is_bundle, "within": self.within}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that can be found: the grams of each of its texts. ``inside`` are the bundles that it is part of."""

    id: str
    title: Text
    is_bundle: bool
    texts: tuple[frozenset[str], ...]
    inside: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Index:
    """Everything that can be found, what each gram weighs, and which entries have it, in the title (1) or elsewhere."""

    entries: tuple[Entry, ...]
    weight: dict[str, float]
    having: dict[str, list[tuple[int, float]]]


def grams(text: str) -> frozenset[str]:
    """Han characters, pairs of neighbours, how the pairs sound, and Latin words without their endings."""
    plain = text.lower()
    found = {ENDINGS.sub("", word) for word in LATIN.findall(plain) if len(word) > 1}
    for run in HAN.findall(plain):
        found |= set(run) | {run[i : i + 2] for i in range(len(run) - 1)} | sounds.pairs(run)
    return frozenset(found)


def _texts(definition: BundleDefinition | ServiceDefinition) -> Iterable[str]:
    """The title in both languages, then everything else that it is called."""
    yield from (definition.title.zh, definition.title.en, *definition.words)
    if definition.plain is not None:
        yield from (definition.plain.zh, definition.plain.en)


class _Hashable:
    """A catalog that the cache tells apart by its digest."""

    def __init__(self, it: Catalog) -> None:
        self.it = it

    def __hash__(self) -> int:
        return hash(self.it.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Hashable) and other.it.digest == self.it.digest


@lru_cache(maxsize=4)
def _index(catalog: _Hashable) -> Index:
    inside: defaultdict[str, list[str]] = defaultdict(list)
    for bundle in catalog.it.bundles.values():
        for part in bundle.parts:
            inside[part.service].append(bundle.id)
    offers: list[BundleDefinition | ServiceDefinition] = [*catalog.it.bundles.values(), *catalog.it.services.values()]
    entries = tuple(
        Entry(
            each.id,
            each.title,
            isinstance(each, BundleDefinition),
            tuple(grams(text) for text in _texts(each)),
            tuple(inside[each.id]),
        )
        for each in offers
        if each.id not in OPENED_BY_THE_HOUSE or each.id in inside
    )
    having: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
    for place, entry in enumerate(entries):
        in_chinese, in_english, *others = entry.texts
        titled = in_chinese | in_english
        for gram in titled.union(*others):
            having[gram].append((place, 1.0 if gram in titled else IN_OTHER_WORDS))
    weight = {gram: _kind(gram) * math.log(1 + len(entries) / len(places)) for gram, places in having.items()}
    return Index(entries, weight, dict(having))


def _kind(gram: str) -> float:
    """A pair says more than a character, and than what it sounds like."""
    if " " in gram:
        return 1.2
    return 2.0 if len(gram) > 1 else 1.0


@dataclass(frozen=True, slots=True)
class Question:
    """What each gram of a question weighs, all together, and those that were said in just these words."""

    weight: dict[str, float]
    total: float
    said: frozenset[str]


def _question(index: Index, query: str) -> Question:
    """A question in grams: of pinyin as it sounds; otherwise what was said, and in the words of authorities."""
    plain = query[:LONGEST_QUERY].lower()
    said = _spelt(index, plain) or grams(EMPTY.sub(" ", plain)) or grams(plain)
    share = dict.fromkeys(grams(with_official_words(plain)), AS_OFFICIAL) | dict.fromkeys(said, 1.0)
    weight = {gram: share[gram] * index.weight.get(gram, UNKNOWN * _kind(gram)) for gram in sorted(share)}
    return Question(weight, sum(weight.values()), said)


def _spelt(index: Index, plain: str) -> frozenset[str]:
    """The sounds of typed pinyin; nothing where characters or English words were typed."""
    letters = LATIN.findall(plain)
    if HAN.search(plain) or all(ENDINGS.sub("", word) in index.weight for word in letters):
        return frozenset()
    spelt = sounds.spelt("".join(letters), lambda pair: index.weight.get(pair, 0.0)) or []
    return frozenset(f"{one} {next_}" for one, next_ in pairwise(spelt))


def search(catalog: Catalog, query: str, limit: int = 8) -> list[Hit]:
    """What fits a question best, best first; nothing at all rather than something unlike."""
    index = _index(_Hashable(catalog))
    asked = _question(index, query)
    shared: defaultdict[int, float] = defaultdict(float)
    letters: defaultdict[int, int] = defaultdict(int)
    for gram, weight in asked.weight.items():
        for place, share in index.having.get(gram, ()):
            shared[place] += weight * share
            letters[place] += len(gram)
    # One character in common says nothing, unless nothing else was asked.
    enough = min(2, max(map(len, asked.weight), default=0))
    likely = nlargest(COMPARED, (each for each in shared.items() if letters[each[0]] >= enough), key=itemgetter(1))
    scores = {
        index.entries[place].id: (index.entries[place], IN_ALL * weight / asked.total + _nearness(index, asked, place))
        for place, weight in likely
    }
    return sorted(_hits(catalog, scores), key=lambda hit: (-hit.score, hit.id))[:limit]


def _nearness(index: Index, asked: Question, place: int) -> float:
    """Share of the question's weight that the nearest text has, a little less for long texts, more for these words."""
    nearest = 0.0
    for text in index.entries[place].texts:
        shared = [gram for gram in text if gram in asked.weight]
        if shared:
            weighs = sum(index.weight[gram] for gram in text)
            of_asked, of_text = sum(asked.weight[gram] for gram in shared), sum(index.weight[gram] for gram in shared)
            near = IN_NEAREST * of_asked / asked.total + OF_NEAREST * of_text / weighs
            nearest = max(nearest, near + (THE_SAME if text == asked.said else 0.0))
    return round(nearest, 9)


def _hits(catalog: Catalog, scores: dict[str, tuple[Entry, float]]) -> Iterable[Hit]:
    """What is near enough, each once: a bundle by its own words or by those of the part that is nearest."""
    found: dict[str, Hit] = {}
    for entry, score in scores.values():
        if score >= SURE_SCORE and entry.id not in OPENED_BY_THE_HOUSE:
            found[entry.id] = Hit(entry.id, entry.title, entry.is_bundle, score + BUNDLE_FIRST * entry.is_bundle)
    for entry, score in scores.values():
        # A part of several bundles says nothing of which is meant.
        bundle, *others = entry.inside or ("",)
        nearer = bundle and not others and (bundle not in found or found[bundle].score < score + ONLY_BUNDLE)
        if nearer and score >= SURE_SCORE:
            title = catalog.bundles[bundle].title
            found[bundle] = Hit(bundle, title, is_bundle=True, score=score + ONLY_BUNDLE, within=entry.id)
    return found.values()
