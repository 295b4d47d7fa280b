"""How every page of staff is entered: which posts may, by which methods, and how a refusal becomes a page.

Each view is decorated once, so that every route declares who may enter. Strangers are led to the log-in and back;
people without a post read that the page is for staff; what lies outside one's reach is not there.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from tongban.accounts.actor import Actor, actor_of
from tongban.applications.handing_over import COUNTER_ROLES
from tongban.applications.problems import Problem, forbidden
from tongban.applications.worklists import DESK_ROLES
from tongban.casework.model import Refused
from tongban.catalog.pages import post_of
from tongban.catalog.vocabulary import LEADERS
from tongban.desk.frame import frame
from tongban.desk.pack_pages import holds
from tongban.portal.pack_pages import Page
from tongban.portal.pages import errors
from tongban.portal.pages.door import READ, login_address

View = Callable[..., HttpResponse]
CLERKS: Final = DESK_ROLES
HEADS: Final = frozenset({"head"})
WINDOW: Final = frozenset({"window"})
AUDITORS: Final = frozenset({"auditor"})
EVERY_POST: Final = COUNTER_ROLES | AUDITORS | LEADERS


def staff(roles: frozenset[str], *methods: str) -> Callable[[View], View]:
    """Let staff with one of these roles enter by these methods (reading only, if none is named)."""
    allowed = (*READ, *methods)

    def decorate(view: View) -> View:
        @wraps(view)
        def enter(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ANN401 -- the route's
            if request.method not in allowed:
                return HttpResponseNotAllowed(allowed)
            if not request.user.is_authenticated:
                return redirect(login_address(request.get_full_path()))
            actor = actor_of(request.user)
            try:
                _require(actor, roles)
                return view(request, actor, *args, **kwargs)
            except Problem as problem:
                return problem_page(request, actor, problem)
            except Refused as refused:
                return problem_page(request, actor, Problem(409, refused.code, refused.text))

        enter.roles = roles  # type: ignore[attr-defined]  # read by the test that every route declares it
        return enter

    return decorate


def post(roles: frozenset[str]) -> Callable[[View], View]:
    """As `staff`, for what is only ever sent: a GET of its address is no page."""
    return lambda view: require_POST(staff(roles, "POST")(view))


def public(*methods: str) -> Callable[[View], View]:
    """Let anybody enter: the machine at the door of a hall."""
    allowed = (*READ, *methods)

    def decorate(view: View) -> View:
        @wraps(view)
        def enter(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ANN401 -- the route's
            if request.method not in allowed:
                return HttpResponseNotAllowed(allowed)
            try:
                return view(request, *args, **kwargs)
            except Problem as problem:
                return errors.problem_page(request, problem)

        enter.roles = None  # type: ignore[attr-defined]  # anybody
        return enter

    return decorate


def into_desk(page: Page) -> View:
    """A page of a pack as the desk lets its visitors in."""
    post = post_of(page.who)

    def show(request: HttpRequest, actor: Actor) -> HttpResponse:
        if not holds(actor, post):
            raise forbidden("这一页不归你的单位看", "This page is not for your office.")
        return page.view(request, actor)

    view = staff(post.roles)(show)
    view.authority = post.authority  # type: ignore[attr-defined]  # as `roles` is
    return view


def page(request: HttpRequest, actor: Actor, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A page inside the frame of staff."""
    return render(request, template, frame(request, actor, context.get("amounts")) | context, status=status)


def problem_page(request: HttpRequest, actor: Actor, problem: Problem) -> HttpResponse:
    """A refusal as a page of its own, with its status."""
    if actor.kind != "staff":
        return errors.problem_page(request, problem)
    return page(request, actor, "desk/problem.html", {"problem": problem}, status=problem.status)


def _require(actor: Actor, roles: frozenset[str]) -> None:
    if actor.kind != "staff":
        raise forbidden("这是工作人员的页面", "This page is for staff.")
    if not any(actor.has_role(role) for role in roles):
        raise forbidden("你的岗位不看这一页", "This page is not for your post.")
