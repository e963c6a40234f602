"""What the store knows of news when it is to be told: whether it still matters, and all facts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Protocol

from daemon.push.facts import Facts
from daemon.push.illustrating import Cover
from daemon.push.links import Links
from rules.fingerprint import Oshash
from rules.journey import FileState
from rules.samework import own_id
from rules.work import ExternalId
from store import actions, answers, contents, files, news, post
from store.database import Connection
from store.files import FileRecord
from store.news import LIBRARY_IS_BACK, SOURCE_IS_BACK, News, NewsKind
from store.outbox import Owed

_STATES_TOLD: Mapping[NewsKind, frozenset[FileState]] = MappingProxyType(
    {
        NewsKind.REVIEW: frozenset({FileState.REVIEW}),
        NewsKind.REMINDER: frozenset({FileState.REVIEW}),
        NewsKind.FAILED: frozenset({FileState.FAILED}),
        NewsKind.ACCEPTED: frozenset({FileState.ACCEPTED, FileState.DONE}),
    }
)
"""News about a file is news for as long as the file is in one of these states."""
_QUESTIONS = frozenset({NewsKind.REVIEW, NewsKind.REMINDER})


class SheetPlace(Protocol):
    """Who knows where contact sheets lie."""

    def path_of(self, oshash: Oshash, size_bytes: int) -> Path:
        """Return where the sheet of a content lies, or would lie."""


@dataclass(slots=True, kw_only=True)
class Letter:
    """One piece of news on its way through a channel, and how far it has come."""

    owed: Owed
    facts: Facts
    picture: Path | None
    """The file's contact sheet."""
    cover: Cover | None
    """The best candidate's."""
    reached: set[str]
    """Digests of the targets that have it; with a question mark those that may have it, with an
    exclamation mark those it is being handed to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """What a channel is to be told, put together."""

    letters: tuple[Letter, ...]
    moot: tuple[Owed, ...]
    """What matters no more, or was told before."""
    waiting: int
    """How many files wait for a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """How facts are gathered."""

    links: Links = field(default_factory=Links)
    sheets: SheetPlace | None = None
    """None where no pictures go along."""
    source_urls: Mapping[str, str] = field(default_factory=dict)
    """Where sources are, by name: only a source's own server may be on a private network."""

    def sort(self, connection: Connection, *, channel: str, owed: Sequence[Owed]) -> Sorted:
        """Return what still matters, with its facts, and what does not."""
        told = [(each, news.read(each.payload)) for each in owed]
        numbers = {each.file_id for each in owed if each.file_id is not None}
        known = files.numbered(connection, sorted(numbers))
        asked = _asked_before(connection, channel, told)
        waiting = post.waiting_files(connection)
        links = replace(self.links, secret=actions.secret(connection) or b"")
        letters: list[Letter] = []
        moot: list[Owed] = []
        for one, each in told:
            file = known.get(one.file_id) if one.file_id is not None else None
            is_asked = each.kind is NewsKind.REVIEW and each.question in asked
            if is_asked or not _still_matters(one, each, file):
                moot.append(one)
            else:
                facts = _facts(links, one, each, file, waiting)
                letters.append(self._letter(connection, one, facts, file, each.best))
        return Sorted(letters=tuple(letters), moot=tuple(moot), waiting=waiting)

    def _letter(
        self,
        connection: Connection,
        owed: Owed,
        facts: Facts,
        file: FileRecord | None,
        best: ExternalId | None,
    ) -> Letter:
        has_picture = self.sheets is not None and facts.kind in _QUESTIONS
        shown = file if has_picture else None
        return Letter(
            owed=owed,
            facts=facts,
            picture=self._picture(connection, shown) if shown else None,
            cover=self._cover(connection, shown, best) if shown and best else None,
            reached=set(owed.reached),
        )

    def _cover(self, connection: Connection, file: FileRecord, best: ExternalId) -> Cover | None:
        if file.content_id is None:
            return None

        for stored in answers.offered(connection, file.content_id):
            pictures = stored.candidate.work.pictures
            if own_id(stored.candidate) == best and pictures:
                source_url = self.source_urls.get(stored.candidate.source)
                return Cover(address=pictures[0].url, source_url=source_url)

        return None

    def _picture(self, connection: Connection, file: FileRecord) -> Path | None:
        content = contents.get(connection, file.content_id) if file.content_id else None
        if content is None or self.sheets is None:
            return None

        return self.sheets.path_of(content.oshash, content.size_bytes)


def _facts(links: Links, owed: Owed, told: News, file: FileRecord | None, waiting: int) -> Facts:
    is_question = told.kind in _QUESTIONS
    number = file.id if file else owed.file_id or 0
    page = links.file(number) if number else links.queue
    accept = dismiss = None
    if file is not None and is_question:
        at_s = owed.made_at_s
        accept = links.accept(file.id, file.revision, told.best, at_s=at_s)
        dismiss = links.dismiss(file.id, file.revision, at_s=at_s)
    return Facts(
        kind=told.kind.value,
        subject=PurePosixPath(told.subject).name,
        reasons=_reasons(told),
        number=number,
        candidate=told.candidate or "",
        candidates=told.candidates,
        waiting=max(waiting - 1, 0) if is_question else waiting,
        link=page or told.link or "",
        page=told.link or "",
        accept=accept or "",
        dismiss=dismiss or "",
        is_back=told.detail in {LIBRARY_IS_BACK, SOURCE_IS_BACK},
    )


def _asked_before(
    connection: Connection, channel: str, told: Collection[tuple[Owed, News]]
) -> frozenset[str]:
    questions = {each.question for _, each in told if each.question is not None}
    return post.asked_before(connection, channel, questions)


def _still_matters(owed: Owed, told: News, file: FileRecord | None) -> bool:
    """Tell whether a file still is what a message would say of it."""
    if told.kind not in _STATES_TOLD or owed.file_id is None:
        return True

    return file is not None and file.state in _STATES_TOLD[told.kind]


def _reasons(told: News) -> tuple[str, ...]:
    detail = told.detail
    if told.kind is NewsKind.FAILED:
        detail = detail.replace(repr(told.subject), "it")  # the title names it
    return tuple(line for line in detail.split("\n") if line)
