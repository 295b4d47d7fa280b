"""A plan as tables for a terminal, in Chinese or English."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rich.table import Table

from tongban.catalog.conditions import parse
from tongban.catalog.model import Catalog
from tongban.catalog.sentences import condition_in_words, in_words
from tongban.catalog.vocabulary import Text
from tongban.planner.outline import Outline
from tongban.planner.plan import Plan, ServiceLine

Say = Callable[[str, str], str]
"""Chooses the Chinese or the English of two."""


def tables(outline: Outline, made: Plan, *, is_chinese: bool) -> Iterator[Table | str]:
    """The answer in one sentence, then tables: services, facts, papers, and the three ways compared."""

    def say(zh: str, en: str) -> str:
        return zh if is_chinese else en

    yield _answer(made, say)
    yield _services(outline, made, say)
    if made.undecided:
        yield _undecided(outline, made, say)
    yield _facts(outline, made, say)
    if made.evidence:
        yield _papers(outline, made, say)
    yield _comparison(made, say)


def _of(text: Text, say: Say) -> str:
    return say(text.zh, text.en)


def _answer(made: Plan, say: Say) -> str:
    trips, papers, questions, days = made.cost
    provisional = (
        say("（按未公布的日历暂算）", " (provisional: no calendar yet)") if made.schedule.is_provisional else ""
    )
    return say(
        f"{made.schedule.due} 前办好{provisional}："
        f"填 {questions} 项，交 {papers} 份材料，跑 {trips} 次，{days} 个工作日。",
        f"Done by {made.schedule.due}{provisional}: "
        f"{questions} questions, {papers} papers, {trips} trips, {days} working days.",
    )


def _table(title: str, *columns: str, whole: Sequence[str] = ()) -> Table:
    """A table without lines; what stands in the columns ``whole`` is never broken."""
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, header_style="dim")
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column in whole)
    return table


def _fact(outline: Outline, name: str) -> Text:
    """A fact as one would say it: `孩子·姓名`, `Child · name`."""
    whose, label = outline.title_of(name.partition(".")[0]), outline.fact(name).attribute.label
    return Text(f"{whose.zh}·{label.zh}", f"{whose.en} · {label.en}")


def _members(members: Sequence[int]) -> str:
    """``1–3, 7`` for 1 2 3 7."""
    spans: list[tuple[int, int]] = []
    for number in members:
        if spans and spans[-1][1] == number - 1:
            spans[-1] = (spans[-1][0], number)
        else:
            spans.append((number, number))
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in spans)


def _services(outline: Outline, made: Plan, say: Say) -> Table:
    catalog, days = outline.catalog, (say("开始", "Start"), say("办完", "Due"), say("天", "Days"))
    table = _table(
        say("谁办什么", "Who does what"),
        say("事项", "Service"),
        say("部门", "Office"),
        say("第几位", "Members"),
        *days,
        say("等", "After"),
        whole=days,
    )
    critical = set(made.schedule.critical_path)
    for line in made.services:
        title = _of(catalog.services[line.id].title, say)
        shown = f"[bold]{title}[/bold]" if line.id in critical else title
        table.add_row(
            shown + _condition(outline, line, say),
            _office(catalog, line, say),
            _members(line.members),
            str(line.start),
            str(line.due),
            str(line.days),
            "\n".join(_of(catalog.services[each].title, say) for each in line.starts_after),
        )
    return table


def _condition(outline: Outline, line: ServiceLine, say: Say) -> str:
    """Under which condition a service may follow, as a line of its own."""
    if line.condition is None:
        return ""
    words = condition_in_words(
        parse(line.condition), lambda fact: _fact(outline, fact), lambda fact: outline.fact(fact).attribute
    )
    return f"\n[dim]{say('如果', 'if ')}{_of(words, say)}[/dim]"


def _office(catalog: Catalog, line: ServiceLine, say: Say) -> str:
    office = catalog.offices.get(line.office or "")
    authority = catalog.authorities.get(catalog.services[line.id].authority)
    title = office.title if office else authority.title if authority else None
    return _of(title, say) if title else ""


def _undecided(outline: Outline, made: Plan, say: Say) -> Table:
    table = _table(
        say("先说清楚的情况", "To be settled first"),
        say("数据", "Fact"),
        say("选项", "Options"),
        say("定下几件", "Settles"),
        "",
        whole=("",),
    )
    for line in made.undecided:
        attribute = outline.fact(line.fact).attribute
        options = " / ".join(_of(in_words(attribute, option), say) for option in line.options)
        table.add_row(_of(_fact(outline, line.fact), say), options, str(len(line.settles)), f"[dim]{line.fact}[/dim]")
    return table


def _facts(outline: Outline, made: Plan, say: Say) -> Table:
    """Each question by itself, with the key by which it is answered or explained; the others by whose they are."""
    table = _table(say("数据", "Facts"), say("怎么来", "How"), say("几项", "Number"), say("哪些", "Which"))
    names = {
        "asked": say("要你填", "asked"),
        "fetched": say("库里读", "read"),
        "derived": say("推出", "derived"),
        "produced": say("过程中产生", "produced"),
        "known": say("已知道", "known"),
    }
    for how, title in names.items():
        facts = list(dict.fromkeys(line.fact for line in made.facts if line.how == how))
        if how == "asked":
            lines = [f"{_of(_fact(outline, fact), say)} [dim]{fact}[/dim]" for fact in facts]
        else:
            lines = list(_by_subject(outline, facts, say))
        if facts:
            table.add_row(title, str(len(facts)), "\n".join(lines))
    return table


def _by_subject(outline: Outline, facts: Sequence[str], say: Say) -> Iterator[str]:
    """`母亲：姓名、民族`, a line for each subject."""
    found: dict[str, list[str]] = {}
    for fact in facts:
        label = _of(outline.fact(fact).attribute.label, say)
        found.setdefault(fact.partition(".")[0], []).append(label)
    for subject, labels in found.items():
        yield _of(outline.title_of(subject), say) + say("：", ": ") + say("、", ", ").join(labels)


def _papers(outline: Outline, made: Plan, say: Say) -> Table:
    table = _table(say("材料", "Papers"), say("材料", "Paper"), say("谁的", "Of"), say("怎么办", "How"))
    names = {
        "held": say("有电子证照", "held"),
        "proven": say("不用交，部门核验", "proven by facts"),
        "waived": say("免交", "waived"),
        "uploaded": say("要交", "uploaded"),
    }
    for line in made.evidence:
        label = outline.catalog.evidence[line.id].label
        table.add_row(_of(label, say), _of(outline.title_of(line.subject), say), names[line.how])
    return table


def _comparison(made: Plan, say: Say) -> Table:
    """The three ways; trips and days that nobody has found out are no 0."""
    table = _table(
        say("三种办法", "Three ways"),
        "",
        say("填写", "Questions"),
        say("材料", "Papers"),
        say("跑腿", "Trips"),
        say("天", "Days"),
        say("窗口", "Windows"),
        say("环节", "Steps"),
        say("待核", "Unsourced"),
    )
    names = {
        "apart": say("各跑各的窗口", "Each at its window"),
        "connected": say("各办各的网上", "Each online"),
        "together": say("一起办", "Together"),
    }
    for way, column in made.comparison.items():
        is_found = way != "apart" or bool(column.by_service)
        trips, days = (column.trips, column.days) if is_found else ("–", "–")
        numbers = (column.questions, column.papers, trips, days, column.windows, column.steps)
        table.add_row(names[way], *map(str, numbers), str(len(column.unsourced) or ""))
    return table
