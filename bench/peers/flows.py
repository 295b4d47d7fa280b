"""The approval case as a flow of viewflow; a module of its own, since it can only be read when Django is set up."""

from __future__ import annotations

from typing import Any

from viewflow import this
from viewflow.workflow import flow, lock
from viewflow.workflow.models import Process

from bench.peers.case import NOTE


class Approval(flow.Flow):
    """The case; its row is locked for each transition, as viewflow asks wherever branches join."""

    process_class = Process
    lock_impl = lock.select_for_update_lock

    created = flow.StartHandle(this.create).Next(this.accepted)
    accepted = flow.Handle(this.move).Next(this.split)
    split = flow.Split().Next(this.reviewed_d1).Next(this.reviewed_d2)
    reviewed_d1 = flow.Handle(this.move).Next(this.join)
    reviewed_d2 = flow.Handle(this.move).Next(this.join)
    join = flow.Join().Next(this.decided)
    decided = flow.Handle(this.move).Next(this.issued)
    issued = flow.Handle(this.move).Next(this.closed)
    closed = flow.Handle(this.move).Next(this.end)
    end = flow.End()

    def create(self, activation: Any, payload: dict[str, str | int]) -> Process:  # noqa: ANN401 - viewflow has no types
        """The first transition."""
        activation.process.data = payload
        return self.move(activation)

    def move(self, activation: Any) -> Process:  # noqa: ANN401 - viewflow has no types
        """Every transition: what the history keeps of it."""
        activation.task.data = NOTE
        return activation.process
