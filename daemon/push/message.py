"""What a push message says: facts in, bounded text out.

Names of files, works and sources were written by strangers: whatever is not printable becomes a
space, and nothing is longer than the smallest of the usual services takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from rules.work import Work

TITLE_LIMIT = 120
"""Characters; Pushover takes 250, ntfy and most phones show about this many."""
BODY_LIMIT = 1000
"""Characters with the link; Pushover takes 1024, ntfy 4096 bytes, Discord 2000 (apprise 2.2)."""
_LINE_LIMIT = 200
_DIGEST_LINES = 8
_REASON_LINES = 3


class MessageKind(StrEnum):
    """What a message is about; services show it as colour or icon."""

    REVIEW = "review"
    FAILED = "failed"
    SOURCE = "source"
    LIBRARY = "library"
    DIGEST = "digest"
    TRIAL = "trial"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A push message, ready to be sent."""

    title: str
    body: str
    """Plain text, lines separated by `\\n`; the link is not in it."""
    link: str | None
    """Where a person can act on it."""
    kind: MessageKind


def describe_work(work: Work) -> str:
    """Return the work in one line: title (studio, date)."""
    title = work.title or work.code or "a work without a title"
    details = ", ".join(part for part in (work.studio and work.studio.name, work.date) if part)
    return f"{title} ({details})" if details else title


def review_opened(
    number: int,
    file_name: str,
    *,
    best: str | None,
    candidates: int,
    reasons: Sequence[str],
    link: str | None,
) -> Message:
    """Say that a file needs a person's decision, and how to answer.

    Args:
        number: The file's, as the commands take it.
        file_name: Without its folders.
        best: The best candidate and its source, in words; None when there is none.
        candidates: How many there are to choose among.
        reasons: Why doorman asks, and why it did not accept by itself, in sentences.
        link: Where the candidate can be looked at.

    """
    which = f"{number} CANDIDATE" if candidates > 1 else f"{number}"
    more = f" (and {candidates - 1} more)" if candidates > 1 else ""
    lines = [
        f"Best candidate: {best}{more}" if best else "No candidate.",
        *reasons[:_REASON_LINES],
        f"doorman review {number}",
        f"doorman accept {which}",
        f"doorman reject {which}",
        f"doorman dismiss {number}",
    ]
    return _message(MessageKind.REVIEW, f"Review {number}: {file_name}", lines, link)


def file_failed(file_name: str, reason: str, *, link: str | None) -> Message:
    """Say that a file cannot be examined."""
    return _message(MessageKind.FAILED, f"Cannot examine {file_name}", [reason], link)


def source_refused(source: str, reason: str, *, link: str | None) -> Message:
    """Say that a source does not take our key; only a person can mend that."""
    lines = [reason, f"Put a valid key for {source} into the configuration, then: doorman check"]
    return _message(MessageKind.SOURCE, f"{source} refuses the key", lines, link)


def library_offline(library: str, reason: str, *, link: str | None) -> Message:
    """Say that a library cannot be seen; its files are not taken for deleted."""
    lines = [reason, "Nothing counts as deleted meanwhile; doorman goes on when it is back."]
    return _message(MessageKind.LIBRARY, f"Library {library} is offline", lines, link)


def library_online(library: str, *, link: str | None) -> Message:
    """Say that a library is back."""
    return _message(MessageKind.LIBRARY, f"Library {library} is back", ["doorman goes on."], link)


def digest_of(messages: Sequence[Message], *, link: str | None) -> Message:
    """Return one message for several that came close together, one line for each.

    A single one stays as it is.
    """
    if len(messages) == 1:
        return messages[0]

    lines = [message.title for message in messages[:_DIGEST_LINES]]
    more = len(messages) - len(lines)
    if more:
        lines.append(f"and {more} more")

    lines.append("doorman review")
    return _message(MessageKind.DIGEST, f"{len(messages)} things need you", lines, link)


def trial(*, link: str | None) -> Message:
    """Return a message that proves that messages arrive."""
    return _message(MessageKind.TRIAL, "doorman can reach you", ["This is a trial."], link)


def _message(kind: MessageKind, title: str, lines: Sequence[str], link: str | None) -> Message:
    """Return a message within the limits."""
    room = BODY_LIMIT - len(link or "") - 1
    body = "\n".join(shorten(line, _LINE_LIMIT) for line in lines)
    return Message(
        title=shorten(title, TITLE_LIMIT),
        body=body if len(body) <= room else body[: max(room - 1, 0)] + "…",
        link=link,
        kind=kind,
    )


def shorten(text: str, limit: int) -> str:
    """Return one printable line of at most `limit` characters; … says that there was more."""
    printable = "".join(one if one.isprintable() else " " for one in text)
    line = " ".join(printable.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
