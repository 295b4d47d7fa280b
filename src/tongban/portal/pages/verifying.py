"""Is this paper real? Open to everybody, by code or by file; the answer shows no more than a stranger may see."""

from __future__ import annotations

from datetime import date
from typing import Any, BinaryIO, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from tongban.applications import documents
from tongban.portal.pages.door import page

GOOD = ("valid", "not-yet-valid", "expired", "revoked")


@page("anybody", "POST")
def verify(request: HttpRequest) -> HttpResponse:
    """Type a code or choose a file."""
    upload = request.FILES.get("file")
    if request.method == "POST" and upload is not None and upload.file is not None:
        return _told(request, documents.verify_file(cast("BinaryIO", upload.file)))
    code = (request.POST.get("code") or request.GET.get("code") or "").replace("/", "").strip()
    if code:
        return redirect("portal:verify_code", code[:64])
    return render(request, "portal/verify.html", {"verdict": None})


@page("anybody")
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    """What the paper with this code is worth: the address behind its QR code."""
    return _told(request, documents.verify_code(code, str(request.META.get("REMOTE_ADDR", ""))), code)


def _told(request: HttpRequest, verdict: dict[str, Any], code: str = "") -> HttpResponse:
    for name in ("issued_on", "valid_until", "revoked_on"):
        if verdict.get(name):
            verdict[name] = date.fromisoformat(verdict[name])
    light = "ok" if verdict["valid"] else "warn" if verdict["state"] in GOOD else "bad"
    return render(request, "portal/verify.html", {"verdict": verdict, "light": light, "code": code})
