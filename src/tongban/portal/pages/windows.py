"""最近的窗口: where to go, whether it is open now, and how many wait; by county and town, without log-in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tongban.applications import windows
from tongban.platform import time
from tongban.portal.pages.door import page, reader_or_none
from tongban.portal.templatetags.tongban import in_language, zh_date


@page("anybody")
def nearest(request: HttpRequest) -> HttpResponse:
    """The windows of the region asked for, else of where the reader lives, else of the first county."""
    counties = windows.counties()
    wanted = request.GET.get("region", "")
    known = windows.county_of(reader_or_none(request))
    county = next((code for code in (wanted[: windows.COUNTY_DIGITS], known) if code in counties), next(iter(counties)))
    towns = windows.towns(county)
    lines = [_line(line) for line in windows.near(county)]
    context = {
        "counties": [_choice(code, name, county) for code, name in counties.items()],
        "towns": [_choice(code, name, wanted) for code, name in towns.items()],
        "place": in_language(towns.get(wanted) or counties[county]),
        "county": county,
        "lines": lines,
        "open": sum(line["is_open"] for line in lines),
    }
    return render(request, "portal/windows.html", context)


def _choice(code: str, name: Mapping[str, str], chosen: str) -> dict[str, Any]:
    return {"code": code, "name": in_language(name), "is_present": code == chosen}


def _line(line: Mapping[str, Any]) -> dict[str, Any]:
    opens = line["opens_at"]
    if line["is_open"]:
        words = _("open until %(time)s") % {"time": f"{line['closes_at']:%H:%M}"}
    elif opens is None:
        words = _("closed")
    elif opens.date() == time.today():
        words = _("closed, opens %(time)s") % {"time": f"{opens:%H:%M}"}
    else:
        words = _("closed, opens %(date)s %(time)s") % {"date": zh_date(opens.date()), "time": f"{opens:%H:%M}"}
    return {**line, "open_words": words, "hours_words": _(", ").join(each.replace("-", "–") for each in line["hours"])}
