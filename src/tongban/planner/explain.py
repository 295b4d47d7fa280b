"""Why a fact or a paper is asked, of whom and by which article; or why it is not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tongban.catalog.findings import by_name
from tongban.catalog.model import Catalog
from tongban.catalog.vocabulary import Text
from tongban.planner.outline import Outline, outline_of
from tongban.planner.plan import FactLine, PaperLine, Plan
from tongban.planner.request import LOG_IN, Request, full_id


@dataclass(frozen=True, slots=True)
class Reason:
    """A service that needs it, and the article."""

    service: str
    law: str
    article: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answer: what is done about it (``how``, several where members differ), in sentences, with all reasons."""

    key: str
    label: Text
    how: tuple[str, ...]
    sentences: tuple[Text, ...]
    because: tuple[Reason, ...]

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "key": self.key,
            "label": self.label.to_json(),
            "how": list(self.how),
            "sentences": [each.to_json() for each in self.sentences],
            "because": [{"service": one.service, "law": one.law, "article": one.article} for one in self.because],
        }


def explain(catalog: Catalog, request: Request, made: Plan, key: str) -> Explanation:
    """Explain a fact (``subject.attribute``) or a paper (its id, or the part after the slash) of the plan ``made``.

    Either may be called by its label too, where only one has it. Raises PlanError ``unknown-fact``,
    ``unknown-subject`` or ``unknown-paper``.
    """
    words = _Words(catalog, outline_of(catalog, request))
    key = key if "." in key else words.called(made, key)
    return words.fact(made, key) if "." in key else words.paper(made, key)


def _joined(texts: list[Text]) -> Text:
    return Text("、".join(each.zh for each in texts), ", ".join(each.en for each in texts))


