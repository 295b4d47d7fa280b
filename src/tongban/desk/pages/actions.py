"""Forms of commands: what each step asks, as fields; what was typed, as a command; what a refusal says, beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.applications.amounts import amounts
from tongban.applications.case_facts import attribute_in
from tongban.applications.issuing import cited, label_of
from tongban.applications.staffing import colleagues
from tongban.casework.definitions import above as offices_above
from tongban.casework.demands import MOST_CHARACTERS
from tongban.catalog.model import Catalog, ServiceDefinition
from tongban.catalog.vocabulary import Office, Text
from tongban.portal.pages.fields import COUNTY_DIGITS, Field, field_of, read_field, with_value
from tongban.portal.templatetags.tongban import in_language

ENGINE_WORDS: Final = {
    "claim": gettext_lazy("Claim"),
    "release": gettext_lazy("Release"),
    "hand-over": gettext_lazy("Hand over"),
    "hand-up": gettext_lazy("Hand up"),
    "hand-down": gettext_lazy("Hand down"),
    "note": gettext_lazy("Write a note"),
    "dispute": gettext_lazy("A value is wrong"),
    "revoke": gettext_lazy("Revoke"),
}
ENGINE_ASKS: Final[Mapping[str, tuple[str, ...]]] = {
    "hand-over": ("to", "reason?"),
    "hand-up": ("reason",),
    "hand-down": ("office", "reason"),
    "note": ("note",),
    "dispute": ("facts",),
    "revoke": ("reason",),
}
KEYS: Final = {"correct": "c", "consult": "q", "note": "n", "hand-over": "h"}
"""Keys beside A, which is the step that leads on."""

GROUND: Final = "ground"
"""The field for the condition that a refusal rests on."""

CHOICES: Final = {
    "fault": {
        "incomplete": gettext_lazy("Something is missing: the limit begins anew once it is complete"),
        "incorrect": gettext_lazy("Something is wrong: the limit is paused until it is corrected"),
    },
    "opinion": {"agree": gettext_lazy("We agree"), "disagree": gettext_lazy("We do not agree")},
    "procedure": {
        "hearing": gettext_lazy("Hearing"),
        "inspection": gettext_lazy("Inspection on site"),
        "expert-review": gettext_lazy("Review by experts"),
        "publicity": gettext_lazy("Publication for comment"),
    },
}
LABELS: Final = {
    "fault": gettext_lazy("What is the matter?"),
    "opinion": gettext_lazy("Your office's opinion"),
    "procedure": gettext_lazy("Which procedure?"),
    "days": gettext_lazy("By how many working days?"),
    "reason": gettext_lazy("Reason, which the applicant reads"),
    "note": gettext_lazy("Note, which the applicant cannot see"),
    "to": gettext_lazy("To whom?"),
    "office": gettext_lazy("To which office?"),
}
OWN_LABELS: Final = {
    "revoke": gettext_lazy("Reason, which its holder and whoever verifies it read: no personal data"),
}
"""What the one field of a step is called where others than usual read it."""


def step_named(view: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    """An allowed step or engine command, with its words and key; None when it is not allowed now."""
    found = next((step for step in view["allowed"] if step["name"] == name), None)
    return with_words(found) if found else None


def with_words(step: Mapping[str, Any]) -> dict[str, Any]:
    """A step with its label in the reader's language and what it asks."""
    asks = list(ENGINE_ASKS.get(step["name"], step["asks"]))
    return {
        **step,
        "words": in_language(step["label"]) if step["label"] else str(ENGINE_WORDS[step["name"]]),
        "key": KEYS.get(step["name"], ""),
        "asks": asks,
        "is_final": step["name"] == "revoke",
        "is_direct": not asks and not step["facts"] and not step["enters"],
    }


def offered(view: Mapping[str, Any]) -> dict[str, Any]:
    """The steps as the box `你可以` shows them: the one that leads on, the others, and the small ones."""
    steps = [with_words(step) for step in view["allowed"] if step["label"] or step["name"] in ENGINE_WORDS]
    leading = next((step for step in steps if step["is_forward"]), None) or next(
        (step for step in steps if step["label"] and "opinion" in step["asks"]), None
    )
    small = {"note", "dispute", "claim", "release"}
    return {
        "primary": leading,
        "others": [step for step in steps if step is not leading and step["name"] not in small],
        "small": [step for step in steps if step["name"] in small],
    }


