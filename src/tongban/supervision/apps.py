"""The supervision room as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    """What time does by itself, city time, background work, webhooks, problems."""

    name = "tongban.supervision"
    label = "supervision"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let /metrics count what waits; hear of every change of a problem, a bad rating, what could not be done."""
        from tongban.applications import access
        from tongban.casework.consequences import register
        from tongban.supervision import (  # models are ready only now
            bad_ratings,
            figures,  # noqa: F401 -- counts for /metrics by being read
            problem_keeping,
            ratings,
            window,
        )

        register(problem_keeping.receive, problem_keeping.concerns)
        register(window.receive, window.concerns)
        register(bad_ratings.receive, bad_ratings.concerns)
        register(ratings.forget, ratings.is_erased)
        access.register("ratings", ratings.given)
