"""One certificate for the bench `certificates`: of eight years, three insurances, two employers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from tongban.catalog.vocabulary import Text
from tongban.credentials.authority import Authority
from tongban.credentials.render import render
from tongban.credentials.sheet import Column, Field, Listing, Sheet
from tongban.credentials.sign import sign
from tongban.platform import time

ROWS: Final = 8
"""A span for each year and employer, and the month that is owed."""

_COLUMNS: Final = (
    Column(Text("起止年月", "From – to")),
    Column(Text("月数", "Months"), is_figure=True),
    Column(Text("参保单位", "Employer")),
    Column(Text("月缴费基数（元）", "Monthly base, yuan"), is_figure=True),
    Column(Text("个人缴费（元）", "Own share, yuan"), is_figure=True),
    Column(Text("状态", "State")),
)
KINDS: Final = (
    Text("企业职工基本养老保险", "Basic pension insurance of employees"),
    Text("失业保险", "Unemployment insurance"),
    Text("工伤保险", "Work-injury insurance"),
)


def signed(one: Sheet, own: Authority) -> bytes:
    """The file that its holder gets."""
    at = time.start_of(one.issued_on)
    return sign(render(one), own, at=at, reason=one.title.zh, place=one.city.zh)


def sheet(number: int) -> Sheet:
    """The certificate of somebody of two employers; no two are alike, so that nothing is laid out only once."""
    blank = Sheet(
        template="certificate",
        kind="real",
        is_sample=False,
        title=Text("个人参保缴费证明", "Contribution certificate"),
        number="",
        code="7K2MQD8F3HTV",
        verify_address="https://city.example/verify/7K2MQD8F3HTV",
        city=Text("示例市", "Sample City"),
        issuer=Text("示例区社会保险经办中心", "Sample District Social Insurance Centre"),
        issued_on=date(2026, 11, 16),
        valid_from=date(2026, 11, 16),
    )
    fields = (
        Field(Text("姓名", "Name"), "示例"),
        Field(Text("身份证号", "ID number"), "430200199305120021"),
        Field(Text("参保证明编号", "Number of the certificate"), f"ZM26{number:07}"),
    )
    listings = tuple(Listing(kind, _COLUMNS, rows(number), total(number)) for kind in KINDS)
    return replace(blank, number=f"4302-26-{number:06}-K/01-01", fields=fields, listings=listings)


def rows(number: int) -> tuple[tuple[str, ...], ...]:
    """The spans of one insurance."""
    return tuple(
        (
            f"{2019 + year}-01 – {2019 + year}-12",
            "12",
            "株洲市示例机械有限公司" if year < ROWS // 2 else "株洲市天元区示例面馆",
            f"{4_000 + 300 * year + number:,}.00",
            f"{3_840 + 288 * year + number:,}.00",
            "已缴 Paid" if year < ROWS - 1 else "欠缴 Owed",
        )
        for year in range(ROWS)
    )


def total(number: int) -> tuple[str, ...]:
    """The line that sums them up."""
    return ("合计 Total", str(12 * ROWS), "", "", f"{38_000 + number:,}.00", "欠 12 个月")
