"""A wire between the program and PostgreSQL that can be cut at the N-th call: the server is the real one.

It listens on a Unix socket in a folder of its own and speaks nothing itself: a message of a client goes to the server,
the answer comes back, and each such exchange is a call. Begin and commit are calls like any other.
"""

from __future__ import annotations

import socket
import struct
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from select import select
from typing import BinaryIO, Final, Literal

PORT_FILE: Final = ".s.PGSQL.5432"
ENDS_CALL: Final = b"QSX"
"""A query, the end of a prepared one, good-bye: what the server answers, together with all that came before it."""
READY: Final = b"Z"

Cut = Literal["before", "after"]
"""The call never reaches the server; or it is carried out, and its answer never comes back."""


@dataclass
class Wire:
    """The wire and where it is to be cut next; `calls` were made since it was last told."""

    server: Path
    folder: Path
    calls: int = 0
    _cut: Cut | None = None
    _at: int | bytes = 0
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def cut(self, cut: Cut, at: int | bytes) -> None:
        """Cut the connection once: at the `at`-th call from now on, or at the first that holds these bytes."""
        with self._guard:
            self.calls, self._cut, self._at = 0, cut, at

    @property
    def is_cut_ahead(self) -> bool:
        """Whether it is still to be cut."""
        return self._cut is not None

    def mend(self) -> None:
        """Cut nothing any more."""
        with self._guard:
            self._cut = None

    def carry(self, client: socket.socket) -> None:
        """Carry the calls of one connection until either side, or a cut, ends it."""
        with closing(client), closing(socket.socket(socket.AF_UNIX)) as server, suppress(OSError, EOFError):
            server.connect(str(self.server / PORT_FILE))
            asking, answering = client.makefile("rb"), server.makefile("rb")
            call = _sized(asking)  # the greeting is no call
            cut: Cut | None = None
            while cut != "before":
                server.sendall(call)
                answer = _until(answering, READY)
                if cut == "after":
                    return
                client.sendall(answer)
                if server in select([client, server], [], [])[0]:
                    return  # it was asked nothing: this is its farewell
                call = _until(asking, ENDS_CALL)
                cut = self._met(call)

    def _met(self, call: bytes) -> Cut | None:
        """Count a call; how the connection is cut at it."""
        with self._guard:
            self.calls += 1
            if self._cut is None or not (self.calls == self._at if isinstance(self._at, int) else self._at in call):
                return None
            cut, self._cut = self._cut, None
            return cut


@contextmanager
def wire_to(server: Path) -> Iterator[Wire]:
    """A wire to the server whose socket stands in this folder."""
    with tempfile.TemporaryDirectory(prefix="wire-") as folder, closing(socket.socket(socket.AF_UNIX)) as door:
        wire = Wire(server, Path(folder))
        door.bind(str(wire.folder / PORT_FILE))
        door.listen(128)
        threading.Thread(target=_let_in, args=(wire, door), daemon=True).start()
        yield wire
        door.shutdown(socket.SHUT_RDWR)


def _let_in(wire: Wire, door: socket.socket) -> None:
    with suppress(OSError):
        while True:
            client, _ = door.accept()
            threading.Thread(target=wire.carry, args=(client,), daemon=True).start()


def _until(sender: BinaryIO, kinds: bytes) -> bytes:
    """All messages of a sender up to one of these kinds, or to its last. Raises EOFError when none comes."""
    heard = b""
    while kind := sender.read(1):
        heard += kind + _sized(sender)
        if kind in kinds:
            return heard
    if not heard:
        raise EOFError
    return heard


def _sized(sender: BinaryIO) -> bytes:
    """A message without its kind; it begins with its own length."""
    size = sender.read(4)
    if len(size) < 4:
        raise EOFError
    return size + sender.read(struct.unpack("!I", size)[0] - 4)
