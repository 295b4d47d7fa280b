"""What is left for a person to judge in a case, and what the machine has checked already.

A clerk sees first what differs from the routine: a disputed value, a paper that was promised or that nobody but a
person can look at, an office that was asked or that objects, a condition that is not met, a limit that has ended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tongban.applications import documents, fees
from tongban.applications.granting import is_accepted
from tongban.applications.issuing import cited, label_of
from tongban.casework import fold
from tongban.casework.model import Case
from tongban.casework.queries import Entry
from tongban.catalog.conditions import UNKNOWN, Unknown, parse
from tongban.catalog.model import Catalog, EvidenceNeed, ServiceDefinition
from tongban.catalog.sentences import filled_sentence, unmet_sentence
from tongban.catalog.values import yuan
from tongban.catalog.vocabulary import Text, Value
from tongban.clock.moments import day_of


@dataclass(frozen=True, slots=True)
class Matter:
    """A case with what judging it looks at: facts and papers as lines of its page, its events, the values known;
    ``feeders`` are the other cases of its application that brought it something.
    """

    catalog: Catalog
    definition: ServiceDefinition
    case: Case
    facts: Sequence[Mapping[str, Any]]
    papers: Sequence[Mapping[str, Any]]
    entries: Sequence[Entry]
    feeders: Sequence[Case] = ()

    def value(self, fact: str) -> Value | Unknown:
        """The latest value of a fact."""
        for entry in reversed(self.entries):
            if fact in entry.facts:
                return entry.facts[fact]
        return UNKNOWN


def judge(matter: Matter, today: date) -> dict[str, Any]:
    """``exceptions`` for a person, the gravest first; ``checks`` that the machine made; whether the chain is whole;
    ``needed``: the facts that this case cannot do without, other branches' left out.
    """
    order = {"bad": 0, "warn": 1, "info": 2}
    found = [line for source in _SOURCES for line in source(matter, today)]
    return {
        "exceptions": sorted(found, key=lambda line: order[line["tone"]]),
        "checks": [*_held(matter), *_requirements_met(matter), *_papers_proven(matter)],
        "needed": [
            n.fact for n in matter.definition.needs if n.when is None or n.when.evaluate(matter.value) is not False
        ],
        "chain_intact": fold.rebuild(entry.event for entry in matter.entries).head == matter.case.head,
    }


def _line(
    kind: str, tone: str, title: Text, words: Text, *, paper: str = "", basis: Text | None = None
) -> dict[str, Any]:
    return {
        "kind": kind,
        "tone": tone,
        "title": title.to_json(),
        "words": words.to_json(),
        "paper": paper,
        "basis": basis.to_json() if basis else None,
    }


def _overdue(matter: Matter, today: date) -> Iterator[dict[str, Any]]:
    for clock in matter.case.clocks if matter.case.is_open else ():
        due = clock.due
        if due is not None and day_of(due) < today:
            title = Text(f"已经超期：{due.month} 月 {due.day} 日到期", f"Overdue since {due:%d %B}")
            yield _line("overdue", "bad", title, Text("先办这一件，再写明原因", "Handle it first, then say why."))


def _feeder_revoked(matter: Matter, today: date) -> Iterator[dict[str, Any]]:
    """What this case was fed by and is void since."""
    del today
    for feeder in matter.feeders:
        if feeder.is_revoked:
            fed_by = matter.catalog.services[feeder.service].title
            title = Text(f"前面的证照已吊销：{fed_by.zh}", f"What it rests on was revoked: {fed_by.en}")
            credential = matter.catalog.services[feeder.service].credential or ""
            papers = documents.of_cases([feeder.number])[feeder.number]
            why = next((line["revoked_because"] for line in papers if line["revoked_because"]), {"zh": "", "en": ""})
            words = Text(
                f"它给的内容不能再当依据。吊销的理由：{why['zh']}",
                f"What it proved no longer counts. It was revoked because: {why['en']}",
            )
            yield _line("revoked", "bad", title, words, paper=credential)


def _unmet(matter: Matter, today: date) -> Iterator[dict[str, Any]]:
    del today
    for requirement in matter.definition.requires:
        if requirement.that.evaluate(matter.value) is False:
            basis = cited(matter.catalog, [requirement.because])
            sentence = unmet_sentence(matter.catalog, matter.definition, requirement, matter.value)
            title = sentence or Text("有一个条件不满足", "A condition is not met")
            yield _line("requirement", "bad", title, Text("不满足就不能准予", "It cannot be granted."), basis=basis)


def _disputed(matter: Matter, today: date) -> Iterator[dict[str, Any]]:
    del today
    for fact in matter.facts:
        if fact["disputed"]:
            label, holder = fact["label"], fact["holder"] or {"zh": "库", "en": "The registry"}
            yield _line(
                "disputed",
                "warn",
                Text(f"“{label['zh']}”有异议", f"“{label['en']}” is disputed"),
                Text(
                    f"申请人说是 {fact['shown']['zh']}，和{holder['zh']}的不一样。已让它核对",
                    f"The applicant says {fact['shown']['en']}; {holder['en']} says otherwise and was asked.",
                ),
            )


def _papers(matter: Matter, today: date) -> Iterator[dict[str, Any]]:
    for paper in matter.papers:
        zh, en = paper["label"]["zh"], paper["label"]["en"]
        basis = _basis(matter, paper["id"])
        match paper["how"]:
            case "uploaded":
                title = Text(f"看一眼材料：{zh}", f"Look at the paper: {en}")
                words = Text("机器核不了，要你看是不是齐、清楚", "No machine can check it: is it whole and readable?")
                yield _line("paper", "info", title, words, paper=paper["id"], basis=basis)
            case "promised":
                title = Text(f"{zh}：承诺代替，没有交", f"{en}: promised, not handed in")
                words = Text("按告知承诺办，办完再核查", "Decide on the promise; it is checked afterwards.")
                yield _line("promised", "warn", title, words, basis=basis)
            case "deferred":
                yield _deferred(Text(zh, en), paper["due"], today, basis)


def _deferred(label: Text, due: str | None, today: date, basis: Text | None) -> dict[str, Any]:
    on = date.fromisoformat(due) if due else today
    title = Text(f"{label.zh}：容缺，还没补来", f"{label.en}: to follow")
    late = on < today
    words = Text(
        f"{'说好' if late else '要在'} {on.month} 月 {on.day} 日前补{'，已经过了' if late else ''}",
        f"Due by {on:%d %B}{', which has passed' if late else ''}.",
    )
    return _line("deferred", "bad" if late else "warn", title, words, basis=basis)


def _unpaid(matter: Matter, today: date) -> Iterator[dict[str, Any]]:
    del today
    procedure = matter.catalog.procedures[matter.definition.procedure]
    is_due = matter.case.is_open and matter.definition.fees and is_accepted(procedure, matter.case.state)
    amount = fees.owed_fen(matter.catalog, matter.definition, matter.case.number) if is_due else 0
    if amount:
        said = yuan(amount)
        title = Text(f"申请人还有 {said} 元没交", f"{said} yuan are not paid yet")
        yield _line("unpaid", "info", title, Text("已经通知，交了就发结果", "They were told; the result waits for it."))


def _opinions(matter: Matter, today: date) -> Iterator[dict[str, Any]]:
    del today
    offices = matter.catalog.offices
    asked = [task for task in matter.case.tasks if task.name != "main" and task.office != matter.case.office]
    for task in asked:
        title = Text(f"还在等{offices[task.office].title.zh}的意见", f"Waiting for {offices[task.office].title.en}")
        words = Text("回了才能往下办", "It must answer first.")
        if not _is_waited_for(matter, task.name):
            words = Text("这里不用等，照样往下办", "Nothing here waits for it.")
        if task.due is not None and task.silence == "agree":
            on = task.due
            words = Text(f"{on.month} 月 {on.day} 日不回，就算同意", f"Silence until {on:%d %B} means yes.")
        yield _line("asked", "info", title, words)
    for entry in matter.entries:
        if entry.event.data.get("opinion") == "disagree":
            said = entry.texts.get("note", "")
            title = _answered(matter, entry)
            yield _line("objection", "warn", Text(f"{title.zh}不同意", f"{title.en} objects"), Text(said, said))


def _is_waited_for(matter: Matter, task: str) -> bool:
    """Whether a step that may follow now waits until no such task is open."""
    steps = matter.catalog.procedures[matter.definition.procedure].steps.values()
    conditions = [parse(step.when) for step in steps if step.when and matter.case.state in step.from_]
    return any(f"open.{task}" in condition.facts for condition in conditions)


def _answered(matter: Matter, entry: Entry) -> Text:
    """The office that gave an opinion: that of the task which the event closed."""
    closed = entry.event.data.get("closed")
    office = str(closed[0]).partition(":")[2] if isinstance(closed, list) and closed else ""
    found = matter.catalog.offices.get(office)
    return found.title if found else Text("有部门", "An office")


_SOURCES: tuple[Callable[[Matter, date], Iterator[dict[str, Any]]], ...] = (
    _overdue,
    _feeder_revoked,
    _unmet,
    _disputed,
    _opinions,
    _unpaid,
    _papers,
)


def _basis(matter: Matter, evidence: str) -> Text | None:
    need = _need(matter, evidence)
    return cited(matter.catalog, [need.because]) if need and need.because else None


def _need(matter: Matter, evidence: str) -> EvidenceNeed | None:
    return next((need for need in matter.definition.evidence if need.evidence == evidence), None)


def _held(matter: Matter) -> Iterator[dict[str, Any]]:
    """What each holder says, once for each: read from the source, so that nobody has to compare it with a copy."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for fact in matter.facts:
        if fact["source"] == "fetched" and fact["holder"] and not fact["disputed"]:
            groups.setdefault(fact["holder"]["zh"], []).append(fact)
    for group in groups.values():
        labels = {language: _listed([fact["label"][language] for fact in group], language) for language in ("zh", "en")}
        yield {"kind": "held", "text": labels, "source": group[0]["holder"], "at": group[0]["at"], "count": len(group)}


