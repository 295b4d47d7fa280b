"""The peers' own Python: an environment made once from their lock, since Tongban itself needs none of them."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Final

from tongban.platform.errors import PlatformError
from tongban.platform.places import find_checkout, usual_home

LOCK: Final = Path(__file__).with_name("requirements.txt")


def python() -> Path:
    """The Python that has the locked peers. Makes it first, by the network, where this lock has none on this machine.

    Raises PlatformError `no-peers`.
    """
    folder = usual_home(find_checkout()) / "bench" / "peers"
    key = hashlib.sha256(sys.version.encode() + LOCK.read_bytes()).hexdigest()[:16]
    ready = folder / f"ready-{key}"
    program = folder / "bin" / "python"
    if not ready.exists():
        print(f"建立对照软件的虚拟环境 · Making the peers' virtual environment {folder}", file=sys.stderr)
        succeed(sys.executable, "-m", "venv", "--clear", folder)
        print("安装锁定的对照软件（约一分钟）· Installing the locked peers (about a minute)", file=sys.stderr)
        pip = (program, "-m", "pip", "--disable-pip-version-check", "--quiet")
        succeed(*pip, "install", "--no-deps", "--only-binary", ":all:", "--require-hashes", "-r", LOCK)
        ready.touch()
    return program


def succeed(*command: str | Path) -> None:
    """Run a command to its good end. Raises PlatformError `no-peers` with its last words."""
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - our own commands
    if done.returncode:
        said = (done.stderr or done.stdout).strip()[-1_000:]
        raise PlatformError(
            "no-peers",
            zh=f"装不了对照软件：{said}",
            en=f"The peers could not be installed: {said}",
            do_zh="请检查网络和 pip 的软件源；Debian 上还需要 python3-venv。不比较对照软件的测量不需要它们。",
            do_en="Check the network and pip's index; Debian needs python3-venv too. Other benches need no peers.",
        )
