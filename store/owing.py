"""What sources are owed to be told because of what stands decided about a content.

Called in the transaction of every decision that a person or a rule makes or takes back; it
compares what follows from all that stands with what is owed, and changes only the difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rules.candidate import Candidate
from rules.claims import claims_of
from rules.fingerprint import Algorithm
from rules.samework import own_id, with_ids_of_all
from rules.submission import Claim, Ground, Measured, Subject, Terms, Vote
from rules.work import ExternalId
from store import answers, submissions
from store.database import Connection
from store.files import FileRecord
from store.rows import Row, many, number, seconds
from store.submissions import SubmissionRecord

TAKEN_BACK = "it was taken back"


def settle(connection: Connection, content_id: int, terms: Terms, *, at_s: float) -> None:
    """Owe what follows from the decisions about a content that stand, and nothing else."""
    owed = submissions.of_content(connection, content_id)
    if not owed and not terms.recipients:
        return

    grounds = _grounds(connection, content_id)
    made = {record.subject for record in owed if record.vote is Vote.VALID}
    measured = _measured(connection, content_id)
    wanted = _wanted(connection, content_id, grounds, measured, terms, made=made)
    standing = {ground.decision_id for ground in grounds}
    ours = {(each.algorithm, each.value) for each in measured}
    for record in owed:
        follows = wanted.pop(record.subject, None)
        is_ours = (record.subject.algorithm, record.subject.value) in ours
        is_said = record.vote is not Vote.REMOVE and is_ours
        stands = is_said and record.decision_id in standing
        _settle_one(connection, record, follows, stands=stands, at_s=at_s)
    for ground, claim in wanted.values():
        submissions.add(connection, content_id, ground, claim, at_s=at_s)


def settle_all(
    connection: Connection, accepted: Iterable[FileRecord], terms: Terms, *, at_s: float
) -> None:
    """Owe what follows from the accepts of these files by rules, which take nothing back."""
    if terms.recipients:
        for file in accepted:
            if file.content_id is not None:
                settle(connection, file.content_id, terms, at_s=at_s)


def _settle_one(
    connection: Connection,
    record: SubmissionRecord,
    follows: tuple[Ground, Claim] | None,
    *,
    stands: bool,
    at_s: float,
) -> None:
    """Bring one vote to what follows now; the latest decision has the last word."""
    if follows is None:
        if not stands and record.vote is not Vote.REMOVE:
            submissions.withdraw(connection, record, TAKEN_BACK, at_s=at_s)
        return

    ground, claim = follows
    if stands and ground.decision_id <= record.decision_id:
        return
    if claim.vote is record.vote:
        submissions.follow(connection, record.id, ground, claim)
    else:
        submissions.change(connection, record, ground, claim, at_s=at_s)


def _wanted(
    connection: Connection,
    content_id: int,
    grounds: Sequence[Ground],
    measured: Sequence[Measured],
    terms: Terms,
    *,
    made: set[Subject],
) -> dict[Subject, tuple[Ground, Claim]]:
    """Return what follows from all that stands, later decisions over earlier ones."""
    if not grounds or not terms.recipients:
        return {}

    offered = [
        stored.candidate
        for stored in answers.offered(connection, content_id)
        if not stored.is_rejected
    ]
    names = frozenset(ground.chosen for ground in grounds)
    chosen = {own_id(each): each for each in answers.last_offers(connection, content_id, names)}
    return {
        claim.subject: (ground, claim)
        for ground in grounds
        for claim in claims_of(
            ground, _about(ground, chosen, offered, terms), measured, terms, made=made
        )
    }


def _about(
    ground: Ground, chosen: dict[ExternalId, Candidate], offered: Sequence[Candidate], terms: Terms
) -> tuple[Candidate, ...]:
    """Return the candidate that was decided about, with the ids of all who offer its work."""
    candidate = chosen.get(ground.chosen)
    if candidate is None:
        return ()
    if not ground.is_accept:
        return (candidate,)

    counting = [
        each for each in offered if not terms.discretion.withholds(ground.library, each.source)
    ]
    return (with_ids_of_all(candidate, counting), *counting)


def _grounds(connection: Connection, content_id: int) -> list[Ground]:
    """Return the decisions about a content that stand, oldest first; of each file one accept.

    A reject stands once for each name of the work that it turned down.
    """
    rows = many(
        connection,
        """
        WITH standing AS (
            SELECT id, file_id, verdict, decided_by, rule, source, remote_id FROM decision
            WHERE content_id = $1 AND verdict IN ('accepted', 'rejected')
                AND undone_at_s IS NULL AND source IS NOT NULL
        ), told AS (
            FROM standing UNION ALL
            SELECT s.id, s.file_id, s.verdict, s.decided_by, s.rule, w.source, w.remote_id
            FROM standing s JOIN rejected_witness w ON w.decision_id = s.id
        )
        SELECT t.id, t.file_id, f.library, t.verdict, t.decided_by, t.rule, t.source, t.remote_id
        FROM told t JOIN file f ON f.id = t.file_id ORDER BY t.id, t.source, t.remote_id
        """,
        [content_id],
    )
    return list(_latest_accepts(map(_ground, rows)))


def _latest_accepts(grounds: Iterable[Ground]) -> Iterator[Ground]:
    told = list(grounds)
    latest = {each.file_id: each.decision_id for each in told if each.is_accept}
    for each in told:
        if not each.is_accept or latest[each.file_id] == each.decision_id:
            yield each


def _ground(row: Row) -> Ground:
    return Ground(
        decision_id=number(row[0]),
        file_id=number(row[1]),
        library=str(row[2]),
        is_accept=row[3] == "accepted",
        rule=None if row[4] == "person" else str(row[5] or ""),
        chosen=ExternalId(source=str(row[6]), remote_id=str(row[7])),
    )


def _measured(connection: Connection, content_id: int) -> list[Measured]:
    """Return the hashes of a content, each with the duration that was measured with it."""
    rows = many(
        connection,
        "SELECT p.algorithm, p.value, p.duration_s, p.version FROM fingerprint p "
        "JOIN content c ON c.id = p.content_id WHERE p.content_id = $1 "
        "AND (p.algorithm <> 'PHASH' OR c.phash_missing IS NULL) ORDER BY p.algorithm",
        [content_id],
    )
    return [
        Measured(
            algorithm=Algorithm(str(algorithm)),
            value=number(value),
            duration_s=seconds(duration_s),
            version=str(version),
        )
        for algorithm, value, duration_s, version in rows
    ]
