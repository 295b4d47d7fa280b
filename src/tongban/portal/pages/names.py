"""Short names for narrow places: the word that people themselves use, where a pack gives one."""

from __future__ import annotations

from typing import Final

from django.utils.translation import get_language

from tongban.catalog.model import Catalog, ServiceDefinition
from tongban.portal.formats import is_chinese
from tongban.portal.templatetags.tongban import in_language

MOST_SHORT: Final = 4


def short_name(service: ServiceDefinition) -> str:
    """`出生证` for 出生医学证明: the first of its words, which packs have in Chinese; in English its title."""
    if is_chinese(get_language() or "") and service.words:
        return min(service.words[0], service.title.zh, key=len)
    return in_language(service.title)


def result_name(catalog: Catalog, service: ServiceDefinition) -> str:
    """What somebody receives: the name of its credential, abbreviated as people do; empty where there is none."""
    if service.credential is None:
        return ""
    title = in_language(catalog.credentials[service.credential].title)
    if len(title) <= MOST_SHORT or not is_chinese(get_language() or ""):
        return title
    short = next(
        (word for word in service.words if abbreviates(word, title)), service.words[0] if service.words else title
    )
    return short if len(short) <= MOST_SHORT else title


def abbreviates(word: str, title: str) -> bool:
    """Whether a word is made of the title's characters, in their order."""
    rest = iter(title)
    return len(word) > 1 and all(character in rest for character in word)
