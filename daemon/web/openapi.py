"""The OpenAPI 3.1 document of the API, made of the table of its operations."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus

from pydantic import JsonValue, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode
from pydantic_core import CoreSchema, core_schema

from daemon.web.answers import ERROR
from daemon.web.bodies import Body
from daemon.web.errors import BAD_REQUEST, CONFLICT, NOT_FOUND, UNABLE, WRONG_TYPE
from daemon.web.operations import JSON, OK, Operation

VERSION = "3.1.0"
_DESCRIPTION = """\
Everything that the pages and the command line can do. Over the Unix socket, the permissions of
the file say who may; over TCP, a token (`Authorization: Bearer TOKEN`) or the page's session.

A change takes the `revision` of the file as it was seen: if the file changed meanwhile, the answer
is 409 and nothing was done. Saying the same once more changes nothing either: `has_changed` is
false then.\
"""
_REFUSALS: Mapping[int, str] = {
    BAD_REQUEST: "The request is wrong, and nothing was done.",
    401: "Somebody has to say who asks: with a token, or with the password on the page.",
    403: "Whoever asks may not.",
    NOT_FOUND: "There is no such thing, and nothing was done.",
    CONFLICT: "It changed meanwhile, and nothing was done.",
    WRONG_TYPE: "What was sent is not said to be JSON, and nothing was done.",
    421: "doorman is not served by that name; see [server] hosts.",
    429: "Too many have tried to come in; Retry-After says when to try again.",
    UNABLE: "doorman cannot do it; the message says why, or that its log does.",
}
_EVERYWHERE = frozenset({BAD_REQUEST, 401, 403, 421, 429, UNABLE})
"""What may come of any operation; 401, 403, 421 and 429 from the gate that stands before all."""
_ERROR = "ErrorAnswer"

Json = dict[str, JsonValue]
Schemas = dict[str, Json]
_Input = tuple[str, JsonSchemaMode, CoreSchema]


def openapi_json(prefix: str, operations: Sequence[Operation], *, version: str) -> bytes:
    """Return the document as JSON."""
    return json.dumps(_document(prefix, operations, version), ensure_ascii=False).encode()


class _Schemas(GenerateJsonSchema):
    """Says of what is answered that every field is there: none is left out for its default."""

    def field_is_required(
        self,
        field: core_schema.ModelField | core_schema.DataclassField | core_schema.TypedDictField,
        total: bool,  # noqa: FBT001  # as it is called
    ) -> bool:
        """Tell whether a field is always there."""
        return self.mode == "serialization" or super().field_is_required(field, total)


def _document(prefix: str, operations: Sequence[Operation], version: str) -> Json:
    schemas, shared = _generate(list(_inputs(operations)))
    paths: dict[str, Json] = {}
    for each in operations:
        described = _operation(each, schemas, shared)
        paths.setdefault(prefix + each.path, {})[each.method.lower()] = described
    for each in operations:
        shared.pop(each.query.__name__, None)  # its parameters are told one by one
    return {
        "openapi": VERSION,
        "info": {"title": "doorman", "version": version, "description": _DESCRIPTION},
        "security": [{}, {"token": []}, {"session": []}],
        "paths": {**paths},
        "components": {
            "schemas": {**shared},
            "responses": {str(status): _refusal(status) for status in _REFUSALS},
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "Made by: doorman token create NAME.",
                },
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "__Host-doorman",
                    "description": "Of the page; doorman-PORT where it is served without TLS.",
                },
            },
        },
    }


def _inputs(operations: Sequence[Operation]) -> Iterator[_Input]:
    """Yield everything that has a schema, under the name that it is found by."""
    yield _ERROR, "serialization", ERROR.core_schema
    for each in operations:
        yield _query_key(each), "validation", TypeAdapter(each.query).core_schema
        if each.body is not None:
            yield _body_key(each), "validation", TypeAdapter(each.body).core_schema
        if each.answer is not None:
            yield _answer_key(each), "serialization", each.answer


def _generate(inputs: Sequence[_Input]) -> tuple[Schemas, Schemas]:
    """Return the schema of each input, and those that they share, by their names."""
    generator = _Schemas(ref_template="#/components/schemas/{model}")
    found, shared = generator.generate_definitions(inputs)
    return {key: schema for (key, _), schema in found.items()}, {
        str(name): schema for name, schema in shared.items()
    }


def _operation(operation: Operation, schemas: Schemas, shared: Schemas) -> Json:
    """Return what the document says of an operation."""
    said: Json = {
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": list(_parameters(schemas[_query_key(operation)], shared)),
        "responses": dict(_responses(operation, schemas)),
    }
    if operation.body is not None:
        said["requestBody"] = {
            "required": _is_needed(operation.body),
            "content": {JSON: {"schema": schemas[_body_key(operation)]}},
        }
    return said


def _parameters(query: Json, shared: Schemas) -> Iterator[Json]:
    """Yield the fields of a query, one by one."""
    reference = query.get("$ref")
    model = shared[reference.rsplit("/", 1)[-1]] if isinstance(reference, str) else query
    properties, required = model.get("properties"), model.get("required")
    for name, schema in properties.items() if isinstance(properties, dict) else ():
        if not isinstance(schema, dict):
            continue

        shown = {key: value for key, value in schema.items() if key not in {"title", "description"}}
        if shown.get("default", ...) is None:
            del shown["default"]  # leaving it out says the same, and there is no null in an address
        yield {
            "name": name,
            "in": "query",
            "required": isinstance(required, list) and name in required,
            "description": schema.get("description", ""),
            "schema": shown,
        }


def _responses(operation: Operation, schemas: Schemas) -> Iterator[tuple[str, Json]]:
    """Yield what may be answered, by its status."""
    schema = schemas.get(_answer_key(operation), {"type": "string", "format": "binary"})
    for status in operation.statuses:
        answered: Json = {"description": HTTPStatus(status).phrase}
        if status == OK:
            answered["content"] = {operation.media_type: {"schema": schema}}
        yield str(status), answered
    sent = frozenset({WRONG_TYPE}) if operation.body is not None else frozenset()
    for status in sorted(operation.errors | _EVERYWHERE | sent):
        yield str(status), {"$ref": f"#/components/responses/{status}"}


def _refusal(status: int) -> Json:
    reference: Json = {"$ref": f"#/components/schemas/{_ERROR}"}
    return {"description": _REFUSALS[status], "content": {JSON: {"schema": reference}}}


def _is_needed(body: type[Body]) -> bool:
    """Tell whether a body has to be sent: not where everything in it may be left out."""
    return any(field.is_required() for field in body.model_fields.values())


def _query_key(operation: Operation) -> str:
    return f"{operation.name}?"


def _body_key(operation: Operation) -> str:
    return f"{operation.name}<"


def _answer_key(operation: Operation) -> str:
    return f"{operation.name}>"
