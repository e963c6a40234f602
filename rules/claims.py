"""Which votes on hashes follow from a decision, and which never do.

A stash-box believes hashes that people submit, and tells them to everybody; automatic guesses that
were sent back have polluted it (`stash-box.md` §7, 6 and "Adjacent"). So what leaves here is only
what somebody knows:

- A person's accept vouches for both hashes, oshash and phash: that is a vote of their own.
- A rule's accept vouches for nothing but a phash that the source does not have yet, and only where
  the source itself holds this very oshash, undisputed and with a duration that agrees. The oshash
  is not sent again: repeating what was read there would make one person's word look like two, and
  the next doorman would count it as a witness. The phash was measured here from the same file.
- A person's reject reports the hashes of the rejected work that are the very hashes of the file; a
  hash that is only near is another file's.
- An MD5 is never sent (servers drop it), nor is a phash that says nothing, nor a hash without a
  duration of a second at least, nor a phash whose duration was measured otherwise than the file's
  (`stash.md` §7.7).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from rules.candidate import Candidate, RemoteFingerprint
from rules.explain import label_work
from rules.fingerprint import Algorithm, Phash
from rules.samework import own_id
from rules.submission import Claim, Consent, Ground, Measured, Recipient, Subject, Terms, Vote
from rules.work import ExternalId

PHASH_GRID: Final = "5x5"
"""The montage of which Stash makes the phashes that sources know (`stash.md` §1.4)."""
SAME_DURATION_S: Final = 5.0
SAME_DURATION_SHARE: Final = 0.01
"""How far the durations of the very same file may differ, as in the shipped rule for it."""
_SENDABLE_S: Final = range(1, 1 << 31)
"""What a server takes for a duration: GraphQL's Int, and above 0 (`stash-box.md` §4)."""


def claims_of(
    ground: Ground,
    offered: Sequence[Candidate],
    measured: Sequence[Measured],
    terms: Terms,
    *,
    made: Collection[Subject] = frozenset(),
) -> tuple[Claim, ...]:
    """Return what is to be said because of a decision.

    Args:
        ground: The decision.
        offered: The chosen candidate with the ids that all who offer its work have for it, first;
            then whatever else is offered for the content.
        measured: The hashes of the content.
        terms: Who may be told.
        made: What was said of the content before; it is not left out for being known by now.

    """
    if not offered or own_id(offered[0]) != ground.chosen:
        return ()

    sound = sendable(measured)
    return tuple(
        claim
        for recipient in terms.for_library(ground.library)
        for claim in _claims(ground, offered, sound, recipient, made)
    )


def sendable(measured: Sequence[Measured]) -> tuple[Measured, ...]:
    """Return the hashes that say something, oshash first."""
    exact = [each for each in measured if each.algorithm is Algorithm.OSHASH and each.value]
    durations_s = {each.duration_s for each in exact}
    near = [
        each
        for each in measured
        if each.algorithm is Algorithm.PHASH
        and each.version == PHASH_GRID
        and not Phash(each.value).is_degenerate
        and each.duration_s in durations_s
    ]
    return tuple(each for each in (*exact, *near) if _whole_s(each) in _SENDABLE_S)


def _claims(
    ground: Ground,
    offered: Sequence[Candidate],
    sound: Sequence[Measured],
    recipient: Recipient,
    made: Collection[Subject],
) -> Iterator[Claim]:
    if not ground.is_accept:
        yield from _reports(ground, offered[0], sound, recipient)
    elif ground.rule is None:
        yield from _vouched_by_person(offered[0], sound, recipient)
    else:
        yield from _added_by_rule(ground.rule, offered, sound, recipient, made)


def _vouched_by_person(
    chosen: Candidate, sound: Sequence[Measured], recipient: Recipient
) -> Iterator[Claim]:
    remote_id = _id_at(chosen, recipient.source)
    if recipient.consent is Consent.NEVER or remote_id is None:
        return

    for each in sound:
        subject = _subject(recipient, remote_id, each)
        yield _claim(subject, Vote.VALID, each, "you accepted it", chosen)


def _added_by_rule(
    rule: str,
    offered: Sequence[Candidate],
    sound: Sequence[Measured],
    recipient: Recipient,
    made: Collection[Subject],
) -> Iterator[Claim]:
    remote_id = _id_at(offered[0], recipient.source)
    own = ExternalId(source=recipient.source, remote_id=remote_id or "")
    candidate = next((each for each in offered if own_id(each) == own), None)
    if recipient.consent is not Consent.EXACT or candidate is None:
        return
    if not _has_exactly(candidate, sound):
        return

    reason = f'rule "{rule}" accepted it, {recipient.source} has its oshash and lacks its phash'
    for each in sound:
        subject = _subject(recipient, own.remote_id, each)
        is_news = subject in made or not _held(candidate, each)
        if each.algorithm is Algorithm.PHASH and is_news:
            yield _claim(subject, Vote.VALID, each, reason, candidate)


def _reports(
    ground: Ground, rejected: Candidate, sound: Sequence[Measured], recipient: Recipient
) -> Iterator[Claim]:
    is_theirs = rejected.source == recipient.source
    if ground.rule is not None or not recipient.hears_reports or not is_theirs:
        return

    for each in sound:
        # A server takes a report only of what somebody submitted (`stash-box.md` §4).
        if any(remote.submissions > 0 for remote in _held(rejected, each)):
            subject = _subject(recipient, rejected.remote_id, each)
            yield _claim(subject, Vote.INVALID, each, "you rejected it", rejected)


def _has_exactly(candidate: Candidate, sound: Sequence[Measured]) -> bool:
    """Tell whether a source knows this very file, and nobody disputes it."""
    return any(
        remote.submissions > remote.reports and _lasts_alike(remote.duration_s, each.duration_s)
        for each in sound
        if each.algorithm is Algorithm.OSHASH
        for remote in _held(candidate, each)
    )


def _lasts_alike(theirs_s: float | None, ours_s: float) -> bool:
    """Tell whether two durations agree; one that is not known does not."""
    if theirs_s is None:
        return False

    # Theirs is in whole seconds, truncated.
    return abs(theirs_s - ours_s) <= max(SAME_DURATION_S, SAME_DURATION_SHARE * ours_s)


def _held(candidate: Candidate, ours: Measured) -> tuple[RemoteFingerprint, ...]:
    """Return what a candidate holds of the very same hash."""
    return tuple(
        remote
        for remote in candidate.fingerprints
        if remote.algorithm is ours.algorithm and remote.value == ours.value
    )


def _id_at(candidate: Candidate, source: str) -> str | None:
    """Return the one name that a source has for a candidate's work; None where it has several."""
    if candidate.source == source:
        return candidate.remote_id

    told = {each.remote_id for each in candidate.work.ids if each.source == source}
    return next(iter(told)) if len(told) == 1 else None


def _subject(recipient: Recipient, remote_id: str, measured: Measured) -> Subject:
    return Subject(
        endpoint=recipient.endpoint,
        remote_id=remote_id,
        algorithm=measured.algorithm,
        value=measured.value,
    )


def _claim(
    subject: Subject, vote: Vote, measured: Measured, reason: str, candidate: Candidate
) -> Claim:
    return Claim(
        subject=subject,
        vote=vote,
        duration_s=_whole_s(measured),
        reason=reason,
        label=label_work(candidate),
    )


def _whole_s(measured: Measured) -> int:
    return int(measured.duration_s) if math.isfinite(measured.duration_s) else 0
