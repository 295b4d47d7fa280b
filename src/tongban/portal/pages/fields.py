"""Fields of forms: an attribute as the component `question`, and what was typed read back by its kind.

Values are only taken apart and put together here; whether one can be is judged by the use cases, in one place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from tongban.catalog.model import Catalog
from tongban.catalog.values import yuan
from tongban.catalog.vocabulary import Attribute, Kind
from tongban.portal.templatetags.tongban import in_language

MOST_RADIOS: Final = 7
COUNTY_DIGITS: Final = 6
SHORT, LONG = 8, 30
WIDTHS: Final[Mapping[Kind, int]] = {"resident-id": 18, "credit-code": 18, "phone": 18, "fen": 8, "integer": 8}
INPUT_MODES: Final[Mapping[Kind, str]] = {"phone": "tel", "fen": "decimal", "integer": "numeric"}
FILLED_BY_BROWSER: Final[Mapping[Kind, str]] = {"phone": "tel", "address": "street-address"}

Field = dict[str, Any]


def field_of(catalog: Catalog, attribute: Attribute, key: str, value: object = None) -> Field:
    """The component `question` for one fact. ``value`` is what was typed, or the stored value."""
    field: Field = {
        "name": key,
        "label": in_language(attribute.label),
        "hint": in_language(attribute.hint) if attribute.hint else "",
        "kind": "text",
        "width": WIDTHS.get(attribute.kind, SHORT if attribute.max_length <= SHORT else LONG),
        "inputmode": INPUT_MODES.get(attribute.kind),
        "autocomplete": FILLED_BY_BROWSER.get(attribute.kind, "off"),
        "max_length": attribute.max_length if attribute.kind in {"text", "address"} else None,
        "unit": _("yuan") if attribute.kind == "fen" else "",
    }
    options = _options(catalog, attribute)
    if options:
        field |= {"options": options, "kind": "choice" if len(options) <= MOST_RADIOS else "select"}
    elif attribute.kind == "date":
        field["kind"] = "date"
    return with_value(field, attribute, value)


def with_value(field: Field, attribute: Attribute, value: object) -> Field:
    """The field with a value in it, as people write it."""
    text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    if attribute.kind == "fen" and isinstance(value, int):
        text = yuan(value).replace(",", "").removesuffix(".00")
    if attribute.kind == "date":
        year, month, day = (*text.split("-"), "", "", "")[:3]
        return field | {
            "value": text,
            "value_year": year,
            "value_month": month.lstrip("0"),
            "value_day": day.lstrip("0"),
        }
    return field | {"value": text}


def read_field(attribute: Attribute, key: str, sent: Mapping[str, str]) -> str:
    """What was typed for a fact, as one text; empty when nothing was. A date's three boxes become one."""
    if attribute.kind != "date":
        return sent.get(key, "").strip()
    boxes = [sent.get(f"{key}.{part}", "").strip() for part in ("year", "month", "day")]
    if not any(boxes):
        return sent.get(key, "").strip()
    year, month, day = boxes
    return f"{year:0>4}-{month:0>2}-{day:0>2}"


def day_of(sent: Mapping[str, str], key: str) -> date | None:
    """The day typed in a date's three boxes; None where they hold none."""
    try:
        return date(*(int(sent.get(f"{key}.{part}", "")) for part in ("year", "month", "day")))
    except (ValueError, OverflowError):
        return None


def with_errors(fields: Iterable[Field], errors: Mapping[str, str]) -> list[Field]:
    """The fields with the error of each beside it."""
    return [field | {"error": errors[field["name"]]} if field["name"] in errors else field for field in fields]


def error_lines(fields: Iterable[Field], errors: Mapping[str, str]) -> list[dict[str, str]]:
    """The component `error_summary`: first in the order of the fields, then whatever belongs to none of them."""
    names = [field["name"] for field in fields if field["name"] in errors]
    return [{"id": name, "words": errors[name]} for name in dict.fromkeys([*names, *errors])]


def _options(catalog: Catalog, attribute: Attribute) -> list[dict[str, str]]:
    if attribute.kind == "boolean":
        return [{"value": "true", "label": _("Yes")}, {"value": "false", "label": _("No")}]
    if attribute.kind == "region":
        return [
            {"value": code, "label": in_language(name)}
            for code, name in catalog.regions.items()
            if len(code) == COUNTY_DIGITS
        ]
    return [{"value": option.value, "label": in_language(option.label)} for option in attribute.options]
