"""django-viewflow: the flow driven from code, without its pages; its table of tasks is the history."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from psycopg.conninfo import conninfo_to_dict

from bench.peers.case import PAYLOAD, STEPS, Client, Life, Peer

AUDIT: Final = """
select array_agg(split_part(flow_task, '.', -1) order by task.finished, task.id)
from viewflow_task as task join viewflow_process as process on process.id = process_id
where process.status = 'DONE' and task.status = 'DONE' and flow_task_type in ('START', 'FUNCTION') group by process_id
"""


def set_up(address: str) -> None:
    """Set Django up on this database, with connections that stay."""
    place = conninfo_to_dict(address)
    database = {name.upper(): place[name] for name in ("host", "user")} | {"NAME": place["dbname"]}
    database |= {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": None}
    applications = ["django.contrib.auth", "django.contrib.contenttypes", "viewflow", "viewflow.workflow"]
    settings.configure(
        DATABASES={"default": database},
        INSTALLED_APPS=[*applications, "bench.peers"],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
    )
    django.setup()


def prepare(address: str) -> None:
    """Make its tables."""
    set_up(address)
    call_command("migrate", verbosity=0)
    connection.close()


@contextmanager
def engine(address: str, _clients: int) -> Iterator[Client]:
    """Django and the flow in this process."""
    set_up(address)
    from viewflow.workflow import STATUS  # noqa: PLC0415 - likewise
    from viewflow.workflow.models import Task  # noqa: PLC0415 - likewise

    from bench.peers.flows import Approval  # noqa: PLC0415 - it waits for Django

    def life() -> None:
        with transaction.atomic():
            case = Approval.created.run(payload=dict(PAYLOAD))
        for step in STEPS[1:]:
            node = getattr(Approval, step)
            node.run(Task.objects.get(process=case, flow_task=node, status=STATUS.NEW))

    @contextmanager
    def client() -> Iterator[Life]:
        connection.ensure_connection()
        try:
            yield life
        finally:
            connection.close()

    yield client


PEERS: Final = {"viewflow": Peer("django-viewflow", "flow driven from code", 2, prepare, engine, AUDIT)}
