"""Where data and keys stand: four variables, sensible places without them, and no hand on anybody else's folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from tongban.platform import places
from tongban.platform.errors import PlatformError


def test_keys_stand_beside_the_data_and_never_inside(tmp_path: Path) -> None:
    found = places.find_places({"TONGBAN_HOME": str(tmp_path / "city")})
    assert found.home == tmp_path / "city"
    assert found.keys == tmp_path / "city-keys"
    assert found.port == 8000
    assert found.database_url is None


def test_the_environment_decides(tmp_path: Path) -> None:
    named = {
        "TONGBAN_HOME": "/a",
        "TONGBAN_KEYS": str(tmp_path),
        "TONGBAN_PORT": "81",
        "DATABASE_URL": "postgresql:///x",
    }
    found = places.find_places(named)
    assert (found.home, found.keys, found.port, found.database_url) == (Path("/a"), tmp_path, 81, "postgresql:///x")


@pytest.mark.parametrize("keys", ["/a", "/a/keys"])
def test_keys_inside_the_data_folder_are_refused(keys: str) -> None:
    with pytest.raises(PlatformError, match="keys-inside-home"):
        places.find_places({"TONGBAN_HOME": "/a", "TONGBAN_KEYS": keys})


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "８０", "80 "])
def test_what_is_no_port_is_refused(port: str) -> None:
    with pytest.raises(PlatformError, match="bad-port"):
        places.find_places({"TONGBAN_PORT": port})


def test_a_folder_that_is_there_keeps_its_permissions(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    theirs.chmod(0o755)
    ours = places.make_folder(theirs / "ours", 0o700)
    assert places.make_folder(theirs, 0o700).stat().st_mode & 0o777 == 0o755
    assert ours.stat().st_mode & 0o777 == 0o700


def test_a_keys_folder_that_others_may_enter_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.mkdir()
    keys.chmod(0o755)
    found = places.find_places({"TONGBAN_HOME": str(tmp_path / "home"), "TONGBAN_KEYS": str(keys)})
    with pytest.raises(PlatformError, match="keys-open") as refusal:
        places.keys(found)
    assert f"chmod 700 {keys}" in refusal.value.do["en"]
    assert f"chmod 700 {keys}" in refusal.value.do["zh"]
    assert keys.stat().st_mode & 0o777 == 0o755


def test_a_keys_folder_of_ours_is_closed_to_others(tmp_path: Path) -> None:
    found = places.find_places({"TONGBAN_HOME": str(tmp_path / "deep" / "home")})
    assert places.keys(found).stat().st_mode & 0o777 == 0o700


def test_each_checkout_has_data_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    one, other = places.usual_home(Path("/one")), places.usual_home(Path("/other"))
    assert one.parent == other.parent == Path("/var/lib/tongban")
    assert one != other
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert places.usual_home(Path("/one")) == Path("/one/.tongban")
