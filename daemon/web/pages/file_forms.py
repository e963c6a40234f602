"""What the forms on the page of one file send."""

from __future__ import annotations

from pydantic import Field

from daemon.web.forms import Form
from rules.candidate import Way


class AcceptForm(Form):
    """A candidate, with what of it is ticked."""

    revision: int
    candidate: int
    seen_at_s: float = 0.0
    """When the page was made."""
    field: tuple[str, ...] = ()


class RevisionForm(Form):
    """Something that is to be done to the file as it was seen."""

    revision: int
    seen_at_s: float = 0.0


class EditForm(Form):
    """What a person writes into one field."""

    revision: int
    seen_at_s: float = 0.0
    field: str
    text: str = ""


class SearchForm(Form):
    """Something to look for at one source."""

    revision: int
    seen_at_s: float = 0.0
    source: str
    way: Way = Way.TEXT
    query: str = Field(default="", max_length=2000)
