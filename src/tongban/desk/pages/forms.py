"""What forms of staff pages send, read back: a date from its three boxes."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest

from tongban.applications.problems import Problem
from tongban.catalog.vocabulary import Text


def typed_date(request: HttpRequest, name: str) -> date:
    """A date in three boxes. Raises Problem 422."""
    boxes = [str(request.POST.get(f"{name}.{part}", "")).strip() for part in ("year", "month", "day")]
    try:
        return date(*(int(box) for box in boxes))
    except ValueError:
        text = Text("没有这一天，看一下年月日", "There is no such day. Look at year, month and day.")
        raise Problem(422, "wrong-days", text) from None
