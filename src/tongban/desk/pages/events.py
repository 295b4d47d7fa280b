"""What happened to a case, as colleagues tell each other: short, newest first, with what only offices see marked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.applications.issuing import label_of
from tongban.catalog.model import Catalog, ProcedureDefinition, ServiceDefinition
from tongban.desk.pages.actions import CHOICES
from tongban.platform import time
from tongban.portal.templatetags.tongban import in_language, table_date

KIND_WORDS: Final = {
    "opened": gettext_lazy("Handed to this office"),
    "started": gettext_lazy("What it waited for is done: it begins"),
    "supplied": gettext_lazy("Another office sent its data"),
    "claimed": gettext_lazy("Claimed"),
    "released": gettext_lazy("Released"),
    "handed-over": gettext_lazy("Handed over"),
    "handed-up": gettext_lazy("Handed up"),
    "handed-down": gettext_lazy("Handed down"),
    "noted": gettext_lazy("Note"),
    "disputed": gettext_lazy("A value is disputed"),
    "due-moved": gettext_lazy("The calendar changed: reckoned anew"),
    "task-lapsed": gettext_lazy("Not answered in time"),
    "ended": gettext_lazy("Ended"),
    "erased": gettext_lazy("Personal data erased"),
    "revoked": gettext_lazy("Revoked"),
    "paid": gettext_lazy("The fee is paid"),
    "paper-brought": gettext_lazy("A paper that was to follow has come"),
    "refund-asked": gettext_lazy("The fee is on its way back"),
    "refunded": gettext_lazy("The fee was given back"),
    "refund-failed": gettext_lazy("Giving the fee back failed; it is tried again"),
    "holder-took": gettext_lazy("The register elsewhere took what was written"),
    "holder-failed": gettext_lazy("The register elsewhere has not taken it yet; it is sent again"),
    "referred": gettext_lazy("Referral"),
}


def event_lines(
    catalog: Catalog, definition: ServiceDefinition, procedure: ProcedureDefinition, view: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The component `events`, newest first."""
    return [_line(catalog, definition, procedure, event) for event in view["events"]]


def _line(
    catalog: Catalog, definition: ServiceDefinition, procedure: ProcedureDefinition, event: Mapping[str, Any]
) -> dict[str, Any]:
    at = datetime.fromisoformat(event["at"])
    step = procedure.steps.get(event["step"] or "")
    words = in_language(step.label) if step else str(KIND_WORDS.get(event["kind"], event["kind"]))
    if event["silent"]:
        words = _("%(words)s, by the end of the limit") % {"words": words}
    said = _said(catalog, definition, event)
    return {
        "at": _("Today %(time)s") % {"time": f"{at:%H:%M}"} if at.date() == time.today() else table_date(at),
        "iso": event["at"],
        "actor": in_language(event["actor_label"]),
        "words": _("%(words)s: %(said)s") % {"words": words, "said": said} if said else words,
        "internal": event["inside"] or "note" in event["texts"],
    }


def _said(catalog: Catalog, definition: ServiceDefinition, event: Mapping[str, Any]) -> str:
    """What was said with a step: the opinion, the offices asked, what is to be corrected, the reason."""
    said, texts = event["said"], event["texts"]
    parts = [str(CHOICES["opinion"][said["opinion"]])] if said.get("opinion") else []
    parts += [_(", ").join(in_language(catalog.offices[office].title) for office in said.get("offices", ()))]
    parts += [in_language(catalog.offices[said["office"]].title)] if said.get("office") else []
    for item in said.get("items", ()):
        parts.append(
            " ".join([in_language(label_of(catalog, definition, item)), texts.get(f"item:{item}", "")]).strip()
        )
    parts += [in_language(event["text"])] if event["kind"] == "referred" else []
    parts += [texts.get("reason", ""), texts.get("note", "")]
    return _("; ").join(part for part in parts if part)
