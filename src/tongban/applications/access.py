"""Everything the city keeps about a person, handed over to that person in one file (个人信息保护法, art. 45).

Their own facts with whose they are and since when, their matters, papers, messages, mandates, and who looked at their
data. Of somebody else only what stands in the person's own matters; numbers that identify others stay masked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final, TypeAlias
from zipfile import ZIP_DEFLATED, ZipFile

import orjson

from tongban.accounts.actor import Actor
from tongban.accounts.models import User
from tongban.applications import documents, inquiries, messages, reads, representing, views
from tongban.applications.document import attribute_of, every_member, member_key
from tongban.applications.masking import masked
from tongban.applications.models import Form, Message, Paper, Party
from tongban.applications.papers import content_of
from tongban.applications.problems import not_found
from tongban.applications.store import load
from tongban.applications.throttle import slow
from tongban.catalog.model import Catalog
from tongban.catalog.sentences import in_words
from tongban.catalog.values import write
from tongban.catalog.vocabulary import Attribute, Text
from tongban.credentials import service as credentials
from tongban.credentials.models import Document
from tongban.platform import time
from tongban.platform.ids import in_address
from tongban.publication import service as publication
from tongban.registry import personal
from tongban.registry import service as registry
from tongban.registry.model import Held, Reader, Wanted

PURPOSE: Final = Text("取走自己的数据", "Taking one's own data along")
COPIES_PER_MINUTE: Final = 3
DATA_NAME: Final = "data.json"


Lines: TypeAlias = Callable[[Actor], list[dict[str, Any]]]
_beside: dict[str, Lines] = {}


def register(name: str, lines: Lines) -> None:
    """Let everything about a person hold what a room above keeps about them, under this name."""
    _beside[name] = lines


@dataclass(frozen=True, slots=True)
class Extent:
    """How much a copy will hold, for the page that offers it."""

    applications: int
    documents: int
    papers: int
    messages: int
    reads: int


def extent(actor: Actor) -> Extent:
    """How much there is about the reader. Raises Problem 404 for staff and machines, about whom nothing is kept."""
    subject = _subject(actor)
    forms = _numbers(subject)
    return Extent(
        applications=len(forms),
        documents=Document.objects.filter(holder_subject_id=subject).count(),
        papers=Paper.objects.filter(form__applicant_id=subject).count(),
        messages=Message.objects.filter(user_id=actor.user_id or 0).count(),
        reads=reads.count_about_me(actor)[0],
    )


def copy(actor: Actor) -> bytes:
    """Everything about the reader as a ZIP: `data.json`, the signed documents and the papers they attached.

    The look is logged as every other. Raises Problem 404, 429.
    """
    subject = _subject(actor)
    slow("copy", actor.id, COPIES_PER_MINUTE)
    papers = list(Paper.objects.filter(form__applicant_id=subject).order_by("attached_at", "id"))
    issued = list(Document.objects.filter(holder_subject_id=subject).defer("pdf").order_by("issued_at", "number"))
    data = about_me(actor) | {
        "documents": [documents.document_json(row) | {"file": _file_of(row)} for row in issued],
        "papers": [_paper_line(paper) for paper in papers],
    }
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        archive.writestr(DATA_NAME, orjson.dumps(data, option=orjson.OPT_INDENT_2))
        for row in issued:
            archive.writestr(_file_of(row), credentials.document_bytes(row.id))
        for paper in papers:
            archive.writestr(_paper_line(paper)["file"], content_of(paper))
    return file.getvalue()


@time.one_time()
def about_me(actor: Actor) -> dict[str, Any]:
    """What `data.json` holds beside the files. Raises Problem 404."""
    subject = _subject(actor)
    user = User.objects.get(subject_id=subject)
    matters = [_matter(actor, number) for number in _numbers(subject)]
    return {
        "made_at": time.now().isoformat(timespec="seconds"),
        "person": {"subject": subject, "key": registry.key_of(subject), "region": registry.region_of(subject)},
        "account": {
            "id": actor.id,
            "name": user.shown_name,
            "language": user.language,
            "large_print": user.elder_mode,
            "code_at_log_in": user.totp_secret is not None,
        },
        "facts": _facts(actor, subject),
        "applications": matters,
        "payments": [fee | {"application": view["number"]} for view in matters for fee in view["fees"]],
        "questions": inquiries.mine(actor),
        "messages": messages.lines_of(actor, limit=None),
        "mandates": representing.given(actor),
        "reads": reads.about_me(actor, limit=None),
        **{name: lines(actor) for name, lines in _beside.items()},
    }


def _subject(actor: Actor) -> int:
    if actor.subject_id is None:
        raise not_found()
    return actor.subject_id


def _numbers(subject: int) -> list[str]:
    """The person's own applications and those that the person takes part in, oldest first; questions stand apart."""
    joined = Party.objects.filter(subject_id=subject).values("form_id")
    forms = Form.objects.filter(applicant_id=subject) | Form.objects.filter(number__in=joined)
    found = forms.exclude(bundle__in=inquiries.SERVICES).distinct().order_by("created_at", "number")
    return list(found.values_list("number", flat=True))


