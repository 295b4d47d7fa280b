"""How each thing that a deed carries is read: names become ids, values are checked against their attributes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias

from tongban.catalog.model import BundleDefinition
from tongban.catalog.yaml_tree import Place
from tongban.policy import Input, PolicyError
from tongban.policy.values import read as read_inputs
from tongban.supervision.problems import TYPE as PROBLEM
from tongban.testing.stories import words

if TYPE_CHECKING:
    from tongban.testing.stories.reading import Reader

ArgumentReader: TypeAlias = "Callable[[Reader, Any, Place, BundleDefinition | None], Any]"

MOST_MEMBERS = 50_000
NOT_DONE = "base/NotDone"


def _about(reader: Reader, place: Place, offer: BundleDefinition | None) -> BundleDefinition | None:
    """The bundle that facts belong to; a fault where the story has not said which."""
    if offer is None:
        zh, en = "先说是哪件事：plan 或 search 里写 bundle", "Say first what it is about: bundle in plan or search."
        reader.fault(place, "no-bundle", zh, en, "bundle")
    return offer


def facts(reader: Reader, value: Any, place: Place, offer: BundleDefinition | None) -> dict[str, Any]:  # noqa: ANN401
    """Facts by key, values in plain JSON form."""
    about = _about(reader, place, offer)
    read: dict[str, Any] = {}
    if not isinstance(value, Mapping):
        reader.fault(place, "wrong-value", "数据写成 {数据项: 值}", "Facts are {fact: value}.")
        return read
    for name, raw in value.items():
        at = place.inside.get(name, place)
        if about is None:
            break
        with reader.noting(Place(*(at.key or (at.line, at.column)))):
            key, attribute = reader.names.fact(about, name)
            with reader.noting(at):
                read[key] = None if raw is None else reader.names.value(attribute, raw)
    return read


def fact(reader: Reader, value: Any, place: Place, offer: BundleDefinition | None) -> str | None:  # noqa: ANN401
    """One fact's key."""
    about = _about(reader, place, offer)
    found = reader.named(lambda name: reader.names.fact(about, name), value, place) if about else None
    return found[0] if found else None


def fact_list(reader: Reader, value: Any, place: Place, offer: BundleDefinition | None) -> list[str]:  # noqa: ANN401
    """Several facts' keys."""
    found = [fact(reader, item, at, offer) for item, at in zip(*reader.items(value, place), strict=True)]
    return [key for key in found if key is not None]


def counts(reader: Reader, value: Any, place: Place, offer: BundleDefinition | None) -> dict[str, int]:  # noqa: ANN401
    """How many members subjects have."""
    about = _about(reader, place, offer)
    read: dict[str, int] = {}
    for name, count in (value if isinstance(value, Mapping) else {}).items():
        at = place.inside.get(name, place)
        role = reader.named(lambda each: reader.names.subject(about, each), name, at) if about else None
        if role is None:
            continue
        if not role.many or not isinstance(count, int) or isinstance(count, bool) or not 1 <= count <= MOST_MEMBERS:
            zh, en = f"“{name}”的人数不对", f"The count of “{name}” is wrong."
            reader.fault(at, "wrong-value", zh, en)
            continue
        read[role.name] = count
    if not isinstance(value, Mapping):
        reader.fault(place, "wrong-value", "人数写成 {主体: 几个}", "Counts are {subject: number}.")
    return read


def member_of(reader: Reader, value: Any, place: Place, offer: BundleDefinition | None) -> str | None:  # noqa: ANN401
    """A subject, perhaps one member of it: `hire.2`."""
    about = _about(reader, place, offer)
    name, dot, number = str(value).rpartition(".")
    bare = name if dot and number.isdecimal() else str(value)
    role = reader.named(lambda each: reader.names.subject(about, each), bare, place) if about else None
    return None if role is None else f"{role.name}.{number}" if bare == name and dot else role.name


def items(reader: Reader, value: Any, place: Place, offer: BundleDefinition | None) -> list[dict[str, str]]:  # noqa: ANN401
    """What a correction asks for: facts or papers, each with a sentence."""
    read = []
    for item, at in zip(*reader.items(value, place), strict=True):
        keys = {key: words.ARGUMENTS[key] for key in ("fact", "paper", "text")}
        found = reader.mapping(item, at, keys, needs=("text",))
        if ("fact" in found) == ("paper" in found):
            reader.fault(at, "missing-key", "写明是哪项 fact 或哪样 paper", "Name one fact or one paper.", "fact")
            continue
        key = "fact" if "fact" in found else "paper"
        name = ARGUMENT_READERS[key](reader, *found[key], offer)
        if name is not None and "text" in found:
            read.append({"kind": key, "name": name, "text": str(found["text"][0])})
    return read


def text(reader: Reader, value: Any, place: Place, offer: BundleDefinition | None) -> str:  # noqa: ANN401
    """Words as they stand."""
    del offer
    if not isinstance(value, str) or not value.strip():
        reader.fault(place, "wrong-value", "这里写一句话", "Words are needed here.")
    return str(value)


