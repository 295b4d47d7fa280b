"""What a value may be: reading, checking and writing the value of a fact by the kind of its attribute.

Forms, the API, the command line and the registry all pass values through here, so that one text means one value
everywhere. Pure: checks shape and check digits, never whether the thing exists.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from stdnum.iso7064 import mod_11_2

from tongban.catalog.months import read_spans, write_spans
from tongban.catalog.vocabulary import Attribute, Kind, Raw, Text, Value

PHONE_PATTERN = re.compile(r"1\d{10}")
REGION_PATTERN = re.compile(r"\d{2}(\d{2}(\d{2}(\d{3}(\d{3})?)?)?)?")
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
NUMBER_LENGTH = 18
"""Characters of an ID number (GB 11643) and of a credit code (GB 32100)."""
OLD_NUMBER_LENGTH = 15
"""Digits of an ID number before 1999; nobody's card has one any more."""
OLDEST_DATE = date(1900, 1, 1)
LATEST_DATE = date(2100, 12, 31)
LARGEST_INTEGER = 10**15


class WrongValue(Exception):  # noqa: N818 -- reads as what it is where it is caught
    """A value that cannot be what its attribute asks. ``code`` is stable, ``text`` says what to do."""

    def __init__(self, code: str, text: Text) -> None:
        super().__init__(text.en)
        self.code = code
        self.text = text


def _refuse(code: str, zh: str, en: str) -> WrongValue:
    return WrongValue(code, Text(zh, en))


def read(attribute: Attribute, raw: object) -> Value:
    """Read ``raw`` (a form's text, a JSON scalar or a value) as a value of ``attribute``; money in fen.

    ``None`` and ``"none"`` mean absent. Raises :class:`WrongValue` with what is wrong.
    """
    if raw is None or raw == "none":
        return None
    if isinstance(raw, list | dict | tuple | float):
        raise _refuse("wrong-kind", "这里只填一个值", "One plain value is needed here.")
    return _READERS[attribute.kind](attribute, raw)


def doubt_of(attribute: Attribute, value: Value) -> Text | None:
    """What is odd about a value that is taken all the same: a credit code of the pilot years, say. None for most."""
    if attribute.kind != "credit-code" or value is None or _credit_check(str(value)):
        return None
    return Text(
        "校验位对不上。早年试点发的代码有这样的，照收；不是的话改一下",
        "Its check character is wrong, as in codes of the pilot years: taken. If it is not one, mend it.",
    )


def write(value: Value) -> Raw:
    """The JSON form of a value: dates in ISO 8601, everything else as it is."""
    return value.isoformat() if isinstance(value, date) else value


def _text(attribute: Attribute, raw: object) -> str:
    text = raw.isoformat() if isinstance(raw, date) else str(raw).strip()
    if not text:
        raise _refuse("empty", "这里还没填", "This is still empty.")
    if len(text) > attribute.max_length:
        raise _refuse(
            "too-long",
            f"最多 {attribute.max_length} 个字，现在有 {len(text)} 个",
            f"At most {attribute.max_length} characters; this has {len(text)}.",
        )
    if any(not character.isprintable() for character in text):
        raise _refuse("unprintable", "有看不见的字符，删掉再填", "There are invisible characters. Type it again.")
    return text


def _integer(attribute: Attribute, raw: object) -> int:
    number = _whole(raw)
    if attribute.at_most is not None and number > attribute.at_most:
        raise _refuse("above-most", f"最多 {attribute.at_most}，看看多打了没有", f"At most {attribute.at_most}.")
    return number


def _whole(raw: object) -> int:
    if isinstance(raw, int) and not isinstance(raw, bool):
        number = raw
    elif isinstance(raw, str) and re.fullmatch(r"[+-]?\d{1,16}", raw.strip(), re.ASCII):
        number = int(raw)
    else:
        raise _refuse("not-a-number", "这里填整数，比如 12", "A whole number is needed, for example 12.")
    if abs(number) > LARGEST_INTEGER:
        raise _refuse("too-large", "这个数太大了", "This number is too large.")
    return number


