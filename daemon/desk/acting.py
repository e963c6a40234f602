"""What the links in messages do: one thing to one file, once, as long as the question stands.

The link itself is the authority, so whoever has it needs no password; it can do nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass

from daemon.desk import answering
from daemon.desk.choosing import Offered, choosable
from daemon.desk.desk import Desk
from daemon.desk.views import Answered
from rules.action_token import Act, Action, LinkForged, candidate_digest, unseal
from rules.errors import ConflictError
from rules.explain import name_candidate
from rules.media import path_to_text
from rules.samework import own_id
from store import actions, files, owing
from store.database import Connection
from store.files import FileRecord


class LinkUsed(ConflictError):
    """A link has done what it does."""

    def __init__(self) -> None:
        """Build the message."""
        super().__init__(
            "the link was used already, and nothing was changed now; to take it back, open the "
            "file's page"
        )


class LinkStale(ConflictError):
    """The question that a link answers is another by now."""

    def __init__(self) -> None:
        """Build the message."""
        super().__init__(
            "the file was answered, or its question changed, since the message was written, and "
            "nothing was changed now; open the file's page"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionView:
    """What a link would do."""

    accepts: bool
    """False: it dismisses."""
    number: int
    """The file's."""
    name: str
    """The file's, without its folders."""
    candidate: str | None
    """What would be accepted, in words; None where it dismisses."""
    page: str | None
    """Where that can be looked at."""
    expires_at_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Meant:
    """What a link means just now."""

    action: Action
    file: FileRecord
    chosen: Offered | None


class Acting:
    """Does what links say."""

    def __init__(self, desk: Desk) -> None:
        """Act at this desk."""
        self._desk = desk

    async def look(self, token: str) -> ActionView:
        """Return what a link would do; it changes nothing.

        Raises:
            LinkForged: it is none of ours.
            LinkExpired: it is too old.
            LinkUsed: it was used.
            LinkStale: the question is another by now.

        """

        def question(connection: Connection) -> ActionView:
            return _view(self._meant(connection, token))

        return await self._desk.database.read(question)

    async def act(self, token: str) -> Answered:
        """Do what a link says, in one transaction with the note that it was used.

        Raises:
            LinkForged, LinkExpired, LinkUsed, LinkStale: as `look`.
            NotAnswerable: the file cannot be answered about now.

        """

        def change(connection: Connection) -> Answered:
            meant = self._meant(connection, token)
            answered = self._do(connection, meant)
            expires_at_s = meant.action.expires_at_s
            actions.mark_used(connection, token, expires_at_s=expires_at_s, at_s=self._desk.now())
            return answered

        answered = await self._desk.database.write(change)
        self._desk.bells.ring_all()
        return answered

    def _meant(self, connection: Connection, token: str) -> _Meant:
        secret = actions.secret(connection)
        if secret is None:
            raise LinkForged

        action = unseal(token, secret, now_s=self._desk.now())
        if actions.is_used(connection, token):
            raise LinkUsed

        file = files.get(connection, action.file_id)
        if file is None or file.missing_since_s is not None or file.revision != action.revision:
            raise LinkStale

        if action.act is Act.DISMISS:
            return _Meant(action=action, file=file, chosen=None)

        discretion = self._desk.household.discretion
        offered = choosable(connection, file, discretion)
        meant = (
            each.led_by(stored)
            for each in offered
            for stored in each.witnesses
            if candidate_digest(own_id(stored.candidate)) == action.candidate
        )
        chosen = next(meant, None)
        if chosen is None:
            raise LinkStale

        return _Meant(action=action, file=file, chosen=chosen)

    def _do(self, connection: Connection, meant: _Meant) -> Answered:
        at_s = self._desk.now()
        if meant.chosen is None:
            return answering.dismiss(connection, file=meant.file, at_s=at_s)

        household = self._desk.household
        answered = answering.accept(
            connection,
            file=meant.file,
            number=meant.chosen.number,
            discretion=household.discretion,
            options=household.options,
            at_s=at_s,
        )
        if meant.file.content_id is not None:
            owing.settle(connection, meant.file.content_id, household.terms, at_s=at_s)
        return answered


def _view(meant: _Meant) -> ActionView:
    chosen = meant.chosen
    return ActionView(
        accepts=meant.action.act is Act.ACCEPT,
        number=meant.file.id,
        name=path_to_text(meant.file.path).rsplit("/", 1)[-1],
        candidate=name_candidate(chosen.candidates) if chosen else None,
        page=chosen.best.candidate.page_url if chosen else None,
        expires_at_s=meant.action.expires_at_s,
    )
