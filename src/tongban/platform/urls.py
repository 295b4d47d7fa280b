"""The addresses of the house: the operators' own, then each door's."""

from __future__ import annotations

from django.conf import settings
from django.urls import include, path

from tongban.platform import health

DOORS = {"api/v1/": "api", "desk/": "desk", "board/": "board", "": "portal"}

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    *(
        path(at, include(f"tongban.{room}.urls"))
        for at, room in DOORS.items()
        if (settings.SOURCE / room / "urls.py").is_file()
    ),
]

handler400 = "tongban.portal.pages.errors.bad_request"
handler403 = "tongban.portal.pages.errors.not_allowed"
handler404 = "tongban.portal.pages.errors.no_such_page"
handler500 = "tongban.portal.pages.errors.failure"