def _listed(words: Sequence[str], language: str) -> str:
    most = 3
    shown = ("、" if language == "zh" else ", ").join(words[:most])
    if len(words) <= most:
        return shown
    return f"{shown}等 {len(words)} 项" if language == "zh" else f"{shown} and {len(words) - most} more"


def _requirements_met(matter: Matter) -> Iterator[dict[str, Any]]:
    for requirement in matter.definition.requires:
        if requirement.that.evaluate(matter.value) is True:
            said = filled_sentence(matter.catalog, matter.definition, requirement.asks, matter.value)
            about = [label_of(matter.catalog, matter.definition, fact) for fact in sorted(requirement.that.facts)]
            zh = said.zh if said else "、".join(label.zh for label in about)
            en = said.en if said else ", ".join(label.en for label in about)
            yield {
                "kind": "requirement",
                "text": {"zh": f"条件满足：{zh}", "en": f"Condition met: {en}"},
                "source": cited(matter.catalog, [requirement.because]).to_json(),
                "at": None,
                "count": 1,
            }


def _papers_proven(matter: Matter) -> Iterator[dict[str, Any]]:
    void = {matter.catalog.services[feeder.service].credential for feeder in matter.feeders if feeder.is_revoked}
    for paper in matter.papers:
        if paper["id"] in void:
            continue
        need = _need(matter, paper["id"])
        is_needed = need is None or need.when is None or need.when.evaluate(matter.value) is not False
        if paper["how"] == "not-needed" and is_needed:
            issuer = matter.catalog.authorities.get(matter.catalog.evidence[paper["id"]].issued_by)
            source = Text(f"{issuer.title.zh}已证明", f"Proven by {issuer.title.en}").to_json() if issuer else None
            yield {
                "kind": "proven",
                "paper": paper["id"],
                "text": {"zh": f"{paper['label']['zh']}：不用交", "en": f"{paper['label']['en']}: not needed"},
                "source": source,
                "at": None,
                "count": 1,
            }
