"""What every section of doorman.toml is, and what can be told of its options."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pydantic import BaseModel, ConfigDict
from pydantic.fields import FieldInfo

from daemon.settings.measures import Measure


class Section(BaseModel):
    """A table of the configuration: only known keys, only the right types, never changed."""

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,  # it may be a secret
        use_attribute_docstrings=True,
        allow_inf_nan=False,
    )


class Inline(Section):
    """A table that is the value of an option, written on its line."""


def keys_of(section: type[BaseModel]) -> tuple[str, ...]:
    """Return the names that `section` has in the file, in order."""
    return tuple(_fields(section))


def describe(section: type[BaseModel], key: str) -> str:
    """Return what `key` in `section` means, as one line."""
    return " ".join((_fields(section)[key].description or "").split())


def default_of(section: type[BaseModel], key: str) -> object:
    """Return the default of `key` in `section` as the file would say it, None for none."""
    field = _fields(section)[key]
    for measure in field.metadata:
        if isinstance(measure, Measure):
            return measure.write(field.default)
    if isinstance(field.json_schema_extra, dict):
        return field.json_schema_extra.get("default")

    has_none = field.is_required() or field.default_factory is not None
    return None if has_none else field.default


def example_of(section: type[BaseModel], key: str) -> object:
    """Return a value that `key` in `section` might have, None when none is known."""
    examples = _fields(section)[key].examples
    return examples[0] if examples else None


def tables_within(section: type[Section]) -> dict[tuple[str, ...], type[Section]]:
    """Return the tables inside of `section`, by their names from there, outer ones first."""
    found: dict[tuple[str, ...], type[Section]] = {}
    for key, inner in _inner(section):
        if not issubclass(inner, Inline):
            found[key,] = inner
            deeper = tables_within(inner)
            found.update({(key, *names): table for names, table in deeper.items()})
    return found


def options_of(section: type[Section]) -> tuple[str, ...]:
    """Return the names that `section` has in the file, in order, without tables of their own."""
    tables = {names[0] for names in tables_within(section)}
    return tuple(key for key in keys_of(section) if key not in tables)


def section_within(section: type[Section], names: Sequence[str]) -> type[Section]:
    """Return the table that `names` lead to from `section`, the last that there is."""
    for name in names:
        section = dict(_inner(section)).get(name, section)
    return section


def is_inline(section: type[Section], key: str) -> bool:
    """Tell whether the value of an option may be a table on its line."""
    return issubclass(dict(_inner(section)).get(key, Section), Inline)


def _inner(section: type[Section]) -> Iterator[tuple[str, type[Section]]]:
    """Yield the keys whose values are tables, with what these are."""
    for key, field in _fields(section).items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, Section):
            yield key, kind


def _fields(section: type[BaseModel]) -> dict[str, FieldInfo]:
    return {field.alias or name: field for name, field in section.model_fields.items()}
