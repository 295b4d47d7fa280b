"""The papers of a case, as rows: handed in with their files, promised, to follow, or not needed and who proves it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tongban.catalog.model import ServiceDefinition
from tongban.desk.pages.facts import people_of
from tongban.platform.ids import in_address
from tongban.portal.templatetags.tongban import in_language, short_date

VOID: Final = {"state": "revoked", "how": gettext_lazy("revoked since")}
"""A paper that was proven by a credential which its office has taken back."""


def paper_lines(definition: ServiceDefinition, view: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of the component `paper`, each with the addresses of its files; of two of one kind each with whose."""
    kinds = Counter(paper["id"] for paper in view["papers"])
    people = people_of(definition, view)
    void = {line["paper"] for line in view["exceptions"] if line["kind"] == "revoked"}
    proofs = {check["paper"]: in_language(check["source"]) for check in view["checks"] if check["kind"] == "proven"}
    number = in_address(view["number"])
    return [
        {
            "id": paper["id"].replace("/", "-"),
            "title": in_language(paper["label"]),
            "about": people.get(paper["of"], "") if kinds[paper["id"]] > 1 else "",
            "origin": proofs.get(paper["id"], ""),
            "files": [reverse("desk:paper", args=[number, file]) for file in paper["files"]],
            **(VOID if paper["id"] in void else _state(paper, is_proven=paper["id"] in proofs)),
        }
        for paper in view["papers"]
    ]


def _state(paper: Mapping[str, Any], *, is_proven: bool) -> dict[str, str]:
    match paper["how"]:
        case "uploaded":
            count = len(paper["files"])
            words = ngettext("handed in, %(count)s file", "handed in, %(count)s files", count)
            return {"state": "warn", "how": words % {"count": count}}
        case "promised":
            return {"state": "warn", "how": _("promised instead")}
        case "deferred":
            due = date.fromisoformat(paper["due"]) if paper["due"] else None
            return {"state": "waiting", "how": _("to follow by %(date)s") % {"date": short_date(due)}}
        case _ if is_proven:
            return {"state": "done", "how": _("not needed")}
        case _:
            return {"state": "none", "how": _("not this time")}
