"""What a pack's `pages.py` may import besides `pack_api`: pages, their doors' frames, and who stands before them.

`pages.py` names `PAGES`, a list of `Page`. Its templates lie in the pack's `templates/<pack>/` and extend
`portal/page.html` or `desk/page.html`; `{% say "中文" "English" %}` says a fixed text there, `|in_language` one of the
view's. A view shows what is its reader's: `Reader.subject_id` is the reader as a person of the registry,
``organisations`` are those for which they act in everything. The rest is `not_found`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from io import StringIO
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from tongban.accounts.actor import Actor as Reader
from tongban.applications.problems import forbidden, not_found
from tongban.desk.door import page as desk_page
from tongban.portal.bars import FEW, few
from tongban.portal.formats import plain_cell
from tongban.portal.pack_pages import Page, organisations
from tongban.portal.pages.paging import pages_of
from tongban.portal.templatetags.tongban import in_language

__all__ = [
    "FEW",
    "Page",
    "Reader",
    "csv_file",
    "desk_page",
    "few",
    "forbidden",
    "in_language",
    "not_found",
    "organisations",
    "pages_of",
    "portal_page",
]


def portal_page(request: HttpRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
    """A page inside the frame of the portal, below the reader's own things; nothing on the way keeps it."""
    answer = render(request, template, {"tab": "me", **context})
    add_never_cache_headers(answer)
    return answer


def csv_file(name: str, heads: Sequence[str], rows: Iterable[Sequence[str | int | Decimal]]) -> HttpResponse:
    """A table for a spreadsheet, to be saved under ``name``; a text that looks like a formula stays a text."""
    text = StringIO()
    table = csv.writer(text)
    table.writerow(heads)
    table.writerows([plain_cell(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    # The mark at the beginning tells spreadsheets that it is UTF-8.
    answer = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    add_never_cache_headers(answer)
    return answer
