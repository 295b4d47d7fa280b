"""Limits by class and up to a day: what they become, what is promised a case, and what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.catalog.packs import checked, copy_of_sample

from tongban.catalog.model import LimitClasses
from tongban.clock import Limit

LIMITS = "limits: {statutory: 10 workdays, promised: 5 workdays}"
OPTIONS = "options: [{value: red, label: {zh: 红, en: Red}}]"
TWO_OPTIONS = "options: [{value: red, label: {zh: 红, en: Red}}, {value: blue, label: {zh: 蓝, en: Blue}}]"


def with_limits(folder: Path, written: str) -> list[Path]:
    """The sample, its card with these limits and a colour of two."""
    (pack,) = copy_of_sample(folder)
    for file, old, new in (("services/card.yaml", LIMITS, written), ("vocabulary.yaml", OPTIONS, TWO_OPTIONS)):
        text = (pack / file).read_text(encoding="utf-8")
        assert old in text
        (pack / file).write_text(text.replace(old, new), encoding="utf-8")
    return [pack]


def test_each_class_has_its_limit_and_what_is_of_no_class_the_longest(tmp_path: Path) -> None:
    classes = "classes: {fact: holder.colour, limits: {red: 2 workdays, blue: 4 workdays}}"
    catalog, findings = checked(with_limits(tmp_path, f"limits: {{promised: 5 workdays, {classes}}}"), tmp_path)
    assert (findings, catalog is None) == ((), False)
    assert catalog is not None
    limits = catalog.services["sample/card"].limits
    assert limits.classes == LimitClasses("holder.colour", {"red": Limit(2, "workday"), "blue": Limit(4, "workday")})
    promised = [limits.promised_to(class_) for class_ in ("red", "blue", "green", None)]
    assert promised == [Limit(2, "workday"), Limit(4, "workday"), Limit(5, "workday"), Limit(5, "workday")]
    assert catalog.services["sample/stamp"].limits.promised_to("red") is None


def test_a_case_may_be_promised_by_the_end_of_a_day(tmp_path: Path) -> None:
    catalog, findings = checked(with_limits(tmp_path, "limits: {promised: 5 workdays, until: holder.born}"), tmp_path)
    assert findings == ()
    assert catalog is not None
    assert catalog.services["sample/card"].limits.until == "holder.born"


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("until: holder.name", [("wrong-type", 39, "date is expected here, not text.", None)]),
        (
            "classes: {fact: holder.name, limits: {red: 2 workdays}}",
            [("wrong-type", 48, "choice is expected here, not text.", None)],
        ),
        (
            "classes: {fact: holder.colour, limits: {rd: 2 workdays, blue: 2 workdays}}",
            [
                ("missing-key", 71, "“red” is missing.", None),
                ("unknown-name", 72, "There is no choice “rd” here.", "red"),
            ],
        ),
        (
            "classes: {fact: holder.colur, limits: {red: 2 workdays}}",
            [("unknown-fact", 48, "There is no fact “holder.colur”.", "holder.colour")],
        ),
    ],
)
def test_what_names_no_class_or_no_day_is_told_where_it_stands(
    written: str, found: list[tuple[str, int, str, str | None]], tmp_path: Path
) -> None:
    _, findings = checked(with_limits(tmp_path, f"limits: {{promised: 5 workdays, {written}}}"), tmp_path)
    assert {one.line for one in findings} == {11}
    assert [(one.code, one.column, one.message.en, one.nearest) for one in findings] == found
