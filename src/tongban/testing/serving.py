"""The city over real HTTP from a thread of this process, for stories, browsers and other clients of tests."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler

POLL_SECONDS = 0.01
"""How long the server takes to notice that it shall end."""


class _Exchange(WSGIRequestHandler):
    """One connection. Head and body of an answer are two packets: held back until the first is acknowledged, as is
    usual, the second would come 40 ms late.
    """

    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- its parent's word
        """Say nothing: the test's output is the test's."""


@contextmanager
def served(application: WSGIHandler) -> Iterator[str]:
    """The address at which this application answers for as long as somebody is inside."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), _Exchange, allow_reuse_address=False)
    server.set_app(application)
    thread = threading.Thread(target=server.serve_forever, args=(POLL_SECONDS,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
