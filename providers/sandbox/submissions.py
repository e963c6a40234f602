"""What happens to a hash that somebody sends (`stash-box.md` §4, submitFingerprint)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from providers.sandbox.hashes import padded, read_hash
from providers.sandbox.show import Visit
from providers.sandbox.views import SubmissionView
from providers.sandbox.votes import INVALID, VALID, Hash, Vote

MOST_IN_A_BATCH: Final = 1000


class SubmissionRefused(ValueError):
    """The server answers with an error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One hash for one scene."""

    scene_id: str
    algorithm: str
    text: str
    duration: int
    kind: str = "VALID"
    """VALID, INVALID or REMOVE."""


def submit(visit: Visit, submission: Submission) -> bool:
    """Do what `submission` says and return true, which is also what a server says that did nothing.

    Raises:
        SubmissionRefused: when a hash is reported that nobody submitted.
        HashRefused: when the hash cannot be read.

    """
    voted = (submission.algorithm, visit.world.kept_text(submission.text))
    if _is_ignored(visit, submission):
        return True

    if submission.kind == "REMOVE":
        visit.world.votes.withdraw(submission.scene_id, visit.user_id, voted)
        return True

    if submission.kind == "INVALID":
        if not visit.world.votes.was_submitted(submission.scene_id, voted):
            raise SubmissionRefused("fingerprint has no submissions")

        _cast(visit, submission, voted, INVALID)
        return True

    _cast(visit, submission, voted, VALID)
    return True


def submit_batch(visit: Visit, batch: list[Submission]) -> list[SubmissionView]:
    """Submit all that can be; MD5 leaves before the count, so the answer may be shorter.

    Raises:
        SubmissionRefused: for more than 1000.
        HashRefused: when any hash cannot be read; then nothing is kept.

    """
    if len(batch) > MOST_IN_A_BATCH:
        raise SubmissionRefused("maximum of 1000 fingerprints allowed per batch")

    kept = [submission for submission in batch if submission.algorithm != "MD5"]
    read = [(submission, padded(read_hash(submission.text))) for submission in kept]
    return [_submitted(visit, submission, text) for submission, text in read]


def _submitted(visit: Visit, submission: Submission, text: str) -> SubmissionView:
    error = _problem(visit, submission)
    if error is None:
        _cast(visit, submission, (submission.algorithm, text), VALID)

    return SubmissionView(hash=text, scene_id=submission.scene_id, error=error)


def _problem(visit: Visit, submission: Submission) -> str | None:
    if not _is_live(visit, submission.scene_id):
        return "invalid or deleted scene"

    return None if submission.duration > 0 else "duration must be greater than 0"


def _is_ignored(visit: Visit, submission: Submission) -> bool:
    is_dead_md5 = submission.algorithm == "MD5" and not visit.world.mode.has_md5
    return is_dead_md5 or submission.duration <= 0 or not _is_live(visit, submission.scene_id)


def _is_live(visit: Visit, scene_id: str) -> bool:
    kept = visit.world.scenes.get(scene_id)
    return kept is not None and not kept.seed.deleted


def _cast(visit: Visit, submission: Submission, voted: Hash, vote: Literal[1, -1]) -> None:
    visit.world.votes.cast(
        Vote(
            scene_id=submission.scene_id,
            user_id=visit.user_id,
            algorithm=voted[0],
            text=voted[1],
            duration=submission.duration,
            vote=vote,
            at=visit.world.now(),
        )
    )
