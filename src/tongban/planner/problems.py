"""What the planner refuses, and how it says so: a stable code, the place in the request, both languages, what to do."""

from __future__ import annotations

from tongban.text import Issue, Text

__all__ = ["Issue", "PlanError", "unknown"]


class PlanError(Exception):
    """No plan can be made. ``code`` is that of the first issue.

    Codes: ``unknown-bundle`` ``unknown-service`` ``unknown-subject`` ``unknown-fact`` ``no-such-member``
    ``wrong-value`` ``fact-not-claimable`` ``wrong-request`` ``not-in-force`` ``nobody-supplies`` ``circular-need``.
    """

    def __init__(self, *issues: Issue) -> None:
        super().__init__("; ".join(f"{issue.at}: {issue.text.en}" for issue in issues))
        self.issues = issues
        self.code = issues[0].code


def unknown(code: str, at: str, nearest: str | None, zh: str, en: str) -> Issue:
    """A name that nothing has; ``zh`` and ``en`` say what kind of thing was looked for."""
    hint = Text(f"，是不是“{nearest}”？", f" Is it “{nearest}”?") if nearest else Text("", "")
    return Issue(code, at, Text(f"没有叫“{at}”的{zh}{hint.zh}", f"There is no {en} “{at}”.{hint.en}"), nearest)
