"""Numbers that are written with their unit: text in, seconds or bytes out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticKnownError, core_schema

from daemon.settings.fields import wrong
from daemon.settings.units import (
    DURATION_PATTERN,
    SIZE_PATTERN,
    UnitMissing,
    format_duration,
    format_size,
    parse_duration,
    parse_size,
)
from daemon.settings.writing import quoted

_PLAUSIBLE = 1e6
"""A larger plain number was not meant in the usual unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A number that is written with its unit, between two bounds."""

    kind: str
    example: str
    """What a plain number should have looked like."""
    minimum: str
    maximum: str
    pattern: str
    parse: Callable[[str], float]
    write: Callable[[float], str]
    """The other way round: `parse` of what it returns is the same number."""

    def read(self, value: object) -> float:
        """Return the seconds or bytes that `value`, which should be text, says."""
        if isinstance(value, int | float) and not isinstance(value, bool):
            raise wrong(f"{self.kind} needs its unit, in quotes: write {self._guess(value)}")
        if not isinstance(value, str):
            raise PydanticKnownError("string_type")

        try:
            number = self.parse(value)
        except UnitMissing as error:
            if error.guess and not self._is_allowed(error.guess):
                raise wrong(f"needs its unit, and {self._bounds(value)}") from None

            raise wrong(str(error)) from None
        if not self._is_allowed(value):
            raise wrong(self._bounds(value))

        return number

    def _is_allowed(self, text: str) -> bool:
        try:
            number = self.parse(text)
        except UnitMissing:  # as for 1e-9
            return False

        return self.parse(self.minimum) <= number <= self.parse(self.maximum)

    def _bounds(self, value: str) -> str:
        return f'must be between "{self.minimum}" and "{self.maximum}", not {quoted(value)}'

    def _guess(self, value: float) -> str:
        """Return what the number was probably meant to say and may be, in quotes."""
        texts = (f"{value}{self._usual_unit}",) if 0 < value < _PLAUSIBLE else ()
        allowed = (text for text in (*texts, self.example) if self._is_allowed(text))
        return f'"{next(allowed, self.minimum)}"'

    @property
    def _usual_unit(self) -> str:
        return self.example.lstrip("0123456789")

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Tell pydantic to read values with `read` alone."""
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Tell editors what the text looks like."""
        return {"type": "string", "pattern": self.pattern, "examples": [self.example]}


def duration(minimum: str, maximum: str) -> Measure:
    """Return the reader of a time within bounds, as seconds."""
    return Measure(
        kind="a time",
        example="10s",
        minimum=minimum,
        maximum=maximum,
        pattern=DURATION_PATTERN,
        parse=parse_duration,
        write=format_duration,
    )


def size(minimum: str, maximum: str) -> Measure:
    """Return the reader of an amount of memory within bounds, as bytes."""
    return Measure(
        kind="a size",
        example="512MiB",
        minimum=minimum,
        maximum=maximum,
        pattern=SIZE_PATTERN,
        parse=parse_size,
        write=lambda size_bytes: format_size(round(size_bytes)),
    )
