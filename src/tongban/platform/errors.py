"""The error that the platform raises: a stable code, what happened and what to do, in Chinese and English.

It must be printable before Django, its settings or its messages are there, so both languages travel with it.
"""

from __future__ import annotations


class PlatformError(Exception):
    """Something outside the program is not as it must be; the person who runs it can mend it."""

    def __init__(self, code: str, *, zh: str, en: str, do_zh: str, do_en: str) -> None:
        super().__init__(f"{code}: {en} {do_en}")
        self.code = code
        self.message = {"zh": zh, "en": en}
        self.do = {"zh": do_zh, "en": do_en}
