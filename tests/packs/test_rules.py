"""What the functions of packs must give: ID numbers of nobody, and the tables of the retirement reform."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_2

import tongban
from tongban.catalog.loader import functions_of

PACKS = Path(tongban.__file__).parent / "packs"
TODAY = date(2026, 11, 16)
base, health, hrss, insurer, market, police = (
    functions_of(PACKS / name) for name in ("base", "health", "hrss", "medical_insurance", "market", "police")
)


@given(st.dates(date(1960, 1, 1), date(2099, 12, 31)), st.sampled_from(["male", "female"]), st.integers(1, 10**9))
def test_a_newborn_gets_a_valid_number_that_says_its_day_and_sex(born: date, sex: str, serial: int) -> None:
    """The number begins with 430200, the code of no district, and the derived attributes read it back."""
    number = police["police/rules.resident_id"]({"birth.date": born, "birth.sex": sex}, serial, TODAY)
    assert str(number).startswith("430200")
    assert mod_11_2.is_valid(str(number))
    assert base["base/rules.birth_date"](number, on=TODAY) == born
    assert base["base/rules.sex"](number, on=TODAY) == sex


@pytest.mark.parametrize(
    ("on", "age"),
    [(date(2026, 2, 28), 21), (date(2026, 3, 1), 22), (date(2028, 2, 29), 24), (date(2028, 2, 28), 23)],
)
def test_who_is_born_on_a_leap_day_ages_on_the_first_of_march_of_common_years(on: date, age: int) -> None:
    """Full years, counted on the day."""
    assert base["base/rules.age"]("430200200402290016", on=on) == age


@given(st.sampled_from(["company", "sole-trader"]), st.integers(1, 10**9))
def test_a_new_business_gets_a_valid_credit_code(legal_form: str, serial: int) -> None:
    """GB 32100-2015 holds for every serial number."""
    code = market["market/rules.credit_code"](
        {"restaurant.legal_form": legal_form, "place.region": "430203"}, serial, TODAY
    )
    assert uscc.is_valid(str(code))


@pytest.mark.parametrize(
    ("born", "category", "month"),
    [
        ("196501", "male-60", "2025-02"),
        ("196312", "male-60", "2023-12"),
        ("199512", "male-60", "2058-12"),
        ("197104", "female-55", "2026-08"),
        ("200012", "female-55", "2058-12"),
        ("197501", "female-50", "2025-02"),
        ("199512", "female-50", "2050-12"),
    ],
)
def test_the_statutory_month_is_that_of_the_official_table(born: str, category: str, month: str) -> None:
    """Rows of the tables to the decision of 2024-09-13."""
    day = hrss["hrss/rules.statutory_retirement_on"](f"430200{born}150010", category, on=TODAY)
    assert f"{day:%Y-%m}" == month


@given(st.dates(date(1950, 1, 1), date(2005, 12, 31)), st.sampled_from(["male-60", "female-55", "female-50"]))
def test_own_choice_is_three_years_at_most_and_never_before_the_former_age(born: date, category: str) -> None:
    """The earliest day lies between the former age and the statutory day, and no more than 36 months before it."""
    number = f"430200{born:%Y%m%d}0010"
    earliest = hrss["hrss/rules.earliest_retirement_on"](number, category, on=TODAY)
    statutory = hrss["hrss/rules.statutory_retirement_on"](number, category, on=TODAY)
    assert isinstance(earliest, date)
    assert isinstance(statutory, date)
    former_years = int(category[-2:])
    months_early = (statutory.year - earliest.year) * 12 + statutory.month - earliest.month
    months_of_age = (earliest.year - born.year) * 12 + earliest.month - born.month
    assert 0 <= months_early <= 36
    assert months_of_age >= former_years * 12


@pytest.mark.parametrize(("year", "months"), [(2026, 180), (2029, 180), (2030, 186), (2039, 240), (2050, 240)])
def test_required_months_rise_from_2030(year: int, months: int) -> None:
    """180 months until 2029, six more every year, 240 from 2039."""
    assert hrss["hrss/rules.required_months"](date(year, 6, 1), on=TODAY) == months


def test_early_retirement_for_special_work_or_illness_opens_at_its_own_age() -> None:
    """国发〔1978〕104号: men at 55 after special work, at 50 when unable to work; women at 45."""
    man, woman = "430200196606200030", "430200197806200020"
    assert hrss["hrss/rules.special_work_retirement_on"](man, "male-60", on=TODAY) == date(2021, 6, 20)
    assert hrss["hrss/rules.illness_retirement_on"](man, "male-60", on=TODAY) == date(2016, 6, 20)
    for name in ("special_work_retirement_on", "illness_retirement_on"):
        assert hrss[f"hrss/rules.{name}"](woman, "female-50", on=TODAY) == date(2023, 6, 20)


def test_whoever_delays_does_so_by_three_years_at_most() -> None:
    """Three years after the statutory day, to the day."""
    assert hrss["hrss/rules.latest_retirement_on"]("430200196606200030", "male-60", on=TODAY) == date(2029, 11, 20)


@pytest.mark.parametrize(
    ("retired_on", "opens", "paid_from"),
    [
        (date(2026, 11, 20), date(2026, 10, 1), date(2026, 12, 1)),
        (date(2026, 12, 31), date(2026, 11, 1), date(2027, 1, 1)),
        (date(2027, 1, 1), date(2026, 12, 1), date(2027, 2, 1)),
    ],
)
def test_retiring_opens_the_month_before_and_is_paid_from_the_month_after(
    retired_on: date, opens: date, paid_from: date
) -> None:
    """On the first of each; one day sooner it is not open."""
    assert hrss["hrss/rules.application_opens_on"](retired_on, on=TODAY) == opens
    is_open = hrss["hrss/rules.is_application_open"]
    assert is_open(retired_on, on=opens)
    assert not is_open(retired_on, on=opens - timedelta(days=1))
    chosen = hrss["hrss/rules.payment_after_chosen_day"]({"pension.retire_on": retired_on}, 1, TODAY)
    reached = hrss["hrss/rules.payment_after_statutory_day"]({"insured.statutory_retirement_on": retired_on}, 1, TODAY)
    assert (chosen, reached) == (paid_from, paid_from)


def test_a_notice_runs_three_months() -> None:
    """To the same day, or the last one of a shorter month."""
    after = hrss["hrss/rules.retire_after_notice_on"]
    assert after(date(2026, 4, 10), on=TODAY) == date(2026, 7, 10)
    assert after(date(2026, 11, 30), on=TODAY) == date(2027, 2, 28)


@pytest.mark.parametrize(("way", "day"), [("at-once", date(2026, 11, 20)), ("monthly", date(2028, 11, 20))])
def test_missing_months_of_insurance_are_paid_at_once_or_waited_for(way: str, day: date) -> None:
    """24 months missing: covered as retired at once, or two years later."""
    facts = {
        "pension.retired_on": date(2026, 11, 20),
        "insured.medical_missing_months": 24,
        "insured.medical_gap_way": way,
    }
    assert insurer["medical-insurance/rules.retired_after_gap"](facts, 1, TODAY) == day


@pytest.mark.parametrize("functions", [health, hrss])
def test_numbers_given_out_differ_from_serial_to_serial(functions: dict[str, object]) -> None:
    """No two cases of a service bear one number."""
    facts = {"guardian.residence_region": "430211", "worker.residence_region": "430211", "employer.region": "430211"}
    for name, function in functions.items():
        if name.endswith("_number"):
            numbers = {function(facts, serial, TODAY) for serial in range(1, 200)}  # type: ignore[operator]
            assert len(numbers) == 199, name
