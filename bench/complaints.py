"""A city that takes complaints, served as in production: its people, their tokens, and the process that answers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bench import spent
from bench.cluster import Cluster, cluster
from bench.demonstration import free_port, wait_until_ready

if TYPE_CHECKING:
    from tongban.accounts.models import User

PACK: Final = Path(__file__).parent / "grievance"
SERVICE: Final = "grievance/complaint"
CENTRE: Final = "grievance/centre"
DEPARTMENTS: Final = ("grievance/works", "grievance/water", "grievance/cleaning", "grievance/order")
CITIZENS: Final = 50
CLERKS: Final = 5
"""At the centre and at each department."""
STOP_SECONDS: Final = 30


@dataclass(frozen=True, slots=True)
class People:
    """Bearer tokens: of citizens, of the centre's clerks, of each department's; and what may be complained about."""

    citizens: Sequence[str]
    centre: Sequence[str]
    departments: Mapping[str, Sequence[str]]
    categories: Sequence[str]


@dataclass(frozen=True, slots=True)
class Complaints:
    """Where the city answers, who is in it, and the server it stands on."""

    address: tuple[str, int]
    people: People
    cluster: Cluster
    process: int

    def spent_seconds(self) -> dict[str, float]:
        """The processor's time that the server and the database have spent by now."""
        postmaster = (self.cluster.server.data / "postmaster.pid").read_text(encoding="utf-8").split()[0]
        return {"server": spent.of_session(self.process), "database": spent.of_family(int(postmaster))}

    def call(self, **plan: object) -> dict[str, Any]:
        """Let the clients of a process of their own do what `plan` says (`bench.callers`); their account of it."""
        import orjson  # noqa: PLC0415 - whoever only asks for the name of a bench loads nothing

        given = {"address": self.address, "service": SERVICE, **asdict(self.people), **plan}
        command = [sys.executable, "-m", "bench.callers"]
        root = Path(__file__).parents[1]
        done = subprocess.run(command, cwd=root, input=orjson.dumps(given), check=True, stdout=subprocess.PIPE)  # noqa: S603 - our own
        account: dict[str, Any] = orjson.loads(done.stdout)
        return account


@contextmanager
def complaints(*packs: Path) -> Iterator[Complaints]:
    """Found the city, with other packs beside its own, let its people in, and serve it; all is gone afterwards."""
    with cluster(PACK, *packs) as founded:
        people = settle()
        with served() as (port, process):
            yield Complaints(("127.0.0.1", port), people, founded, process)


def settle() -> People:
    """Citizens with an entry in the register and an account, clerks at their offices, a token for each."""
    from tongban.accounts.models import Post, User  # noqa: PLC0415 - once Django is set up
    from tongban.publication import service as publication  # noqa: PLC0415
    from tongban.registry import service as registry  # noqa: PLC0415
    from tongban.testing.city.identities import Identities  # noqa: PLC0415

    identities = Identities()

    def citizen(n: int) -> str:
        number = identities.resident_id(date(1990, 1, 1), "female")
        subject = registry.create("base/Person", key=number, region="430211")
        return _token(User(login=f"citizen-{n}", kind="person", shown_name="张三", subject_id=subject), "apply")

    def clerk(office: str, n: int) -> str:
        user = User(login=f"{office}-{n}", kind="staff", shown_name="李四", staff_number=f"{office}-{n}")
        token = _token(user, "handle")
        Post.objects.create(user=user, office=office, roles=["handler"])
        return token

    category = publication.current().types["grievance/Complaint"].attributes["category"]
    return People(
        citizens=[citizen(n) for n in range(CITIZENS)],
        centre=[clerk(CENTRE, n) for n in range(CLERKS)],
        departments={office: [clerk(office, n) for n in range(CLERKS)] for office in DEPARTMENTS},
        categories=[str(option.value) for option in category.options],
    )


def _token(user: User, scope: str) -> str:
    from tongban.accounts.tokens import issue_token  # noqa: PLC0415 - once Django is set up

    user.set_unusable_password()
    user.save()
    return issue_token(user, [scope, "read"])


@contextmanager
def served() -> Iterator[tuple[int, int]]:
    """Serve the city of this environment by a process of its own; the port at which it answers, and its id."""
    port = free_port()
    log = Path(os.environ["TONGBAN_HOME"]).parent / "served.log"
    with log.open("w", encoding="utf-8") as said:
        command = [sys.executable, "-m", "tongban", "serve"]
        environment = {**os.environ, "TONGBAN_PORT": str(port)}
        process = subprocess.Popen(command, env=environment, stdout=said, stderr=said, start_new_session=True)  # noqa: S603 - our own
        try:
            wait_until_ready(f"http://127.0.0.1:{port}", process, log)
            yield port, process.pid
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(STOP_SECONDS)
