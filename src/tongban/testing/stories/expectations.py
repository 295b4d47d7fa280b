"""How each word of a `then` is read: what it speaks about, and what must be true of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias

from tongban.catalog.model import BundleDefinition
from tongban.catalog.vocabulary import Text
from tongban.catalog.yaml_tree import Place
from tongban.testing.stories import words
from tongban.testing.stories.model import Target
from tongban.testing.stories.naming import Unknown

if TYPE_CHECKING:
    from tongban.testing.stories.reading import Reader

ExpectationReader: TypeAlias = "Callable[[Reader, Any, Place, BundleDefinition | None], Any]"


Made: TypeAlias = "list[Target] | dict[Target, Any]"


def status(reader: Reader, value: Any, place: Place, offer: BundleDefinition | None) -> dict[Target, str]:  # noqa: ANN401
    """Where things stand: the application, cases, documents, facts."""
    read: dict[Target, str] = {}
    for name, said, at in _entries(reader, value, place):
        with reader.noting(at):
            target, known = _standing(reader, name, str(said), offer)
            state = reader.word(said, at, known)
            if state is not None:
                read[target] = state
    return read


def _standing(reader: Reader, name: str, said: str, offer: BundleDefinition | None) -> tuple[Target, Mapping[str, str]]:
    """What a name stands for, and the states that it can be in."""
    names = reader.names
    if name in (words.APPLICATION, words.APPLICATION_ALIAS):
        return Target("application"), words.APPLICATION_STATES
    if words.english(said, words.DOCUMENT_STATES):
        return Target("document", names.document(name)), words.DOCUMENT_STATES
    if offer is not None and words.english(said, words.FACT_STATES) and "." in name:
        return Target("fact", names.fact(offer, name)[0]), words.FACT_STATES
    target = names.service_or_member(name)
    procedure = names.catalog.procedures[names.catalog.services[target.id].procedure]
    states = {state: label.zh for state, label in procedure.states.items()}
    return target, {**words.CASE_STATES, **states}


def due(reader: Reader, value: Any, place: Place, offer: BundleDefinition | None) -> dict[Target, str]:  # noqa: ANN401
    """By when: a date for the application, or one for each thing named."""
    del offer
    if not isinstance(value, Mapping):
        value = {words.APPLICATION: value}
        place = Place(place.line, place.column, inside={words.APPLICATION: place})
    read = {}
    for name, said, at in _entries(reader, value, place):
        day = reader.day(said, at)
        target = _application_or_service(reader, name, at)
        if day is not None and target is not None:
            read[target] = day.isoformat()
    return read


def lights(reader: Reader, value: Any, place: Place, offer: BundleDefinition | None) -> dict[Target, str]:  # noqa: ANN401
    """The light of each case named, or of the application: the worst of its cases."""
    del offer
    read = {}
    for name, said, at in _entries(reader, value, place):
        target = _application_or_service(reader, name, at)
        light = reader.word(said, at, words.LIGHTS)
        if target is not None and light is not None:
            read[target] = light
    return read


def _application_or_service(reader: Reader, name: str, place: Place) -> Target | None:
    if name in (words.APPLICATION, words.APPLICATION_ALIAS):
        return Target("application")
    return reader.named(reader.names.service_or_member, name, place)


def asked(reader: Reader, value: Any, place: Place, offer: BundleDefinition | None) -> list[Target]:  # noqa: ANN401
    """Facts and papers."""
    read = []
    for item, at in zip(*reader.items(value, place), strict=True):
        found = reader.named(lambda name: _fact_or_paper(reader, name, offer), item, at)
        if found is not None:
            read.append(found)
    return read


def _fact_or_paper(reader: Reader, name: str, offer: BundleDefinition | None) -> Target:
    if offer is None:
        return Target("paper", reader.names.paper(name))
    return reader.names.fact_or_paper(offer, name)


def had(reader: Reader, value: Any, place: Place, offer: BundleDefinition | None) -> list[Target]:  # noqa: ANN401
    """Facts only."""
    return [target for target in asked(reader, value, place, offer) if _is_fact(reader, target, place)]


def _is_fact(reader: Reader, target: Target, place: Place) -> bool:
    if target.kind == "fact":
        return True
    zh, en = "这里只写数据，不写材料", "Only facts stand here, no papers."
    reader.fault(place, "wrong-value", zh, en)
    return False


def made(reader: Reader, value: Any, place: Place, offer: BundleDefinition | None) -> Made:  # noqa: ANN401
    """Facts, or facts with the values that they must have."""
    if not isinstance(value, Mapping):
        return had(reader, value, place, offer)
    read: dict[Target, Any] = {}
    for name, said, at in _entries(reader, value, place):
        with reader.noting(Place(*(at.key or (at.line, at.column)))):
            if offer is None:
                raise Unknown(Text("还没说是哪件事", "The story has not said what it is about."), code="no-bundle")
            key, attribute = reader.names.fact(offer, name)
            with reader.noting(at):
                read[Target("fact", key)] = None if said is None else reader.names.value(attribute, said)
    return read


def printed(reader: Reader, value: Any, place: Place, offer: BundleDefinition | None) -> dict[Target, list[str]]:  # noqa: ANN401
    """What stands on documents, each thing as it is printed."""
    del offer
    read: dict[Target, list[str]] = {}
    for name, said, at in _entries(reader, value, place):
        target = reader.named(lambda each: Target("document", reader.names.document(each)), name, at)
        texts, places = reader.items(said, at) if isinstance(said, list) else ([said], [at])
        for text, where in zip(texts, places, strict=True):
            if not isinstance(text, str) or not text.strip():
                zh, en = "照印出来的样子写，放在引号里", "Write it as it is printed, in quotes."
                reader.fault(where, "wrong-value", zh, en)
        if target is not None:
            read[target] = [" ".join(str(text).split()) for text in texts]
    return read


def given(reader: Reader, value: Any, place: Place, offer: BundleDefinition | None) -> Any:  # noqa: ANN401
    """What a rule or a command came to, as data: of a mapping at least this, of a list all."""
    del offer
    if not isinstance(value, Mapping):
        reader.fault(place, "wrong-value", "这里写成 名: 值", "This is a mapping of names to values.")
        return {}
    return _plain(value)


def _plain(value: Any) -> Any:  # noqa: ANN401 -- any YAML, as JSON has it
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


def documents(reader: Reader, value: Any, place: Place, offer: BundleDefinition | None) -> list[str]:  # noqa: ANN401
    """Credentials and notices that were issued."""
    del offer
    return _names(reader, value, place, reader.names.document)


def people(reader: Reader, value: Any, place: Place, offer: BundleDefinition | None) -> list[str]:  # noqa: ANN401
    """Personas who got a message."""
    del offer
    return _names(reader, value, place, reader.names.persona)


def _names(reader: Reader, value: Any, place: Place, find: Callable[[str], str]) -> list[str]:  # noqa: ANN401
    values, places = reader.items(value, place) if isinstance(value, list) else ([value], [place])
    found = [reader.named(find, each, at) for each, at in zip(values, places, strict=True)]
    return [each for each in found if each is not None]


def shown(reader: Reader, value: Any, place: Place, offer: BundleDefinition | None) -> list[str]:  # noqa: ANN401
    """What stands on the page that somebody opened."""
    del offer
    texts, places = reader.items(value, place) if isinstance(value, list) else ([value], [place])
    for text, at in zip(texts, places, strict=True):
        if not isinstance(text, str) or not text.strip():
            zh, en = "照页面上的样子写，放在引号里", "Write it as the page has it, in quotes."
            reader.fault(at, "wrong-value", zh, en)
    return [" ".join(str(text).split()) for text in texts]


def error(reader: Reader, value: Any, place: Place, offer: BundleDefinition | None) -> str:  # noqa: ANN401
    """The code with which the last step was refused."""
    del offer
    if not isinstance(value, str):
        reader.fault(
            place, "wrong-value", "写错误代码，比如 done-already", "Write an error's code, for example done-already."
        )
    return str(value)


def audit(reader: Reader, value: Any, place: Place, offer: BundleDefinition | None) -> str | None:  # noqa: ANN401
    """What the auditor found."""
    del offer
    return reader.word(value, place, words.AUDITS)


def _entries(reader: Reader, value: Any, place: Place) -> list[tuple[str, Any, Place]]:  # noqa: ANN401
    if not isinstance(value, Mapping):
        reader.fault(place, "wrong-value", "这里写成 名: 值", "This is a mapping of names to values.")
        return []
    return [(str(name), said, place.inside.get(name, place)) for name, said in value.items()]


EXPECTATION_READERS: Mapping[str, ExpectationReader] = {
    "status": status,
    "error": error,
    "due": due,
    "light": lights,
    "asked": asked,
    "not_asked": asked,
    "fetched": had,
    "derived": had,
    "produced": made,
    "credential": documents,
    "prints": printed,
    "gives": given,
    "shows": shown,
    "message": people,
    "audit": audit,
}
