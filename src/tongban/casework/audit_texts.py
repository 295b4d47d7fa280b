"""What each finding of the audit means and what to do about it."""

from __future__ import annotations

from tongban.catalog.vocabulary import Text

TEXTS = {
    "case-missing": Text(
        "整件办件不见了：它曾被封存，或还留有记录。从备份找回，并查是谁动过数据库",
        "The whole case is gone, though it was sealed or still has events. Restore it and find out who changed it.",
    ),
    "application-changed": Text(
        "申请的登记内容和开件时不一样", "The application's row is not what it was when the case was opened."
    ),
    "event-missing": Text("办件记录缺了或多了一条", "An event was removed from the timeline or added to it."),
    "event-unreadable": Text("有一条记录读不懂，被改过", "An event cannot be read: it was changed."),
    "event-reworded": Text("有一条记录被添过、改写过", "An event says more than it said, or says it in other words."),
    "chain-broken": Text(
        "记录和它的链头对不上：有记录被改过、换过或加过",
        "The events do not add up to the chain's head: one was changed, swapped or added.",
    ),
    "seal-mismatch": Text(
        "和封存时不一样：封存以后被改过", "The case is not what it was when it was sealed: it was changed afterwards."
    ),
    "state-changed": Text("办件的当前状态和记录对不上", "The case's present state is not what its events add up to."),
    "tasks-changed": Text("待办和记录对不上", "The open tasks are not what the events add up to."),
    "clocks-changed": Text("期限和记录对不上", "The running limits are not what the events add up to."),
    "key-missing": Text(
        "密钥文件里没有这项数据的密钥：先放回完整的密钥文件，再查",
        "The key file lacks this value's key. Put back the whole key file, and audit again.",
    ),
    "value-changed": Text("有一项数据被改过", "A value was changed: it no longer matches the digest in its event."),
    "value-missing": Text(
        "有一项数据不见了，又没有删除的记录", "A value is gone, and no event says that it was erased."
    ),
    "seal-broken": Text(
        "这份封存不完整，或签名不是本市的", "This seal is not whole, or its signature is not this city's."
    ),
    "seal-differs": Text("封存文件和数据库里的不一样", "This seal is not the one that the database keeps."),
    "seal-missing": Text("封存文件里缺了这一份", "This seal is missing from the file of seals."),
    "seal-unreadable": Text("封存文件有一行读不懂", "A line of the file of seals cannot be read."),
}
