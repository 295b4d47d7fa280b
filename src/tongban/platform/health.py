"""Is it alive, is it ready, how is it doing: /healthz, /readyz and /metrics for whoever operates a city.

Ready means: the database answers, every migration is applied, the pages' style sheets and pictures are in their place,
and each check that a room registered passes.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest

from tongban.platform import static_files

REQUESTS = Counter("tongban_requests", "HTTP requests answered", ["method", "route", "status"])
SECONDS = Histogram("tongban_request_seconds", "Time to answer an HTTP request", ["method", "route"])


def database_answers() -> bool:
    """Whether the application's role gets an answer."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select 1")
        return bool(cursor.fetchone() == (1,))


def migrations_applied() -> bool:
    """Whether the database is as new as the program."""
    executor = MigrationExecutor(connections["default"])
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


CHECKS: dict[str, Callable[[], bool]] = {
    "database": database_answers,
    "migrations": migrations_applied,
    "static_files": static_files.are_prepared,
}


def register_check(name: str, passes: Callable[[], bool]) -> None:
    """Let readiness depend on `passes` too. A room calls this when its app is ready."""
    CHECKS[name] = passes


@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """200 when every check passes, otherwise 503; which ones passed stands in the answer."""
    passed = {name: check(name) for name in CHECKS}
    return JsonResponse({"ready": all(passed.values()), "checks": passed}, status=200 if all(passed.values()) else 503)


def check(name: str) -> bool:
    """Whether the check called `name` passes; False when the database fails under it."""
    try:
        return CHECKS[name]()
    except DatabaseError:
        return False


@require_safe
def metrics(_request: HttpRequest) -> HttpResponse:
    """Prometheus' text format. Holds counts only."""
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)
