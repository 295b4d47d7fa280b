"""SpiffWorkflow: a BPMN file interpreted; the state of the tree of tasks is a document of the case's row.

The library keeps nothing itself: the case's row and the history are ours, written at each transition. Between two
transitions the tree is kept in memory, or read from the row again as a web application must. Threads cannot help it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final
from uuid import uuid4

import psycopg
from psycopg.types.json import Jsonb
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.util.task import TaskState

from bench.peers.case import NOTE, PAYLOAD, STEPS, Client, Life, Peer

DDL: Final = """
create table cases (id uuid primary key, state text not null, document jsonb not null);
create table events (seq bigint generated always as identity primary key, case_id uuid not null, kind text not null,
    at timestamptz not null default now(), data jsonb not null);
create index on events (case_id);
"""
AUDIT: Final = """
select array_agg(kind order by seq) from events join cases on cases.id = case_id where state = 'closed' group by case_id
"""
PROCESS: Final = Path(__file__).with_name("approval.bpmn")


def prepare(address: str) -> None:
    """Make the tables."""
    with psycopg.connect(address) as connection:
        connection.execute(DDL)


@contextmanager
def engine(address: str, _clients: int, *, reloaded: bool) -> Iterator[Client]:
    """The process read from its file."""
    parser = BpmnParser()
    parser.add_bpmn_file(str(PROCESS))
    specification = parser.get_spec("approval")
    serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure())

    @contextmanager
    def client() -> Iterator[Life]:
        with psycopg.connect(address) as connection:
            yield partial(life, connection)

    def life(connection: psycopg.Connection) -> None:
        number = uuid4()
        case = BpmnWorkflow(specification)
        case.data["payload"] = dict(PAYLOAD)
        case.do_engine_steps()
        for step in STEPS:
            if step == "created":
                statement = "insert into cases (state, document, id) values (%s, %s, %s)"
            else:
                if reloaded:
                    row = "select document::text from cases where id = %s for update"
                    case = serializer.deserialize_json(connection.execute(row, (number,)).fetchall()[0][0])
                ready = case.get_tasks(state=TaskState.READY, manual=True)
                next(task for task in ready if task.task_spec.name == step).run()
                case.do_engine_steps()
                statement = "update cases set state = %s, document = %s where id = %s"
            connection.execute(statement, (step, serializer.serialize_json(case), number))
            event = "insert into events (case_id, kind, data) values (%s, %s, %s)"
            connection.execute(event, (number, step, Jsonb(NOTE)))
            connection.commit()

    yield client


KEPT, RELOADED = partial(engine, reloaded=False), partial(engine, reloaded=True)
PEERS: Final = {
    "spiff-kept": Peer("SpiffWorkflow", "state kept in memory", 8, prepare, KEPT, AUDIT),
    "spiff-reloaded": Peer("SpiffWorkflow", "state read again at each step", 8, prepare, RELOADED, AUDIT),
}
