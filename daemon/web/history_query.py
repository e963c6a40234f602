"""What is wanted of the history: read from an address, and written into one."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Annotated, Literal
from urllib.parse import urlencode

from pydantic import BeforeValidator, Field, ValidationError
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import PydanticCustomError
from starlette.requests import Request

from daemon.desk.history_views import MOST_REMEMBERED, REMEMBERED
from daemon.web.forms import FormUnreadable
from daemon.web.queries import OptionalText, Query, WholeNumber
from store.decisions import Decider, Outcome
from store.history import HistorySieve

_DAY_S = 86_400
_EPOCH = date(1970, 1, 1)
LONGEST_TEXT = 200
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _to_day(value: object) -> object:
    """Take a day as it is written; what else is read as one, nobody means."""
    if not isinstance(value, str) or _DAY.fullmatch(value):
        return value

    raise PydanticCustomError("day", "it must be a day as 2026-03-04")


Day = Annotated[date, BeforeValidator(_to_day)]


class HistoryQuery(Query):
    """Which decisions are wanted."""

    outcome: Outcome | SkipJsonSchema[None] = None
    """Only decisions that came to this."""
    by: Decider | SkipJsonSchema[None] = None
    """Only decisions of rules, or of people."""
    rule: OptionalText = None
    """The rule that decided, by its name."""
    state: Literal["standing", "undone"] | SkipJsonSchema[None] = None
    """Whether it was taken back since."""
    library: OptionalText = None
    """Only about files in this library."""
    text: Annotated[str, Field(max_length=LONGEST_TEXT)] = ""
    """Part of the path, or of the title of what was chosen, whatever the case."""
    since: Day | SkipJsonSchema[None] = None
    """From this day on (UTC)."""
    until: Day | SkipJsonSchema[None] = None
    """To this day (UTC), which is among them."""
    before: WholeNumber | SkipJsonSchema[None] = None
    """Where to go on, as the page before said."""
    limit: Annotated[WholeNumber, Field(ge=1, le=MOST_REMEMBERED)] = REMEMBERED
    """At most so many, the latest first."""

    @property
    def sieve(self) -> HistorySieve:
        """Return what the desk is asked."""
        return HistorySieve(
            outcome=self.outcome,
            decided_by=self.by,
            rule=self.rule or None,
            is_undone=None if self.state is None else self.state == "undone",
            library=self.library or None,
            text=self.text.strip(),
            since_s=_begin_s(self.since),
            until_s=None if self.until is None else _seconds(self.until) + _DAY_S,
        )

    @property
    def is_sifting(self) -> bool:
        """Tell whether anything is left out."""
        return self.sieve != HistorySieve()

    def address(self, *, before: int | None = None) -> str:
        """Return the address of the page of this history that begins behind a decision."""
        said = self.model_dump(mode="json", exclude={"before"}, exclude_defaults=True)
        said |= {} if before is None else {"before": before}
        query = urlencode({name: value for name, value in said.items() if value})
        return f"/history?{query}" if query else "/history"


def history_wanted_by(request: Request) -> HistoryQuery:
    """Return what an address of the page wants; what is empty does not sift, nor what is unknown.

    Raises:
        FormUnreadable: there is no such outcome or day, or the text is too long.

    """
    known = HistoryQuery.model_fields
    given = {name: value for name, value in request.query_params.items() if value and name in known}
    try:
        return HistoryQuery.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise FormUnreadable(f"{first['loc'][0]}: {first['msg']}") from error


def _begin_s(day: date | None) -> float | None:
    return None if day is None else _seconds(day)


def _seconds(day: date) -> float:
    return float((day - _EPOCH) // timedelta(days=1) * _DAY_S)
