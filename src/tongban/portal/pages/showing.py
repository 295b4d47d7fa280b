"""The electronic social security card on its owner's phone: a code that opens their page at a window, once."""

from __future__ import annotations

from textwrap import wrap

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from tongban.applications import cards
from tongban.portal.pages.door import page, reader
from tongban.portal.qr import qr_code

DIGITS_PER_GROUP = 4


@never_cache  # a code is shown once, also to whoever goes back
@page("person", "POST")
def card(request: HttpRequest) -> HttpResponse:
    """What the code is for; sent for, the code itself with its end."""
    context: dict[str, object] = {"tab": "me", "minutes": int(cards.CODE_LASTS.total_seconds() // 60)}
    if request.method == "POST":
        made = cards.make_code(reader(request))
        context |= {
            "made": made,
            "picture": qr_code(made.code),
            "groups": " ".join(wrap(made.code, DIGITS_PER_GROUP)),
        }
    return render(request, "portal/card.html", context)
