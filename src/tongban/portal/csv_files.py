"""Tables that people take along to a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from decimal import Decimal
from io import StringIO

from django.http import HttpResponse
from django.utils.cache import add_never_cache_headers

from tongban.portal.formats import plain_cell


def csv_file(name: str, heads: Sequence[str], rows: Iterable[Sequence[str | int | Decimal]]) -> HttpResponse:
    """A table to be saved under ``name``; a text that looks like a formula stays one. Nothing on the way keeps it."""
    text = StringIO()
    table = csv.writer(text)
    table.writerow(heads)
    table.writerows([plain_cell(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    # The mark at the beginning tells spreadsheets that it is UTF-8.
    answer = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    add_never_cache_headers(answer)
    return answer
