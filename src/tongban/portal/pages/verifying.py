"""Is this paper real? Open to everybody, by code or by file; the answer shows no more than a stranger may see."""

from __future__ import annotations

from datetime import date
from typing import Any, BinaryIO, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from tongban.applications import documents
from tongban.applications.problems import Problem
from tongban.portal.pages.door import page

GOOD = ("valid", "not-yet-valid", "expired", "revoked", "superseded")


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


@page("anybody", "POST")
@never_cache
def verify_several(request: HttpRequest) -> HttpResponse:
    """Up to ten papers at once, a line each: for whoever is shown many, as who sells flats is."""
    typed, lines, problem = request.POST.get("codes", ""), [], None
    if request.method == "POST":
        try:
            lines = [_dated(one) for one in documents.verify_codes(typed, str(request.META.get("REMOTE_ADDR", "")))]
        except Problem as refused:
            if refused.code != "too-many":
                raise
            problem = refused
    context = {
        "typed": typed,
        "lines": lines,
        "valid": sum(line["valid"] for line in lines),
        "most": documents.MOST_CODES,
        "problem": problem,
    }
    return render(request, "portal/verify_several.html", context, status=problem.status if problem else 200)


def _told(request: HttpRequest, verdict: dict[str, Any], code: str = "") -> HttpResponse:
    return render(request, "portal/verify.html", {"verdict": _dated(verdict), "code": code})


def _dated(verdict: dict[str, Any]) -> dict[str, Any]:
    """A verdict with its days as dates, and its light."""
    for name in ("issued_on", "valid_until", "revoked_on", "superseded_on"):
        if verdict.get(name):
            verdict[name] = date.fromisoformat(verdict[name])
    light = "ok" if verdict["valid"] else "warn" if verdict["state"] in GOOD else "bad"
    return verdict | {"light": light}