def _boolean(_attribute: Attribute, raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    if raw in ("true", "false"):
        return raw == "true"
    raise _refuse("not-yes-or-no", "选“是”或“否”", "Choose yes or no.")


def _date(_attribute: Attribute, raw: object) -> date:
    if isinstance(raw, date):
        day = raw
    else:
        try:
            day = date.fromisoformat(str(raw).strip())
        except ValueError:
            raise _refuse(
                "not-a-date", "没有这一天，按 年-月-日 填，比如 2026-11-16", "No such day. Write it as 2026-11-16."
            ) from None
    if not OLDEST_DATE <= day <= LATEST_DATE:
        raise _refuse("date-out-of-range", "年份不对，看一下", "The year looks wrong.")
    return day


def _fen(attribute: Attribute, raw: object) -> int:
    """Integers are fen; text is yuan with at most two decimals, as people type it; never less than 0."""
    amount_fen = _any_fen(raw)
    if amount_fen < 0:
        raise _refuse("negative-amount", "金额不能小于 0", "An amount cannot be less than nothing.")
    if attribute.at_most is not None and amount_fen > attribute.at_most:
        most = yuan(attribute.at_most)
        raise _refuse("above-most", f"最多 {most} 元，看看是不是多打了零", f"At most {most} yuan. A nought too many?")
    return amount_fen


def yuan(amount_fen: int) -> str:
    """An amount as people write it: ``1,974.14``."""
    return f"{Decimal(amount_fen) / 100:,.2f}"


def _any_fen(raw: object) -> int:
    if isinstance(raw, int) and not isinstance(raw, bool):
        return _whole(raw)
    try:
        amount_fen = Decimal(str(raw).replace(",", "").strip()) * 100
    except InvalidOperation:
        amount_fen = Decimal("NaN")
    if not amount_fen.is_finite() or amount_fen != amount_fen.to_integral_value() or abs(amount_fen) > LARGEST_INTEGER:
        raise _refuse("not-an-amount", "填金额，单位元，最多两位小数", "An amount in yuan, at most two decimals.")
    return int(amount_fen)


def _choice(attribute: Attribute, raw: object) -> str:
    if not any(option.value == raw for option in attribute.options):
        zh = "、".join(option.label.zh for option in attribute.options)
        en = ", ".join(option.label.en for option in attribute.options)
        raise _refuse("not-an-option", f"从这几个里选一个：{zh}", f"Choose one of: {en}.")
    return str(raw)


def _resident_id(_attribute: Attribute, raw: object) -> str:
    """GB 11643-1999: 17 digits and a check character by ISO 7064 MOD 11-2."""
    text = str(raw).strip().upper()
    if len(text) == OLD_NUMBER_LENGTH and text.isdecimal():
        raise _refuse(
            "id-number-length",
            "这是 15 位的旧号，填现在身份证上的 18 位",
            "This is an old number of 15 digits. Give the 18 of today's card.",
        )
    if len(text) != NUMBER_LENGTH:
        raise _refuse(
            "id-number-length",
            f"身份证号要 18 位，现在是 {len(text)} 位",
            f"The ID number has {len(text)} characters. It needs 18.",
        )
    if not re.fullmatch(r"\d{17}[\dX]", text, re.ASCII):
        raise _refuse("id-number-characters", "身份证号只有数字，最后一位可以是 X", "Only digits, the last may be X.")
    if not mod_11_2.is_valid(text):
        raise _refuse("id-number-check", "身份证号有一位填错了，对一下", "One digit of the ID number is wrong.")
    try:
        born = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        born = date.min
    if not OLDEST_DATE <= born <= LATEST_DATE:
        raise _refuse("id-number-birth-date", "身份证号里的生日不存在，对一下", "Its date of birth does not exist.")
    return text


def _credit_code(_attribute: Attribute, raw: object) -> str:
    """GB 32100-2015. Early pilot codes fail the check digit, so only length and alphabet refuse."""
    text = str(raw).strip().upper()
    if len(text) != NUMBER_LENGTH:
        raise _refuse(
            "credit-code-length",
            f"统一社会信用代码要 18 位，现在是 {len(text)} 位",
            f"The credit code has {len(text)} characters. It needs 18.",
        )
    if any(character not in CREDIT_ALPHABET for character in text):
        raise _refuse("credit-code-characters", "信用代码里没有 I O S V Z", "The letters I O S V Z are not used.")
    return text


def _credit_check(code: str) -> bool:
    """GB 32100-2015, appendix: the 18 characters, weighted by powers of 3, give a multiple of 31."""
    digits = [CREDIT_ALPHABET.index(character) for character in code]
    return (sum(digit * pow(3, place, 31) for place, digit in enumerate(digits[:-1])) + digits[-1]) % 31 == 0


def _phone(_attribute: Attribute, raw: object) -> str:
    text = re.sub(r"[\s-]", "", str(raw))
    if not PHONE_PATTERN.fullmatch(text):
        raise _refuse("not-a-phone-number", "手机号要 11 位，以 1 开头", "A mobile number has 11 digits, from 1.")
    return text


def _region(_attribute: Attribute, raw: object) -> str:
    text = str(raw).strip()
    if not REGION_PATTERN.fullmatch(text):
        raise _refuse("not-a-region", "选一个地方", "Choose a place.")
    return text


def _months(_attribute: Attribute, raw: object) -> str:
    try:
        spans = read_spans(str(raw))
    except ValueError:
        spans = ()
    if not spans:
        raise _refuse(
            "not-months",
            "按 2016-03/2023-12 的样子填；几段用逗号隔开",
            "Write months like 2016-03/2023-12, several spans with commas between.",
        )
    return write_spans(spans)


_READERS: Mapping[Kind, Callable[[Attribute, object], Value]] = {
    "text": _text,
    "address": _text,
    "integer": _integer,
    "boolean": _boolean,
    "date": _date,
    "fen": _fen,
    "choice": _choice,
    "resident-id": _resident_id,
    "credit-code": _credit_code,
    "phone": _phone,
    "region": _region,
    "months": _months,
}
