"""A line of a list as the table shows it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.platform import time
from tongban.portal.templatetags.tongban import in_language, table_date

MOST_MARKS = 9
CHANNELS = {
    "web": gettext_lazy("online"),
    "phone": gettext_lazy("on a phone"),
    "window": gettext_lazy("at the window"),
    "api": gettext_lazy("by a system"),
    "table": gettext_lazy("in a table"),
    "terminal": gettext_lazy("at a terminal"),
}


def row(line: dict[str, Any], url: str) -> dict[str, Any]:
    """What `worklists` says of a case, with its words chosen; ``url`` shows it."""
    names = line["names"]
    return line | {
        "url": url,
        "applicant": in_language(line["applicant"]),
        "people_words": _people(line["people"], names),
        "origin": _origin(line),
        "parts": [part | {"title": in_language(part["title"])} for part in line["parts"]],
        "parts_words": _parts_words(line["parts"]),
        "light_state": line["light"] or ("none" if not line["is_open"] else "waiting"),
        "primary_words": in_language(line["primary"]["label"]) if line["primary"] else "",
    }


def _parts_words(parts: list[dict[str, Any]]) -> str:
    """How many parts are done, where there are too many for a mark each."""
    if len(parts) <= MOST_MARKS:
        return ""
    done = sum(part["state"] == "done" for part in parts)
    return _("%(done)s of %(all)s done") % {"done": done, "all": len(parts)}


def _people(count: int, names: list[str]) -> str:
    shown = _(", ").join(names[:2])
    if len(names) > 2 or count > max(len(names), 1):  # noqa: PLR2004 -- two names fit
        return " · ".join(
            part for part in (_("%(count)s people") % {"count": count}, names[0] if names else "") if part
        )
    return shown


def _origin(line: dict[str, Any]) -> str:
    channel = str(CHANNELS.get(line["channel"], line["channel"]))
    return " · ".join([channel, _day(line["submitted_at"].date())]) if line["submitted_at"] else channel


def _day(on: date) -> str:
    days = (time.today() - on).days
    if days == 0:
        return _("today")
    return _("yesterday") if days == 1 else table_date(on)
