"""What holds when several people do the same thing at one moment, each on a connection of their own."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

import pytest
from django.db import connection
from tests.credentials.orders import issued, notice, order

from tongban.credentials import service
from tongban.credentials.models import Document

Piece = TypeVar("Piece")
Result = TypeVar("Result")

pytestmark = pytest.mark.usefixtures("city", "keys")


def together(work: Sequence[Piece], action: Callable[[Piece], Result]) -> list[Result]:
    """What an action makes of each piece of work when all begin at the same moment."""
    gate = threading.Barrier(len(work))
    results: list[Result] = []

    def run(piece: Piece) -> None:
        gate.wait()
        try:
            results.append(action(piece))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(piece,)) for piece in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_issuers_at_one_moment_give_one_credential_and_every_number_once() -> None:
    orders = [order(), order(), *(notice(event) for event in range(1, 7))]
    documents = together(orders, issued)
    assert len(documents) == 8
    numbers = sorted(Document.objects.values_list("number", flat=True))
    assert numbers == [f"4302-26-000001-K/01-{serial:02}" for serial in range(1, 8)]


def test_readers_at_one_moment_get_one_file() -> None:
    document = issued(order())
    files = together([document.id] * 4, service.document_bytes)
    assert len(files) == 4
    assert len(set(files)) == 1
    assert service.verify_file(io.BytesIO(service.document_bytes(document.id))).state == "valid"
