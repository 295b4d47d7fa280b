"""Orders that the tests of the service give."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from typing import Any

from tongban.catalog.vocabulary import Text
from tongban.credentials import service
from tongban.credentials.models import Document
from tongban.credentials.service import Holder, Order
from tongban.credentials.sheet import Field
from tongban.platform import time

AT = datetime(2026, 11, 16, 8, 30, tzinfo=time.ZONE)
ID_NUMBER = "430200199305120021"


def order(case: str = "4302-26-000001-K/01", **changes: Any) -> Order:  # noqa: ANN401 - any field of an order
    """A birth certificate."""
    credential = Order(
        sort="credential",
        kind="real",
        definition="newborn/birth-certificate",
        definition_hash="0" * 64,
        case_number=case,
        event=4,
        office="newborn/city-hospital",
        issuer=Text("株洲市妇幼保健院", "Zhuzhou Maternal and Child Health Hospital"),
        city=Text("株洲市", "Zhuzhou"),
        holder=Holder("base/Person", 7, "陈一诺"),
        title=Text("出生医学证明", "Medical certificate of birth"),
        issued_at=AT,
        fields=(
            Field(Text("新生儿姓名", "Name of child"), "陈一诺"),
            Field(Text("母亲公民身份号码", "Mother's ID number"), ID_NUMBER),
        ),
        facts={
            "birth.mother_id": ID_NUMBER,
            "birth.weight_grams": 3200,
            "birth.is_twin": False,
            "birth.father_id": None,
        },
        valid_from=AT.date(),
    )
    return dataclasses.replace(credential, **changes)


def notice(event: int = 2, **changes: Any) -> Order:  # noqa: ANN401 - any field of an order
    """A correction notice."""
    return order(
        sort="notice",
        definition="base/correction",
        event=event,
        title=Text("一次性补正告知书", "One-time correction notice"),
        fields=(),
        facts={},
        valid_from=None,
        body=Text("陈一诺：\n还差 1 样。", "To 陈一诺:\nOne thing is missing."),
        **changes,
    )


def issued(*orders: Order) -> Document:
    """Issue one document or the same one several times."""
    (document,) = service.issue(orders)
    return document
