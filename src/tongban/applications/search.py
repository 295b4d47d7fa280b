"""Finding what to apply for in people's own words: titles, plain words and synonyms, by character bigrams.

Chinese has no spaces, so a text is the set of its pairs of neighbouring characters; English goes by words. A title that
shares rare pairs with the question comes first, bundles before single services when they are as near.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from tongban.applications.offers import OPENED_BY_THE_HOUSE
from tongban.catalog.model import BundleDefinition, Catalog, ServiceDefinition
from tongban.catalog.vocabulary import Text

LONGEST_QUERY = 100
SURE_SCORE = 0.25
# Words that say nothing about what is wanted: "I want to", "how", "apply", "handle".
EMPTY = re.compile(
    r"我要|我想|怎么|如何|哪里|办理|申请|办一?下?|一下|的|了|吗|呢|啊"
    r"|\b(?:what|how|where|want|need|apply|the|for|to|my|a|an|i|do|get|of)\b"
)
ENDINGS = re.compile(r"(?<=[a-z]{3})(?:ing|ed|es|s|e)$")


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
class Index:
    """Grams of everything that can be found, with how rare each gram is."""

    entries: tuple[tuple[str, Text, bool, tuple[tuple[str | None, frozenset[str]], ...]], ...]
    weight: dict[str, float]


def grams(text: str) -> frozenset[str]:
    """Pairs of neighbouring Han characters, single Han characters, and Latin words without their endings."""
    plain = text.lower()
    han = re.findall(r"[\u4e00-\u9fff]+", plain)
    pairs = {run[i : i + 2] for run in han for i in range(len(run) - 1)}
    return frozenset(
        pairs | {c for run in han for c in run} | {ENDINGS.sub("", word) for word in re.findall(r"[a-z0-9]{2,}", plain)}
    )


def _words(definition: BundleDefinition | ServiceDefinition) -> Iterable[str]:
    yield from (definition.title.zh, definition.title.en, *definition.words)
    if definition.plain is not None:
        yield from (definition.plain.zh, definition.plain.en)


@lru_cache(maxsize=4)
def _index(catalog: _Hashable) -> Index:
    entries = []
    for bundle in catalog.it.bundles.values():
        texts: list[tuple[str | None, frozenset[str]]] = [(None, grams(word)) for word in _words(bundle)]
        for part in bundle.parts:
            texts += [(part.service, grams(word)) for word in _words(catalog.it.services[part.service])]
        entries.append((bundle.id, bundle.title, True, tuple(texts)))
    entries += [
        (each.id, each.title, False, tuple((None, grams(word)) for word in _words(each)))
        for each in catalog.it.services.values()
        if each.id not in OPENED_BY_THE_HOUSE
    ]
    seen = Counter(gram for *_, texts in entries for gram in frozenset().union(*(g for _, g in texts)))
    # A pair says more than a character: it is rarer anyway, and weighs double.
    weight = {gram: (2.0 if len(gram) > 1 else 1.0) * math.log(1 + len(entries) / n) for gram, n in seen.items()}
    return Index(tuple(entries), weight)


class _Hashable:
    """A catalog that the cache tells apart by its digest."""

    def __init__(self, it: Catalog) -> None:
        self.it = it

    def __hash__(self) -> int:
        return hash(self.it.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Hashable) and other.it.digest == self.it.digest


def search(catalog: Catalog, query: str, limit: int = 8) -> list[Hit]:
    """What fits a question best, best first; nothing at all rather than something unlike."""
    asked = grams(EMPTY.sub(" ", query[:LONGEST_QUERY].lower())) or grams(query[:LONGEST_QUERY])
    index = _index(_Hashable(catalog))
    total = sum(index.weight.get(gram, 3.0) for gram in asked)
    hits = []
    for id_, title, is_bundle, texts in index.entries:
        scored = [(_likeness(index, asked, text, total), within) for within, text in texts]
        score, within = max(scored, key=lambda pair: (pair[0], pair[1] is None))
        if score >= SURE_SCORE:
            hits.append(Hit(id_, title, is_bundle, score + (0.15 if is_bundle else 0.0), within))
    return sorted(hits, key=lambda hit: (-hit.score, hit.id))[:limit]


def _likeness(index: Index, asked: frozenset[str], text: frozenset[str], total: float) -> float:
    """Share of the question's weight that the text has, a little less for long texts."""
    shared = sum(index.weight.get(gram, 0.0) for gram in asked & text)
    own = sum(index.weight.get(gram, 0.0) for gram in text)
    return 0.0 if not shared else 0.8 * shared / total + 0.2 * shared / own
