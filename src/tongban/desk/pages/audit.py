"""The auditor's page: verify every chain and seal, and read what was found."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from tongban.accounts.actor import Actor
from tongban.applications import auditing
from tongban.desk.door import AUDITORS, page, staff
from tongban.platform import time
from tongban.portal.templatetags.tongban import in_language


@staff(AUDITORS, "POST")
@never_cache
def audit(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Say what an audit does; carry it out when asked, for it reads every record."""
    report = auditing.audit(actor) if request.method == "POST" else None
    context: dict[str, Any] = {"report": report, "title": _sentence(report), "now": time.now()}
    if report:
        context["findings"] = [finding | {"words": in_language(finding["text"])} for finding in report["findings"]]
    return page(request, actor, "desk/audit.html", context)


def _sentence(report: dict[str, Any] | None) -> str:
    if report is None:
        return _("Are all records as they were written?")
    if report["ok"]:
        return _("All %(count)s records are as they were written") % {"count": f"{report['events']:,}"}
    count = len(report["findings"])
    return ngettext(
        "%(count)s thing is not as it was written", "%(count)s things are not as they were written", count
    ) % {"count": count}
