"""Names as people say them: short ones for narrow places, where a pack gives one, and articles of law as cited."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tongban.catalog.model import Catalog, ServiceDefinition
from tongban.portal.formats import is_chinese
from tongban.portal.templatetags.tongban import in_language


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
    if not is_chinese(get_language() or ""):
        return title
    return min((word for word in service.words if abbreviates(word, title)), key=len, default=title)


def article_name(law: Any, article: str) -> str:  # noqa: ANN401 -- a Text or a {zh, en} mapping, as in_language takes
    """`《户口登记条例》第 7 条`; a law meant as a whole (全文) by its title alone."""
    title = in_language(law)
    is_han = is_chinese(get_language() or "")
    words = _("art. %(article)s") % {"article": article} if article[:1].isdecimal() else ""
    return f"《{title}》{words}" if is_han else f"{title} {words}".rstrip()


def abbreviates(word: str, title: str) -> bool:
    """Whether a word is made of the title's characters, in their order."""
    rest = iter(title)
    return len(word) > 1 and all(character in rest for character in word)


def region_name(catalog: Catalog, code: str) -> str | None:
    """`天元区三门镇` for a town, with its village where the code names one; the region's own name above a county.

    None for a code that no region has.
    """
    if code not in catalog.regions:
        return None
    around = [catalog.regions[code[:digits]] for digits in (6, 9, 12) if code[:digits] in catalog.regions]
    names = [in_language(name) for name in dict.fromkeys(around)] or [in_language(catalog.regions[code])]
    return "".join(names) if is_chinese(get_language() or "") else ", ".join(reversed(names))