def _matter(actor: Actor, number: str) -> dict[str, Any]:
    """An application as its party sees it; whole numbers are the reader's own alone."""
    view, opened = views.application_view(actor, number), load(actor, number)
    own = {
        member_key(opened.bundle, name, member)
        for name, member, registered in every_member(opened.bundle, opened.document)
        if registered == actor.subject_id
    }
    for line in view["facts"]:
        attribute = attribute_of(opened.catalog, opened.bundle, line["fact"])
        if attribute is not None and line["fact"].rpartition(".")[0] not in own:
            line["value"] = masked(attribute, line["value"])
    return view


def _facts(actor: Actor, subject: int) -> list[dict[str, Any]]:
    """What every holder says of the person and of what the person takes part in, read now and logged."""
    catalog = publication.current()
    about = {subject: registry.type_of(subject), **personal.takes_part_in(subject)}
    wanted = [Wanted(one, each) for one, each in _attributes(catalog, about)]
    held = registry.read(wanted, Reader(actor.id, PURPOSE))
    since = personal.recorded_at(about)
    lines = []
    for one, attribute in _attributes(catalog, about):
        found = held.get((one, attribute.name))
        if found is None or found.state == "absent":
            continue
        at = since.get((one, found.holder))
        lines.append(
            {
                "of": catalog.types[about[one]].label.to_json(),
                "subject": one,
                "fact": attribute.name,
                "label": attribute.label.to_json(),
                **_value(attribute, found, own=one == subject),
                "holder": catalog.authorities[found.holder].title.to_json(),
                "recorded_at": at.astimezone(time.ZONE).isoformat(timespec="seconds") if at else None,
            }
        )
    return lines


def _attributes(catalog: Catalog, about: Mapping[int, str]) -> Iterable[tuple[int, Attribute]]:
    for one, kind in about.items():
        for attribute in catalog.types[kind].attributes.values():
            if attribute.held_by is not None:
                yield one, attribute


def _value(attribute: Attribute, found: Held, *, own: bool) -> dict[str, Any]:
    """A value as it is; in what others take part in too, without their numbers. None where the holder is down."""
    raw = write(found.value)
    told = raw if own else masked(attribute, raw)
    return {"state": found.state, "value": told, "words": None if told is None else in_words(attribute, told).to_json()}


def _file_of(row: Document) -> str:
    return f"documents/{in_address(row.number)}.pdf"


def _paper_line(paper: Paper) -> dict[str, Any]:
    return {
        "application": paper.form_id,
        "key": paper.key,
        "name": paper.name,
        "attached_at": paper.attached_at.astimezone(time.ZONE).isoformat(timespec="seconds"),
        "sha256": paper.sha256,
        "file": f"papers/{paper.id}.{paper.media_type.rpartition('/')[2]}",
    }
