"""The JSON Schema of doorman.toml, for editors.

It keeps to draft 7 and to `definitions`, which the TOML plug-ins of editors (taplo) read best.
There a `$ref` hides what stands beside it, and TOML has no null: neither is left.
"""

from __future__ import annotations

import json

from pydantic.json_schema import JsonSchemaValue

from daemon.settings.section import Section, default_of, options_of
from daemon.settings.sections import SECTIONS, TABLES, SettingsFile

_DRAFT = "http://json-schema.org/draft-07/schema#"
_REFERENCE = "#/definitions/{model}"
_NULL = {"type": "null"}


def json_schema() -> str:
    """Return the schema as JSON text; the same text for the same version of doorman."""
    root = SettingsFile.model_json_schema(ref_template=_REFERENCE)
    definitions = root.pop("$defs")
    for section in SECTIONS.values():
        _write_defaults(definitions[section.__name__]["properties"], section)
    for section in TABLES.values():
        # What the file may leave out, the environment knows: see daemon.settings.places.
        definitions[section.__name__].pop("required", None)
    _require_unless_preset(definitions["SourceSettings"])
    schema = {
        "$schema": _DRAFT,
        "title": "doorman.toml",
        **{key: value for key, value in root.items() if key not in {"title", "required"}},
        "required": ["library"],
        "definitions": definitions,
    }
    return json.dumps(_tidied(schema, is_root=True), indent=2, ensure_ascii=False) + "\n"


def _require_unless_preset(source: JsonSchemaValue) -> None:
    """Ask for a stash-box's address where there is no preset that says what is missing."""
    stashbox = {
        "if": {
            "properties": {
                "kind": {"const": "stashbox"},
                "preset": {"not": {"const": "theporndb"}},
            }
        },
        "then": {"properties": {"url": {"pattern": "/graphql$"}}},
    }
    source["if"] = {"required": ["preset"]}
    source["else"] = {"required": source.pop("required")}
    source["allOf"] = [stashbox]


def _write_defaults(properties: JsonSchemaValue, section: type[Section]) -> None:
    """Write times, sizes and the like as the file does; pydantic only knows its own value."""
    for key in options_of(section):
        if "default" in properties[key]:
            default = default_of(section, key)
            properties[key]["default"] = None if isinstance(default, Section) else default


def _tidied(node: object, *, is_root: bool = False) -> object:
    """Return the schema without what says nothing, and in words that draft 7 understands."""
    if isinstance(node, list):
        return [_tidied(inner) for inner in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _described(node)

    choices = node.get("anyOf", [])
    flat = {**node, **next((choice for choice in choices if choice != _NULL), {})}
    return {
        key: " ".join(value.split()) if key == "description" else _tidied(value)
        for key, value in flat.items()
        if not _says_nothing(key, value) or is_root
    }


def _described(node: JsonSchemaValue) -> JsonSchemaValue:
    """Return a reference with what is said of it: beside it that would be hidden."""
    if "description" not in node:
        return {"$ref": node["$ref"]}

    words = " ".join(node["description"].split())
    return {"description": words, "allOf": [{"$ref": node["$ref"]}]}


def _says_nothing(key: str, value: object) -> bool:
    """Tell what pydantic adds for Python's sake: titles made of names, and null."""
    return key == "anyOf" or value is None or (key == "title" and isinstance(value, str))
