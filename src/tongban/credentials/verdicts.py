"""What verifying answers: one true sentence, what to do, and no more of the document than a stranger may see.

The page, the API and the command line show the same verdict; its `state` is stable.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from tongban.catalog.vocabulary import Text
from tongban.credentials.sheet import Kind

State: TypeAlias = Literal[
    "valid", "not-yet-valid", "expired", "revoked", "superseded", "rehearsal",
    "mistyped", "unknown-code",
    "changed", "unrecorded", "foreign", "unsigned", "not-pdf", "too-large",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outline:
    """What anybody who has the code or the file may see. `holder` is masked; `code` is grouped."""

    title: Text
    issuer: Text
    number: str
    code: str
    holder: str
    kind: Kind
    issued_on: date
    valid_from: date | None
    valid_until: date | None
    revoked_on: date | None
    revoked_because: Text | None
    superseded_on: date | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer. `outline` is None where there is no document of ours to speak of."""

    state: State
    says: Text
    do: Text
    outline: Outline | None = None

    @property
    def is_valid(self) -> bool:
        """Whether the document is real and holds today."""
        return self.state == "valid"


def verdict(state: State, outline: Outline | None = None) -> Verdict:
    """Return the verdict of a state, in its words."""
    says, do = _WORDS[state]
    return Verdict(state, says, do, outline)


def state_of(outline: Outline, today: date) -> State:
    """Say whether a document of ours holds on a day."""
    if outline.kind != "real":
        return "rehearsal"
    if outline.revoked_on is not None:
        return "revoked"
    if outline.superseded_on is not None:
        return "superseded"
    if outline.valid_from is not None and today < outline.valid_from:
        return "not-yet-valid"
    if outline.valid_until is not None and today > outline.valid_until:
        return "expired"
    return "valid"


_ASK = Text("别收，问原机构", "Do not accept it; ask the office that issued it.")
_WORDS: Mapping[State, tuple[Text, Text]] = {
    "valid": (
        Text("是真的，现在有效", "Genuine, and valid now."),
        Text("对一下下面的内容和手里的是不是一样", "Check that what stands below is what you were shown."),
    ),
    "not-yet-valid": (
        Text("是真的，还没到生效的日子", "Genuine, but not valid yet."),
        Text("等到生效那天再用", "Use it from the day it becomes valid."),
    ),
    "expired": (
        Text("是真的，已经过期", "Genuine, but expired."),
        Text("叫持有人续办", "Ask the holder to renew it."),
    ),
    "revoked": (
        Text("是真的，已经吊销", "Genuine, but revoked."),
        Text("别收，原因见下面", "Do not accept it; the reason stands below."),
    ),
    "superseded": (
        Text("是真的，内容已被更正", "Genuine, but what it says has been corrected since."),
        Text("别收，叫持有人重新开一张", "Do not accept it; ask the holder for a new one."),
    ),
    "rehearsal": (
        Text("是走流程用的，不作数", "Made on a walk or an exercise. It proves nothing."),
        Text("别收", "Do not accept it."),
    ),
    "mistyped": (
        Text("验证码打错了", "The code is mistyped."),
        Text("一共 12 位，没有 0、O、U；照着再打一遍", "It has 12 characters, never 0, O or U. Type it again."),
    ),
    "unknown-code": (
        Text("没有这个验证码", "There is no such code."),
        Text("再对一遍；还是没有，就不是我们发的", "Compare it once more; if it is still not found, it is not ours."),
    ),
    "changed": (Text("文件被改过", "The file was changed after it was signed."), _ASK),
    "unrecorded": (
        Text("签名有效，但没有签发记录", "The signature is good, but there is no record of the document."),
        _ASK,
    ),
    "foreign": (Text("不是我们签发的", "Signed, but not by us."), _ASK),
    "unsigned": (
        Text("文件没有签名", "The file carries no signature."),
        Text(
            "要原来的 PDF 文件，不要照片、扫描件；或者打验证码", "Use the original PDF, not a scan; or type the code."
        ),
    ),
    "not-pdf": (
        Text("这不是 PDF 文件", "This is not a PDF file."),
        Text("选下载来的 PDF；或者打验证码", "Choose the PDF as downloaded; or type the code."),
    ),
    "too-large": (
        Text("文件太大，超过 10 MB；我们发的都比它小", "The file is over 10 MB. Ours are all smaller."),
        Text("选下载来的 PDF；或者打验证码", "Choose the PDF as downloaded; or type the code."),
    ),
}
