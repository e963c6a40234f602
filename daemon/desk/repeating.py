"""Answers that were given before: two people look at one question, or one presses twice.

Whoever answers what has changed since is refused; whoever says just what is so already is not.
Nothing is done then, and the answer says so.
"""

from __future__ import annotations

from daemon.desk.choosing import choosable
from daemon.desk.standing import ACCEPTED
from rules.discretion import Discretion
from store import decisions
from store.database import Connection
from store.files import FileRecord


def is_accepted_as(
    connection: Connection, file: FileRecord, number: int | None, discretion: Discretion
) -> bool:
    """Tell whether a file is accepted as this candidate; as the only one when none is named."""
    if file.state not in ACCEPTED:
        return False

    offered = choosable(connection, file, discretion)
    meant = [each for each in offered if number is None or each.is_told_by(number)]
    return len(meant) == 1 and decisions.identity(connection, file.id) in meant[0].names
