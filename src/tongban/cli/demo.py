"""`tongban demo`: a whole city on this machine, from nothing to a page in the browser, and an end by Ctrl-C.

Every step is one that a real city takes too (`migrate`, `publish`, `serve`, `worker`); only the synthetic people and
the demonstration log-ins are not. A second run finds what the first one made and keeps it.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Annotated
from urllib.error import URLError

import typer

from tongban.cli.city import die_with_parent, open_city
from tongban.platform.errors import PlatformError
from tongban.platform.places import Places, find_places

if TYPE_CHECKING:
    from rich.console import Console

READY_SECONDS = 60
STOP_SECONDS = 30


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(demo)


def demo(
    people: Annotated[int, typer.Option(min=100, max=4_000_000, help="Synthetic people in a new city.")] = 20_000,
    reset: Annotated[bool, typer.Option("--reset", help="Throw the demonstration city away first.")] = False,
    serve: Annotated[bool, typer.Option(help="Serve it; otherwise only set it up.")] = True,
) -> None:
    """Set up the demonstration city and serve it until Ctrl-C. 建好演示城市并启动，按 Ctrl-C 结束。"""
    from rich.console import Console

    from tongban.platform.database import close_connections

    if "MAKELEVEL" in os.environ:
        die_with_parent()  # whoever kills make means us
    console = Console()
    places = find_places()
    if serve:
        refuse_taken_port(places.port)
    if reset:
        throw_away(places)
    with open_city():
        set_up(console, people)
        close_connections()
        if not serve:
            return
        with process("serve") as server, process("worker") as worker:
            wait_until_ready(places.port, server)
            print_log_ins(console, places.port)
            wait_for_the_end(console, server, worker)


def set_up(console: Console, people: int) -> None:
    """Bring the open city up to date, telling how it goes."""
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    steps: list[tuple[str, Callable[[], object]]] = [
        ("升级数据库结构 · Bringing the database up to date", migrate),
        ("建签发机构 · Making the signing authority", make_authority),
        ("发布事项 · Publishing services", publish),
        ("建演示城市 · Populating the demonstration city", lambda: populate(people)),
    ]
    with Progress(*columns, console=console) as progress:
        for description, step in steps:
            shown = progress.add_task(description, total=1)
            step()
            progress.advance(shown)


def migrate() -> None:
    """Bring the database up to date, and mark a new one as a demonstration. Raises PlatformError `real-city`."""
    from tongban.platform.founding import found
    from tongban.platform.models import Mark

    found(Mark.DEMONSTRATION)


def make_authority() -> None:
    """Make the authority that signs this city's documents, unless it is there."""
    from tongban.credentials import authority
    from tongban.platform import places

    authority.create(places.keys(), city="株洲市")


def publish() -> None:
    """Put the packs of the tree in force."""
    from tongban.casework.publications import in_use
    from tongban.publication import publish_tree

    publish_tree(in_use=in_use())


def populate(people: int) -> None:
    """Fill a new city with synthetic people, organisations and log-ins; leave a filled one alone."""
    from tongban.testing.city import deeds, demonstration, improving

    demonstration.load(people=people)
    deeds.put()
    improving.put()


def print_log_ins(console: Console, port: int) -> None:
    """Say where the city is and who can log in as what: a line for each, so that it can be copied at any width."""
    from tongban.testing.city import demonstration

    log_ins = demonstration.log_ins()
    widest = max(len(name) for name, _ in log_ins)
    lines = [f"{name:{widest}}  {title.zh} · {title.en}" for name, title in log_ins]
    console.print("\n[bold]登录名 · Log-ins[/bold]\n" + "\n".join(lines), highlight=False, soft_wrap=True)
    console.print(f"密码都是 · Password of all: [bold]{demonstration.PASSWORD}[/bold]", highlight=False)
    console.print(f"\n[bold]http://127.0.0.1:{port}[/bold]   按 Ctrl-C 结束 · Ctrl-C stops everything\n")


def throw_away(places: Places) -> None:
    """Remove the demonstration city: its database and its files. Raises PlatformError `real-city`."""
    from tongban.platform import database

    with open_city():
        from django.db.utils import ProgrammingError

        from tongban.platform.founding import refuse_real_city

        with suppress(ProgrammingError):  # not even a mark: nothing to throw away
            refuse_real_city()
            database.close_connections()
            database.empty(places)
    for name in ("files", "static"):
        shutil.rmtree(places.home / name, ignore_errors=True)


def refuse_taken_port(port: int) -> None:
    """Raise PlatformError `port-taken` when another program listens on the port."""
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind(("127.0.0.1", port))
        except OSError as failure:
            raise PlatformError(
                "port-taken",
                zh=f"端口 {port} 不能用：{failure}",
                en=f"Port {port} cannot be used: {failure}",
                do_zh="请先结束占用它的程序，或用 TONGBAN_PORT 换一个端口。",
                do_en="End the program that uses it, or choose another with TONGBAN_PORT.",
            ) from failure


@contextmanager
def process(command: str) -> Iterator[subprocess.Popen[bytes]]:
    """`tongban COMMAND` as a process of its own, ended in order on leaving, and by the kernel should we be killed."""
    started = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "tongban", command],
        stdin=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C reaches us alone; we end the others
        preexec_fn=die_with_parent,  # noqa: PLW1509 - no threads yet in this process
    )
    try:
        yield started
    finally:
        started.terminate()
        try:
            started.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


def wait_until_ready(port: int, server: subprocess.Popen[bytes]) -> None:
    """Wait until the server says that it is ready. Raises PlatformError `not-ready`."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise PlatformError(
        "not-ready",
        zh="网站没有按时就绪。",
        en="The site did not become ready in time.",
        do_zh="请看上面的日志。",
        do_en="See the log lines above.",
    )


def wait_for_the_end(console: Console, *processes: subprocess.Popen[bytes]) -> None:
    """Wait for Ctrl-C. Raises PlatformError `process-ended` when a process ends by itself."""
    try:
        while all(each.poll() is None for each in processes):
            time.sleep(0.5)
    except KeyboardInterrupt:
        console.print("\n正在结束 · Stopping")
        return
    raise PlatformError(
        "process-ended",
        zh="网站或后台任务自己结束了。",
        en="The site or the worker ended by itself.",
        do_zh="请看上面的日志。",
        do_en="See the log lines above.",
    )
