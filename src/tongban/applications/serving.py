"""The record of service (送达回证): a numbered, signed paper that says what was put into whose hands, when and how.

It is made when a result has been collected or the post has brought it. What is served online needs none: the moment
stands with the document itself.
"""

from __future__ import annotations

from typing import Final

from tongban.applications.issuing import CITY, name_of
from tongban.applications.models import HandOver
from tongban.casework import store
from tongban.casework.model import Case
from tongban.catalog.vocabulary import Text
from tongban.credentials import letters
from tongban.credentials import service as credentials
from tongban.credentials.models import Document as Paper
from tongban.credentials.service import Holder, Order
from tongban.platform import time
from tongban.publication import service as publication

SERVICE_RECORD: Final = "base/service-record"
"""The notice of the pack `base`."""


def record(case: Case, application: store.ApplicationBrief, paper: Paper, move: HandOver) -> None:
    """Issue the record of a result that has just been handed over, on the caller's transaction."""
    catalog = publication.at(application.publication)
    definition, office = catalog.notices[SERVICE_RECORD], catalog.offices[move.office]
    name = name_of(case, application.applicant, store.facts_of([case.number])[case.number])
    words: dict[str, letters.Word] = {
        "applicant": name,
        "number": case.number,
        "document": Text(f"{paper.title_zh}（{paper.number}）", f"{paper.title_en} ({paper.number})"),
        "office": office.title,
        "served_on": move.reached_on or time.today(),
        "served_how": Text(f"邮寄，单号 {move.tracking}", f"by post, number {move.tracking}")
        if move.way == "post"
        else Text("窗口领取，核对身份证", "collected at the window, ID card checked"),
    }
    order = Order(
        sort="notice",
        kind=application.mode,
        definition=definition.id,
        definition_hash=catalog.hashes[definition.id],
        case_number=case.number,
        event=case.version,
        office=office.id,
        issuer=office.title,
        city=CITY,
        holder=Holder("base/Person", application.applicant, name),
        title=definition.title,
        issued_at=time.now(),
        body=letters.fill(definition.body, words),
        remedies=letters.fill(definition.remedies, words) if definition.remedies else None,
    )
    credentials.issue([order])