def yes_or_no(reader: Reader, value: Any, place: Place, offer: BundleDefinition | None) -> bool:  # noqa: ANN401
    """Yes or no: true or false."""
    del offer
    if not isinstance(value, bool):
        reader.fault(place, "wrong-value", "这里写 true 或 false", "true or false is needed here.")
    return bool(value)


def number(reader: Reader, value: Any, place: Place, offer: BundleDefinition | None) -> int:  # noqa: ANN401
    """A whole number from 1."""
    del offer
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        reader.fault(place, "wrong-value", "这里写从 1 起的整数", "A whole number from 1 is needed here.")
        return 1
    return value


def day(reader: Reader, value: Any, place: Place, offer: BundleDefinition | None) -> date | None:  # noqa: ANN401
    """A date."""
    del offer
    return reader.day(value, place)


def kind(reader: Reader, value: Any, place: Place, offer: BundleDefinition | None) -> str | None:  # noqa: ANN401
    """What is wrong somewhere, or how something could not be done: as the vocabulary has it, by its label too."""
    del offer
    options = reader.names.catalog.types[NOT_DONE if reader.doing == "tell" else PROBLEM].attributes["kind"].options
    return reader.word(value, place, {one.value: one.label.zh for one in options})


def page(reader: Reader, value: Any, place: Place, offer: BundleDefinition | None) -> str:  # noqa: ANN401
    """The address of a page."""
    del offer
    if not isinstance(value, str) or not value.startswith("/"):
        reader.fault(place, "wrong-value", "写页面的地址，比如 /deeds", "Write a page's address, for example /deeds.")
    return str(value)


def anything(reader: Reader, value: Any, place: Place, offer: BundleDefinition | None) -> Any:  # noqa: ANN401
    """A value whose attribute the fact beside it names."""
    del offer
    if isinstance(value, dict | list):
        reader.fault(place, "wrong-value", "这里写一个值", "One plain value is needed here.")
    return value


def told(reader: Reader, value: Any, place: Place, offer: BundleDefinition | None) -> dict[str, Any]:  # noqa: ANN401
    """What a rule is told, by the names of its inputs; whether a value lies within bounds the rule says itself."""
    del offer
    read: dict[str, Any] = {}
    if not isinstance(value, Mapping):
        reader.fault(place, "wrong-value", "条件写成 {名: 值}", "What a rule is told is {name: value}.")
        return read
    for name, raw in value.items():
        at = place.inside.get(name, place)
        if reader.rule is None:
            break  # told where the rule is read
        with reader.noting(Place(*(at.key or (at.line, at.column)))):
            one = reader.names.input(reader.rule, name)
            read[one.name] = _told(reader, one, raw, at)
    return read


def _told(reader: Reader, one: Input, raw: object, place: Place) -> object:
    """One value in plain JSON form; a choice may be called by its label."""
    plain = raw.isoformat() if isinstance(raw, date) else raw
    plain = next((each.value for each in one.options if plain in (each.label.zh, each.label.en)), plain)
    try:
        read_inputs({one.name: replace(one, least=None, most=None)}, {one.name: plain}, date.min)
    except PolicyError as refusal:
        issue = refusal.issues[0]
        reader.fault(place, issue.code, issue.text.zh, issue.text.en, issue.nearest)
    return plain


def _by(kind: str) -> ArgumentReader:
    """Reads a name of one kind."""

    def read(reader: Reader, value: Any, place: Place, offer: BundleDefinition | None) -> Any:  # noqa: ANN401
        del offer
        return reader.named(getattr(reader.names, kind), value, place)

    return read


def _each(one: ArgumentReader) -> ArgumentReader:
    """Reads a list of such things."""

    def read(reader: Reader, value: Any, place: Place, offer: BundleDefinition | None) -> list[Any]:  # noqa: ANN401
        found = [one(reader, item, at, offer) for item, at in zip(*reader.items(value, place), strict=True)]
        return [each for each in found if each is not None]

    return read


def _word(known: Mapping[str, str]) -> ArgumentReader:
    """Reads one of a few words."""

    def read(reader: Reader, value: Any, place: Place, offer: BundleDefinition | None) -> str | None:  # noqa: ANN401
        del offer
        return reader.word(value, place, known)

    return read


ARGUMENT_READERS: Mapping[str, ArgumentReader] = {
    "agree": yes_or_no,
    "bundle": _by("bundle"),
    "by": day,
    "chain": yes_or_no,
    "choose": _by("offer"),
    "chosen": _word(words.CHOICES),
    "counts": counts,
    "credential": _by("document"),
    "days": number,
    "fact": fact,
    "facts": facts,
    "fault": _word(words.FAULTS),
    "file": text,
    "for": _by("persona"),
    "items": items,
    "kind": kind,
    "member": number,
    "note": text,
    "of": member_of,
    "office": _by("office"),
    "offices": _each(_by("office")),
    "opinion": _word(words.OPINIONS),
    "page": page,
    "pain": _word(words.PAINS),
    "paper": _by("paper"),
    "procedure": text,
    "reason": text,
    "rule": _by("rule"),
    "service": _by("service"),
    "services": _each(_by("service")),
    "text": text,
    "to": _by("persona"),
    "value": anything,
    "want": fact_list,
    "what": _word(words.READINGS),
    "with": told,
}
