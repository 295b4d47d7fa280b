"""A draft in hand: the form of one application, which step comes next, and its fields in the order people expect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final, Literal

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy

from tongban import publication
from tongban.applications import views
from tongban.applications.document import attribute_of, split_key
from tongban.applications.offers import offer_of
from tongban.applications.problems import Problem
from tongban.catalog.model import Attribute, BundleDefinition, Catalog, Text
from tongban.portal.pages.door import reader
from tongban.portal.pages.fields import Field, field_of
from tongban.portal.templatetags.tongban import in_language, table_date

Step = Literal["agree", "answer", "form", "papers", "sign", "dispute"]
MOST_ON_ONE_PAGE: Final = 9
OPEN_STATES: Final = ("draft", "waiting")
SOURCE_KINDS: Final = {"fetched": "registry", "derived": "derived", "credential": "office"}
SOURCES: Final = {
    "registry": gettext_lazy("on record"),
    "derived": gettext_lazy("worked out"),
    "office": gettext_lazy("from a document"),
    "disputed": gettext_lazy("disputed"),
}


@dataclass(frozen=True)
class Draft:
    """What the applicant sees of an application that is not sent yet, with the definitions behind it."""

    view: Mapping[str, Any]
    catalog: Catalog
    offer: BundleDefinition

    @property
    def number(self) -> str:
        """The application's number."""
        return str(self.view["number"])

    @cached_property
    def fields(self) -> list[Field]:
        """Every question, answered or not, by subject and in the order of its definition."""
        disputed = {line["fact"] for line in self.view["facts"] if line["disputed"]}
        fields = [self.field(line) for line in self.view["questions"] if line["fact"] not in disputed]
        return sorted(fields, key=lambda field: self._place(field["name"]))

    @cached_property
    def parts(self) -> list[tuple[str, list[Field]]]:
        """The pages of the form: one for up to nine questions, else one for each member of each subject."""
        if len(self.fields) <= MOST_ON_ONE_PAGE:
            return [("", self.fields)]
        parts: dict[str, list[Field]] = {}
        for field in self.fields:
            parts.setdefault(field["name"].rpartition(".")[0], []).append(field)
        return list(parts.items())

    @property
    def shown_facts(self) -> list[Mapping[str, Any]]:
        """What is known without being asked: read, worked out, from a credential, or disputed by the applicant."""
        return [line for line in self.view["facts"] if line["source"] != "claimed" or line["disputed"]]

    @property
    def hindrances(self) -> list[dict[str, str]]:
        """What plainly stands in the way of a service, in its own words, with its law."""
        found = []
        for line in self.view["plan"]["services"]:
            title = in_language(self.catalog.services[line["id"]].title)
            for unmet in line["unmet"]:
                law = self.catalog.laws.get(unmet["law"])
                because = f"{in_language(law.title)} {unmet['article']}" if law else ""
                found.append(
                    {"title": title, "words": in_language(unmet["otherwise"]) or unmet["that"], "because": because}
                )
        return found

    def attribute(self, key: str) -> Attribute:
        """The attribute of a fact. Raises Problem 404."""
        attribute = attribute_of(self.catalog, self.offer, key)
        if attribute is None:
            raise Problem(404, "unknown-fact", Text("没有这一项", "There is no such fact."))
        return attribute

    def field(self, line: Mapping[str, Any]) -> Field:
        """One question of the view as a field, with who needs it and by which law."""
        field = field_of(self.catalog, self.attribute(line["fact"]), line["fact"], line["value"])
        because = line["because"]
        services = dict.fromkeys(in_language(reason["service"]) for reason in because)
        laws = dict.fromkeys(f"{in_language(reason['law'])} {reason['article']}" for reason in because if reason["law"])
        return field | {
            "why": " · ".join(services),
            "why_law": " · ".join(laws),
            "subject": self.member_label(line["fact"]),
        }

    def row(self, line: Mapping[str, Any], url: str = "") -> dict[str, Any]:
        """A known fact as a row of the component `answers`, with whose it is where several take part."""
        row = fact_row(self.catalog, line, url)
        of_themselves = [subject for subject, role in self.offer.subjects.items() if not role.ends]
        if len(of_themselves) > 1 and line["fact"].partition(".")[0] in of_themselves:
            row["label"] = f"{self.member_label(line['fact'])} · {row['label']}"
        return row

    def member_label(self, key: str) -> str:
        """Whom a fact is about: `员工 2`."""
        subject, number, _name = split_key(key if key.count(".") else f"{key}.x")
        role = self.offer.subjects[subject]
        label = in_language(role.label or self.catalog.types[role.type].label)
        return f"{label} {number}" if role.many and self.view["counts"].get(subject, 1) > 1 else label

    def _place(self, key: str) -> tuple[int, int, int]:
        subject, number, name = split_key(key)
        role = self.offer.subjects[subject]
        order = list(self.offer.subjects).index(subject)
        return order, number, list(self.catalog.types[role.type].attributes).index(name)


def draft_of(request: HttpRequest, number: str) -> Draft:
    """The reader's own draft. Raises Problem 404, or 409 when it was sent already."""
    view = views.application_view(reader(request), number)
    if not view["is_applicant"]:
        raise Problem(
            404, "not-found", Text("没有这一件，或者不归你看", "There is no such thing, or it is not yours to see.")
        )
    if view["state"] not in OPEN_STATES:
        raise Problem(409, "already-submitted", Text("这件已经交了，表不能再改", "It is sent; the form is closed."))
    catalog = publication.current()
    return Draft(view, catalog, offer_of(catalog, view["bundle"]))


def next_step(view: Mapping[str, Any]) -> Step:
    """What the applicant does next, first things first: agree, say the situation, fill in, give papers, sign."""
    missing = {line["code"] for line in view["missing"]}
    order: tuple[tuple[str, Step], ...] = (
        ("not-agreed", "agree"),
        ("undecided", "answer"),
        ("missing", "form"),
        ("missing-paper", "papers"),
    )
    return next((step for code, step in order if code in missing), "sign")


def step_url(number: str, step: Step) -> str:
    """The page of a step."""
    return reverse(f"portal:{step}", args=[number])


def fact_row(catalog: Catalog, line: Mapping[str, Any], dispute_url: str = "") -> dict[str, Any]:
    """One known fact as a row of the component `answers`, with where it came from."""
    region = catalog.regions.get(str(line["value"])) if line["kind"] == "region" else None
    kind = "disputed" if line["disputed"] else SOURCE_KINDS.get(line["source"], "")
    named = kind != "disputed" and line["holder"]
    read_at = datetime.fromisoformat(line["read_at"]) if line["read_at"] else None
    return {
        "label": in_language(line["label"]),
        "value": in_language(region or line["shown"]),
        "source_kind": kind,
        "source_name": in_language(line["holder"]) if named else SOURCES.get(kind, ""),
        "source_at": table_date(read_at) if kind == "registry" else "",
        "url": dispute_url if line["source"] == "fetched" and line["state"] == "known" else "",
        "fact": line["fact"],
    }
