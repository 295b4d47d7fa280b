"""When something happened, as one says it: today and yesterday by name, earlier by date."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongban.clock import Limit
from tongban.platform import time
from tongban.portal.formats import date_in_table


def moment_words(at: datetime) -> str:
    """`今天 09:12`, `昨天 16:40`, `11-20 17:10`, and with its year when that is another one."""
    here, today = at.astimezone(time.ZONE), time.today()
    clock = f"{here:%H:%M}"
    if here.date() == today:
        return _("today %(time)s") % {"time": clock}
    if here.date() == today - timedelta(days=1):
        return _("yesterday %(time)s") % {"time": clock}
    day = date_in_table(here.date()) if here.year == today.year else here.date().isoformat()
    return f"{day} {clock}"


def limit_words(limit: str) -> str:
    """A limit of a definition (`5 workdays`) as one says it."""
    parsed = Limit.parse(limit)
    words = {
        "workday": ngettext("%(n)s workday", "%(n)s workdays", parsed.count),
        "day": ngettext("%(n)s day", "%(n)s days", parsed.count),
        "week": ngettext("%(n)s week", "%(n)s weeks", parsed.count),
        "month": ngettext("%(n)s month", "%(n)s months", parsed.count),
        "hour": ngettext("%(n)s hour", "%(n)s hours", parsed.count),
    }
    return words[parsed.unit] % {"n": parsed.count}
