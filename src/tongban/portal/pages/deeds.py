"""微实事: what the city promised to do by which day, one by one, for anybody to read."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongban.portal.pages.door import page, picture
from tongban.portal.templatetags.tongban import in_language, zh_date
from tongban.supervision import deeds, repair_photos
from tongban.supervision.deeds import Deed

LIGHTS = {"kept": "ok", "due": "none", "late": "red"}


@page("anybody")
def small_deeds(request: HttpRequest) -> HttpResponse:
    """All small deeds: late, due, kept."""
    found = deeds.listed()
    context = {"title": _title(found), "rows": [_row(one) for one in found]}
    return render(request, "portal/deeds.html", context)


@page("anybody")
def photo(request: HttpRequest, photo_id: UUID) -> HttpResponse:
    """A photo of a small deed that shows nobody."""
    del request
    return picture(*repair_photos.public_file(photo_id))


def _title(found: list[Deed]) -> str:
    """What matters first: how many of how many are kept, and how many are late."""
    if not found:
        return _("No small deed is on the list yet")
    kept, late = (sum(one.state == state for one in found) for state in ("kept", "late"))
    words = _("%(kept)s of %(count)s small deeds are kept") % {"kept": kept, "count": len(found)}
    if not late:
        return words
    return ngettext("%(words)s, %(late)s is late", "%(words)s, %(late)s are late", late) % {
        "words": words,
        "late": late,
    }


def _row(one: Deed) -> dict[str, Any]:
    day = one.kept_on or one.by
    when = {"kept": _("kept on %(day)s"), "due": _("due by %(day)s"), "late": _("late since %(day)s")}[one.state]
    return {
        "deed": one,
        "light": LIGHTS[one.state],
        "words": when % {"day": zh_date(day)} if day else _("no day yet"),
        "field": in_language(one.field) if one.field else "",
        "owners": _(", ").join(in_language(title) for title in one.owners),
    }
