"""What a reader sees of an application: one plain JSON answer that API, pages, command line and stories share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tongban.accounts.actor import Actor
from tongban.applications import deferrals, delivery, fees, following, handing_over
from tongban.applications.document import attribute_of, every_member, member_key, split_key
from tongban.applications.masking import masked, masked_name
from tongban.applications.members import called, with_member
from tongban.applications.missing import missing_of
from tongban.applications.models import Form, Paper
from tongban.applications.papers import PaperNeed, needs_of
from tongban.applications.planning import plan_of, values_of
from tongban.applications.signing import signers_of
from tongban.applications.store import Open, load, on_side_of
from tongban.catalog.sentences import in_words
from tongban.catalog.values import write
from tongban.catalog.vocabulary import Attribute, Raw, Text
from tongban.platform import time

OWN_EYES = Text("本人可见", "for their own eyes")
"""What stands for a value of somebody else who takes part."""


def application_view(actor: Actor, number: str) -> dict[str, Any]:
    """`view_of` the application of this number. Raises Problem 404 for anybody whom it does not concern."""
    return view_of(load(actor, number))


@time.one_time()
def view_of(opened: Open) -> dict[str, Any]:
    """Everything a party may see: the form while it is open, then the cases. A second signer sees their own part.

    ``papers`` are those that the form wants, then those that are still to follow.
    """
    form = opened.form
    view: dict[str, Any] = {
        "number": form.number,
        "bundle": form.bundle,
        "title": opened.bundle.title.to_json(),
        "state": form.state,
        "mode": form.mode,
        "version": form.version,
        "channel": form.channel,
        "created_at": following.told_at(form.created_at),
        "submitted_at": following.told_at(form.submitted_at) if form.submitted_at else None,
        "promised_due": opened.document.promised_due,
        "is_applicant": opened.is_applicant,
        "signers": _signers(opened),
        "cases": [],
        "events": [],
    }
    if form.state in (Form.State.DRAFT, Form.State.WAITING):
        view |= _draft(opened) if opened.is_applicant else {"facts": _own_facts(opened)}
    else:
        view |= {"facts": _facts(opened, None) if opened.is_applicant else _own_facts(opened)}
        view |= following.progress(opened)
    return view | _counter(opened, view["events"])


def _counter(opened: Open, events: list[dict[str, Any]]) -> dict[str, Any]:
    """What passes over the counter, for the applicant's side: fees and results, and their lines of the timeline."""
    found = {"fees": fees.fees_of(opened), "delivery": delivery.deliveries_of(opened)}
    if not opened.is_applicant or opened.form.state != Form.State.SUBMITTED:
        return found
    found["events"] = sorted([*handing_over.events(opened), *events], key=lambda line: line["at"], reverse=True)
    return found | {"papers": _owed(opened)}


def _owed(opened: Open) -> list[dict[str, Any]]:
    """The papers that were to follow and have not come, each with the day that was set on acceptance."""
    if not any(state.how == "deferred" for state in opened.document.papers.values()):
        return []
    dues = {key: day.isoformat() for key, day in deferrals.dues(opened.form.number).items()}
    lines = [line for line in papers_of(opened) if line["how"] == "deferred"]
    return [line | {"due": dues.get(line["key"], line["due"])} for line in lines]


def _draft(opened: Open) -> dict[str, Any]:
    plan = plan_of(opened).to_json()
    return {
        "plan": plan,
        "agreed_at": opened.document.agreed_at,
        "counts": {name: len(members) for name, members in opened.document.members.items()},
        "facts": _facts(opened, None),
        "questions": questions_of(opened, plan),
        "papers": papers_of(opened),
        "missing": [{"fact": m.fact, "code": m.code, "text": m.text.to_json()} for m in missing_of(opened)],
    }