def fields_of(
    catalog: Catalog, definition: ServiceDefinition, view: Mapping[str, Any], step: Mapping[str, Any], typed: QueryDict
) -> list[Field]:
    """The questions of a step as fields, with what was typed in them."""
    fields = []
    for ask in step["asks"]:
        name = ask.removesuffix("?")
        label = OWN_LABELS.get(step["name"], LABELS.get(name, ""))
        field: Field = {"name": name, "label": str(label), "value": typed.get(name, "")}
        match name:
            case "items":
                field |= {"kind": "items", "items": _items(catalog, definition, view, typed)}
            case "offices":
                field |= {"kind": "offices", "groups": _offices(catalog, view, typed.getlist("offices"))}
            case "facts":
                field |= {"kind": "facts", "facts": _disputable(view, typed.getlist("facts"))}
            case "to" | "office":
                field |= {"kind": "select", "options": _takers(catalog, view, name)}
            case "days":
                field |= {"kind": "number", "width": 4, "inputmode": "numeric", "unit": _("working days")}
            case "fault" | "opinion" | "procedure":
                field |= {"kind": "choice", "options": _choices(name, step)}
            case "reason" if grounds := _grounds(catalog, definition, step):
                fields.append(_ground_field(grounds, typed.get(GROUND, "")))
                field |= {"kind": "long", "max_length": MOST_CHARACTERS, "hint": str(_cite(catalog, definition))}
            case _:
                field |= {"kind": "long", "max_length": MOST_CHARACTERS}
        if ask.endswith("?"):
            field["label"] = str(_("Reason, for colleagues (may stay empty)"))
        fields.append(field)
    return fields + _typed_facts(catalog, definition, step, typed)


def _grounds(catalog: Catalog, definition: ServiceDefinition, step: Mapping[str, Any]) -> list[tuple[Text, Text]]:
    """What a refusal may rest on: each condition of the service with its article; nothing for any other step."""
    procedure = catalog.procedures[definition.procedure]
    taken = procedure.steps.get(step["name"])
    if taken is None or procedure.results.get(taken.to or "") != "refused":
        return []
    unnamed = Text("有一个条件不满足", "A condition is not met")
    return [(one.otherwise or unnamed, cited(catalog, [one.because])) for one in definition.requires]


def _ground_field(grounds: Sequence[tuple[Text, Text]], value: str) -> Field:
    options = [
        {"value": str(place), "label": in_language(what), "hint": in_language(law)}
        for place, (what, law) in enumerate(grounds, start=1)
    ]
    other = {"value": "", "label": str(_("Another reason, written below")), "hint": ""}
    label = str(_("Which condition is not met?"))
    return {"name": GROUND, "label": label, "value": value, "kind": "choice", "options": [*options, other]}


def _cite(catalog: Catalog, definition: ServiceDefinition) -> str:
    return _("Name the article: %(law)s") % {"law": in_language(cited(catalog, definition.law))}


def _with_ground(
    catalog: Catalog, definition: ServiceDefinition, step: Mapping[str, Any], said: Mapping[str, str]
) -> str:
    """The reason as it is recorded: the condition that was chosen with its article, then what was written."""
    written, chosen = said.get("reason", "").strip(), said.get(GROUND, "")
    grounds = {str(place): pair for place, pair in enumerate(_grounds(catalog, definition, step), start=1)}
    if chosen not in grounds:
        return written
    what, law = grounds[chosen]
    return "。".join(part for part in (f"{what.zh}（{law.zh}）", written) if part)


def _choices(name: str, step: Mapping[str, Any]) -> list[dict[str, str]]:
    known = CHOICES[name]
    wanted = {"fault": step["faults"], "procedure": step["procedures"]}.get(name) or list(known)
    return [{"value": value, "label": str(known.get(value, value))} for value in wanted]


def _typed_facts(
    catalog: Catalog, definition: ServiceDefinition, step: Mapping[str, Any], typed: QueryDict
) -> list[Field]:
    fields = []
    for fact in step["facts"]:
        attribute = attribute_in(catalog, definition, fact)
        if attribute is not None:
            field = field_of(catalog, attribute, fact)
            if fact.count(".") > 1:  # one of several subjects of a role
                field["label"] = f"{field['label']} · {fact.split('.')[1]}"
            fields.append(with_value(field, attribute, read_field(attribute, fact, _plainly(typed))))
    return fields


def _items(
    catalog: Catalog, definition: ServiceDefinition, view: Mapping[str, Any], typed: QueryDict
) -> list[dict[str, Any]]:
    """What a correction may ask for: papers first, then facts; not what a holder or another office has said itself,
    and nothing that only another branch needs.
    """
    chosen = set(typed.getlist("items"))
    settled = {fact["fact"] for fact in view["facts"] if fact["source"] != "claimed" and not fact["disputed"]}
    names = [paper["id"] for paper in view["papers"] if paper["how"] != "not-needed"]
    names += [fact["fact"] for fact in view["facts"] if fact["source"] == "claimed"]
    names += [fact for fact in view["needed"] if fact not in settled]
    return [
        {
            "name": name,
            "label": in_language(label_of(catalog, definition, name)),
            "chosen": name in chosen,
            "said": typed.get(f"item:{name}", ""),
        }
        for name in dict.fromkeys(names)
    ]


def _offices(catalog: Catalog, view: Mapping[str, Any], chosen: Sequence[str]) -> list[dict[str, Any]]:
    """Offices that may be consulted: those where the case is and where its office is, then those of the city."""
    own = catalog.offices[view["office"]]

    def listed(offices: Sequence[Office]) -> list[dict[str, Any]]:
        return [{"id": each.id, "title": in_language(each.title), "chosen": each.id in chosen} for each in offices]

    near = [each for each in catalog.offices.values() if each.region == own.region and each.id != own.id]
    county = view["region"][:COUNTY_DIGITS]
    there = [each for each in catalog.offices.values() if each.region == county != own.region]
    city = [
        each for each in catalog.offices.values() if each.level == "city" and each.id != own.id and each not in near
    ]
    groups = [(_("Where the case is"), there), (_("In the same place"), near), (_("Of the city"), city)]
    return [{"words": words, "offices": listed(offices)} for words, offices in groups if offices]


