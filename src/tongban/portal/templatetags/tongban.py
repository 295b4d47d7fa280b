"""`{% load tongban %}`: lights, icons, pictures; how dates, numbers and texts are written in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy

from tongban.catalog.vocabulary import Text
from tongban.platform import time
from tongban.portal import board_picture, charts, formats, hall_picture, histogram, icons, marks, strips
from tongban.portal.plan_picture import desk_svg, phone_svg, plan_steps
from tongban.portal.qr import qr_code

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.template import Context
    from django.utils.functional import _StrPromise

    from tongban.portal.plan_picture import PlanPicture

register = template.Library()

LIGHTS: dict[str, tuple[str, str | _StrPromise]] = {
    "ok": ("ok", pgettext_lazy("light", "On time")),
    "green": ("ok", pgettext_lazy("light", "On time")),
    "warn": ("warn", pgettext_lazy("light", "Due soon")),
    "yellow": ("warn", pgettext_lazy("light", "Due soon")),
    "bad": ("bad", pgettext_lazy("light", "Overdue")),
    "red": ("bad", pgettext_lazy("light", "Overdue")),
    "paused": ("paused", pgettext_lazy("light", "Paused")),
    "done": ("done", pgettext_lazy("light", "Done")),
    "you": ("you", pgettext_lazy("light", "Waits for you")),
    "office": ("office", pgettext_lazy("light", "In hand")),
    "waiting": ("waiting", pgettext_lazy("light", "Waits for another part")),
    "none": ("none", pgettext_lazy("light", "Not needed")),
    "not-possible": ("none", pgettext_lazy("light", "Not possible")),
    "revoked": ("bad", pgettext_lazy("light", "Revoked")),
    "disputed": ("disputed", pgettext_lazy("light", "Disputed")),
}
"""Every state a light or mark can have: its shape and its word."""

SOURCE_ICONS = {"registry": "database", "office": "share-2", "derived": "scale", "you": "user", "disputed": "flag"}


def _language() -> str:
    return get_language() or "zh-hans"


def _safe(drawing: str) -> SafeString:
    """Mark a drawing of ours as HTML: every text inside went through `html.escape` where it was drawn."""
    return mark_safe(drawing)  # noqa: S308 - see above


@register.simple_tag
def icon(name: str) -> SafeString:
    """An inline outline icon, hidden from screen readers; always beside its word."""
    return _safe(icons.inline(name))


@register.simple_tag
def pack_icon(name: str) -> SafeString:
    """An icon whose name a pack chose: one that is not among ours becomes a building instead of an error."""
    return _safe(icons.inline(name if icons.is_known(name) else "building"))


@register.simple_tag
def mark(state: str, size: int = 18) -> SafeString:
    """The bare shape of a light or state mark, for where its word stands beside it."""
    return _safe(marks.shape(LIGHTS[state][0], size))


@register.inclusion_tag("tongban/components/light.html")
def light(clock: Any, words: str = "", size: int = 18) -> dict[str, Any]:  # noqa: ANN401 - a state or anything with .light
    """Shape + word + colour of a state; `clock` is the state itself or has it as `.light`."""
    state = str(getattr(clock, "light", clock))
    name, word = LIGHTS[state]
    return {"name": name, "words": words or word, "shape": _safe(marks.shape(name, size))}


@register.inclusion_tag("tongban/components/source.html")
def source(kind: str, name: str, at: str = "") -> dict[str, Any]:
    """Where a fact came from; `kind` is registry, office, derived, you or disputed."""
    return {"kind": kind, "name": name, "at": at, "icon": _safe(icons.inline(SOURCE_ICONS[kind]))}


@register.inclusion_tag("tongban/components/plan_picture.html", takes_context=True)
def plan_picture(context: Context, picture: PlanPicture, title: str = "") -> dict[str, Any]:
    """The plan drawn for desk and phone, and as an ordered list, which is open in elder mode."""
    return {
        "elder": context.get("elder"),
        "title": title or gettext_lazy("How it is done together"),
        "desk": _safe(desk_svg(picture)),
        "phone": _safe(phone_svg(picture)),
        "steps": plan_steps(picture),
    }


@register.inclusion_tag("tongban/components/print_foot.html", takes_context=True)
def print_foot(context: Context, number: str = "") -> dict[str, Any]:
    """What stands on the printed sheets of a page: a code that leads back, its address and number, the time."""
    address = context["request"].build_absolute_uri()
    return {"code": _safe(qr_code(address, scale=3)), "address": address, "number": number, "at": time.now()}


@register.simple_tag
def ring(done: int, total: int) -> SafeString:
    """A ring of parts with the figure in the middle."""
    return _safe(strips.ring(done, total))


@register.simple_tag
def segments(done: int, total: int) -> SafeString:
    """A row of parts."""
    return _safe(strips.segments(done, total))


@register.simple_tag
def strip(stretches: Sequence[strips.Stretch], longest_days: float, label: str, ours: Any = None) -> SafeString:  # noqa: ANN401 - a template passes what it has
    """Days of one way on the scale of the longest."""
    return _safe(strips.strip(stretches, longest_days, label, ours=bool(ours)))


@register.simple_tag(name="histogram")
def distribution(columns: Sequence[Mapping[str, Any]], label: str, axis: str) -> SafeString:
    """How many fall into each class, drawn for desk and phone; `columns` as `histogram` has them."""
    words = {"label": label, "axis": axis}
    wide, narrow = (
        histogram.histogram(columns, words, _language(), width) for width in (histogram.WIDE, histogram.NARROW)
    )
    return _safe(
        f'<div class="tb-histogram tb-only-desk">{wide}</div><div class="tb-histogram tb-only-phone">{narrow}</div>'
    )


@register.simple_tag
def time_left(used: float, state: str) -> SafeString:
    """The bar under the words of a light in a list: how much of the limit is used, 0 to 1."""
    return _safe(strips.time_left(used, LIGHTS[state][0]))


@register.simple_tag
def queue_picture(queues: hall_picture.Queues, width: str) -> SafeString:
    """The queues of a hall before and after, `wide` or `narrow`."""
    pixels = hall_picture.WIDE if width == "wide" else hall_picture.NARROW
    return _safe(hall_picture.picture(queues, _language(), pixels))


@register.simple_tag
def chart(drawing: charts.Chart, width: str) -> SafeString:
    """A chart of a board, `wide` or `narrow`."""
    return _safe(drawing.picture(_language(), charts.WIDE if width == "wide" else charts.NARROW))


@register.filter
def grouped(count: int) -> str:
    """A count with its thousands apart."""
    return f"{count:,}"


@register.simple_tag
def bar_picture(lines: board_picture.Lines, width: str) -> SafeString:
    """Groups of cases as bars, `wide` or `narrow`."""
    pixels = board_picture.WIDE if width == "wide" else board_picture.NARROW
    return _safe(board_picture.picture(lines, _language(), pixels))


@register.filter
def times(count: int) -> range:
    """Something to loop over `count` times."""
    return range(count)


@register.filter
def in_language(text: Any) -> str:  # noqa: ANN401 - a Text, a {zh, en} mapping or a plain text
    """The reader's language of anything with `.zh` and `.en` (or those keys); a plain text is itself, nothing is ''."""
    if text is None:
        return ""
    key = "zh" if formats.is_chinese(_language()) else "en"
    if isinstance(text, Mapping):
        return str(text[key])
    return str(getattr(text, key, text))


