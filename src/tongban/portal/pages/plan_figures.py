"""What a plan comes to, in figures and sentences: one true sentence, three ways on one scale, every fact a square."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tongban.catalog.model import BundleDefinition, Catalog
from tongban.catalog.vocabulary import Attribute
from tongban.portal.formats import is_chinese
from tongban.portal.pages.names import short_name
from tongban.portal.strips import Stretch
from tongban.portal.templatetags.tongban import in_language, zh_date

MOST_NAMED = 12
FIGURES = ("papers", "trips", "questions", "days")
"""What ways are compared by."""


@dataclass(frozen=True, slots=True)
class Outline:
    """The figures of a plan: how many offices and things, what is asked, and by when it is all done."""

    offices: int
    services: int
    questions: int
    papers: int
    days: int
    start: date
    due: date

    @property
    def parts_sentence(self) -> str:
        """`5 个部门一起办 7 件事`."""
        things = ngettext("%(n)s thing", "%(n)s things", self.services) % {"n": self.services}
        if self.offices == 1:
            return _("One office does %(things)s") % {"things": things}
        return _("%(n)s offices do %(things)s together") % {"n": self.offices, "things": things}

    @property
    def due_sentence(self) -> str:
        """`今天提交，12 月 1 日（周二）前全部办好`."""
        if self.due == self.start:
            return _("Send it today, and all is done today.")
        return _("Send it today, and all is done by %(date)s.") % {"date": zh_date(self.due)}

    @property
    def sentence(self) -> str:
        """Both, as the picture is read aloud."""
        return _("%(parts)s; all done by %(date)s") % {"parts": self.parts_sentence, "date": zh_date(self.due)}


def count_of(lines: Iterable[Mapping[str, Any]]) -> int:
    """How many facts these lines of a plan are: one a member where a subject has several, whoever brings it once."""
    return len({(line["fact"], member) for line in lines for member in line["members"] or (0,)})


def outline_of(catalog: Catalog, plan: Mapping[str, Any]) -> Outline:
    """The figures of a plan."""
    offices = {(catalog.services[line["id"]].authority, line["office"]) for line in plan["services"]}
    return Outline(
        offices=len(offices),
        services=sum(max(1, len(line["members"])) for line in plan["services"]),
        questions=count_of(plan["questions"]),
        papers=sum(line["how"] == "uploaded" for line in plan["evidence"]),
        days=plan["schedule"]["days"],
        start=date.fromisoformat(plan["schedule"]["start"]),
        due=date.fromisoformat(plan["schedule"]["due"]),
    )


def ways_of(catalog: Catalog, plan: Mapping[str, Any]) -> dict[str, Any] | None:
    """The component `compare`: each window, each online, together, on one scale; None where it would say nothing.

    A window of which nobody has found out trips or days is left out, as is online where together is no other way, as
    for one service.
    """
    compared = plan["comparison"]
    outline = outline_of(catalog, plan)
    together = _("%(n)s side by side") % {"n": outline.services}
    others = []
    if compared["apart"]["by_service"]:
        others.append(_way(_("Each at its window"), compared["apart"], _stretches(catalog, compared["apart"])))
    if any(compared["connected"][name] != compared["together"][name] for name in FIGURES):
        others.append(_way(_("Each online"), compared["connected"], _stretches(catalog, compared["connected"])))
    if not others:
        return None
    ours = _way(_("Together"), compared["together"], [Stretch(outline.days, together)])
    ways = [*others, {**ours, "ours": True, "until": outline.due}]
    return {"ways": ways, "longest_days": max(way["days"] for way in ways), "note": _note(compared)}


def _stretches(catalog: Catalog, figures: Mapping[str, Any]) -> list[Stretch]:
    return [
        Stretch(part["days"], short_name(catalog.services[part["id"]]))
        for part in figures["by_service"]
        if part["days"]
    ]


def _way(title: str, figures: Mapping[str, Any], stretches: Sequence[Stretch]) -> dict[str, Any]:
    return {
        "title": title,
        **{name: figures[name] for name in FIGURES},
        "strip": stretches,
        "unverified": bool(figures["unsourced"]),
    }


def _note(compared: Mapping[str, Any]) -> str:
    """What sharing saves and what bundling saves, told apart."""
    apart, connected, together = (compared[name] for name in ("apart", "connected", "together"))
    sentences = []
    if apart["papers"] > connected["papers"]:
        sentences.append(
            _("Offices sharing data saves %(papers)s papers.") % {"papers": apart["papers"] - connected["papers"]}
        )
    answers, days = connected["questions"] - together["questions"], connected["days"] - together["days"]
    if answers > 0 or days > 0:
        sentences.append(
            _("Doing it together saves %(answers)s more answers and %(days)s days.")
            % {"answers": answers, "days": days}
        )
    return "".join(sentences) if _(", ") != ", " else " ".join(sentences)


def unasked_of(bundle: BundleDefinition, plan: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The lines of a plan that the form does not ask: read, worked out, known by log-in, or said with the situation.

    Every page that says how many facts need not be given counts these.
    """
    situation = {question.fact for question in bundle.questions}
    known = [line for line in plan["known"] if line["source"] != "claimed" or line["fact"] in situation]
    return [*plan["fetched"], *plan["derived"], *known]


def squares_of(catalog: Catalog, bundle: BundleDefinition, plan: Mapping[str, Any]) -> dict[str, Any]:
    """The component `squares`: what is asked, what is known and from whom, what the way itself makes."""
    known = unasked_of(bundle, plan)
    asked, made = count_of(plan["questions"]), count_of(plan["produced"])
    return {
        "asked": asked,
        "known": count_of(known),
        "produced": made,
        "total": asked + count_of(known) + made,
        "asked_words": _named(catalog, bundle, plan["questions"]),
        "produced_words": _named(catalog, bundle, plan["produced"]),
        "holders": _holders(catalog, bundle, plan),
        "papers_words": papers_sentence(catalog, plan),
    }


def _named(catalog: Catalog, bundle: BundleDefinition, lines: Sequence[Mapping[str, Any]]) -> str:
    names = list(dict.fromkeys(in_language(attribute_of(catalog, bundle, line["fact"]).label) for line in lines))
    shown = _(", ").join(names[:MOST_NAMED])
    return _("%(names)s and others") % {"names": shown} if len(names) > MOST_NAMED else shown


def _holders(catalog: Catalog, bundle: BundleDefinition, plan: Mapping[str, Any]) -> list[dict[str, Any]]:
    groups: Counter[tuple[str, str]] = Counter()
    for line in plan["fetched"]:
        attribute = attribute_of(catalog, bundle, line["fact"])
        groups[line["holder"], in_language(catalog.types[attribute.type].label)] += max(1, len(line["members"]))
    lines = [
        {"count": count, "name": name, "holder": in_language(catalog.authorities[holder].title)}
        for (holder, name), count in groups.most_common()
    ]
    said = [line for line in plan["known"] if line["source"] == "claimed"]
    others = (
        (_("worked out"), plan["derived"]),
        (_("said with your situation"), said),
        (_("known by your log-in"), [line for line in plan["known"] if line["source"] != "claimed"]),
    )
    return lines + [{"count": count_of(found), "name": name, "holder": ""} for name, found in others if found]


def attribute_of(catalog: Catalog, bundle: BundleDefinition, fact: str) -> Attribute:
    """The attribute that a fact of a plan names."""
    subject, _dot, name = fact.partition(".")
    return catalog.types[bundle.subjects[subject].type].attributes[name]


def papers_sentence(catalog: Catalog, plan: Mapping[str, Any]) -> str:
    """`材料 0 份：身份证、户口簿都直接核验，不收复印件`."""
    owed = [line for line in plan["evidence"] if line["how"] == "uploaded"]
    spared = [line for line in plan["evidence"] if line["how"] != "uploaded"]
    names = {True: _papers(catalog, owed), False: _papers(catalog, spared)}
    sentences = [ngettext("%(n)s paper to give", "%(n)s papers to give", len(owed)) % {"n": len(owed)}]
    if owed:
        sentences[0] += _(": ") + names[True]
    if spared:
        sentences.append(_("%(names)s are checked at their source; no copies.") % {"names": names[False]})
    return _(". ").join(sentences)


def _papers(catalog: Catalog, lines: Sequence[Mapping[str, Any]]) -> str:
    return _(", ").join(dict.fromkeys(in_language(catalog.evidence[line["id"]].label) for line in lines))


def laws_of(catalog: Catalog, plan: Mapping[str, Any]) -> dict[str, Any]:
    """`依据：户口登记条例等 9 条`, and every law with its articles."""
    articles: dict[str, list[str]] = {}
    for reasons in plan["because"].values():
        for reason in reasons:
            found = articles.setdefault(reason["law"], [])
            if reason["article"] not in found:
                found.append(reason["article"])
    laws = [
        {
            "title": in_language(one.title),
            "articles": sorted(found),
            "status": one.status,
            "number": one.number if is_chinese(get_language() or "") else None,
            "source": in_language(one.source) if one.source else "",
        }
        for one, found in ((catalog.laws[law], found) for law, found in articles.items() if law in catalog.laws)
    ]
    count = sum(len(found) for found in articles.values())
    words = ""
    if laws:
        values = {"law": laws[0]["title"], "n": count}
        words = ngettext("Law: %(law)s", "Law: %(law)s and others, %(n)s articles", count) % values
    return {"laws": laws, "law_words": words}
