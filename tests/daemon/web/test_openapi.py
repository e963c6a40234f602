from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Mapping

import httpx
import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it has no stubs
from pydantic import JsonValue, TypeAdapter

from daemon.web.api import DOCUMENT, PREFIX, build_api, operations_of
from daemon.web.openapi import openapi_json
from tests.daemon.desk.shelf import Shelf, offer

A, B = offer("a"), offer("b")
OBJECT = TypeAdapter(dict[str, JsonValue])
OPERATIONS = TypeAdapter(dict[str, dict[str, dict[str, JsonValue]]])


@pytest.fixture
async def client(shelf: Shelf) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=build_api(shelf.desk))
    async with httpx.AsyncClient(transport=transport, base_url="http://doorman") as opened:
        yield opened


def document_of(shelf: Shelf) -> dict[str, JsonValue]:
    made = openapi_json(PREFIX, operations_of(shelf.desk), version="1.2.3")
    return OBJECT.validate_json(made)


def described(document: Mapping[str, JsonValue]) -> Iterator[tuple[str, str, dict[str, JsonValue]]]:
    """Yield method, path and description of every operation."""
    for path, methods in OPERATIONS.validate_python(document["paths"]).items():
        for method, said in methods.items():
            yield method.upper(), path, said


async def test_document_is_served_as_json(shelf: Shelf, client: httpx.AsyncClient) -> None:
    answer = await client.get(DOCUMENT)

    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == json.loads(
        openapi_json(PREFIX, operations_of(shelf.desk), version=shelf.desk.household.version)
    )
    assert answer.json()["openapi"] == "3.1.0"


async def test_document_says_every_operation_that_there_is_and_no_other(shelf: Shelf) -> None:
    there = {(each.method, PREFIX + each.path) for each in operations_of(shelf.desk)}

    said = [(method, path) for method, path, _ in described(document_of(shelf))]

    assert len(said) == len(set(said))
    assert set(said) == there


async def test_names_of_operations_are_unique(shelf: Shelf) -> None:
    names = [said["operationId"] for _, _, said in described(document_of(shelf))]

    assert len(names) == len(set(names))
    assert "post_rules_try" in names


async def test_every_reference_in_the_document_leads_somewhere(shelf: Shelf) -> None:
    document = document_of(shelf)

    for reference in references(document):
        at: JsonValue = document
        for part in reference.removeprefix("#/").split("/"):
            assert isinstance(at, dict)
            assert part in at, reference
            at = at[part]


async def test_every_operation_says_what_it_does_and_each_of_its_parameters(shelf: Shelf) -> None:
    for _, path, said in described(document_of(shelf)):
        assert str(said["summary"]).endswith("."), path
        parameters = said["parameters"]
        assert isinstance(parameters, list)
        for parameter in parameters:
            assert isinstance(parameter, dict)
            assert parameter["description"], (path, parameter["name"])


async def test_schemas_are_json_schemas(shelf: Shelf) -> None:
    components = document_of(shelf)["components"]
    assert isinstance(components, dict)
    schemas = components["schemas"]
    assert isinstance(schemas, dict)

    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)
    assert "FileView" in schemas
    assert "FileQuery" not in schemas


async def test_answer_holds_every_field_that_the_document_promises(
    shelf: Shelf, client: httpx.AsyncClient
) -> None:
    number = await shelf.put(offers=(A, B))
    document = document_of(shelf)
    schema = {"$ref": "#/components/schemas/FileView", "components": document["components"]}

    answer = await client.get(f"{PREFIX}/file", params={"file": str(number)})

    Draft202012Validator(schema).validate(answer.json())
    short = {name: value for name, value in answer.json().items() if name != "revision"}
    assert not Draft202012Validator(schema).is_valid(short)


def references(value: JsonValue) -> Iterator[str]:
    if isinstance(value, dict):
        reference = value.get("$ref")
        if isinstance(reference, str):
            yield reference
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)
