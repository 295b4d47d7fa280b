"""How every page is entered: who may, by which methods, and how a use case's refusal becomes a page.

Each view is decorated once, so that every route declares who may enter; what a use case refuses is shown as an error
page with the same words, unless the view shows it beside the fields itself.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, Literal
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from tongban.accounts.actor import Actor, actor_of
from tongban.applications.problems import Problem
from tongban.applications.starting import Channel
from tongban.casework.model import Refused
from tongban.planner.problems import PlanError
from tongban.portal import walking
from tongban.portal.pages.errors import problem_page

Who = Literal["anybody", "person"]
View = Callable[..., HttpResponse]
READ: Final = ("GET", "HEAD")
NEXT: Final = REDIRECT_FIELD_NAME


def page(who: Who, *methods: str) -> Callable[[View], View]:
    """Let ``who`` enter by these methods (reading only, if none is named); strangers are led to the log-in and back."""
    allowed = (*READ, *methods)

    def decorate(view: View) -> View:
        @wraps(view)
        def enter(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ANN401 -- the route's
            if request.method not in allowed:
                return HttpResponseNotAllowed(allowed)
            if who == "person" and not request.user.is_authenticated:
                return redirect(login_address(request.get_full_path()))
            try:
                answer = view(request, *args, **kwargs)
            except Problem as problem:
                return problem_page(request, problem)
            except PlanError as error:
                return problem_page(request, of_plan(error))
            except Refused as refused:
                return problem_page(request, Problem(409, refused.code, refused.text))
            walking.passed(request, answer)
            return answer

        enter.who = who  # type: ignore[attr-defined]  # read by the test that every route declares it
        return enter

    return decorate


def post(who: Who) -> Callable[[View], View]:
    """As `page`, for what is only ever sent: a GET of its address is no page."""
    return lambda view: require_POST(page(who, "POST")(view))


def reader(request: HttpRequest) -> Actor:
    """Who reads this page. Only behind ``page("person")``."""
    return actor_of(request.user)  # type: ignore[arg-type]  # the door let nobody else in


def reader_or_none(request: HttpRequest) -> Actor | None:
    """Who reads this page, if they have logged in."""
    return reader(request) if request.user.is_authenticated else None


def of_plan(error: PlanError) -> Problem:
    """A plan that cannot be made, as a problem."""
    issue = error.issues[0]
    return Problem(404 if issue.code in {"unknown-bundle", "unknown-service"} else 422, issue.code, issue.text)


def login_address(then: str) -> str:
    """The log-in page that leads on to ``then``."""
    return f"{reverse('portal:login')}?{urlencode({NEXT: then})}"


def address_after(request: HttpRequest, otherwise: str) -> str:
    """Where a form says to go afterwards, if it is an address of ours."""
    wanted = request.POST.get(NEXT) or request.GET.get(NEXT) or ""
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours and wanted.startswith("/") else otherwise


def command_id(request: HttpRequest) -> UUID:
    """The command id that a form carries, so that sending it twice is once. A broken one is a new command."""
    try:
        return UUID(request.POST.get("command", ""))
    except ValueError:
        return uuid4()


def channel_of(request: HttpRequest) -> Channel:
    """Whether the reader holds a phone, as its browser says."""
    return "phone" if "Mobi" in request.headers.get("User-Agent", "") else "web"


def seen_version(request: HttpRequest) -> int | None:
    """The version of the form that the reader saw when the page was made."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None  # noqa: PLR2004 -- a 32-bit column


def picture(kind: str, content: bytes) -> HttpResponse:
    """A photo or recording, shown as what it really is and nothing else."""
    answer = HttpResponse(content, content_type=kind)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer
