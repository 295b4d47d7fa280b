"""The facts of a case as rows: whose, what, from where; those of one role together, in the order of the definition."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from tongban.applications.masking import masked_name
from tongban.catalog.model import Catalog, ServiceDefinition
from tongban.portal.pages.names import region_name
from tongban.portal.templatetags.tongban import in_language, table_date

SOURCE_KINDS: Final = {
    "fetched": "registry",
    "produced": "office",
    "derived": "derived",
    "credential": "office",
    "claimed": "you",
}


def fact_lines(catalog: Catalog, definition: ServiceDefinition, view: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every fact; where several people take part, each with the person it is about."""
    order = {role: index for index, role in enumerate(definition.roles)}
    people = people_of(definition, view)
    facts = sorted(view["facts"], key=lambda line: order.get(line["fact"].partition(".")[0], 0))
    return [
        _line(line, _value(catalog, line), people.get(_subject(line), "") if len(people) > 1 else "") for line in facts
    ]


def sources_of(view: Mapping[str, Any]) -> list[dict[str, Any]]:
    """How many facts came from where, for the head of the list."""
    words = {
        "registry": _("read from registries"),
        "office": _("made by other offices"),
        "derived": _("worked out"),
        "you": _("typed by the applicant"),
    }
    kinds = [SOURCE_KINDS.get(line["source"], "you") for line in view["facts"]]
    return [{"kind": kind, "words": f"{text} {kinds.count(kind)}"} for kind, text in words.items() if kind in kinds]


def _subject(line: Mapping[str, Any]) -> str:
    """The role, with the number of its member where it has several."""
    return str(line["fact"]).rpartition(".")[0]


def people_of(definition: ServiceDefinition, view: Mapping[str, Any]) -> dict[str, str]:
    """The masked name of every person of the case, by role."""
    return {
        subject: masked_name(str(line["value"]))
        for line in view["facts"]
        if line["fact"].endswith(".name")
        and definition.roles[(subject := _subject(line)).partition(".")[0]].type == "base/Person"
    }


def _value(catalog: Catalog, line: Mapping[str, Any]) -> str:
    if line["kind"] == "region" and (region := region_name(catalog, str(line["value"]))):
        return region
    return in_language(line["shown"])


def _line(line: Mapping[str, Any], value: str, about: str) -> dict[str, Any]:
    kind = "disputed" if line["disputed"] else SOURCE_KINDS.get(line["source"], "you")
    names = {
        "registry": in_language(line["holder"]) or _("identity verified"),
        "office": _("from another part of this matter"),
        "derived": _("follows from other facts"),
        "disputed": _("disputed by the applicant"),
        "you": _("typed by the applicant"),
    }
    at = table_date(datetime.fromisoformat(line["at"]))
    return {
        "label": in_language(line["label"]),
        "about": about,
        "value": value,
        "kind": kind,
        "source": names[kind],
        "is_unverified": line["is_unverified"],
        "at": at if kind in {"registry", "office"} else "",
    }
