"""Why a command may not happen: each reason with its stable code and its sentence in both languages."""

from __future__ import annotations

from collections.abc import Iterable

from tongban.casework.model import Refused
from tongban.catalog.vocabulary import Text


def listed(names: Iterable[str]) -> Text:
    """Several data or facts in one phrase, each by what people call it where it has such a name."""
    texts = [DATA.get(name) or Text(name, name) for name in names]
    return Text("、".join(text.zh for text in texts), ", ".join(text.en for text in texts))


def refuse(code: str, **words: Text | str | int) -> Refused:
    """The refusal of this code, its sentence filled with `words`, each in the sentence's language."""
    text = REASONS[code]
    zh = {name: word.zh if isinstance(word, Text) else word for name, word in words.items()}
    en = {name: word.en if isinstance(word, Text) else word for name, word in words.items()}
    return Refused(code, Text(text.zh.format(**zh), text.en.format(**en)))


def lacking(names: Iterable[str]) -> Refused:
    """The refusal of a command without these data."""
    missing = tuple(names)
    return Refused("data-needed", refuse("data-needed", what=listed(missing)).text, missing)


DATA = {
    "reason": Text("理由", "the reason"),
    "note": Text("说明", "a note"),
    "items": Text("要补正的内容", "what is to be corrected"),
    "offices": Text("请哪些部门", "which offices"),
    "days": Text("天数", "the number of days"),
    "opinion": Text("同意还是不同意", "whether you agree"),
    "fault": Text("是缺材料还是填错了", "whether something is missing or wrong"),
    "procedure": Text("哪种特别程序", "which special procedure"),
    "to": Text("转给谁", "who takes it over"),
    "office": Text("交给哪个机构", "which office takes it over"),
}
"""What people call the data of a command."""

ROLES = {
    "handler": Text("经办人", "handler"),
    "approver": Text("审批人", "approver"),
    "head": Text("负责人", "head"),
}


REASONS = {
    "step-unknown": Text(
        "这类事项没有“{step}”这一步", "This procedure has no step “{step}”. Choose one of the steps shown for the case."
    ),
    "case-ended": Text("这件已经办结，不能再操作", "This case has ended. Nothing more can be done with it."),
    "case-waiting": Text(
        "这件还在等前面的事项办完，到时会自动开始",
        "This case waits for an earlier one. It starts by itself when that is done.",
    ),
    "wrong-state": Text(
        "现在是“{state}”，还不能“{step}”", "The case is “{state}” now. “{step}” is not possible in this state."
    ),
    "not-your-office": Text("这件不归你所在的部门办", "This case belongs to another office."),
    "role-missing": Text(
        "你没有“{role}”这个岗位，请找有这个岗位的同事", "This needs the post of {role}. Ask a colleague who holds it."
    ),
    "applicant-only": Text("这一步由申请人自己办", "Only the applicant, or whoever acts for them, can do this."),
    "system-only": Text("这一步由系统自动完成", "The system does this step by itself."),
    "same-person": Text(
        "这一步要换一个人办：前面的“{step}”是你办的", "Somebody else must do this, because you did “{step}” before."
    ),
    "done-already": Text(
        "“{step}”只能办 {times} 次，已经办过了", "“{step}” can be done {times} time(s) only, and has been."
    ),
    "condition-open": Text(
        "还有没办完的：{what}。等办完再来", "This must wait until what is still open has ended: {what}."
    ),
    "in-doubt": Text(
        "有异议、缺数据或者条件没满足，要有人看过再定",
        "Something is disputed, not known or not fulfilled. Somebody has to look at it and decide.",
    ),
    "claimed": Text(
        "同事已经领了这件。要办的话请他转给你", "A colleague has claimed this. Ask for it to be handed over."
    ),
    "not-claimed": Text("这件还没有人领，不用放回", "Nobody has claimed this, so there is nothing to release."),
    "no-credential": Text(
        "这件没有发出过证照，也没有记过账，没有可以吊销的",
        "This case has issued no credential and had no effect, so there is nothing to revoke.",
    ),
    "revoked-already": Text("这件已经吊销了，不用再吊销", "This case was revoked before, which stands."),
    "task-unknown": Text("没有这项待办，可能刚刚办完了", "There is no such open task. It may have just been done."),
    "task-needed": Text("有几项同样的待办，选一项", "Several tasks of this kind are open. Choose one of them."),
    "own-office": Text(
        "这件由你们部门看着，改的事要交给别的部门",
        "Your office watches this case. Name another office that puts it right.",
    ),
    "task-open": Text("已经问过“{office}”，还没答复", "“{office}” has been asked already and has not answered yet."),
    "no-office-above": Text(
        "本部门上面没有能接的机构，这件就在这里办", "Your authority has no office above this one: the case stays here."
    ),
    "no-office-below": Text(
        "本部门下面没有能接的机构，这件就在这里办", "Your authority has no office below this one: the case stays here."
    ),
    "data-needed": Text("还缺：{what}", "This is still missing: {what}."),
    "data-wrong": Text("“{what}”填得不对", "“{what}” cannot be understood. Look at the allowed values and try again."),
    "facts-needed": Text("还要填：{what}", "These facts must be given with this step: {what}."),
    "facts-unexpected": Text(
        "这一步不填这些：{what}", "These facts are not asked at this step: {what}. Leave them out."
    ),
    "fact-unknown": Text(
        "办这一步要用到“{what}”，但没有它的数据", "This step needs “{what}”, which nobody has supplied."
    ),
    "not-reckoned": Text("按规则算不出“{what}”：{problem}", "“{what}” cannot be reckoned by its rule: {problem}."),
    "not-worked-out": Text("按账册算不出来：{problem}", "The books cannot work it out: {problem}"),
    "command-reused": Text(
        "这个请求编号已经用过了，请换一个新的",
        "This command id was used for something else. Choose a new one and try again.",
    ),
    "in-future": Text("发生的时间还没到", "The moment given is still to come. Give one that has passed."),
    "not-due": Text("期限还没到", "The limit has not ended yet."),
    "no-clock": Text("没有正在计算的期限", "There is no running limit to act on."),
}
