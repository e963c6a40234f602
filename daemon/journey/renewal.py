"""What comes of examining a known content again, each in one transaction.

No decision is lost to it. What each file of the content is:

===================  =============================================================
seen, settled,       examined as a new file anyway; what it may go back to is asked
failed               about anew if it is a question that another phash reopens
ready, answered,     asked about anew if the phash or the duration is another: what
deferred, no match,  was asked, or answered, was about the former
review
accepted, done       as it is, with its decision, its work and its sidecars
ignored, dismissed   as it is; a person or a rule said to leave it alone
===================  =============================================================
"""

from __future__ import annotations

from dataclasses import replace

from rules.journey import UNDECIDED, UNEXAMINED, FileState
from rules.submission import Terms
from store import contents, events, files, outbox, owing, regeneration, sightings
from store.contents import Content, Finding
from store.database import Connection
from store.files import FileRecord
from store.outbox import Errand

ANOTHER = "its phash is another now"
THE_SAME = "its phash is as it was"


def renew(
    connection: Connection, *, file: FileRecord, finding: Finding, terms: Terms, at_s: float
) -> bool:
    """Keep what examining `file` again found; return False, and keep nothing, if it changed.

    A person may have decided about it meanwhile: that changes nothing about its content.
    """
    content = _content_of(connection, file)
    if content is None:
        return False

    is_another = _differs(content, finding)
    kept = replace(finding, md5=finding.md5 or content.md5)  # the content is the very same
    contents.save_finding(connection, content, kept, at_s=at_s)
    regeneration.mark_done(connection, content.id, at_s=at_s)
    for each in files.of_content(connection, content.id):
        if each.state not in UNEXAMINED:
            detail = ANOTHER if is_another else THE_SAME
            events.add(connection, each.id, "examined again", detail=detail, at_s=at_s)
        if is_another:
            _ask_anew(connection, each, at_s=at_s)
    if is_another:  # what was said of the former phash is taken back
        owing.settle(connection, content.id, terms, at_s=at_s)
    return True


def _content_of(connection: Connection, file: FileRecord) -> Content | None:
    """Return the content of a file, or None if that may be another by now."""
    present = files.get(connection, file.id)
    if (
        present is None
        or present.content_id is None
        or present.state in UNEXAMINED
        or present.missing_since_s is not None
        or (present.content_id, present.stamp) != (file.content_id, file.stamp)
    ):
        return None

    return contents.get(connection, present.content_id)


def _differs(content: Content, finding: Finding) -> bool:
    """Tell whether sources would be asked with something else than before."""
    duration_s = content.facts.duration_s if content.facts else None
    return (finding.phash, finding.facts.duration_s) != (content.phash, duration_s)


def _ask_anew(connection: Connection, file: FileRecord, *, at_s: float) -> None:
    if file.state in UNEXAMINED and file.resume_state in UNDECIDED:
        sightings.forget_resume(connection, file.id)
    if file.state not in UNDECIDED:
        return

    outbox.cancel(connection, file.id, Errand.MESSAGE, at_s=at_s)
    files.set_tries(connection, file.id, attempts=0, failures=0)
    files.set_state(connection, file, FileState.READY, at_s=at_s, reason=ANOTHER)