def _takers(catalog: Catalog, view: Mapping[str, Any], name: str) -> list[dict[str, str]]:
    """Who may take a case over: colleagues, or the authority's offices directly below."""
    if name == "to":
        return _colleagues(view)
    below = (each for each, above in offices_above(catalog).items() if above == view["office"])
    return [{"value": each, "label": in_language(catalog.offices[each].title)} for each in below]


def _disputable(view: Mapping[str, Any], chosen: Sequence[str]) -> list[dict[str, Any]]:
    return [
        {"name": fact["fact"], "label": in_language(fact["label"]), "chosen": fact["fact"] in chosen}
        for fact in view["facts"]
        if not fact["disputed"]
    ]


def _colleagues(view: Mapping[str, Any]) -> list[dict[str, str]]:
    return [
        {"value": str(user.id), "label": f"{user.shown_name} {user.staff_number}"}
        for user in colleagues(view["office"])
    ]


def command_of(
    catalog: Catalog, definition: ServiceDefinition, step: Mapping[str, Any], typed: QueryDict
) -> dict[str, Any]:
    """What was typed as the data, texts and facts of a command, whatever of it is there."""
    data: dict[str, Any] = {}
    texts: dict[str, str] = {}
    said = _plainly(typed)
    for ask in step["asks"]:
        name = ask.removesuffix("?")
        if name in {"items", "offices", "facts"}:
            if typed.getlist(name):
                data[name] = typed.getlist(name)
        elif name in {"reason", "note"}:
            text = _with_ground(catalog, definition, step, said) if name == "reason" else said.get(name, "").strip()
            texts |= {name: text} if text else {}
        elif said.get(name):
            data[name] = _plain(name, said[name])
    for item in data.get("items", ()):
        if words := said.get(f"item:{item}", "").strip():
            texts[f"item:{item}"] = words
    return {"data": data, "texts": texts, "facts": _facts(catalog, definition, step, typed)}


def _plainly(typed: QueryDict) -> dict[str, str]:
    """The last text under each name."""
    return {name: str(typed.get(name, "")) for name in typed}


def _plain(name: str, text: str) -> str | int:
    if name == "days":
        return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else text  # noqa: PLR2004 -- a small number
    return f"staff:{text}" if name == "to" else text


def _facts(
    catalog: Catalog, definition: ServiceDefinition, step: Mapping[str, Any], typed: QueryDict
) -> dict[str, str]:
    found = {}
    for fact in step["facts"]:
        attribute = attribute_in(catalog, definition, fact)
        raw = read_field(attribute, fact, _plainly(typed)) if attribute else ""
        if raw:
            found[fact] = raw
    return found


def consequences(
    catalog: Catalog, definition: ServiceDefinition, step: Mapping[str, Any], view: Mapping[str, Any]
) -> list[str]:
    """What a step brings with it outside this office: told before it is taken."""
    if step["name"] == "revoke" and definition.credential is not None:
        title = in_language(catalog.credentials[definition.credential].title)
        return [_("Revokes for ever: %(title)s") % {"title": title}, str(_("Its holder is told at once"))]
    if step["name"] in {"hand-up", "hand-down"}:
        goes = [
            _("The limits run on; this office goes on seeing the case"),
            _("The applicant is told where it goes on"),
        ]
        above = offices_above(catalog)[view["office"]]
        to = [_("Goes to: %(office)s") % {"office": in_language(catalog.offices[above].title)}] if above else []
        return [*(to if step["name"] == "hand-up" else []), *goes]
    if step["name"] == "revoke":
        return [str(_("What this case did is taken back, and stays on record"))]
    if not step["enters"]:
        return []
    lines = []
    if definition.credential is not None:
        title = in_language(catalog.credentials[definition.credential].title)
        lines.append(_("Issues and signs: %(title)s") % {"title": title})
    for fact, amount in amounts(catalog, definition, view).items():
        named = {"fact": in_language(label_of(catalog, definition, fact)), "amount": in_language(amount.shown)}
        words = _("By its rule, %(fact)s: %(amount)s")
        if amount.is_unverified:
            words = _("By its rule, %(fact)s: %(amount)s (unverified: not every figure behind it has its source)")
        lines.append(words % named)
    made = [in_language(label_of(catalog, definition, produced.fact)) for produced in definition.produces]
    if made:
        lines.append(_("Written to their holders: %(facts)s") % {"facts": _(", ").join(dict.fromkeys(made))})
    waiting = [line for line in view["siblings"] if view["part"] in line["waits_for"]]
    if waiting:
        titles = _(", ").join(in_language(line["title"]) for line in waiting)
        lines.append(_("Then can go on: %(titles)s") % {"titles": titles})
    return lines
