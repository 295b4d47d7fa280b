"""Every refusal of the API in one shape: RFC 9457's problem+json with a stable ``code``, in both languages."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Final

import orjson
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from tongban.applications.problems import SOON_SECONDS, Problem
from tongban.casework.model import Refused
from tongban.catalog.vocabulary import Text
from tongban.planner.problems import PlanError
from tongban.platform.database import AWAY
from tongban.platform.errors import PlatformError
from tongban.policy import PolicyError

CONTENT_TYPE: Final = "application/problem+json"
FORBIDDING: Final = frozenset(
    {"not-your-office", "role-missing", "applicant-only", "system-only", "same-person", "scope-missing"}
)
"""Codes of casework that speak of who acts; all others speak of what the case allows."""

NOT_FOUND: Final = Text("没有这个地址", "There is nothing at this address.")
NOT_ALLOWED: Final = Text("这个地址不能这样用，看 /api/v1/openapi.json", "This method is not for this address.")
UNREADABLE: Final = Text("请求里有读不懂的字符", "There are characters in the request that nobody can read.")
TOO_LARGE: Final = Text("一次最多发 10 MB，拍小一点", "10 MB at most in one request.")

log = logging.getLogger(__name__)


def answer(
    status: int,
    code: str,
    text: Text,
    errors: list[dict[str, Any]] | None = None,
    retry_after_seconds: int | None = None,
) -> HttpResponse:
    """One problem+json answer."""
    body = {
        "type": f"urn:tongban:problem:{code}",
        "title": text.en,
        "status": status,
        "code": code,
        "detail": text.en,
        "detail_zh": text.zh,
        "errors": errors or [],
    }
    made = HttpResponse(orjson.dumps(body), status=status, content_type=CONTENT_TYPE)
    if retry_after_seconds is not None:
        made["Retry-After"] = str(retry_after_seconds)
    if status == 401:  # noqa: PLR2004
        made["WWW-Authenticate"] = "Bearer"
    return made


def field(name: str, code: str, text: Text) -> dict[str, Any]:
    """One entry of ``errors``."""
    return {"fact": name, "code": code, "text": text.to_json()}


def of_problem(error: Problem) -> HttpResponse:
    """A use case that could not be done."""
    errors = [field(e.fact, e.code, e.text) for e in error.errors]
    return answer(error.status, error.code, error.text, errors, error.retry_after_seconds)


def of_refusal(error: Refused) -> HttpResponse:
    """A command that the case does not allow now, or not to this reader."""
    status = 403 if error.code in FORBIDDING else 422 if error.code.startswith(("data-", "facts-")) else 409
    return answer(status, error.code, error.text)


def of_plan(error: PlanError) -> HttpResponse:
    """A plan that cannot be asked for like this."""
    first = error.issues[0]
    status = 404 if first.code in {"unknown-bundle", "unknown-service"} else 422
    return answer(status, first.code, first.text, [field(i.at, i.code, i.text) for i in error.issues])


def of_amount(error: PolicyError) -> HttpResponse:
    """An amount that cannot be reckoned like this."""
    first = error.issues[0]
    status = 404 if first.code == "unknown-rule" else 422
    return answer(status, first.code, first.text, [field(i.at, i.code, i.text) for i in error.issues])


def of_shape(error: ValidationError) -> HttpResponse:
    """A request of the wrong shape."""
    errors = [
        field(
            ".".join(str(part) for part in each["loc"][2:]) or str(each["loc"][-1]),
            "wrong-shape",
            Text(f"格式不对：{each['msg']}", each["msg"]),
        )
        for each in error.errors
    ]
    return answer(422, "wrong-shape", Text("请求的格式不对", "The request has the wrong shape."), errors)


def of_stranger(_error: AuthenticationError) -> HttpResponse:
    """Nobody we know."""
    return answer(401, "log-in-needed", Text("先登录，或带上令牌", "Log in, or send a token."))


def of_http(error: HttpError) -> HttpResponse:
    """What the framework refuses by itself: a body that is no JSON, a form without its CSRF token."""
    code = "csrf-failed" if error.status_code == 403 else "wrong-request"  # noqa: PLR2004
    return answer(error.status_code, code, Text("请求读不懂，检查内容和请求头", str(error)))


def of_platform(error: PlatformError) -> HttpResponse:
    """Something that this city is not set up for, or that only an operator can mend."""
    text = Text(error.message["zh"], error.message["en"])
    if error.code == "real-city":
        return answer(403, error.code, text)
    return answer(503, error.code, text, retry_after_seconds=SOON_SECONDS)


def of_database(_error: Exception) -> HttpResponse:
    """The database does not answer: nothing was accepted, try again soon."""
    text = Text("数据库连不上，过几秒再试。没有丢东西", "The database is away. Try again soon; nothing is lost.")
    return answer(503, "database-away", text, retry_after_seconds=SOON_SECONDS)


def of_data(_error: DataError | MultiPartParserError) -> HttpResponse:
    """Something that no database can hold, or an upload that nobody can take apart."""
    return answer(400, "wrong-request", UNREADABLE)


def of_failure(error: Exception) -> HttpResponse:
    """A fault of ours; nothing of the request was done."""
    log.error("request_failed", exc_info=error)
    return answer(
        500, "internal", Text("系统出错了，这一步没有办。过一会儿再试", "Our fault; nothing was done. Try again.")
    )


HANDLERS: Final[dict[type[Exception], Callable[[Any], HttpResponse]]] = {
    Problem: of_problem,
    Refused: of_refusal,
    PlanError: of_plan,
    PolicyError: of_amount,
    ValidationError: of_shape,
    AuthenticationError: of_stranger,
    HttpError: of_http,
    PlatformError: of_platform,
    **dict.fromkeys(AWAY, of_database),
    DataError: of_data,
    MultiPartParserError: of_data,
    Exception: of_failure,
}


def answer_with_problems(api: NinjaAPI) -> None:
    """Let every refusal of this API be told in the one shape."""
    for kind, handler in HANDLERS.items():

        def told(request: HttpRequest, error: Any, handler: Callable[[Any], HttpResponse] = handler) -> HttpResponse:  # noqa: ANN401
            del request
            return handler(error)

        api.add_exception_handler(kind, told)
