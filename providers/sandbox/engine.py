"""A GraphQL document executed, and its answer as a stash-box words it (`stash-box.md` §2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    GraphQLUnionType,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    execute_sync,
    parse,
    specified_rules,
    validate,
)
from pydantic import JsonValue, TypeAdapter

from providers.sandbox.mode import Mode
from providers.sandbox.resolvers import ROOT_FIELDS, NotAuthorized
from providers.sandbox.schema import build, required_role
from providers.sandbox.show import Visit
from providers.sandbox.views import AppearanceView

_JSON_OBJECT: TypeAdapter[dict[str, JsonValue]] = TypeAdapter(dict[str, JsonValue])
PARSE_FAILED: Final = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED: Final = "GRAPHQL_VALIDATION_FAILED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What a client sends."""

    query: str
    variables: dict[str, JsonValue] | None = None
    operation_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What is sent back."""

    body: dict[str, JsonValue]
    is_protocol_error: bool = False
    """Whether the document never ran: 422, not 200."""


class MutationByGet(Exception):
    """A GET would change something."""


class Engine:
    """Run documents against one version's schema."""

    def __init__(self, mode: Mode, *, introspection: bool = True) -> None:
        """Build the schema; without `introspection` it keeps its schema to itself."""
        self._schema = build(mode)
        self._rules = [
            *specified_rules,
            *(() if introspection else (NoSchemaIntrospectionCustomRule,)),
        ]
        _bind(self._schema)

    def run(self, document: Document, visit: Visit, *, may_change: bool = True) -> Outcome:
        """Return what the server answers.

        Raises:
            MutationByGet: when the document changes something and may not.

        """
        try:
            parsed = parse(document.query)
        except GraphQLError as error:
            return _protocol_error([error], PARSE_FAILED)

        errors = validate(self._schema, parsed, self._rules)
        if errors:
            return _protocol_error(errors, VALIDATION_FAILED)

        if not may_change and _changes(parsed):
            raise MutationByGet

        return self._executed(document, parsed, visit)

    def _executed(self, document: Document, parsed: DocumentNode, visit: Visit) -> Outcome:
        with visit.world.lock:
            result = execute_sync(
                self._schema,
                parsed,
                context_value=visit,
                variable_values=document.variables or {},
                operation_name=document.operation_name,
            )

        errors = list(result.errors or ())
        # Only errors from before the first field have no path: a variable of another shape.
        if any(error.path is None for error in errors):
            return _protocol_error(errors, VALIDATION_FAILED)

        body: dict[str, JsonValue] = {"data": None}
        if result.data is not None:
            body["data"] = _JSON_OBJECT.validate_python(result.data)
        if errors:
            body = {"errors": [_resolver_error(error) for error in errors], **body}

        return Outcome(body=body)


def root_fields(query: str) -> tuple[str, ...]:
    """Return the names of the root fields of a document; none when it cannot be read."""
    try:
        parsed = parse(query)
    except GraphQLError:
        return ()

    return tuple(
        field.name.value
        for operation in parsed.definitions
        if isinstance(operation, OperationDefinitionNode)
        for field in operation.selection_set.selections
        if isinstance(field, FieldNode)
    )


def _bind(schema: GraphQLSchema) -> None:
    for parent in (schema.query_type, schema.mutation_type):
        if parent is not None:
            for name, field in parent.fields.items():
                field.resolve = _resolver(parent, name)

    appearance = schema.type_map["PerformerAppearance"]
    if isinstance(appearance, GraphQLObjectType):
        appearance.fields["as"].resolve = _credited_as

    target = schema.type_map.get("EditTarget")
    if isinstance(target, GraphQLUnionType):
        # The only edits that the sandbox has are of scenes.
        target.resolve_type = lambda *_: "Scene"


def _resolver(parent: GraphQLObjectType, name: str) -> Callable[..., object]:
    role, act = required_role(parent, name), ROOT_FIELDS[name]

    def resolve(_root: None, info: GraphQLResolveInfo[Visit], **given: object) -> object:
        visit = info.context
        if role is not None and (visit.user is None or not visit.user.has(role)):
            raise NotAuthorized

        return act(visit, given)

    return resolve


def _credited_as(appearance: AppearanceView, _info: GraphQLResolveInfo[Visit]) -> str | None:
    return appearance.credited_as


def _changes(parsed: DocumentNode) -> bool:
    return any(
        isinstance(definition, OperationDefinitionNode) and definition.operation.value != "query"
        for definition in parsed.definitions
    )


def _protocol_error(errors: list[GraphQLError], code: str) -> Outcome:
    return Outcome(
        body={"errors": [_located(error, code) for error in errors], "data": None},
        is_protocol_error=True,
    )


def _located(error: GraphQLError, code: str) -> JsonValue:
    locations: list[JsonValue] = [
        {"line": location.line, "column": location.column} for location in error.locations or ()
    ]
    return {
        "message": error.message.replace("'", '"'),
        "locations": locations,
        "extensions": {"code": code},
    }


def _resolver_error(error: GraphQLError) -> JsonValue:
    """Return text and path; there is nothing else to tell a resolver's error by."""
    path: list[JsonValue] = list(error.path or ())
    return {"message": error.message, "path": path}
