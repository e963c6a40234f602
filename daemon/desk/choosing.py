"""Which candidate a person means, by the number that it is shown with."""

from __future__ import annotations

from collections.abc import Sequence

from daemon.desk.refusals import CandidateUnknown, ChoiceNeeded, NoCandidate
from store import answers
from store.answers import StoredCandidate
from store.database import Connection
from store.files import FileRecord


def choosable(connection: Connection, file: FileRecord) -> list[StoredCandidate]:
    """Return what a person may choose among, best first."""
    if file.content_id is None:
        return []

    offered = answers.offered(connection, file.content_id)
    return [each for each in offered if not each.is_rejected]


def choose(
    file: FileRecord, verb: str, offered: Sequence[StoredCandidate], number: int | None
) -> StoredCandidate:
    """Return the candidate of that number; the only one when none is named.

    Raises:
        NoCandidate: nothing is offered.
        ChoiceNeeded: several are, and none was named.
        CandidateUnknown: none has that number.

    """
    if not offered:
        raise NoCandidate(file)
    if number is None and len(offered) > 1:
        raise ChoiceNeeded(file, verb, offered)

    if number is None:
        return offered[0]

    for each in offered:
        if each.number == number:
            return each

    raise CandidateUnknown(file, number, [each.number for each in offered])
