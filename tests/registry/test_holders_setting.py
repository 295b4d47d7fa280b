"""TONGBAN_HOLDERS names the services of holders elsewhere, and is refused before anything starts when it is wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tongban.platform.errors import PlatformError
from tongban.platform.roles import SUPERUSER
from tongban.platform.settings import named_holders
from tongban.registry import holders
from tongban.testing.fixtures import City


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


def test_holders_are_authorities_of_the_packs() -> None:
    holders.refuse_unknown([])
    holders.refuse_unknown(["base/population", "medical-insurance/insurer"])


@pytest.mark.parametrize(
    ("wrong", "nearest"), [("police/popuation", "base/population"), ("hrss/social-insurence", "hrss/social-insurance")]
)
def test_an_authority_that_is_none_is_refused_with_the_nearest(wrong: str, nearest: str) -> None:
    with pytest.raises(PlatformError, match="unknown-holder") as refused:
        holders.refuse_unknown(["base/population", wrong])
    for language in ("zh", "en"):
        assert wrong in refused.value.message[language]
        assert nearest in refused.value.message[language]


@pytest.mark.slow
@pytest.mark.parametrize("command", ["serve", "worker", "holders"])
def test_nothing_starts_with_a_holder_that_nobody_is(command: str, city: City, tmp_path: Path) -> None:
    places = {"TONGBAN_HOME": f"{tmp_path}/home", "DATABASE_URL": city.server.conninfo(city.database, SUPERUSER)}
    named = {"TONGBAN_HOLDERS": '{"police/popuation": "https://population.example/facts"}'}
    settings = {"DJANGO_SETTINGS_MODULE": "tongban.platform.settings"}
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "tongban", command],
        env=os.environ | places | named | settings, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.count("unknown-holder: ") == 2
    assert "Traceback" not in done.stderr
