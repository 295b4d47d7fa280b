"""What is printed on a document, as plain data: the only thing that rendering knows of credentials and notices.

A sheet holds finished words and values; whoever issues it has already chosen, worded and formatted them. It says by
itself whether it may pass for the real thing: the papers of walks and exercises carry WALK across every page, those
of a demonstration city 样张.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from tongban.catalog.sentences import day_in_words
from tongban.catalog.vocabulary import Text
from tongban.credentials import codes

Kind: TypeAlias = Literal["real", "walk", "exercise"]
Template: TypeAlias = Literal["certificate", "notice"]

# Controls, marks that turn writing around or hide in it, halves of surrogates. Not what Unicode has yet to name: some
# people's names are there.
_INVISIBLE = frozenset({"Cc", "Cf", "Cs"})


@dataclass(frozen=True, slots=True)
class Field:
    """One row of a document's table: what it is, its value as text, and whether it rests on a figure without a source,
    which is printed beside it.
    """

    label: Text
    value: str
    is_unverified: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a listing: its head, and whether it holds figures, which stand to the right."""

    head: Text
    is_figure: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """A table below the fields of a certificate, in finished words: a title, columns, rows of one text for each column,
    and the line that sums them up; below it, that some of its figures rest on one without a source.
    """

    title: Text
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] = ()
    is_unverified: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One document as printed: a certificate has `fields`, `listings` and a span, a notice a `body` of lines, one a
    paragraph.

    `code` is canonical (ungrouped). `valid_until` None beside a `valid_from` is for ever.
    """

    template: Template
    kind: Kind
    is_sample: bool
    title: Text
    number: str
    code: str
    verify_address: str
    city: Text
    issuer: Text
    issued_on: date
    fields: tuple[Field, ...] = ()
    listings: tuple[Listing, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None
    body: Text | None = None
    remedies: Text | None = None

    @property
    def across(self) -> Text | None:
        """What is printed across every page, if it must not pass for the real thing."""
        if self.kind != "real":
            return Text("走流程", "WALK")
        return Text("样张", "SPECIMEN") if self.is_sample else None

    @property
    def validity(self) -> Text | None:
        """The span in which a credential holds, as a sentence. What lists a record without an end tells of its day."""
        if self.valid_from is None or (self.listings and self.valid_until is None):
            return None
        begin = day_in_words(self.valid_from)
        if self.valid_until is None:
            return Text(f"{begin.zh}起，长期有效", f"Valid from {begin.en}, no end")
        end = day_in_words(self.valid_until)
        return Text(f"有效期：{begin.zh}至 {end.zh}", f"Valid from {begin.en} to {end.en}")

    def printed(self) -> dict[str, object]:
        """Return the sheet as the templates read it (JSON values), every text safe to show."""
        body = self.body or Text("", "")
        return {
            "title": _both(self.title),
            "number": shown(self.number),
            "code": codes.grouped(self.code),
            "verify_address": shown(self.verify_address),
            "city": _both(self.city),
            "issuer": _both(self.issuer),
            "issued_on": _both(day_in_words(self.issued_on)),
            "seal_use": "演示专用章" if self.is_sample or self.kind != "real" else "电子专用章",
            "fields": [_field(field) for field in self.fields],
            "listings": [_listing(listing) for listing in self.listings],
            "validity": _both(self.validity) if self.validity else None,
            "body": {"zh": shown_lines(body.zh), "en": shown_lines(body.en)},
            "remedies": _both(self.remedies) if self.remedies else None,
            "across": _both(self.across) if self.across else None,
            "is_rehearsal": self.kind != "real",
        }


def shown(text: str) -> str:
    """Return a text as one printable line: what would be invisible or turn the writing around shows as ``�``."""
    return "".join(_visible(character) for character in " ".join(text.split()))


def shown_lines(text: str) -> str:
    """Return a text of several paragraphs, each made printable by `shown`."""
    return "\n".join(shown(line) for line in text.splitlines())


def _visible(character: str) -> str:
    return "\N{REPLACEMENT CHARACTER}" if unicodedata.category(character) in _INVISIBLE else character


def _field(field: Field) -> dict[str, object]:
    return {"label": _both(field.label), "value": shown(field.value), "is_unverified": field.is_unverified}


def _listing(listing: Listing) -> dict[str, object]:
    return {
        "title": _both(listing.title),
        "columns": [{"head": _both(column.head), "is_figure": column.is_figure} for column in listing.columns],
        "rows": [[shown(cell) for cell in row] for row in listing.rows],
        "total": [shown(cell) for cell in listing.total],
        "is_unverified": listing.is_unverified,
    }


def _both(words: Text) -> dict[str, str]:
    return {"zh": shown(words.zh), "en": shown(words.en)}
