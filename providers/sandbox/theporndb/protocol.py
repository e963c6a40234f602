"""From an HTTP request to an HTTP response: doors, routes, refusals."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import JsonValue

from providers.sandbox.messages import Noted, Request, Response
from providers.sandbox.pictures import paint
from providers.sandbox.theporndb.collection import Collection
from providers.sandbox.theporndb.quirks import quirky
from providers.sandbox.theporndb.search import holding, live, named, wanted
from providers.sandbox.theporndb.views import Json, Scene, View, number_of
from providers.sandbox.world import User, World

_JSON: Final = "application/json"
_MINUTE_S: Final = 60.0
_ROWS: Final = 20
_MOST_ROWS: Final = 100
_KINDS: Final[Mapping[str, str]] = {"scenes": "scene", "movies": "movie", "jav": "jav"}
"""What a thing is called when it is not found."""


@dataclass(slots=True)
class Protocol:
    """Answer requests to one server."""

    world: World
    others: Mapping[str, World]
    """Movies and JAV, by what one is called when not found; of others there is no route."""
    collection: Collection
    has_quirks: bool
    requests_per_minute: int | None
    retry_after: str | None
    now_s: Callable[[], float]

    def noted(self, request: Request) -> Noted:
        """Return what there is to note about `request`; its operation is verb and route."""
        asked = dict(parse_qsl(urlsplit(request.path).query, keep_blank_values=True))
        variables: dict[str, JsonValue] = dict(asked)
        return Noted(
            at_s=self.now_s(),
            path=request.path,
            operations=(f"{request.method} {_route(_parts(request))}",),
            scenes=None,
            query="",
            variables=variables,
            has_key="authorization" in request.headers,
            headers=dict(request.headers),
        )

    def answer(self, request: Request, earlier: Sequence[Noted]) -> Response:
        """Return the answer to `request`; `earlier` ones count against the limit."""
        parts = _parts(request)
        if parts[:1] == ["images"] and len(parts) == 2:  # noqa: PLR2004  # folder and name
            return self._image(parts[1])

        if self._is_over_limit(earlier):
            headers = {} if self.retry_after is None else {"Retry-After": self.retry_after}
            return _message(429, "Too Many Attempts.", headers)

        with self.world.lock:
            user = self._holder(request)
            if user is None:
                return _closed_door(request)

            response = self._routed(request, parts, user)
        return _packed(request, response)

    def _holder(self, request: Request) -> User | None:
        word, _, token = request.headers.get("authorization", "").partition(" ")
        is_let_in, user = self.world.holder_of(token) if token else (False, None)
        return user if word.lower() == "bearer" and is_let_in else None

    def _routed(self, request: Request, parts: list[str], user: User) -> Response:
        asked = dict(parse_qsl(urlsplit(request.path).query))
        route = f"{request.method} {_route(parts)}"
        if route == "GET auth/user":
            return self._data({"id": 1, "name": user.name})

        if route in {"GET user/collection", "POST user/collection"}:
            return self._collected(asked, is_toggled=request.method == "POST")

        kind = _KINDS.get(parts[0]) if parts and request.method == "GET" else None
        world = self.world if kind == "scene" else self.others.get(kind or "")
        if kind is None or world is None:
            return _message(404, f"The route {'/'.join(parts)} could not be found.")

        return self._scenes(_view(request, self, world), kind, parts[1:], asked)

    def _scenes(
        self, view: View, kind: str, parts: list[str], asked: Mapping[str, str]
    ) -> Response:
        world = view.world
        match parts:
            case []:
                return self._list(view, wanted(world, asked), asked)
            case ["hash", text]:
                return self._by_hash(view, world, text, asked)
            case [name]:
                scene = named(world, name)
                if scene is not None and asked.get("add_to_collection") == "1":
                    self.collection.add(scene.id)
                return self._one(view, scene, f"{kind} not found")

        return _message(404, "The route could not be found.")

    def _by_hash(self, view: View, world: World, text: str, asked: Mapping[str, str]) -> Response:
        kind = asked.get("type", "")
        if kind not in {"OSHASH", "PHASH"}:
            return _refused("type", "The selected type is invalid.")

        return self._one(view, next(iter(holding(world, text, kind)), None), "hash not found")

    def _one(self, view: View, scene: Scene | None, missing: str) -> Response:
        if scene is None:
            return _message(404, missing)

        return self._data(view.scene(scene, is_detail=True))

    def _list(self, view: View, found: list[Scene], asked: Mapping[str, str]) -> Response:
        if "performers" in asked:
            return _refused("performers", "The performers must be an array.")

        rows = min(int(asked.get("per_page") or asked.get("limit") or _ROWS), _MOST_ROWS)
        page = int(asked.get("page") or 1)
        shown = found[(page - 1) * rows : page * rows]
        data: list[JsonValue] = [view.scene(scene, is_detail=False) for scene in shown]
        meta: Json = {"current_page": page, "per_page": rows, "total": len(found)}
        return self._json(200, {"data": data, "links": {}, "meta": meta})

    def _collected(self, asked: Mapping[str, str], *, is_toggled: bool) -> Response:
        numbers = {str(number_of(self.world, scene.id)): scene.id for scene in live(self.world)}
        scene_id = numbers.get(asked.get("scene_id", ""))
        if scene_id is None:
            return _refused("scene_id", "The selected scene id is invalid.")

        if is_toggled:
            return self._json(200, {"value": self.collection.toggle(scene_id)})

        return self._json(200, {"value": scene_id in self.collection.all()})

    def _image(self, image_id: str) -> Response:
        worlds = (self.world, *self.others.values())
        seed = next((world.images[image_id] for world in worlds if image_id in world.images), None)
        if seed is None:
            return Response(404, "text/plain; charset=utf-8", b"not found")

        content_type, content = paint(image_id, seed.width, seed.height)
        return Response(200, content_type, content)

    def _data(self, data: JsonValue) -> Response:
        return self._json(200, {"data": data})

    def _json(self, status: int, body: JsonValue) -> Response:
        shown = quirky(body) if self.has_quirks else body
        return Response(status, _JSON, json.dumps(shown).encode())

    def _is_over_limit(self, earlier: Sequence[Noted]) -> bool:
        if self.requests_per_minute is None:
            return False

        since_s = self.now_s() - _MINUTE_S
        return sum(noted.at_s > since_s for noted in earlier) >= self.requests_per_minute


def _parts(request: Request) -> list[str]:
    return [unquote(part) for part in urlsplit(request.path).path.split("/") if part]


def _route(parts: Sequence[str]) -> str:
    """Return the parts of an address without the name of the thing itself."""
    is_thing = len(parts) > 1 and parts[0] in _KINDS
    return "/".join((*parts[:-1], "…")) if is_thing else "/".join(parts)


def _view(request: Request, protocol: Protocol, world: World) -> View:
    return View(
        world=world,
        base_url=f"http://{request.headers.get('host', '')}",
        collected=protocol.collection.all(),
    )


def _closed_door(request: Request) -> Response:
    """Refuse a caller; one that does not ask for JSON is taken for a person and sent to log in."""
    if _JSON not in request.headers.get("accept", ""):
        return Response(302, "text/html", b"", {"Location": "/login"})

    return _message(401, "Unauthenticated.")


def _refused(name: str, text: str) -> Response:
    body = {"message": text, "errors": {name: [text]}}
    return Response(422, _JSON, json.dumps(body).encode())


def _message(status: int, text: str, headers: Mapping[str, str] | None = None) -> Response:
    return Response(status, _JSON, json.dumps({"message": text}).encode(), headers or {})


def _packed(request: Request, response: Response) -> Response:
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return response

    headers = {**response.headers, "Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return Response(
        response.status, response.content_type, gzip.compress(response.body, 6), headers
    )
