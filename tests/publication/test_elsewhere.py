"""TONGBAN_HOLDERS and TONGBAN_AGENCIES name who is elsewhere, and are refused before anything starts when wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tongban.platform.errors import PlatformError
from tongban.platform.roles import SUPERUSER
from tongban.platform.settings import named_agencies, named_holders
from tongban.publication import elsewhere
from tongban.testing.fixtures import City

AGENCY = "demonstration/social-insurance-430400"


def test_it_maps_authorities_to_addresses() -> None:
    text = '{"medical-insurance/insurer": "https://insurer.example/facts"}'
    assert named_holders(text) == {"medical-insurance/insurer": "https://insurer.example/facts"}
    assert named_holders("{}") == {}


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '"x"', '{"insurer": "https://x"}', '{"a/b": "file:///etc/passwd"}', '{"a/b": 1}', '{"a/b": null}'],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(PlatformError, match="bad-holders"):
        named_holders(text)


def test_agencies_have_an_address_and_a_token() -> None:
    hengyang = {"url": "https://hengyang.example/api/v1", "token": "t"}
    assert named_agencies(json.dumps({AGENCY: hengyang})) == {AGENCY: hengyang}
    assert named_agencies("{}") == {}


@pytest.mark.parametrize("one", ['"https://x"', "null", "1", '{"url": "https://x"}', '{"url": "ftp://x", "token": "t"}',
                                 '{"url": "https://x", "token": ""}', '{"url": 1, "token": "t"}'])  # fmt: skip
def test_an_agency_without_either_is_refused(one: str) -> None:
    with pytest.raises(PlatformError, match="bad-agencies"):
        named_agencies(f'{{"a/b": {one}}}')


def test_who_is_elsewhere_is_of_the_packs() -> None:
    elsewhere.refuse_unknown([], [])
    elsewhere.refuse_unknown(["base/population", "medical-insurance/insurer"], [AGENCY])


def test_an_agency_that_is_no_office_is_refused_with_the_nearest() -> None:
    with pytest.raises(PlatformError, match="unknown-agency") as refused:
        elsewhere.refuse_unknown([], ["demonstration/social-insurence-430400"])
    for language in ("zh", "en"):
        assert AGENCY in refused.value.message[language]


@pytest.mark.parametrize(
    ("wrong", "nearest"), [("police/popuation", "base/population"), ("hrss/social-insurence", "hrss/social-insurance")]
)
def test_an_authority_that_is_none_is_refused_with_the_nearest(wrong: str, nearest: str) -> None:
    with pytest.raises(PlatformError, match="unknown-holder") as refused:
        elsewhere.refuse_unknown(["base/population", wrong], [])
    for language in ("zh", "en"):
        assert wrong in refused.value.message[language]
        assert nearest in refused.value.message[language]


@pytest.mark.slow
@pytest.mark.parametrize("command", ["serve", "worker", "holders"])
def test_nothing_starts_with_a_holder_that_nobody_is(command: str, city: City, tmp_path: Path) -> None:
    wrong = {"TONGBAN_HOLDERS": '{"police/popuation": "https://population.example/facts"}'}
    assert told(command, wrong, city, tmp_path).count("unknown-holder: ") == 2


@pytest.mark.slow
def test_nothing_is_served_with_an_agency_that_is_none(city: City, tmp_path: Path) -> None:
    wrong = {"TONGBAN_AGENCIES": '{"demonstration/nowhere": {"url": "https://x.example", "token": "t"}}'}
    assert told("serve", wrong, city, tmp_path).count("unknown-agency: ") == 2


def told(command: str, wrong: dict[str, str], city: City, folder: Path) -> str:
    """What a command says that does not start, in both languages."""
    places = {"TONGBAN_HOME": f"{folder}/home", "DATABASE_URL": city.server.conninfo(city.database, SUPERUSER)}
    settings = {"DJANGO_SETTINGS_MODULE": "tongban.platform.settings"}
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "tongban", command],
        env=os.environ | places | wrong | settings, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stderr