class _Words:
    """Sentences about one outline."""

    def __init__(self, catalog: Catalog, outline: Outline) -> None:
        self.catalog = catalog
        self.outline = outline

    def called(self, made: Plan, name: str) -> str:
        """The paper, or where there is none the fact, of this name. Raises PlanError ``unknown-paper``."""
        ids = {paper.evidence for part in self.outline.parts for paper in part.papers}
        papers = {id_: self.catalog.evidence[id_].label for id_ in sorted(ids | {line.id for line in made.evidence})}
        needed = {need.fact for part in self.outline.parts for need in part.needs}
        facts = sorted(needed | {line.fact for line in made.facts})
        labels = {fact: self.outline.fact(fact).attribute.label for fact in facts}
        titles = papers if name in by_name(papers) else papers | labels
        return full_id(titles, name, "unknown-paper", "材料或数据", "paper or fact")

    def fact(self, made: Plan, key: str) -> Explanation:
        """A fact in all the ways it is had."""
        subject, *_, name = key.split(".")
        fact = f"{subject}.{name}"
        label = self.outline.attribute_of(key).label
        lines = [line for line in made.facts if line.fact == fact]
        sentences = [self._of_line(line, label) for line in lines] or [self._unneeded(fact, label)]
        sentences += [
            Text(f"它决定要不要办：{titles.zh}。", f"It decides whether these are needed: {titles.en}.")
            for open_line in made.undecided
            if open_line.fact == fact and (titles := self._titles(open_line.settles))
        ]
        how = tuple(dict.fromkeys(line.how for line in lines)) or ("not-needed",)
        return Explanation(fact, label, how, tuple(sentences), self._reasons(made, fact))

    def _of_line(self, line: FactLine, label: Text) -> Text:
        services = self._titles(line.needed_by)
        use = Text(f"用在：{services.zh}。", f" Needed by: {services.en}.") if line.needed_by else Text("", "")
        said = self._origin(line, label)
        return Text(said.zh + use.zh, said.en + use.en)

    def _origin(self, line: FactLine, label: Text) -> Text:
        if line.how == "asked":
            return self._why_asked(line, label)
        if line.holder:
            holder = self.catalog.authorities[line.holder].title
            if line.is_waiting:
                return Text(
                    f"“{label.zh}”要等{holder.zh}的库恢复，自己填的不算。",
                    f"“{label.en}” waits for the registry of {holder.en}; nobody's word is enough.",
                )
            return Text(
                f"“{label.zh}”不用填，{holder.zh}有，同意后去读。",
                f"“{label.en}” is not asked: {holder.en} has it, and it is read once you agree.",
            )
        if line.how == "derived":
            inputs = _joined([self.outline.fact(each).attribute.label for each in line.inputs])
            return Text(f"“{label.zh}”不用填，由{inputs.zh}推出。", f"“{label.en}” follows from: {inputs.en}.")
        if line.by:
            maker = self.catalog.services[line.by].title
            return Text(f"“{label.zh}”不用填，由“{maker.zh}”产生。", f"“{label.en}” is made by “{maker.en}”.")
        return self._why_known(line, label)

    def _why_known(self, line: FactLine, label: Text) -> Text:
        if line.source == LOG_IN:
            return Text(f"“{label.zh}”不用填，登录就知道。", f"“{label.en}” is not asked: your log-in shows it.")
        return Text(f"“{label.zh}”已经知道，不用填。", f"“{label.en}” is already known.")

    def _why_asked(self, line: FactLine, label: Text) -> Text:
        holder = self.outline.fact(line.fact).attribute.held_by
        if holder is None:
            return Text(f"“{label.zh}”要你填：没有哪个部门存着。", f"“{label.en}” is asked: no registry holds it.")
        title = self.catalog.authorities[holder].title
        return Text(
            f"“{label.zh}”要你填：{title.zh}的库里没有，或者现在连不上。",
            f"“{label.en}” is asked: {title.en} has none, or cannot be reached now.",
        )

    def _unneeded(self, fact: str, label: Text) -> Text:
        wanted = any(need.fact == fact for part in self.outline.parts for need in part.needs)
        if wanted:
            return Text(f"“{label.zh}”这次用不着，按你的情况不需要。", f"“{label.en}” is not needed in this situation.")
        return Text(f"“{label.zh}”办这件事从来不用。", f"No service here ever needs “{label.en}”.")

    def paper(self, made: Plan, id_: str) -> Explanation:
        """A paper in all the ways it is met."""
        label = self.catalog.evidence[id_].label
        lines = [line for line in made.evidence if line.id == id_]
        none = Text(f"“{label.zh}”这次用不着。", f"“{label.en}” is not needed this time.")
        sentences = tuple(self._of_paper(line, label) for line in lines) or (none,)
        how = tuple(dict.fromkeys(line.how for line in lines)) or ("not-needed",)
        return Explanation(id_, label, how, sentences, self._reasons(made, id_))

    def _of_paper(self, line: PaperLine, label: Text) -> Text:
        services = self._titles(line.needed_by)
        said = {
            "held": Text(f"“{label.zh}”不用交：已有电子证照。", f"“{label.en}” is not asked: you hold the credential."),
            "proven": Text(
                f"“{label.zh}”不用交：它证明的内容，部门自己核得到。",
                f"“{label.en}” is not asked: what it proves is checked with those who have it.",
            ),
            "waived": Text(f"“{label.zh}”不用交：按规定免交。", f"“{label.en}” is waived in this situation."),
            "uploaded": Text(
                f"“{label.zh}”要交：它证明的内容没有部门核得到。",
                f"“{label.en}” is asked: nobody else can confirm what it proves.",
            ),
        }[line.how]
        return Text(f"{said.zh}用在：{services.zh}。", f"{said.en} Needed by: {services.en}.")

    def _titles(self, services: tuple[str, ...]) -> Text:
        return _joined([self.catalog.services[service].title for service in services])

    def _reasons(self, made: Plan, key: str) -> tuple[Reason, ...]:
        return tuple(Reason(*each) for each in made.because.get(key, ()))
