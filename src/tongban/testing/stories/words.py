"""The words of the story language: every key and verb, its one Chinese alias, and what it takes.

docs/stories.md shows an example of each, docs/glossary.md lists the aliases; a test holds both against this module.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

STORY_KEYS: Final[Mapping[str, str]] = {"story": "故事", "title": "标题", "given": "已知", "steps": "经过"}

GIVEN_KEYS: Final[Mapping[str, str]] = {"on": "时间", "persona": "人物", "facts": "数据", "down": "停用"}

STEP_KEYS: Final[Mapping[str, str]] = {"on": "时间", "as": "谁", "when": "做", "run": "运行", "then": "结果"}

ARGUMENTS: Final[Mapping[str, str]] = {
    "agree": "同意",
    "bundle": "一件事",
    "by": "办到哪天",
    "chain": "全部记录",
    "choose": "选中",
    "chosen": "谁选的",
    "counts": "人数",
    "credential": "证照",
    "days": "天数",
    "fact": "数据项",
    "facts": "数据",
    "fault": "毛病",
    "file": "文件",
    "for": "替谁",
    "items": "补正内容",
    "kind": "哪一种",
    "member": "第几个",
    "note": "说明",
    "of": "谁的",
    "office": "机构",
    "offices": "机构名单",
    "opinion": "意见",
    "page": "页面",
    "pain": "多难受",
    "paper": "材料",
    "procedure": "特别程序",
    "reason": "理由",
    "rule": "规则",
    "service": "事项",
    "services": "事项名单",
    "text": "说的话",
    "to": "转给",
    "value": "应为",
    "want": "要得到",
    "what": "看什么",
    "with": "条件",
}
"""What the doing steps may carry beside `as` and `when`."""

THEN_KEYS: Final[Mapping[str, str]] = {
    "status": "状态",
    "error": "被拒",
    "due": "期限",
    "light": "灯",
    "asked": "要问",
    "not_asked": "不问",
    "fetched": "读取",
    "derived": "推算",
    "produced": "产生",
    "credential": "发证",
    "prints": "印着",
    "gives": "得出",
    "shows": "页面上有",
    "message": "消息",
    "audit": "审计",
}


@dataclass(frozen=True, slots=True)
class Verb:
    """One thing that a person may do: its Chinese alias, what it must and may carry."""

    zh: str
    needs: frozenset[str] = frozenset()
    may: frozenset[str] = field(default=frozenset())

    @property
    def takes(self) -> frozenset[str]:
        """All that it may carry."""
        return self.needs | self.may


def _verb(zh: str, needs: str = "", may: str = "") -> Verb:
    return Verb(zh, frozenset(needs.split()), frozenset(may.split()))


VERBS: Final[Mapping[str, Verb]] = {
    "search": _verb("搜索", "text", "choose"),
    "plan": _verb("看方案", may="bundle service services want facts counts for"),
    "answer": _verb("答情况", "facts"),
    "agree": _verb("同意读取"),
    "dispute": _verb("说不对", "fact value"),
    "fill": _verb("填表", "facts"),
    "attach": _verb("交材料", "paper", "of file"),
    "promise": _verb("承诺", "paper", "of"),
    "sign": _verb("签名"),
    "consent": _verb("认可", may="agree"),
    "submit": _verb("提交"),
    "pay": _verb("缴费", may="service member"),
    "withdraw": _verb("撤回", may="service member"),
    "resubmit": _verb("补正", may="service member facts"),
    "read": _verb("查看", may="what service member credential"),
    "verify": _verb("核验", may="credential chain"),
    "reckon": _verb("测算", "rule", "with"),
    "look": _verb("打开页面", "page"),
    "tell": _verb("说没办成", "kind", "text service bundle"),
    "vote": _verb("点单", "service"),
    "walk": _verb("走流程", may="service bundle chosen"),
    "join": _verb("一起走"),
    "feel": _verb("记感受", "pain", "text"),
    "finish": _verb("走完", may="kind"),
    "report": _verb("记问题", "kind", "text service bundle office by"),
    "visit": _verb("走访", "office text by"),
    "find": _verb("走访发现", "text by", "office"),
    "judge": _verb("评判", "text", "by"),
}
"""The verbs of everybody. Steps of procedures (`accept`, `受理` …) and of the engine (`claim` …) come beside them."""

STEP_OF_PROCEDURE: Final = Verb(
    "",
    may=frozenset(
        {
            "service", "member", "facts", "reason", "note", "items", "fault", "days", "offices", "procedure",
            "opinion", "office", "to",
        }
    ),
)  # fmt: skip
"""What any step of a procedure may carry; the case refuses what it does not ask."""

ENGINE_STEPS: Final[Mapping[str, str]] = {
    "claim": "领取", "release": "放回", "hand-over": "移交", "hand-up": "上交", "hand-down": "下交", "note": "备注",
    "revoke": "吊销",
}  # fmt: skip

APPLICATION: Final = "application"
APPLICATION_ALIAS: Final = "申请"

APPLICATION_STATES: Final[Mapping[str, str]] = {
    "draft": "填写中",
    "waiting-for-consent": "等人同意",
    "running": "办理中",
    "done": "办完",
    "withdrawn": "已撤回",
}
CASE_STATES: Final[Mapping[str, str]] = {"waiting": "等前面的", "not-possible": "办不了", "withdrawn": "已撤回"}
"""States of the engine; those of procedures have the labels that the procedure gives them."""

DOCUMENT_STATES: Final[Mapping[str, str]] = {
    "valid": "有效",
    "revoked": "已吊销",
    "superseded": "已被更正",
    "expired": "已过期",
}
FACT_STATES: Final[Mapping[str, str]] = {
    "known": "知道",
    "absent": "没有",
    "unavailable": "读不到",
    "disputed": "有异议",
}
LIGHTS: Final[Mapping[str, str]] = {"green": "绿", "yellow": "黄", "red": "红"}
AUDITS: Final[Mapping[str, str]] = {"intact": "完整", "broken": "被改过"}
FAULTS: Final[Mapping[str, str]] = {"incomplete": "缺", "incorrect": "错"}
OPINIONS: Final[Mapping[str, str]] = {"agree": "同意", "disagree": "不同意"}
PAINS: Final[Mapping[str, str]] = {
    "smooth": "顺", "all-right": "还行", "roundabout": "绕", "stuck": "卡住", "broken-off": "断了"
}  # fmt: skip
"""How much a step of a walk hurts, the least first."""
CHOICES: Final[Mapping[str, str]] = {"self": "部门自己", "votes": "群众点的", "assigned": "指定的"}
"""Who chose what a walk is of."""
READINGS: Final[Mapping[str, str]] = {
    "application": "申请",
    "case": "办件",
    "tasks": "待办",
    "documents": "证照",
    "reads": "谁看过",
}
"""What `read` may look at."""


def english(word: str, words: Mapping[str, str]) -> str | None:
    """The English form of a word that stands in either language; None when there is no such word."""
    if word in words:
        return word
    return next((en for en, zh in words.items() if zh == word), None)
