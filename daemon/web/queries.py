"""What stands behind the ? of a request, read into values."""

from __future__ import annotations

from typing import Annotated, TypeVar, get_origin

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import PydanticCustomError
from starlette.requests import Request

from daemon.desk.duplicate_views import MOST_CLUSTERS, MOST_CLUSTERS_AT_ONCE
from daemon.desk.queue import A_PAGE, MOST_A_PAGE
from daemon.web.bodies import BadRequest
from rules.duplicates import DEFAULT_DISTANCE_BITS, MOST_DISTANCE_BITS
from rules.journey import FileState
from rules.trays import Tray

_MOST_DIGITS = 9


def _to_digits(value: object) -> object:
    """Take digits only: what else Python reads as a number, nobody means."""
    if not isinstance(value, str) or (
        value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS
    ):
        return value

    raise PydanticCustomError("whole_number", "it must be a whole number")


WholeNumber = Annotated[int, BeforeValidator(_to_digits)]
OptionalText = str | SkipJsonSchema[None]
"""Text that may be left out; no text means None."""
OptionalNumber = WholeNumber | SkipJsonSchema[None]
LONGEST_TEXT = 200


class Query(BaseModel):
    """The parameters of one operation; a field that is a tuple may be given several times."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class NoQuery(Query):
    """Nothing is asked for."""


class FileQuery(Query):
    """One file."""

    file: str
    """Its number, its path, or any part of its name that fits only one."""


class FilesQuery(Query):
    """Files in certain states."""

    state: tuple[FileState, ...] = ()
    """Only files in any of these states; all of them when none is given."""


class ProposalQuery(Query):
    """One candidate of a file."""

    file: str
    """Its number, its path, or any part of its name that fits only one."""
    candidate: OptionalNumber = None
    """Its number as shown, from 1; it may be left out where there is only one."""


class QueueQuery(Query):
    """A part of what waits."""

    tray: Tray = Tray.OPEN
    """What it waits for."""
    library: OptionalText = None
    """Only in this library."""
    source: OptionalText = None
    """Only what this source offers the best candidate for."""
    cause: OptionalText = None
    """Only what waits for this cause, as a page lists them."""
    text: Annotated[str, Field(max_length=LONGEST_TEXT)] = ""
    """Only files with this in their path, or in the title of a candidate."""
    after: OptionalText = None
    """Go on behind this place, as the page before said."""
    limit: Annotated[WholeNumber, Field(ge=1, le=MOST_A_PAGE)] = A_PAGE
    """At most so many files."""


class DuplicatesQuery(Query):
    """A search for near-equal files."""

    distance: Annotated[WholeNumber, Field(ge=0, le=MOST_DISTANCE_BITS)] = DEFAULT_DISTANCE_BITS
    """How many bits of the phash may differ."""
    library: OptionalText = None
    """Only in this library."""
    limit: Annotated[WholeNumber, Field(ge=0, le=MOST_CLUSTERS_AT_ONCE)] = MOST_CLUSTERS
    """At most so many clusters, what frees most first."""


class NearQuery(Query):
    """A search for what is near one file."""

    file: str
    """Its number, its path, or any part of its name that fits only one."""
    distance: Annotated[WholeNumber, Field(ge=0, le=MOST_DISTANCE_BITS)] = DEFAULT_DISTANCE_BITS
    """How many bits of the phash may differ."""
    library: OptionalText = None
    """Only in this library."""


Query_ = TypeVar("Query_", bound=Query)


def query_of(request: Request, kind: type[Query_]) -> Query_:
    """Return the parameters as a value.

    Raises:
        BadRequest: one is unknown, lacks, is given twice or cannot be read.

    """
    try:
        return kind.model_validate(_given(request, kind))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name, said = first["loc"][0], first["msg"]
        given = "" if first["type"] in {"missing", "extra_forbidden"} else f" is {first['input']!r}"
        raise BadRequest(f"{name}{given}: {said}") from error


def _given(request: Request, kind: type[Query]) -> dict[str, str | list[str]]:
    given: dict[str, str | list[str]] = {}
    for name in request.query_params:
        values = request.query_params.getlist(name)
        if _is_list(kind, name):
            given[name] = values
        elif len(values) == 1:
            given[name] = values[0]
        else:
            raise BadRequest(f"{name} is given {len(values)} times")

    return given


def _is_list(kind: type[Query], name: str) -> bool:
    field = kind.model_fields.get(name)
    return field is not None and get_origin(field.annotation) is tuple
