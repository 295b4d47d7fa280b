"""What cases wait for outside themselves: a fee not paid, a paper that was to follow and has not, the days for one.

A procedure says which step each of them holds up and which limit stands still meanwhile; casework asks here whenever a
condition reads it, for the page that offers a step and for the step itself alike.
"""

from __future__ import annotations

from tongban.applications import deferrals, fees
from tongban.applications.store import document_lacking_papers
from tongban.casework import holds
from tongban.casework.holds import Asked
from tongban.casework.model import Refused
from tongban.catalog.values import yuan
from tongban.catalog.vocabulary import Text


def register() -> None:
    """Let casework ask here."""
    holds.register("payment", payment)
    holds.register("paper", paper)
    holds.register("grace", grace)


def payment(asked: Asked) -> Refused | None:
    """Why a case waits for money; None once every fee is paid, and where nothing is owed."""
    amount = fees.owed_fen(asked.catalog, asked.service, asked.number) if asked.service.fees else 0
    if not amount:
        return None
    said = yuan(amount)
    text = Text(
        f"申请人还有 {said} 元没交，已经通知。交了就发",
        f"The applicant has been told to pay {said} yuan and has not yet. The result follows once it is paid.",
    )
    return Refused("fee-unpaid", text)


def paper(asked: Asked) -> Refused | None:
    """Why a case waits for a paper; None once all that were to follow have come."""
    if not _may_owe(asked):
        return None
    document = document_lacking_papers(asked.number.rpartition("/")[0])
    papers = deferrals.papers_of_case(document, asked.service, asked.roles) if document else []
    labels = [asked.catalog.evidence[one.need.evidence].label for one in papers if one.state.how == "deferred"]
    if not labels:
        return None
    last = max(deferrals.owed(asked.number).values(), default=None)
    zh, en = (f"（{last.month} 月 {last.day} 日前）", f" by {last.day} {last:%B}") if last else ("", "")
    text = Text(
        f"还缺后补的材料：{'、'.join(label.zh for label in labels)}{zh}。补来才能办",
        f"Still to follow{en}: {', '.join(label.en for label in labels)}. It can be granted then.",
    )
    return Refused("paper-owed", text)


def grace(asked: Asked) -> Refused | None:
    """Why a case may not be treated as withdrawn; None once the day of a paper that was to follow has passed."""
    if _may_owe(asked) and deferrals.is_overdue(asked.number):
        return None
    text = Text(
        "没有过期未补的材料，不能按撤回处理",
        "No paper is overdue, so it cannot be treated as withdrawn. Only the applicant may withdraw it.",
    )
    return Refused("paper-not-overdue", text)


def _may_owe(asked: Asked) -> bool:
    """Whether a paper may follow at all; where none may, nothing is read."""
    return any(need.deferrable for need in asked.service.evidence)