def questions_of(opened: Open, plan: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The form: each question once, for each member it concerns, with why it is asked and what was answered."""
    questions = []
    situation = {question.fact for question in opened.bundle.questions}
    answered = [line for line in plan["known"] if line["source"] == "claimed" and line["fact"] not in situation]
    for line in [*plan["questions"], *answered]:
        subject, _, name = line["fact"].partition(".")
        attribute = attribute_of(opened.catalog, opened.bundle, line["fact"])
        if attribute is None:
            continue
        because = _because(opened, plan, line["fact"])  # the same for every member; there may be thousands
        asked = question(opened, line["fact"], subject, attribute) | {
            "needed_by": line["needed_by"],
            "because": because,
        }
        for number in line["members"] or [1]:
            key = f"{member_key(opened.bundle, subject, number)}.{name}"
            entry = opened.document.facts.get(key)
            questions.append(
                asked
                | {"fact": key, "value": entry.raw if entry and entry.source == "claimed" else None}
                | {"unavailable": bool(entry and entry.state == "unavailable"), "member": number}
            )
    return questions


def question(opened: Open, key: str, subject: str, attribute: Attribute) -> dict[str, Any]:
    """One field: its label, kind, options and hint."""
    return {
        "fact": key,
        "subject": subject,
        "subject_label": label.to_json() if (label := opened.bundle.subjects[subject].label) else None,
        "label": attribute.label.to_json(),
        "kind": attribute.kind,
        "options": [{"value": o.value, "label": o.label.to_json()} for o in attribute.options],
        "hint": attribute.hint.to_json() if attribute.hint else None,
        "max_length": attribute.max_length,
    }


def _because(opened: Open, plan: Mapping[str, Any], fact: str) -> list[dict[str, Any]]:
    lines = []
    for reason in plan["because"].get(fact, []):
        law = opened.catalog.laws.get(reason["law"])
        lines.append(
            {
                "service": opened.catalog.services[reason["service"]].title.to_json(),
                "law": law.title.to_json() if law else None,
                "article": reason["article"],
            }
        )
    return lines


def papers_of(opened: Open) -> list[dict[str, Any]]:
    """Every paper that is owed, how it may be met, and the files that are there."""
    files = {str(paper.id): paper for paper in Paper.objects.filter(form=opened.form).defer("content")}
    return [
        {
            "key": need.key,
            "label": _of_member(opened, need).to_json(),
            "hint": hint.to_json() if (hint := opened.catalog.evidence[need.evidence].hint) else None,
            "how": need.state.how if need.state else "needed",
            "due": need.state.due if need.state else None,
            "promise": need.rule.promise,
            "deferrable": str(need.rule.deferrable) if need.rule.deferrable else None,
            "files": [
                {"id": id_, "name": files[id_].name, "size_bytes": files[id_].size_bytes}
                for id_ in (need.state.files if need.state else [])
                if id_ in files
            ],
        }
        for need in needs_of(opened)
    ]


def _of_member(opened: Open, need: PaperNeed) -> Text:
    """What a paper is called, with whose it is where several bring one."""
    subject, number, _ = split_key(f"{need.subject}.x")
    return with_member(opened.catalog.evidence[need.evidence].label, called(opened, subject, number))


def _facts(opened: Open, keys: set[str] | None) -> list[dict[str, Any]]:
    """What the form knows, each with where it came from. ``keys`` limits it to one reader's own."""
    derived = values_of(opened)
    lines = []
    for key in sorted({*opened.document.facts, *derived}):
        attribute = attribute_of(opened.catalog, opened.bundle, key)
        if attribute is None or (keys is not None and key.rpartition(".")[0] not in keys):
            continue
        entry = opened.document.facts.get(key)
        raw = entry.raw if entry else write(derived[key])
        hidden = _is_others(opened, key) and (entry is None or entry.source != "claimed")
        holder = opened.catalog.authorities.get(entry.holder) if entry and entry.holder else None
        lines.append(
            {
                "fact": key,
                "label": attribute.label.to_json(),
                "kind": attribute.kind,
                "value": None if hidden else raw if opened.is_applicant else masked(attribute, raw),
                "shown": (OWN_EYES if hidden else shown(attribute, raw)).to_json(),
                "hidden": hidden,
                "source": entry.source if entry else "derived",
                "state": entry.state if entry else "known",
                "holder": holder.title.to_json() if holder else None,
                "read_at": entry.at if entry else None,
                "disputed": bool(entry and entry.disputed),
            }
        )
    return lines


def _is_others(opened: Open, key: str) -> bool:
    """Whether a fact is about somebody who signs for themselves: what registers say of them only they may see here."""
    subject, member, _ = split_key(key)
    if subject == opened.bundle.applicant or subject not in {*opened.bundle.signatures, *opened.bundle.consents}:
        return False
    members = opened.document.members[subject]
    registered = members[member - 1] if len(members) >= member else None
    return registered is None or registered != opened.actor.subject_id


def shown(attribute: Attribute, raw: Raw) -> Text:
    """A value as people read it: the label of a choice, yes or no, yuan, a masked number."""
    return Text("没有", "none") if raw is None else in_words(attribute, masked(attribute, raw))


def _own_facts(opened: Open) -> list[dict[str, Any]]:
    """What a second signer sees: all of their own, and what is said of a job or a birth that is theirs too."""
    own, members = _own_keys(opened), opened.document.members
    shared = {
        member_key(opened.bundle, name, number)
        for name, role in opened.bundle.subjects.items()
        for number in range(1, len(members.get(name, ())) + 1)
        if own & {member_key(opened.bundle, end, number) for end in role.ends.values()}
    }
    lines = _facts(opened, own | shared)
    return [line for line in lines if line["fact"].rpartition(".")[0] in own or line["source"] == "claimed"]


def _own_keys(opened: Open) -> set[str]:
    return {
        member_key(opened.bundle, subject, number)
        for subject, number, registered in every_member(opened.bundle, opened.document)
        if registered is not None and registered == opened.actor.subject_id
    }


def _signers(opened: Open) -> list[dict[str, Any]]:
    if opened.form.state == Form.State.SUBMITTED:
        return []
    return [
        {
            "subject": signer.key,
            "label": label.to_json() if (label := opened.bundle.subjects[signer.subject].label) else None,
            "name": _name_of(opened, signer.key),
            "act": signer.act,
            "done": signer.is_done,
            "declined": signer.has_declined,
            "is_you": signer.registered is not None and signer.registered == opened.actor.subject_id,
        }
        for signer in signers_of(opened)
    ]


def _name_of(opened: Open, member: str) -> str:
    """The name of somebody who signs: a person's but for its first character hidden, a company's whole."""
    entry = opened.document.facts.get(f"{member}.name")
    attribute = attribute_of(opened.catalog, opened.bundle, f"{member}.name")
    if entry is None or attribute is None or not entry.raw:
        return ""
    return str(entry.raw) if attribute.sensitivity == "public" else masked_name(str(entry.raw))


def my_applications(actor: Actor) -> list[dict[str, Any]]:
    """The reader's own applications and those waiting for the reader's consent, newest first, without personal data.

    Those begun by a table stand on its own page (`batches`).
    """
    forms = Form.objects.filter(on_side_of(actor)).exclude(channel="table") | Form.objects.filter(
        parties__subject_id=actor.subject_id or 0
    )
    return following.summaries(actor, list(forms.distinct().order_by("-created_at", "-number")[:100]))
