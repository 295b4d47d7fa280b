"""Where Tongban keeps what it keeps: one folder for data, one for keys, one port, one database.

Four variables of the environment decide; without them a user's data stand in `.tongban/` of the checkout, and root's
under `/var/lib/tongban/`, one folder for each checkout, because PostgreSQL refuses to run as root and the system user
who runs it instead could not enter a checkout in root's own folder. Keys never stand inside the data folder: whoever
takes a copy of the data has not got the keys. A folder that Tongban did not make keeps its permissions.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tongban.platform.errors import PlatformError

SYSTEM_HOME = Path("/var/lib/tongban")
DEFAULT_PORT = 8000


@dataclass(frozen=True)
class Places:
    """The places of one city. `database_url` is None where Tongban runs PostgreSQL itself."""

    home: Path
    keys: Path
    port: int
    database_url: str | None

    @property
    def postgres(self) -> Path:
        """The folder of the embedded PostgreSQL: its data, its socket, its log."""
        return self.home / "postgres"


def find_places(environment: Mapping[str, str] = os.environ) -> Places:
    """The places that the environment names, or the usual ones. Creates nothing.

    Raises PlatformError `bad-port`, `keys-inside-home`.
    """
    named_home = environment.get("TONGBAN_HOME")
    home = Path(named_home).expanduser().absolute() if named_home else usual_home(find_checkout())
    named_keys = environment.get("TONGBAN_KEYS")
    keys = Path(named_keys).expanduser().absolute() if named_keys else home.with_name(f"{home.name}-keys")
    if keys == home or home in keys.parents:
        raise PlatformError(
            "keys-inside-home",
            zh=f"密钥目录 {keys} 在数据目录 {home} 之内。",
            en=f"The keys folder {keys} lies inside the data folder {home}.",
            do_zh="请把 TONGBAN_KEYS 指向别处。",
            do_en="Point TONGBAN_KEYS somewhere else.",
        )
    return Places(home, keys, read_port(environment), environment.get("DATABASE_URL") or None)


def kept_secret(file: Path, fresh: bytes) -> bytes:
    """What this file of the keys folder holds: ``fresh``, readable by its owner alone, where there was none."""
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as new:
            new.write(fresh)
    except FileExistsError:
        pass
    return file.read_bytes()


def find_checkout() -> Path:
    """The folder of the source tree, or of the virtual environment where Tongban was installed from a wheel."""
    source = Path(__file__).resolve().parents[3]
    return source if (source / "pyproject.toml").is_file() else Path(sys.prefix)


def usual_home(checkout: Path) -> Path:
    """The data folder where TONGBAN_HOME is not set."""
    if os.geteuid() != 0:
        return checkout / ".tongban"
    return SYSTEM_HOME / hashlib.sha256(os.fsencode(checkout)).hexdigest()[:12]


def read_port(environment: Mapping[str, str]) -> int:
    """TONGBAN_PORT, 8000 when unset. Raises PlatformError `bad-port` unless it is 1–65535."""
    text = environment.get("TONGBAN_PORT") or str(DEFAULT_PORT)
    if text.isascii() and text.isdecimal() and 0 < int(text) < 65536:  # noqa: PLR2004 - ports end there
        return int(text)
    raise PlatformError(
        "bad-port",
        zh=f"TONGBAN_PORT 是 {text!r}，不是端口号。",
        en=f"TONGBAN_PORT is {text!r}, which is no port number.",
        do_zh="请给出 1 到 65535 之间的整数。",
        do_en="Give a whole number from 1 to 65535.",
    )


def make_folder(path: Path, mode: int) -> Path:
    """`path`, made with `mode` if it is not there. A folder that is there keeps its permissions."""
    if not path.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            path.mkdir(mode=mode)
        except FileExistsError:
            return path  # another process of ours was quicker
        path.chmod(mode)  # mkdir heeds the umask
    return path


def home(places: Places) -> Path:
    """The data folder, made if need be: closed to others, but root's lets the server's user pass through it."""
    return make_folder(places.home, 0o711 if os.geteuid() == 0 else 0o700)


def keys(places: Places | None = None) -> Path:
    """The keys folder (of this process, unless `places` are given), made with mode 0700 if need be.

    Raises PlatformError `keys-open` when others may enter a folder that is there already.
    """
    folder = make_folder((places or find_places()).keys, 0o700)
    if folder.stat().st_mode & 0o077:
        raise PlatformError(
            "keys-open",
            zh=f"密钥目录 {folder} 别人也能进入。",
            en=f"Others may enter the keys folder {folder}.",
            do_zh=f"请执行 chmod 700 {folder}。",
            do_en=f"Run chmod 700 {folder}.",
        )
    return folder
