"""A draft in hand: the form of one application, which step comes next, and its fields in the order people expect."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final, Literal

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban import publication
from tongban.applications import views
from tongban.applications.document import attribute_of, member_key, split_key
from tongban.applications.offers import offer_of
from tongban.applications.problems import Problem
from tongban.applications.subjects import owner_of
from tongban.catalog.conditions import parse
from tongban.catalog.model import BundleDefinition, Catalog, ServiceDefinition
from tongban.catalog.vocabulary import Attribute, Text
from tongban.portal.pages.door import reader
from tongban.portal.pages.fields import Field, field_of
from tongban.portal.pages.names import article_name, region_name
from tongban.portal.pages.paying import with_costs
from tongban.portal.pages.plan_figures import unasked_of
from tongban.portal.templatetags.tongban import in_language, table_date

Step = Literal["agree", "answer", "form", "papers", "sign", "dispute"]
MOST_ON_ONE_PAGE: Final = 9
MOST_APART: Final = 12
OPEN_STATES: Final = ("draft", "waiting")
SOURCE_KINDS: Final = {"fetched": "registry", "derived": "derived", "credential": "office"}
SOURCES: Final = {
    "registry": gettext_lazy("identity verified"),
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
    member: str = ""
    """The one member (`hire.37`) whose questions these pages ask; else those that no roster asks."""

    @property
    def number(self) -> str:
        """The application's number."""
        return str(self.view["number"])

    @cached_property
    def fields(self) -> list[Field]:
        """Every question, answered or not, by subject and in the order of its definition."""
        disputed = {line["fact"] for line in self.view["facts"] if line["disputed"]}
        asked = [line for line in self.view["questions"] if line["fact"] not in disputed]
        fields = [self.field(line) for line in asked if self._is_here(line["fact"])]
        if self.member:
            open_ = [key for line in self.view["plan"]["undecided"] for key in self.keys_of(line)]
            here = [key for key in open_ if self.owner(key) == self.member]
            fields += [self.field({"fact": key, "value": None, "because": []}) for key in here]
        return sorted(fields, key=lambda field: self._place(field["name"]))

    @cached_property
    def parts(self) -> list[tuple[str, list[Field]]]:
        """The pages of the form: first who takes part; the rest on one page up to nine questions, else one a person.

        Whoever is named first is looked up before anything else is asked of them.
        """
        naming = [field for field in self.fields if self.names_somebody(field["name"])]
        others = [field for field in self.fields if field not in naming]
        if {field["name"] for field in naming} & {line["fact"] for line in self.view["missing"]}:
            return [("", naming)]
        parts: dict[str, list[Field]] = {}
        for field in others:
            parts.setdefault("" if len(others) <= MOST_ON_ONE_PAGE else self.owner(field["name"]), []).append(field)
        return [*([("", naming)] if naming else []), *parts.items()]

    @cached_property
    def rosters(self) -> list[str]:
        """The subjects with too many members for a page each: a table is filled in for them."""
        return [
            subject
            for subject, role in self.offer.subjects.items()
            if owner_of(self.offer, subject) == subject
            and role.many
            and self.view["counts"].get(subject, 1) > MOST_APART
        ]

    def keys_of(self, line: Mapping[str, Any]) -> list[str]:
        """The facts that an undecided line leaves open, one for each member it concerns."""
        subject, _, name = line["fact"].partition(".")
        return [f"{member_key(self.offer, subject, number)}.{name}" for number in line["members"] or [1]]

    def is_in_roster(self, key: str) -> bool:
        """Whether a fact is of somebody in a roster."""
        return bool(self.rosters) and self.owner(key).partition(".")[0] in self.rosters

    def _is_here(self, key: str) -> bool:
        return self.owner(key) == self.member if self.member else not self.is_in_roster(key)

    @cached_property
    def facts(self) -> list[Mapping[str, Any]]:
        """Everything known, person by person, in the order of its definition."""
        return sorted(self.view["facts"], key=lambda line: self._place(line["fact"]))

    @property
    def shown_facts(self) -> list[Mapping[str, Any]]:
        """What is known without being asked: read, worked out, from a credential, or disputed by the applicant."""
        known = [line for line in self.facts if line["source"] != "claimed" or line["disputed"]]
        return [line for line in known if self._is_here(line["fact"])] if self.rosters else known

    @cached_property
    def unasked(self) -> list[str]:
        """The facts that the form does not ask, as the plan counts them (`unasked_of`), and those in dispute."""
        keys = {key for line in unasked_of(self.offer, self.view["plan"]) for key in self.keys_of(line)}
        keys |= {line["fact"] for line in self.view["facts"] if line["disputed"]}
        return sorted((key for key in keys if not self.rosters or self._is_here(key)), key=self._place)

    def unasked_rows(self, url: Callable[[str], str]) -> list[dict[str, Any]]:
        """Each as a row, with the address (`url` of its key) where a value that is wrong is said to be so."""
        found = {line["fact"]: line for line in self.facts}
        waiting = {key for line in self.view["plan"]["fetched"] for key in self.keys_of(line)}
        rows = []
        for key in self.unasked:
            if key in found:
                rows.append(self.row(found[key], url(key)))
            else:
                label = in_language(self.attribute(key).label)
                value = _("not read yet") if key in waiting else _("worked out on the way")
                rows.append({"label": f"{self.member_label(self.owner(key))} · {label}", "value": value, "fact": key})
        return rows

    def beside_rows(self, url: Callable[[str], str]) -> list[dict[str, Any]]:
        """What was read without being one of them: to find out who is who, or for an answer that is another one now."""
        keys = set(self.unasked)
        lines = [line for line in self.shown_facts if line["source"] != "derived" and line["fact"] not in keys]
        return [self.row(line, url(line["fact"])) for line in lines]

    @property
    def hindrances(self) -> list[dict[str, Any]]:
        """What plainly stands in the way of a service, in its own words, with its law."""
        found = []
        for line in self.view["plan"]["services"]:
            title = in_language(self.catalog.services[line["id"]].title)
            for unmet in line["unmet"]:
                law = self.catalog.laws.get(unmet["law"])
                because = article_name(law.title, unmet["article"]) if law else ""
                words = in_language(unmet["otherwise"]) or unmet["that"]
                ways = self._answers_behind(line, unmet["that"])
                found.append({"title": title, "words": words, "because": because, "ways": ways})
        return found

    def _answers_behind(self, line: Mapping[str, Any], that: str) -> list[dict[str, str]]:
        """What the applicant said that made this service needed, or that does not meet its condition, to change it."""
        of_parts = [
            part.when.facts
            for part in self.offer.parts
            if part.service == line["id"] and part.when is not None and dict(part.roles) == line["roles"]
        ]
        said = {said["fact"]: said for said in self.view["facts"] if said["source"] == "claimed"}
        judged = [source for fact in sorted(parse(that).facts) for source in self._sources(fact)]
        subjects = dict.fromkeys(fact.partition(".")[0] for fact in judged)
        keys = [f"{one}.{self.catalog.types[self.offer.subjects[one].type].key}" for one in subjects]
        wanted = dict.fromkeys([*judged, *keys, *sorted(fact for facts in of_parts for fact in facts)])
        facts = [fact for fact in wanted if fact in said]
        return [
            {
                "label": in_language(said[fact]["label"]),
                "words": in_language(said[fact]["shown"]),
                "url": self.change_url(fact),
            }
            for fact in facts
        ]

    def _sources(self, fact: str) -> Iterator[str]:
        """A fact, and whatever it is worked out from."""
        yield fact
        subject, _, _name = fact.partition(".")
        for name in self.attribute(fact).derived_from:
            yield from self._sources(f"{subject}.{name}")

    def change_url(self, fact: str) -> str:
        """Where an answer is changed: in the form, or on its own page if it is one of the situation."""
        if self.is_in_roster(fact):
            return f"{step_url(self.number, 'form')}?member={self.owner(fact)}"
        in_form = any(field["name"] == fact for field in self.fields)
        return f"{step_url(self.number, 'form' if in_form else 'answer')}?fact={fact}"

    def attribute(self, key: str) -> Attribute:
        """The attribute of a fact. Raises Problem 404."""
        attribute = attribute_of(self.catalog, self.offer, key)
        if attribute is None:
            raise Problem(404, "unknown-fact", Text("没有这一项", "There is no such fact."))
        return attribute

    def field(self, line: Mapping[str, Any]) -> Field:
        """One question of the view as a field, with who needs it and by which law."""
        field = field_of(self.catalog, self.attribute(line["fact"]), line["fact"], line["value"])
        for service, fact in self._asked_by(line["fact"]):
            field = with_costs(field, self.attribute(line["fact"]), service, fact)
        because = line["because"]
        services = dict.fromkeys(in_language(reason["service"]) for reason in because)
        laws = dict.fromkeys(article_name(reason["law"], reason["article"]) for reason in because if reason["law"])
        return field | {
            "why": " · ".join(services),
            "why_law": " · ".join(laws),
            "subject": self.member_label(self.owner(line["fact"])),
        }

    def _asked_by(self, key: str) -> Iterator[tuple[ServiceDefinition, str]]:
        """The services of the plan that look at a fact, each with what it calls it."""
        subject, _member, name = split_key(key)
        for line in self.view["plan"]["services"]:
            for role, taken_by in line["roles"].items():
                if taken_by == subject:
                    yield self.catalog.services[line["id"]], f"{role}.{name}"

    def row(self, line: Mapping[str, Any], url: str = "") -> dict[str, Any]:
        """A known fact as a row of the component `answers`, with whose it is where several take part."""
        row = fact_row(self.catalog, line, url)
        of_themselves = [subject for subject, role in self.offer.subjects.items() if not role.ends]
        subject, owner = line["fact"].partition(".")[0], self.owner(line["fact"])
        is_theirs = subject in of_themselves or self.view["counts"].get(subject, 1) > 1
        if len(of_themselves) > 1 and is_theirs and owner.partition(".")[0] in of_themselves:
            row["label"] = f"{self.member_label(owner)} · {row['label']}"
        return row

    def owner(self, key: str) -> str:
        """The member beside whom a fact is asked and shown: what is of a job, beside the employee whose job it is."""
        subject, number, _name = split_key(key)
        return member_key(self.offer, owner_of(self.offer, subject), number)

    def names_somebody(self, key: str) -> bool:
        """Whether a question asks who one of several people is: an employee's ID number."""
        subject, _number, name = split_key(key)
        role = self.offer.subjects[subject]
        return role.many and name == self.catalog.types[role.type].key

    def member_label(self, member: str) -> str:
        """What a member (`hire.2`) is called: `新员工 2`."""
        subject, _, number = member.partition(".")
        role = self.offer.subjects[subject]
        label = in_language(role.label or self.catalog.types[role.type].label)
        if not role.many or self.view["counts"].get(subject, 1) == 1:
            return label
        name = next((signer["name"] for signer in self.view["signers"] if signer["subject"] == member), "")
        return " ".join(filter(None, (label, number, name)))

    def _place(self, key: str) -> tuple[int, int, int, int]:
        subject, number, name = split_key(key)
        role = self.offer.subjects[subject]
        order = list(self.offer.subjects)
        owner = order.index(owner_of(self.offer, subject))
        return owner, number, order.index(subject), list(self.catalog.types[role.type].attributes).index(name)

    @property
    def next_step(self) -> Step:
        """What the applicant does next, first things first: agree, say the situation, fill in, give papers, sign."""
        missing = {"missing" if self._waits_for_form(line) else line["code"] for line in self.view["missing"]}
        order: tuple[tuple[str, Step], ...] = (
            ("not-agreed", "agree"),
            ("undecided", "answer"),
            ("missing", "form"),
            ("missing-paper", "papers"),
        )
        return next((step for code, step in order if code in missing), "sign")

    def _waits_for_form(self, line: Mapping[str, Any]) -> bool:
        """Whether a question of the situation waits for the form: a table asks it of everybody at once, or nobody
        has said yet who it is about, and once they have, a register may know.
        """
        subject = line["fact"].partition(".")[0]
        is_in_table = self.view["counts"].get(subject, 1) > MOST_APART
        return line["code"] == "undecided" and (is_in_table or subject in self._unnamed)

    @cached_property
    def _unnamed(self) -> set[str]:
        """The subjects of several people of whom somebody is still to be named."""
        open_ = {line["fact"] for line in self.view["missing"] if line["code"] == "missing"}
        return {split_key(key)[0] for key in open_ if self.names_somebody(key)}


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
    return Draft(view, catalog, offer_of(catalog, view["bundle"]), request.GET.get("member", ""))


def step_url(number: str, step: Step) -> str:
    """The page of a step."""
    return reverse(f"portal:{step}", args=[number])


def fact_row(catalog: Catalog, line: Mapping[str, Any], dispute_url: str = "") -> dict[str, Any]:
    """One known fact as a row of the component `answers`, with where it came from."""
    region = region_name(catalog, str(line["value"])) if line["kind"] == "region" else None
    kind = "disputed" if line["disputed"] else SOURCE_KINDS.get(line["source"], "")
    named = kind != "disputed" and line["holder"]
    read_at = datetime.fromisoformat(line["read_at"]) if line["read_at"] else None
    return {
        "label": in_language(line["label"]),
        "value": region or in_language(line["shown"]),
        "source_kind": kind,
        "source_name": in_language(line["holder"]) if named else SOURCES.get(kind, ""),
        "source_at": table_date(read_at) if kind == "registry" else "",
        "url": dispute_url if line["source"] == "fetched" and line["state"] == "known" else "",
        "fact": line["fact"],
    }
