"""What hurts on a way that was walked, told by the definitions alone: pure, so that one way always says the same.

Each cause has one place (a matter, a step, a question or paper, a kind of fault), so that the same cause on many ways
and in many nights is one problem.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from tongban.catalog.model import Catalog, ServiceDefinition
from tongban.catalog.vocabulary import Attribute, Text
from tongban.supervision.rounds import plainness
from tongban.supervision.rounds.ways import OWN_FAULT, PAGES, PAPERS_IN_HAND, Asked, Way, of_role

SLOW_SECONDS: Final = 2.0
"""An answer may take this long: a page at its best of three, what is sent at its best of all ways."""
BAD: Final = 400


@dataclass(frozen=True, slots=True)
class Cause:
    """One fault at one place, in the words of a problem; ``said`` is what was seen."""

    about: str
    kind: str
    severity: str
    said: Text
    step: str = ""
    item: str = ""

    @property
    def place(self) -> tuple[str, str, str, str]:
        """What makes it one."""
        return self.about, self.step, self.item, self.kind


def judge(catalog: Catalog, ways: Iterable[Way]) -> list[Cause]:
    """Every cause on these ways, each once, the first words kept."""
    found: dict[tuple[str, str, str, str], Cause] = {}
    walked = list(ways)
    for cause in (*(one for way in walked for one in causes(catalog, way)), *_slow_calls(walked)):
        found.setdefault(cause.place, cause)
    return list(found.values())


def causes(catalog: Catalog, way: Way) -> Iterator[Cause]:
    """What hurts on one way; slow calls show on all of them."""
    if way.stuck and way.stuck.at == OWN_FAULT:
        return
    yield from _dead_ends(way)
    yield from _slow_pages(way)
    yield from _asked_twice(catalog, way)
    yield from _not_as_told(catalog, way)
    yield from _refused_answers(catalog, way)
    yield from _unreached(catalog, way)
    yield from _impossible_papers(catalog, way)
    yield from _unclear(catalog, way)


def _dead_ends(way: Way) -> Iterator[Cause]:
    if way.stuck:
        stuck = way.stuck
        kind = "impossible-paper" if stuck.at == "papers" and stuck.item else "dead-end"
        where = PAGES.get(stuck.at, Text(stuck.at, stuck.at))
        said = Text(f"{where.zh}走不下去：{stuck.said}", f"{where.en}: no way on. {stuck.said}")
        yield Cause(way.about, kind, "serious", said, _at(way, stuck.service, stuck.at), stuck.item)
    elif not way.is_found:
        said = Text("用它自己的名字搜不到", "It is not found by its own name.")
        yield Cause(way.about, "dead-end", "serious", said, "find")
    for step in way.steps:
        if step.act != "call" and step.status >= BAD:
            said = Text(f"页面打不开（{step.status}）", f"The page does not open ({step.status}).")
            yield Cause(way.about, "dead-end", "serious", said, step.at)
    for link in way.dead_links:
        what = Text("链接", "A link") if link.method == "GET" else Text("表单", "A form")
        said = Text(
            f"页面上的{what.zh}哪儿也到不了：{link.to}（{link.status}）",
            f"{what.en} on the page leads nowhere: {link.to} ({link.status}).",
        )
        yield Cause(way.about, "dead-end", "serious", said, link.at)


def _at(way: Way, service: str, at: str) -> str:
    """Where in a bundle: its service; in a service alone: the page or call."""
    return service if service and service != way.about else at


def _slow_pages(way: Way) -> Iterator[Cause]:
    slow = [step for step in way.steps if step.act == "page" and step.seconds > SLOW_SECONDS]
    for step in sorted(slow, key=lambda step: -step.seconds):
        yield _slow(way.about, step.at, step.seconds)


def _slow_calls(ways: Iterable[Way]) -> Iterator[Cause]:
    """What is sent or pressed cannot be again to see: it is slow where it was on every way through its matter."""
    best: dict[tuple[str, str], float] = {}
    for way in ways:
        for step in way.steps:
            if step.act != "page" and step.status < BAD:
                place = way.about, step.at
                best[place] = min(best.get(place, step.seconds), step.seconds)
    yield from (_slow(about, at, seconds) for (about, at), seconds in best.items() if seconds > SLOW_SECONDS)


def _slow(about: str, at: str, seconds: float) -> Cause:
    return Cause(about, "slow", "minor", Text(f"等了 {seconds:.1f} 秒", f"It took {seconds:.1f} seconds."), at)


def _asked_twice(catalog: Catalog, way: Way) -> Iterator[Cause]:
    """The same fact in two turns, by an office after its applicant, or the same words about the same subject."""
    offer, seen = _subjects(catalog, way.about), list[Asked]()
    for one in way.asked:
        before = next((other for other in seen if _is_same(catalog, offer, other, one)), None)
        if before is not None:
            label = _label(catalog, one.attribute)
            said = Text(f"“{label.zh}”问了两遍", f"“{label.en}” is asked twice.")
            step = _at(way, one.by, "handle") if one.by else "form"
            yield Cause(way.about, "asked-twice", "minor", said, step, one.attribute)
        seen.append(one)


def _is_same(catalog: Catalog, subjects: dict[str, set[str]], one: Asked, other: Asked) -> bool:
    if one.fact == other.fact:
        return one.turn != other.turn
    mine, theirs = one.fact.rpartition(".")[0], other.fact.rpartition(".")[0]
    same_words = _label(catalog, one.attribute) == _label(catalog, other.attribute)
    return same_words and bool(subjects.get(mine, {mine}) & subjects.get(theirs, {theirs})) and one.by == other.by


def _subjects(catalog: Catalog, about: str) -> dict[str, set[str]]:
    """Whom each subject is about: itself, and of a relation with one end that one."""
    bundle = catalog.bundles.get(about)
    roles = bundle.subjects if bundle else catalog.services[about].roles
    return {name: {name, *(role.ends.values() if len(role.ends) == 1 else ())} for name, role in roles.items()}


def _not_as_told(catalog: Catalog, way: Way) -> Iterator[Cause]:
    """What the guide promised beside what happened, where the way came to its end."""
    told = way.promise
    if told is None or way.stuck or way.situation == PAPERS_IN_HAND:
        return
    for one in way.asked:
        # What its holder does not know of somebody is asked of them: the guide knows nobody.
        if not one.by and of_role(one.fact) not in told.questions and not _is_held(catalog, one.attribute):
            said = Text("指南没说要问这一项", "The guide does not name this question.")
            yield Cause(way.about, "not-as-told", "minor", said, "form", one.attribute)
    for paper in sorted({*way.papers} - {*told.papers}):
        said = Text("指南没说要这样材料", "The guide does not name this paper.")
        yield Cause(way.about, "not-as-told", "serious", said, "papers", paper)
    if way.fee_fen is not None and way.fee_fen > told.fee_fen:
        said = Text(
            f"指南说收 {told.fee_fen / 100:.2f} 元，实际收 {way.fee_fen / 100:.2f} 元",
            f"The guide says {told.fee_fen / 100:.2f} yuan; it was {way.fee_fen / 100:.2f}.",
        )
        yield Cause(way.about, "not-as-told", "serious", said, "send")
    if told.due and way.due and way.due[:10] > told.due[:10]:
        said = Text(
            f"指南说 {told.due} 办好，交的时候变成 {way.due}", f"The guide says {told.due}; sent, it is {way.due}."
        )
        yield Cause(way.about, "not-as-told", "serious", said, "follow")


def _refused_answers(catalog: Catalog, way: Way) -> Iterator[Cause]:
    """An answer of the right kind that is not taken: the question does not say what it wants."""
    for fact in dict.fromkeys(way.answers_refused):
        attribute = next((one.attribute for one in way.asked if one.fact == fact), fact)
        label = _label(catalog, attribute)
        said = Text(f"照着“{label.zh}”答的，没有收", f"An answer to “{label.en}” was not taken.")
        yield Cause(way.about, "unclear", "minor", said, "form", attribute)


def _unreached(catalog: Catalog, way: Way) -> Iterator[Cause]:
    for one in way.unreached:
        said = Text(f"谁也走不到：{one.condition}", f"Nobody can come here: {one.condition}")
        step = one.service if way.about in catalog.bundles else ""
        yield Cause(way.about, "contradiction", "minor", said, step, one.item)


def _impossible_papers(catalog: Catalog, way: Way) -> Iterator[Cause]:
    """A paper that proves of somebody only what the service itself, and nothing else, makes of them: nobody can have it
    before. The household book of a parent is no such paper where that of the child is made.
    """
    service = catalog.services.get(way.about)
    made = {one.fact for one in service.produces} if service else set[str]()
    for paper in service.evidence if service else ():
        kind = catalog.evidence[paper.evidence]
        proved = {f"{paper.role}.{name}" for name in kind.proves}
        types = {f"{kind.of}.{name}" for name in kind.proves}
        if service and proved and proved <= made and not _made_elsewhere(catalog, service, types):
            said = Text("这样材料只有本事项办成后才有", "Only this service itself makes what this paper proves.")
            yield Cause(way.about, "impossible-paper", "serious", said, "", paper.evidence)


def _made(service: ServiceDefinition) -> set[str]:
    return {
        f"{service.roles[role].type}.{name}"
        for role, _dot, name in (made.fact.partition(".") for made in service.produces)
    }


def _made_elsewhere(catalog: Catalog, service: ServiceDefinition, facts: set[str]) -> bool:
    return any(facts & _made(other) for other in catalog.services.values() if other.id != service.id)


def _unclear(catalog: Catalog, way: Way) -> Iterator[Cause]:
    """Texts that people met on the way: the title, what was asked, which papers."""
    for item, text in _texts(catalog, way):
        fault = plainness.fault_of(text)
        if fault is None:
            continue
        chinese, english = plainness.level(text)
        said = {
            "untranslated": Text(f"没有翻译：{text.zh} / {text.en}", f"Not translated: {text.zh} / {text.en}"),
            "official": Text(f"官话：{text.zh}", f"Official language: {text.en}"),
            "too-long": Text(
                f"一口气 {chinese} 个字：{text.zh}", f"{english} English words in one sentence: {text.en}"
            ),
        }[fault]
        yield Cause(_home(catalog, item) or way.about, "unclear", "minor", said, "" if item else "plan", item)


def _texts(catalog: Catalog, way: Way) -> Iterator[tuple[str, Text]]:
    offer = catalog.bundles.get(way.about) or catalog.services[way.about]
    yield "", offer.plain or offer.title  # a title is as the public list has it; plain words beside it are what is read
    for attribute in dict.fromkeys(one.attribute for one in way.asked if not one.by):
        found = _attribute(catalog, attribute)
        yield from ((attribute, text) for text in ((found.label, found.hint) if found else ()) if text)
        yield from ((attribute, option.label) for option in (found.options if found else ()))
    for paper in dict.fromkeys(way.papers):
        kind = catalog.evidence[paper]
        yield from ((paper, text) for text in (kind.label, kind.hint) if text)


def _is_held(catalog: Catalog, attribute: str) -> bool:
    found = _attribute(catalog, attribute)
    return found is not None and found.held_by is not None


def _label(catalog: Catalog, attribute: str) -> Text:
    found = _attribute(catalog, attribute)
    return found.label if found else Text(attribute, attribute)


def _attribute(catalog: Catalog, attribute: str) -> Attribute | None:
    """An attribute by `pack/Type.name`."""
    type_id, _dot, name = attribute.rpartition(".")
    return catalog.types[type_id].attributes.get(name) if type_id in catalog.types else None


def _home(catalog: Catalog, item: str) -> str | None:
    """The first service that asks for a question or paper: one hard label is one problem, however many ask it."""
    for name in sorted(catalog.services):
        service = catalog.services[name]
        asked = {paper.evidence for paper in service.evidence}
        for need in service.needs:
            role, _dot, attribute = need.fact.partition(".")
            asked.add(f"{service.roles[role].type}.{attribute}")
        if item in asked:
            return name
    return None
