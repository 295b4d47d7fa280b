"""Error pages: what happened, what to do, what goes on meanwhile. The same words as at every other door.

The page of a failure of ours needs neither the database nor a session, because one of them may be what failed.
"""

from __future__ import annotations

import secrets
import sys
from typing import Any, Final

import structlog
from django.core.exceptions import DisallowedHost, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from tongban.applications.problems import SOON_SECONDS, Problem, not_found
from tongban.catalog.vocabulary import Text
from tongban.platform.database import AWAY
from tongban.platform.errors import PlatformError
from tongban.portal.templatetags.tongban import in_language

log = structlog.get_logger(__name__)
UNREADABLE: Final = Text("发来的东西读不懂。回到上一页再来一次", "This request cannot be read. Go back and try again.")
TOO_BIG: Final = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def problem_page(request: HttpRequest, problem: Problem) -> HttpResponse:
    """A refusal as a page of its own, with its status."""
    answer = render(request, "portal/problem.html", {"problem": problem}, status=problem.status)
    if problem.retry_after_seconds is not None:
        answer["Retry-After"] = str(problem.retry_after_seconds)
    return answer


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, or 413 when more was sent than a page ever asks for."""
    if isinstance(exception, DisallowedHost):  # nobody is looked up under another's name, so there is no page around it
        return _unreadable()
    if isinstance(exception, TOO_BIG):
        text = Text("发来的东西太大了。一个文件最多 10 MB", "Too much was sent at once. A file may have 10 MB at most.")
        return problem_page(request, Problem(413, "too-large", text))
    return problem_page(request, Problem(400, "wrong-request", UNREADABLE))


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    del exception
    return problem_page(request, Problem(403, "forbidden", Text("这一页不归你看", "This page is not yours to see.")))


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose token is missing or old: nothing was done."""
    del reason
    text = Text(
        "这张表放得太久了，没有交出去。回到上一页，刷新再来一次",
        "This form was open too long and was not sent. Go back, reload, try again.",
    )
    return problem_page(request, Problem(403, "form-expired", text))


def no_such_page(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, the same for what does not exist and for what is somebody else's."""
    del exception
    return problem_page(request, not_found())


def failure(request: HttpRequest) -> HttpResponse:
    """500 with a number that the log carries too; 503 when the database is away or holds no definitions yet, 400 for
    what it cannot hold.
    """
    del request
    error = sys.exc_info()[1]
    if isinstance(error, AWAY):
        log.warning("database away", error=type(error).__name__)
        answer = _plain(
            503,
            title=_("The database is away. Try again in a few seconds."),
            words=_("Nothing is lost: what was saved is there."),
        )
        answer["Retry-After"] = str(SOON_SECONDS)
        return answer
    if isinstance(error, PlatformError) and error.code == "nothing-published":  # a new city, not open yet
        answer = _plain(503, title=in_language(Text(error.message["zh"], error.message["en"])), words="")
        answer["Retry-After"] = str(SOON_SECONDS)
        return answer
    if isinstance(error, DataError):  # something that no database can hold, as half a character
        return _unreadable()
    number = f"E-{secrets.token_hex(3).upper()}"
    log.error("page failed", number=number, exc_info=error)
    return _plain(
        500,
        title=_("Something of ours broke. What you saved is there."),
        words=_("Tell this number when you call: %(number)s") % {"number": number},
    )


def _unreadable() -> HttpResponse:
    return _plain(400, title=in_language(UNREADABLE), words="")


def _plain(status: int, **context: Any) -> HttpResponse:  # noqa: ANN401 -- texts of the template
    return HttpResponse(render_to_string("portal/failure.html", context), status=status)
