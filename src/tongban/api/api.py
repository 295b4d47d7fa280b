"""The API object: routers by subject, one shape of problems, OpenAPI 3.1 at /api/v1/openapi.json."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser
from ninja.renderers import BaseRenderer

from tongban.api.auth import ANYBODY_KNOWN
from tongban.api.problems import CONTENT_TYPE, answer_with_problems
from tongban.api.routes import (
    applications,
    cases,
    catalog,
    city,
    documents,
    inquiries,
    offices,
    people,
    problems,
    ratings,
    referrals,
    results,
    tokens,
    walks,
)

BAD_REQUEST = 400


class StrictJson(Parser):
    """JSON that everybody reads alike: no NaN, no halves of characters, no number or depth without an end."""

    def parse_body(self, request: HttpRequest) -> Any:  # noqa: ANN401 -- ninja's own
        """The body; what raises here is refused as `wrong-request`."""
        return orjson.loads(request.body)


class PlainJson(BaseRenderer):
    """JSON as it is written everywhere else in the house."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:  # noqa: ANN401 -- ninja's own
        """The answer's text."""
        del request, response_status
        return orjson.dumps(data)


class Api(NinjaAPI):
    """An API whose description says that problems are problem+json."""

    def get_openapi_schema(self, **rest: Any) -> OpenAPISchema:  # noqa: ANN401 -- ninja's own
        """The description, with the media type of each answer as it is sent."""
        schema = super().get_openapi_schema(**rest)
        for path in schema["paths"].values():
            for operation in path.values():
                for status, described in operation["responses"].items():
                    if int(status) >= BAD_REQUEST and "content" in described:
                        described["content"] = {CONTENT_TYPE: described["content"]["application/json"]}
        return schema


api = Api(
    title="通办 Tongban",
    version="1",
    description="One application, several departments, one result. 一次申请，几个部门一起办。",
    auth=ANYBODY_KNOWN,
    urls_namespace="api",
    docs_url=None,
    parser=StrictJson(),
    renderer=PlainJson(),
)
ROUTES = (
    cases, applications, catalog, results, offices, documents, people, inquiries, problems, tokens, referrals, city,
    ratings, walks,
)  # fmt: skip
for each in ROUTES:
    api.add_router("", each.router)
answer_with_problems(api)
