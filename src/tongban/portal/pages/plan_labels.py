"""The plan picture of a page: what the plan says in ids, called by its names in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tongban.catalog.conditions import UNKNOWN, Condition
from tongban.catalog.model import BundleDefinition, Catalog
from tongban.catalog.vocabulary import Value
from tongban.portal import icons
from tongban.portal.pages.names import result_name, short_name
from tongban.portal.pages.plan_figures import count_of, outline_of
from tongban.portal.plan_picture import Day, LaneLabel, PlanLabels, PlanPicture, Progress, ServiceLabel, read_plan
from tongban.portal.templatetags.tongban import in_language
from tongban.portal.words import words_of_request
from tongban.publication import calendars

MOST_DAYS: Final = 400


def picture_of(
    catalog: Catalog,
    bundle: BundleDefinition,
    plan: Mapping[str, Any],
    *,
    today: date | None = None,
    progress: Mapping[str, Progress] | None = None,
    where: str = "",
) -> PlanPicture:
    """The picture of a plan, with ``progress`` by service and a line at ``today`` once it is on its way.

    ``where`` says where the applicant's own part is done, when that is not on the phone.
    """
    plan = {**plan, "services": _for_all_members(plan["services"])}
    outline = outline_of(catalog, plan)
    dues = [each.due for each in (progress or {}).values() if each.due is not None]
    last = max([date.fromisoformat(line["due"]) for line in plan["services"]] + dues, default=outline.start)
    services = {line["id"]: _service(catalog, line) for line in plan["services"]}
    words = words_of_request()
    labels = PlanLabels(
        language=get_language() or "zh-hans",
        words=replace(words, you_where=where or words.you_where),
        summary=outline.sentence,
        block=_block(plan) if progress is None else _("Sent"),
        block_short=_("Fill") if progress is None else _("Sent"),
        services=services,
        lanes={_lane_key(catalog, line): _lane(catalog, line) for line in plan["services"]},
        facts={line["fact"]: _fact(catalog, bundle, line["fact"]) for line in plan["produced"]},
    )
    spoken = [{**line, "if": _if_words(catalog, bundle, line)} for line in plan["services"]]
    return read_plan(
        {**plan, "services": spoken}, labels, days_between(outline.start, last), today=today, progress=progress
    )


def _for_all_members(lines: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One line for what a service does for several members at one office, from the first of them to the last."""
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for line in lines:
        known = found.setdefault((line["id"], line["office"] or "", line["if"] or ""), {**line, "members": []})
        known["members"] = [*known["members"], *line["members"]]
        known["start"], known["due"] = min(known["start"], line["start"]), max(known["due"], line["due"])
        known["days"] = max(known["days"], line["days"])
    return list(found.values())


def days_between(start: date, end: date) -> tuple[Day, ...]:
    """Every day from one to another, with whether the city works on it."""
    calendar = calendars.current()
    days = (start + timedelta(days=index) for index in range(min((end - start).days, MOST_DAYS) + 1))
    return tuple(Day(day, calendar.is_workday(day)) for day in days)


def _service(catalog: Catalog, line: Mapping[str, Any]) -> ServiceLabel:
    service = catalog.services[line["id"]]
    days = line["days"]
    times = f" ×{len(line['members'])}" if len(line["members"]) > 1 else ""
    return ServiceLabel(
        title=in_language(service.title) + times,
        lane=_lane_key(catalog, line),
        short=short_name(service) + times,
        note=ngettext("%(n)s day", "%(n)s days", days) % {"n": days} if days > 1 else "",
        result=result_name(catalog, service),
    )


def _lane_key(catalog: Catalog, line: Mapping[str, Any]) -> str:
    return f"{catalog.services[line['id']].authority} {line['office'] or ''}"


def _lane(catalog: Catalog, line: Mapping[str, Any]) -> LaneLabel:
    authority = catalog.authorities[catalog.services[line["id"]].authority]
    office = catalog.offices.get(line["office"] or "")
    icon = authority.icon if icons.is_known(authority.icon) else "building"
    return LaneLabel(
        title=in_language(authority.title),
        short=in_language(authority.short),
        office=in_language(office.title) if office else "",
        icon=icons.paths(icon),
    )


def _block(plan: Mapping[str, Any]) -> str:
    """What the reader does on the first day."""
    asked = count_of(plan["questions"])
    return ngettext("Give %(n)s answer", "Give %(n)s answers", asked) % {"n": asked}


def _fact(catalog: Catalog, bundle: BundleDefinition, fact: str) -> str:
    subject, _dot, name = fact.partition(".")
    attribute = catalog.types[bundle.subjects[subject].type].attributes[name]
    return in_language(attribute.label)


def _if_words(catalog: Catalog, bundle: BundleDefinition, line: Mapping[str, Any]) -> str | None:
    """Under which answers an undecided service runs, in the words of the bundle's own questions."""
    if line["if"] is None:
        return None
    parts = [part for part in bundle.parts if part.service == line["id"] and dict(part.roles) == line["roles"]]
    conditions = [part.when for part in parts if part.when is not None]
    wanted = [word for condition in conditions for word in _answers_for(catalog, bundle, condition)]
    return _("If: %(answers)s") % {"answers": _(" or ").join(dict.fromkeys(wanted))} if wanted else _("If needed")


def _answers_for(catalog: Catalog, bundle: BundleDefinition, condition: Condition) -> list[str]:
    """The chips whose answer alone makes the condition true."""
    words = []
    for question in bundle.questions:
        if question.fact not in condition.facts:
            continue
        for value, chip in question.chips.items():
            known = {question.fact: typed(catalog, bundle, question.fact, value)}
            if condition.evaluate(lambda fact, known=known: known.get(fact, UNKNOWN)) is True:  # type: ignore[misc]
                words.append(in_language(chip))
    return words


def typed(catalog: Catalog, bundle: BundleDefinition, fact: str, value: str) -> Value:
    """A chip's value as its attribute has it: yes and no are written as text in packs."""
    subject, _dot, name = fact.partition(".")
    kind = catalog.types[bundle.subjects[subject].type].attributes[name].kind
    return value == "true" if kind == "boolean" else value
