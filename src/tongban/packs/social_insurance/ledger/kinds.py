"""The insurances, the benefits that are paid, and the accounts of the books: their names, each once."""

from __future__ import annotations

KINDS = ("pension", "unemployment", "injury", "resident")
DRAWN_FROM = {
    **dict.fromkeys(("pension", "illness", "funeral", "grant", "balance"), "fund.pension"),
    "refund": "account.pension",
    **dict.fromkeys(("unemployment", "unemployment-funeral", "unemployment-grant"), "fund.unemployment"),
    **dict.fromkeys(("resident-pension", "resident-funeral"), "fund.resident"),
    **dict.fromkeys(("disability", "care", "injury-grant", "dependant", "work-funeral", "work-grant"), "fund.injury"),
}
"""The benefits, and the account that each is paid from."""
BENEFITS = tuple(DRAWN_FROM)
AT_DEATH = ("funeral", "grant", "balance", "work-funeral", "work-grant",
    "unemployment-funeral", "unemployment-grant", "resident-funeral")  # once, to whoever asks first  # fmt: skip
ACCOUNTS = (
    *(f"receivable.{kind}" for kind in KINDS[:3]),  # owner: the employer that owes
    *(f"fund.{kind}" for kind in KINDS),  # owner 0
    "account.pension",  # owner: whose individual account it is; 0 for what lines credit to everybody
    "late-fee",  # owner: the employer that owes
    "advance",  # owner: the employer whose money is here and settles nothing yet
    "bank",  # owner 0
    *(f"benefit.{kind}" for kind in BENEFITS),  # owner: the beneficiary
    "transfer",  # owner 0: the money that comes along from other provinces
)
