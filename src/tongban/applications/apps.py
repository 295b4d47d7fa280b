"""The applications room as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    """Use cases: draft, plan, agree, fill, sign, submit, follow, withdraw."""

    name = "tongban.applications"
    label = "applications"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hear of every change of a case."""
        from tongban.applications import (
            disputes,
            effects,
            fees,
            guardians,
            handing_over,
            issuing,
            refunds,
            revoking,
            withholding,
        )
        from tongban.casework.consequences import register

        register(effects.receive)
        register(issuing.receive)
        register(handing_over.receive)  # after the credentials it hands over were issued
        register(revoking.receive)
        register(fees.receive)
        register(refunds.receive)
        register(disputes.receive)
        register(guardians.receive)
        withholding.register()
