"""What a rule refuses, and how it says so: every thing wrong at once, each with its code, place and sentence."""

from __future__ import annotations

from tongban.text import Issue, Text


class PolicyError(ValueError):
    """No amount can be given. ``code`` is that of the first issue.

    Codes: ``unknown-rule`` ``missing-fact`` ``unknown-fact`` ``wrong-value`` ``out-of-range`` ``no-rule-in-force``
    ``no-parameter-in-force`` ``no-row`` ``figure-too-large``.
    """

    def __init__(self, *issues: Issue) -> None:
        super().__init__("; ".join(f"{issue.at}: {issue.text.en}" for issue in issues))
        self.issues = issues
        self.code = issues[0].code


def refused(code: str, at: str, zh: str, en: str) -> PolicyError:
    """The refusal of one thing."""
    return PolicyError(Issue(code, at, Text(zh, en)))
