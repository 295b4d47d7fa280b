"""Tongban's own starter for the PostgreSQL that comes as a wheel (and, for tests, for the system's).

The wheel's own starter gives up during crash recovery, so this one calls `pg_ctl` itself, with time, until the server
answers. The server listens on a Unix socket only, in a folder that nobody else may enter, and lets in nobody but the
operating-system user who runs Tongban.

Any number of processes may use one server: each holds a shared lock while it does, and whoever leaves last stops it.
The kernel releases the locks of a killed process, so nothing is left to count wrongly. Whoever watches it starts it
again when it dies.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import shlex
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import psycopg
from psycopg.conninfo import make_conninfo

from tongban.platform.errors import PlatformError
from tongban.platform.places import SYSTEM_HOME, make_folder
from tongban.platform.programs import as_user, reachable, reaches, server_user
from tongban.platform.roles import ROLES, SUPERUSER

START_SECONDS = 300
STOP_SECONDS = 60
START_TRIES = 3
WATCH_SECONDS = 1
SOCKET_PATH_BYTES = 107  # what Linux allows, less the final zero

# Values of a statement may be somebody's name: the log holds the kind of an error, never the statement or its details.
QUIET_LOG = {
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length_on_error": "0",
}
# Recovery takes about five seconds for each GB of write-ahead log, so max_wal_size is the price of a crash.
SERVING = QUIET_LOG | {
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
}
# A test's database is thrown away: it need not survive a power cut, and its log may stand in memory.
THROW_AWAY = SERVING | {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_wal_size": "256MB",
}


class Postgres:
    """One server on one folder. Nothing is made or started before `running()`."""

    def __init__(self, folder: Path, *, programs: Path, settings: Mapping[str, str] = SERVING) -> None:
        self.folder = folder
        self.programs = programs
        self.settings = settings
        self.socket = socket_folder(folder)

    @property
    def data(self) -> Path:
        """The data folder. `folder` may be a link that the server's user cannot follow, so the path is resolved."""
        return self.folder.resolve() / "data"

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.folder.resolve() / "log"

    def conninfo(self, database: str = "postgres", role: str = SUPERUSER) -> str:
        """A connection string for `role`; the default is the server's superuser."""
        return make_conninfo(host=str(self.socket), user=role, dbname=database, connect_timeout=10)

    @contextmanager
    def running(self) -> Iterator[Postgres]:
        """The server, running for as long as anybody is inside. Raises PlatformError when it cannot be started."""
        make_folder(self.folder.parent, 0o711 if server_user() else 0o700)
        with self._lock_file("starting") as starting, self._lock_file("users") as users:
            with locked(starting):
                fcntl.flock(users, fcntl.LOCK_SH)
                self._make_folders()
                if not self.data.is_dir():
                    self._initialise()
                self._start()
            try:
                yield self
            finally:
                with locked(starting):
                    fcntl.flock(users, fcntl.LOCK_UN)
                    if nobody_holds(users):
                        self.stop()

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Inside `running()`: a server that dies, by a kill or of a full disk, is started again until it stays."""
        leaving = threading.Event()
        watch = threading.Thread(target=self._watch, args=(leaving,), daemon=True)
        watch.start()
        try:
            yield
        finally:
            leaving.set()
            watch.join(STOP_SECONDS)

    def _watch(self, leaving: threading.Event) -> None:
        while not leaving.wait(WATCH_SECONDS):
            if not lives_in(self.data):
                with self._lock_file("starting") as starting, locked(starting), suppress(PlatformError, OSError):
                    self._start()

    def stop(self) -> None:
        """Stop the server if it runs, keeping what was committed and dropping every connection."""
        if lives_in(self.data):
            self._run("pg_ctl", "-D", self.data, "-m", "fast", "-w", "-t", STOP_SECONDS, "stop")

    def _lock_file(self, name: str) -> IO[str]:
        return self.folder.with_name(f"{self.folder.name}.{name}").open("a")

    def _make_folders(self) -> None:
        """Make the server's folder and its socket's; as a link where the server's user cannot reach the first."""
        user = server_user()
        if not self.folder.is_dir():
            if user and not reaches(user, self.folder.parent):
                clusters = make_folder(make_folder(SYSTEM_HOME, 0o755) / "clusters", 0o711)
                self.folder.unlink(missing_ok=True)  # a link whose target is gone
                self.folder.symlink_to(tempfile.mkdtemp(dir=clusters))
            made = make_folder(self.folder, 0o700)
            if user:
                os.chown(made, user.pw_uid, user.pw_gid)
        if not self.socket.is_dir():
            made = make_folder(self.socket, 0o700)
            if user:
                os.chown(made, user.pw_uid, user.pw_gid)
        if self.socket.stat().st_uid != (user.pw_uid if user else os.geteuid()):
            raise PlatformError(
                "socket-folder-taken",
                zh=f"目录 {self.socket} 属于别人。",
                en=f"The folder {self.socket} belongs to somebody else.",
                do_zh="请删除它，或把 TONGBAN_HOME 换成更短的路径。",
                do_en="Remove it, or choose a shorter path for TONGBAN_HOME.",
            )

    def _initialise(self) -> None:
        """Create the data folder, whole or not at all."""
        half = self.data.with_name("data.new")
        shutil.rmtree(half, ignore_errors=True)
        sync = ["--no-sync"] if self.settings.get("fsync") == "off" else []
        self._run(
            "initdb", "-D", half, "-U", SUPERUSER, "-E", "UTF8", "--locale=C.UTF-8", "-k", "-A", "reject", *sync
        )  # fmt: skip
        runner = pwd.getpwuid(os.geteuid()).pw_name
        (half / "pg_hba.conf").write_text("local all all peer map=tongban\n")
        (half / "pg_ident.conf").write_text("".join(f"tongban {runner} {role}\n" for role in (SUPERUSER, *ROLES)))
        half.rename(self.data)

    def _start(self) -> None:
        """Start the server and wait until it answers, through a crash recovery of minutes if need be."""
        options = {"listen_addresses": "", "unix_socket_directories": str(self.socket.resolve()), **self.settings}
        command_line = " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in options.items())
        deadline = time.monotonic() + START_SECONDS
        tries = 0
        while not self._answers():
            if time.monotonic() > deadline or tries == START_TRIES:
                raise self._failed("postgres-not-started", self._last_words())
            if lives_in(self.data):
                time.sleep(0.2)  # in recovery, or orphans of a killed server that are still going
                continue
            tries += 1
            # Left by a killed server. Nobody lives in the folder, but its number may be another program's by now.
            for left in (self.data / "postmaster.pid", *self.socket.iterdir()):
                left.unlink(missing_ok=True)
            with suppress(PlatformError):
                self._run(
                    "pg_ctl", "-D", self.data, "-l", self.log, "-w", "-t", START_SECONDS, "-o", command_line, "start"
                )

    def _answers(self) -> bool:
        try:
            with psycopg.connect(self.conninfo()) as connection:
                return connection.execute("select 1").fetchone() == (1,)
        except psycopg.OperationalError:
            return False

    def _run(self, program: str, *arguments: object) -> None:
        """Run one of PostgreSQL's programs as the user who may. Raises PlatformError `postgres-failed`."""
        done = subprocess.run(
            [reachable(self.programs) / program, *map(str, arguments)],
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "Asia/Shanghai"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            # The server inherits pg_ctl's error output and keeps it open: reading it to its end would never end.
            stderr=subprocess.DEVNULL if program == "pg_ctl" else subprocess.PIPE,
            text=True,
            check=False,
            start_new_session=True,  # Ctrl-C at the terminal reaches us alone; we stop the server in good order
            **as_user(server_user()),
        )
        if done.returncode:
            raise self._failed("postgres-failed", f"{program}: {done.stderr or self._last_words()}")

    def _last_words(self) -> str:
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-10:])
        except OSError:
            return ""

    def _failed(self, code: str, said: str) -> PlatformError:
        return PlatformError(
            code,
            zh=f"PostgreSQL 没有按要求执行：{said.strip()}",
            en=f"PostgreSQL did not do as told: {said.strip()}",
            do_zh=f"请看日志 {self.log}；磁盘是否已满，目录 {self.folder} 是否可写？",
            do_en=f"See the log {self.log}. Is the disk full? Can the folder {self.folder} be written?",
        )


def socket_folder(folder: Path) -> Path:
    """Where the server's socket stands: in its folder, or in a short one of its own when that path is too long."""
    inside = folder / "socket"
    if len(os.fsencode(inside / ".s.PGSQL.5432.lock")) <= SOCKET_PATH_BYTES:
        return inside
    key = hashlib.sha256(os.fsencode(folder.absolute())).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"tongban-{os.geteuid()}-{key}"


def lives_in(data: Path) -> bool:
    """Whether a process of PostgreSQL lives in the data folder: each of them has it as its working folder."""
    home = os.path.realpath(data)
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # gone, a zombie, or somebody else's
            if str((process / "cwd").readlink()) == home:
                return True
    return False


@contextmanager
def locked(file: IO[str]) -> Iterator[None]:
    """Alone with the lock of `file`; waits for whoever has it."""
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)


def nobody_holds(file: IO[str]) -> bool:
    """Whether no other process holds the lock of `file`. Takes it for the moment if so."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
