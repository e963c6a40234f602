"""What a person is to be told: facts in the outbox, put into words when they are sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from pydantic import TypeAdapter

from rules.media import path_to_text
from rules.work import ExternalId
from store import outbox
from store.database import Connection
from store.files import FileRecord
from store.outbox import Errand
from store.rows import from_json, number, one, to_json


class NewsKind(StrEnum):
    """What happened, as `[notify] on` names it."""

    REVIEW = "review"
    """A file needs a person's decision."""
    REMINDER = "reminder"
    """It has needed it for long."""
    FAILED = "failed"
    """A file cannot be examined."""
    SOURCE = "source"
    """A source refuses our key."""
    SOURCE_DOWN = "source down"
    """A source has not answered for long, or answers again."""
    LIBRARY = "library"
    """A library went offline or came back."""
    SUMMARY = "summary"
    """What happened in a day."""
    ACCEPTED = "accepted"
    """A rule accepted a file."""


LIBRARY_IS_BACK = "it is back"
"""The detail of the news that a library can be seen again."""
SOURCE_IS_BACK = "it answers again"
"""The detail of the news that a source can be asked again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One thing to tell."""

    kind: NewsKind
    subject: str
    """The file's path, the source's or the library's name."""
    detail: str
    """Why a person is needed: sentences, one a line."""
    candidate: str | None = None
    """The best candidate, in words."""
    link: str | None = None
    """Where a person can look at it."""
    candidates: int = 0
    """How many candidates there are to choose among."""
    about: tuple[str, ...] = ()
    """The libraries and sources that it is about, which channels may choose by."""
    best: ExternalId | None = None
    """The best candidate."""
    question: str | None = None
    """What is asked, as a digest of content and candidates: the same is not asked twice."""


_NEWS = TypeAdapter(News)


def add(connection: Connection, news: News, *, file_id: int | None, at_s: float) -> None:
    """Owe a person this piece of news."""
    outbox.add(connection, Errand.MESSAGE, file_id=file_id, payload=to_json(_NEWS, news), at_s=at_s)


def add_for(connection: Connection, told: Mapping[int, News], *, at_s: float) -> None:
    """Owe a person news about several files; earlier news about them is not owed any more."""
    if told:
        outbox.cancel_all(connection, list(told), Errand.MESSAGE, at_s=at_s)
        payloads = {file_id: to_json(_NEWS, news) for file_id, news in told.items()}
        outbox.add_many(connection, Errand.MESSAGE, payloads, at_s=at_s)


def add_once(connection: Connection, news: News, *, quiet_s: float, at_s: float) -> bool:
    """Owe this news unless the same was told or owed within `quiet_s`; return whether it is.

    News that was given up was never told.
    """
    row = one(
        connection,
        "SELECT count(*) FROM outbox WHERE kind = 'message' "
        "AND state NOT IN ('routed', 'given up') AND made_at_s > $1 "
        "AND (payload->>'kind') = $2 AND (payload->>'subject') = $3 AND (payload->>'detail') = $4",
        [at_s - quiet_s, news.kind, news.subject, news.detail],
    )
    if row is not None and number(row[0]) > 0:
        return False

    add(connection, news, file_id=None, at_s=at_s)
    return True


def file_failed(connection: Connection, file: FileRecord, reason: str, *, at_s: float) -> None:
    """Owe a person the news that a file cannot be examined."""
    news = News(
        kind=NewsKind.FAILED,
        subject=path_to_text(file.path),
        detail=reason,
        about=(file.library,),
    )
    add(connection, news, file_id=file.id, at_s=at_s)


def read(payload: str) -> News:
    """Return the news that an outbox row holds."""
    return from_json(_NEWS, payload)
