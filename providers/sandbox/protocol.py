"""From an HTTP request to an HTTP response: doors, paths, protocol errors (`stash-box.md` §2)."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, urlsplit

from pydantic import BaseModel, ConfigDict, Field, JsonValue, TypeAdapter, ValidationError

from providers.sandbox.engine import Document, Engine, MutationByGet, Outcome, root_fields
from providers.sandbox.messages import Noted, Request, Response
from providers.sandbox.pictures import paint
from providers.sandbox.show import Visit
from providers.sandbox.world import World

_JSON: Final = "application/json"
_GRAPHQL_JSON: Final = "application/graphql-response+json"
_APP_PAGE: Final = (
    b'<!doctype html><html lang="en"><head><title>Sandbox</title></head>'
    b'<body><div id="root"></div></body></html>'
)
_MINUTE_S: Final = 60.0
_OBJECT: TypeAdapter[dict[str, JsonValue]] = TypeAdapter(dict[str, JsonValue])


class _Sent(BaseModel):
    model_config = ConfigDict(extra="ignore")

    query: str = ""
    variables: dict[str, JsonValue] | None = None
    operation_name: str | None = Field(default=None, alias="operationName")


@dataclass(slots=True)
class Protocol:
    """Answer requests to one server."""

    world: World
    engine: Engine
    requests_per_minute: int | None
    """More than that in a minute are answered with 429; None is no limit, as stash-box has it."""
    now_s: Callable[[], float]

    def noted(self, request: Request) -> Noted:
        """Return what there is to note about `request`."""
        sent = self._sent(request)
        variables: dict[str, JsonValue] = (sent.variables or {}) if sent else {}
        groups = variables.get("fingerprints")
        operations = root_fields(sent.query) if sent else ()
        is_lookup = "findScenesBySceneFingerprints" in operations
        return Noted(
            at_s=self.now_s(),
            path=request.path,
            operations=operations,
            scenes=len(groups) if is_lookup and isinstance(groups, list) else None,
            query=sent.query if sent else "",
            variables=variables,
            has_key=bool(request.headers.get("apikey")),
            headers=dict(request.headers),
        )

    def answer(self, request: Request, earlier: tuple[Noted, ...]) -> Response:
        """Return the answer to `request`; `earlier` ones count against the limit."""
        if self._is_over_limit(earlier):
            return _json(429, {"errors": [{"message": "Too Many Attempts."}]})

        key = request.headers.get("apikey", "")
        is_let_in, user = self.world.holder_of(key) if key else (True, None)
        if not is_let_in:
            return Response(401, "text/plain; charset=utf-8", b"")

        visit = Visit(world=self.world, user=user, base_url=_base_url(request))
        return self._routed(request, visit)

    def _routed(self, request: Request, visit: Visit) -> Response:
        path = urlsplit(request.path).path.rstrip("/")
        if path == "/graphql":
            return _packed(request, self._graphql(request, visit))

        if path.startswith("/images/"):
            return self._image(path.removeprefix("/images/"))

        return Response(200, "text/html; charset=utf-8", _APP_PAGE)

    def _graphql(self, request: Request, visit: Visit) -> Response:
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if request.method != "GET" and (request.method != "POST" or media_type != _JSON):
            return _json(400, _message("transport not supported"))

        sent = self._sent(request)
        if sent is None:
            echoed = request.body.decode("utf-8", "replace")
            text = f"json request body could not be decoded: invalid JSON body:{echoed}"
            return _json(400, _message(text))

        document = Document(
            query=sent.query, variables=sent.variables, operation_name=sent.operation_name
        )
        try:
            outcome = self.engine.run(document, visit, may_change=request.method == "POST")
        except MutationByGet:
            return _json(406, _message("GET requests only allow query operations"))

        return _outcome(request, outcome)

    def _image(self, image_id: str) -> Response:
        seed = self.world.images.get(image_id)
        if seed is None:
            return Response(404, "text/plain; charset=utf-8", b"not found")

        content_type, content = paint(image_id, seed.width, seed.height)
        return Response(200, content_type, content, {"Cache-Control": "max-age=604800000"})

    def _sent(self, request: Request) -> _Sent | None:
        try:
            if request.method == "GET":
                return _sent_by_get(request.path)

            return _Sent.model_validate_json(request.body)
        except ValidationError:
            return None

    def _is_over_limit(self, earlier: tuple[Noted, ...]) -> bool:
        if self.requests_per_minute is None:
            return False

        since_s = self.now_s() - _MINUTE_S
        return sum(noted.at_s > since_s for noted in earlier) >= self.requests_per_minute


def _sent_by_get(path: str) -> _Sent:
    given = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
    variables = given.get("variables")
    return _Sent(
        query=given.get("query", ""),
        variables=None if variables is None else _OBJECT.validate_json(variables),
        operationName=given.get("operationName"),
    )


def _base_url(request: Request) -> str:
    scheme = request.headers.get("x-forwarded-proto", "http")
    return f"{scheme}://{request.headers.get('host', '')}"


def _accepts_graphql_json(request: Request) -> bool:
    return _GRAPHQL_JSON in request.headers.get("accept", "")


def _outcome(request: Request, outcome: Outcome) -> Response:
    is_graphql = _accepts_graphql_json(request)
    protocol_status = 400 if is_graphql else 422
    status = protocol_status if outcome.is_protocol_error else 200
    content = json.dumps(outcome.body, separators=(",", ":")).encode()
    return Response(status, _GRAPHQL_JSON if is_graphql else _JSON, content)


def _packed(request: Request, response: Response) -> Response:
    """Return `response` compressed where the client likes that; only plain JSON is."""
    wants_gzip = "gzip" in request.headers.get("accept-encoding", "")
    if not wants_gzip or response.content_type != _JSON:
        return response

    headers = {**response.headers, "Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return Response(response.status, _JSON, gzip.compress(response.body, 6), headers)


def _json(status: int, body: dict[str, JsonValue]) -> Response:
    return Response(status, _JSON, json.dumps(body).encode())


def _message(text: str) -> dict[str, JsonValue]:
    return {"errors": [{"message": text}], "data": None}