@register.simple_tag
def say(zh: str, en: str) -> str:
    """A fixed text of a pack's template in the reader's language: `{% say "月份" "Month" %}`."""
    return in_language(Text(zh, en))


def _whole(text: str) -> str:
    """A date that keeps day, month and the Han of the day of the week together; English may break after `Tuesday`."""
    together = re.sub(r"(?<=[\d月]) ", "\N{NO-BREAK SPACE}", text)
    return together.replace("（周", "（\N{WORD JOINER}周\N{WORD JOINER}")


@register.filter
def zh_date(on: date | None) -> str:
    """A date inside a sentence: `12 月 1 日（周二）`, in English `Tuesday 1 December`."""
    return _whole(formats.date_in_sentence(on, _language())) if on else ""


@register.filter
def short_date(on: date | None) -> str:
    """A date inside a figure: `12 月 1 日`, `1 Dec`."""
    return _whole(formats.month_and_day(on, _language())) if on else ""


@register.filter
def table_date(on: date | None) -> str:
    """A date inside a table: `12-01`; a moment has its time: `12-01 09:12`."""
    if isinstance(on, datetime):
        return f"{formats.date_in_table(on)} {on:%H:%M}"
    return formats.date_in_table(on) if on else ""


@register.filter
def weekday(on: date) -> str:
    """The day of the week, short."""
    return formats.weekday(on, _language())


@register.filter
def number(value: float | None) -> str:
    """A number with commas between thousands."""
    return "" if value is None else formats.number(value)
