"""How months, spans of months and amounts are written on the pages of the ledger."""

from __future__ import annotations

from collections.abc import Sequence

from tongban.pack_api import Text
from tongban.packs.social_insurance.ledger.months import written


def lasting(months: int) -> Text:
    """So many months as years and months: 4 年 10 个月, 4 years 10 months."""
    years, rest = divmod(months, 12)
    zh = [f"{years} 年"] if years else []
    en = [f"{years} year{'s' * (years != 1)}"] if years else []
    if rest or not years:
        zh.append(f"{rest} 个月")
        en.append(f"{rest} month{'s' * (rest != 1)}")
    return Text(" ".join(zh), " ".join(en))


def in_spans(spans: Sequence[tuple[int, int]]) -> str:
    """Spans of months, single months as such: `2025-03 – 2025-05, 2026-01`."""
    return ", ".join(
        written(first) if first == last else f"{written(first)} – {written(last)}" for first, last in spans
    )


def signed(amount_fen: int) -> str:
    """A difference in yuan with its sign: `+1,974.14`, `−120.00`."""
    return f"{'+' if amount_fen >= 0 else '−'}{yuan(abs(amount_fen))}"


def plain(amount_fen: int) -> str:
    """An amount in yuan as spreadsheets take it: `1974.14`."""
    return f"{amount_fen // 100}.{amount_fen % 100:02}"


def yuan(amount_fen: int) -> str:
    """An amount in yuan: `1,974.14`."""
    return f"{amount_fen // 100:,}.{amount_fen % 100:02}"
