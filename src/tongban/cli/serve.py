"""`tongban serve` and `tongban worker`: the two processes of a running city; `tongban migrate` prepares for them."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import TYPE_CHECKING, Annotated

import typer

from tongban.cli.city import die_with_parent, open_city

if TYPE_CHECKING:
    from django.core.handlers.wsgi import WSGIHandler

# Measured (DESIGN, research/store): one process with 16 threads answers most; more processes fight for the cores.
SERVER_THREADS = 16


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(serve)
    app.command()(worker)
    app.command()(migrate)


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    threads: Annotated[int, typer.Option(min=1, help="Requests handled at one time.")] = SERVER_THREADS,
) -> None:
    """Serve pages and API on TONGBAN_PORT. 启动网站和接口。"""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    from tongban.platform import database
    from tongban.platform.places import find_places

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.platform.settings")
    places = find_places()
    refuse_wrong_settings()
    with database.available(places):
        Server(
            "tongban.platform.wsgi:application",
            address=host,
            port=places.port,
            interface=Interfaces.WSGI,
            workers=1,
            blocking_threads=threads,
            blocking_threads_idle_timeout=600,  # each thread keeps its database connection: let it live
            websockets=False,
            log_level=LogLevels.error,
            respawn_failed_workers=True,
        ).serve(target_loader=load_apart, wrap_loader=False)


def load_apart() -> WSGIHandler:
    """What the answering process runs, out of reach of the terminal: Ctrl-C is for the one above it, which ends it.

    Told twice at once, by terminal and parent, it might never end; and it ends with its parent, however that ends.
    """
    os.setpgid(0, 0)
    die_with_parent(signal.SIGKILL)
    from tongban.platform.wsgi import application

    return application


def refuse_wrong_settings() -> None:
    """Raise PlatformError for what is set wrong, here: the process that answers could only die of it."""
    from django.conf import settings

    from tongban.publication import elsewhere

    elsewhere.refuse_unknown(settings.HOLDERS, settings.AGENCIES)


def worker(
    concurrency: Annotated[int, typer.Option(min=1, help="Jobs worked on at one time.")] = 1,
) -> None:
    """Work on background and periodic jobs. 执行后台任务和定时任务。"""
    with open_city():
        from tongban.supervision import working

        asyncio.run(working.work(concurrency))


def migrate() -> None:
    """Bring the database up to this version; a new one becomes a real city's. 升级数据库结构；新库即真实城市。"""
    with open_city():
        from tongban.platform.founding import found
        from tongban.platform.models import Mark

        found(Mark.REAL, verbosity=1)
