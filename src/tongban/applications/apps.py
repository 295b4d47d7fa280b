"""The applications room as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    """Use cases: draft, plan, agree, fill, sign, submit, follow, withdraw."""

    name = "tongban.applications"
    label = "applications"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hear of every change of a case; an agency that nobody knows is refused before anything is sent."""
        from tongban.applications import (
            disputes,
            effects,
            fees,
            figures,
            guardians,
            handing_over,
            issuing,
            refunds,
            revoking,
            telling,
            withholding,
        )
        from tongban.casework.consequences import register, register_announcer

        register_announcer(telling.announce)
        register(effects.receive, effects.concerns)
        register(issuing.receive, issuing.concerns)
        register(handing_over.receive, handing_over.concerns)  # after the credentials it hands over were issued
        register(revoking.receive, revoking.concerns)
        register(fees.receive, fees.concerns)
        register(refunds.receive, refunds.concerns)
        register(disputes.receive, disputes.concerns)
        register(guardians.receive, guardians.concerns)
        withholding.register()
        figures.register()
