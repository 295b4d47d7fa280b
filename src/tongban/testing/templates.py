"""Ready-made data folders of PostgreSQL, so that a test run begins in half a second with a migrated, published city.

The first run that needs one builds it: initdb, migrations, publication. It is kept under the checkout's usual data
folder, keyed by the hash of everything that goes into it, together with the keys its values are encrypted with. Later
runs start a server on a copy and throw the copy away, so runs side by side never meet.
"""

from __future__ import annotations

import fcntl
import functools
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psycopg

import tongban
from tongban.platform import database
from tongban.platform.places import find_checkout, make_folder, usual_home
from tongban.platform.postgres import THROW_AWAY, Postgres, lives_in
from tongban.platform.programs import server_user, system_programs, wheel_programs
from tongban.platform.roles import SUPERUSER

PUBLISHED = "template_published"  # migrated, its packs published, marked as a test city
INHABITED = "template_inhabited"  # the same with the demonstration's personas and a few people around them
PEOPLE = 200
MEMORY = Path("/dev/shm")  # noqa: S108 - what is made in it has a name that nobody can foresee
ROOM_BYTES = 2 << 30
KEPT = 4  # data folders of earlier states, for switching branches
INGREDIENTS = (
    "**/migrations/*.py", "**/*.sql", "packs/**/*", "catalog/*.py", "publication/*.py", "registry/*.py",
    "accounts/*.py", "testing/city/*.py",
    "platform/crypto.py", "credentials/authority.py", "platform/database.py", "platform/founding.py",
    "platform/roles.py", "testing/templates.py",
)  # fmt: skip


def programs() -> Path:
    """The server that tests use: the wheel's, or the system's when TONGBAN_TEST_POSTGRES is `system`."""
    return system_programs() if os.environ.get("TONGBAN_TEST_POSTGRES") == "system" else wheel_programs()


@functools.cache
def key() -> str:
    """The hash of everything that goes into a data folder."""
    source = Path(tongban.__file__).parent
    digest = hashlib.sha256(str(programs()).encode())
    for file in sorted({file for pattern in INGREDIENTS for file in source.glob(pattern) if file.is_file()}):
        if file.suffix not in {".pyc", ".mo"}:
            digest.update(f"{file.relative_to(source)}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def cache() -> Path:
    """The folder that holds the ready-made data folders."""
    mode = 0o711 if server_user() else 0o700
    return make_folder(make_folder(usual_home(find_checkout()), mode) / "tests", mode)


def keys() -> Path:
    """The keys that go with the present data folder."""
    return cache() / f"{key()}-keys"


def new_folder(parent: Path | None = None) -> Path:
    """A folder for a server of one run: in memory where there is room, or in `parent`.

    A disk that has just lost many files may be slow to make new ones, and every test's database is a thousand.
    """
    if parent is None:
        has_room = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM_BYTES
        parent = MEMORY if has_room else cache()
    folder = Path(tempfile.mkdtemp(prefix=prefix(), dir=parent))
    folder.chmod(0o711)
    return folder


def prefix() -> str:
    """How the folders of this checkout's runs begin."""
    return f"tongban-{hashlib.sha256(os.fsencode(cache())).hexdigest()[:12]}-"


@contextmanager
def server() -> Iterator[Postgres]:
    """A running server of this process alone, on a copy of the ready-made data folder."""
    ready = cache() / key()
    with ExitStack() as stack:
        with alone():
            if not ready.is_dir():
                build(ready)
            copy = new_folder()
            stack.callback(shutil.rmtree, copy, ignore_errors=True)
            subprocess.run(["cp", "-a", f"{ready}/postgres", copy], check=True)
            started = Postgres(copy / "postgres", programs=programs(), settings=THROW_AWAY).running()
            running = stack.enter_context(started)
        for name in (PUBLISHED, INHABITED):
            let_time_run(running, name)
        yield running


@contextmanager
def alone() -> Iterator[None]:
    """One process at a time: until its server runs, nothing shows that a folder is in use, and `tidy` would take it."""
    with (cache() / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def build(ready: Path) -> None:
    """Build a data folder and put it at `ready`. Django must be set up; its connections are left closed."""
    from tongban.credentials import authority
    from tongban.platform import time
    from tongban.platform.founding import found
    from tongban.platform.models import Mark
    from tongban.publication import RefusedPublicationError, publish_tree

    half = new_folder(cache())
    with Postgres(half / "postgres", programs=programs(), settings=THROW_AWAY).running() as running:
        database.create(running, PUBLISHED)
        database.point_to(running, PUBLISHED)
        found(Mark.TEST)
        time.set_time(time.DEMONSTRATION_START, frozen=True)
        authority.create(keys(), city="株洲市")
        # Packs that are not sound are for `tongban check` to report; the engine's own tests run without them.
        with suppress(RefusedPublicationError):
            publish_tree()
        database.close_connections()
        inhabit(running)
    try:
        half.rename(ready)
    except OSError:
        shutil.rmtree(half)  # another run was quicker
    tidy()


def inhabit(running: Postgres) -> None:
    """Make the inhabited city from the published one, unless nothing could be published."""
    from tongban.platform.errors import PlatformError
    from tongban.testing.city import demonstration

    database.create(running, INHABITED, template=PUBLISHED)
    database.point_to(running, INHABITED)
    with suppress(PlatformError):
        demonstration.load(people=PEOPLE, has_books=False)
    database.close_connections()


def let_time_run(running: Postgres, name: str) -> None:
    """Let the morning of a ready-made city begin now: its time stood still while nobody used it."""
    with psycopg.connect(running.conninfo(name, SUPERUSER)) as connection:
        connection.execute("UPDATE platform_city SET time_offset = frozen_at - now(), frozen_at = NULL")


def tidy() -> None:
    """Remove what killed runs left behind and all but the newest data folders."""
    for left in [*cache().glob(f"{prefix()}*"), *MEMORY.glob(f"{prefix()}*")]:
        if not lives_in(left / "postgres" / "data"):
            shutil.rmtree(left, ignore_errors=True)
    kept = sorted((folder for folder in cache().iterdir() if len(folder.name) == len(key())), key=os.path.getmtime)
    for old in kept[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)
        shutil.rmtree(f"{old}-keys", ignore_errors=True)
