"""What the API is sent: JSON bodies of requests, read into values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request

from daemon.settings.sections import Verdict
from daemon.web.errors import NotJson
from rules.errors import UsageError

if TYPE_CHECKING:  # it brings the rule engine, which takes long to import
    from rules.ruleset import RuleText

_LONGEST_BODY_BYTES = 1 << 20
_LARGEST = 2**63 - 1
"""What a number in the store can be."""


class Body(BaseModel):
    """A request's JSON body."""

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, use_attribute_docstrings=True
    )


class NoBody(Body):
    """Nothing has to be said."""


class AnswerRequest(Body):
    """An answer about one file."""

    file: str
    """Its number, its path, or any part of its name that fits only one."""
    candidate: int | None = None
    """Its number as shown, from 1."""
    revision: int | None = None
    """Of the file as the person saw it."""


class AcceptRequest(AnswerRequest):
    """That a file is a candidate."""

    fields: tuple[str, ...] | None = None
    """Just these of its work are set, as the proposal names them; what is usual when left out."""


class RetractRequest(Body):
    """An answer that is to be taken back."""

    file: str
    """Its number, its path, or any part of its name that fits only one."""
    decision: int
    """As it was told with the answer."""


class SearchRequest(Body):
    """Something to look for at one source: just one of text, url and id."""

    file: str
    """Its number, its path, or any part of its name that fits only one."""
    source: str
    """Its name in the configuration."""
    text: str | None = None
    """Words of the title, of who is in it, of its studio."""
    url: str | None = None
    """The address of the work's page, at the source or elsewhere."""
    id: str | None = None
    """What the source calls the work."""
    revision: int | None = None
    """Of the file as the person saw it."""


class EditRequest(Body):
    """A person's own word for a field of the work that a file is a copy of."""

    file: str
    """Its number, its path, or any part of its name that fits only one."""
    field: str
    """title, date, studio, performers, tags, details, director, code or urls."""
    text: str
    """Performers, tags and urls one a line; nothing for nothing."""
    revision: int | None = None
    """Of the file as the person saw it."""


class WholeAnswerRequest(Body):
    """An answer about one file as a whole."""

    file: str
    """Its number, its path, or any part of its name that fits only one."""
    revision: int | None = None
    """Of the file as the person saw it."""


class UndoOneRequest(WholeAnswerRequest):
    """That the latest about a file is to be taken back."""

    is_forced: bool = False
    """Whether also what somebody changed since is put back."""


class FilesRequest(Body):
    """Something about several files, or about all that it fits."""

    files: tuple[str, ...] = ()


class LibrariesRequest(Body):
    """Something about several libraries, or about all."""

    libraries: tuple[str, ...] = ()
    is_confirmed: bool = False
    """Whether a person says that what lies there now is all there is."""


class GenerateRequest(Body):
    """Fingerprints that are to be computed in several libraries, or in all."""

    libraries: tuple[str, ...] = ()
    is_all: bool = False
    """Whether everything is examined again, not only what lacks something."""
    with_sheets: bool = False
    """Whether what lacks only its contact sheet is examined again, too."""


class RuleBody(Body):
    """A rule as it is written."""

    name: str
    when: str
    then: Verdict
    reason: str | None = None


class TrialRequest(Body):
    """Rules that are to be tried on what is stored."""

    rules: tuple[RuleBody, ...] = ()
    library: str | None = None
    after: Annotated[int, Field(ge=0, le=_LARGEST)] = 0
    """Where to go on, as the part before said."""

    def texts(self) -> tuple[RuleText, ...]:
        """Return the rules in their order."""
        from rules.ruleset import RuleText, Then  # noqa: PLC0415  # it brings the rule engine

        return tuple(
            RuleText(name=rule.name, when=rule.when, then=Then(rule.then), reason=rule.reason)
            for rule in self.rules
        )


class BadRequest(UsageError):
    """The request is not of the form that is taken here."""

    def __init__(self, detail: str) -> None:
        """Build the message from what is wrong."""
        super().__init__(f"the request cannot be read: {detail}; see /api/v1/openapi.json")


Body_ = TypeVar("Body_", bound=Body)


async def body_of(request: Request, kind: type[Body_]) -> Body_:
    """Return the body as a value; where nothing was sent, that of which nothing was said.

    Raises:
        NotJson: it is not said to be JSON; a form on somebody else's page cannot say so.
        BadRequest: it is too long, no JSON, or not of this kind.

    """
    received = await _received(request)
    if received:
        _check_type(request)

    try:
        return kind.model_validate_json(received or b"{}")
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "body"
        raise BadRequest(f"{place}: {first['msg']}") from error


async def _received(request: Request) -> bytes:
    received = bytearray()
    async for chunk in request.stream():
        received += chunk
        if len(received) > _LONGEST_BODY_BYTES:
            raise BadRequest(f"it is longer than {_LONGEST_BODY_BYTES} bytes")

    return bytes(received)


def _check_type(request: Request) -> None:
    media_type = request.headers.get("content-type", "")
    if media_type.partition(";")[0].strip().lower() != "application/json":
        raise NotJson(media_type)
