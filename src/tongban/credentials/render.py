"""A sheet becomes a PDF: typst lays it out by a template, with its values passed in as data.

Templates are ours and fixed; what people typed reaches them only as JSON, so a name that is Typst code stays a name.
The same sheet gives the same bytes (the moment printed in the file is the day of issue), as PDF/A-2a: fonts embedded,
structure tagged, readable in fifty years and by a screen reader today.
"""

from __future__ import annotations

import functools
import io
import json
import re
import threading
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import cast

import segno
import typst

from tongban.credentials.sheet import Sheet
from tongban.platform import time
from tongban.platform.errors import PlatformError

TEMPLATES = Path(__file__).parent / "templates_typst"
FONT_FAMILIES = ("Noto Serif CJK SC", "Source Han Serif SC", "Songti SC")
_STANDARD: typst.PDFStandard = "a-2a"

# A character that no typeface on this machine has, as the compiler reports it.
_MISSING = re.compile(r'the text `"([^`]+)"` could not be displayed')
_ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}")
_ATTEMPTS_MAX = 50

# The compiler keeps a cache that only one thread at a time may use.
_lock = threading.Lock()


def render(sheet: Sheet) -> bytes:
    """Return the unsigned PDF of a sheet. Raises PlatformError `no-font`, `not-printable`.

    A character that no typeface has is printed as its code point (〔U+30EDE〕): never left out, never an empty box.
    """
    return typeset(sheet.template, sheet.printed(), sheet.verify_address, sheet.issued_on)


def typeset(template: str, printed: Mapping[str, object], address: str, day: date) -> bytes:
    """The same of any template of ours: what it prints (JSON values, with a `number`), the address behind its code, and
    the day that stands in the file.
    """
    number, text, picture = str(printed["number"]), json.dumps(printed, ensure_ascii=False), _qr(address)
    for _ in range(_ATTEMPTS_MAX):
        try:
            return _compile(template, {"document": text, "qr": picture}, day)
        except typst.TypstError as error:
            if not (missing := _missing(error.diagnostic)):
                raise _not_printable(number, error.message) from error
            for character in missing:
                text = text.replace(character, f"〔U+{ord(character):04X}〕")
    raise _not_printable(number, "the typefaces lack too many of its characters")


def _missing(diagnostic: str) -> set[str]:
    reported = "".join(_MISSING.findall(diagnostic))
    characters = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), reported)
    return {character for character in characters if not character.isascii()}


def _compile(template: str, inputs: dict[str, str], day: date) -> bytes:
    moment = time.start_of(day)
    with _lock:
        pdf = _compiler().compile(
            input=TEMPLATES / f"{template}.typ",
            format="pdf",
            sys_inputs=inputs,
            pdf_standards=_STANDARD,
            # As seconds: a zone with a history of its own is refused.
            timestamp=int(moment.timestamp()),
        )
    return cast("bytes", pdf)


@functools.cache
def _compiler() -> typst.Compiler:
    fonts = typst.Fonts(include_embedded_fonts=False)
    if not set(FONT_FAMILIES) & set(fonts.families()):
        raise PlatformError(
            "no-font",
            zh="找不到印证照用的字体 Noto Serif CJK SC（思源宋体）。",
            en="The typeface for documents, Noto Serif CJK SC, is not installed.",
            do_zh="装上它，例如 apt-get install fonts-noto-cjk。",
            do_en="Install it, for example with `apt-get install fonts-noto-cjk`.",
        )
    return typst.Compiler(root=TEMPLATES, font_paths=fonts)


def _qr(address: str) -> str:
    picture = io.BytesIO()
    segno.make(address, error="m", micro=False).save(picture, kind="svg", border=0, xmldecl=False, dark="#14202E")
    return picture.getvalue().decode()


def _not_printable(number: str, reason: str) -> PlatformError:
    return PlatformError(
        "not-printable",
        zh=f"{number} 印不出来：{reason}",
        en=f"{number} cannot be printed: {reason}",
        do_zh="检查模板和字体；数据还在，修好再印。",
        do_en="Check the template and the typefaces; nothing is lost, print again when they are mended.",
    )
