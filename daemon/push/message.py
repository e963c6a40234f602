"""What a push message says: facts in, bounded text out.

Names of files, works and sources were written by strangers: whatever is not printable becomes a
space, and nothing is longer than the smallest of the usual services takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

TITLE_LIMIT = 120
"""Characters; Pushover takes 250, ntfy and most phones show about this many."""
BODY_LIMIT = 1000
"""Characters with the link; Pushover takes 1024, ntfy 4096 bytes, Discord 2000 (apprise 2.2)."""
LINE_LIMIT = 200
_DIGEST_LINES = 8


class MessageKind(StrEnum):
    """What a message is about; services show it as colour or icon."""

    REVIEW = "review"
    REMINDER = "reminder"
    FAILED = "failed"
    SOURCE = "source"
    SOURCE_DOWN = "source down"
    LIBRARY = "library"
    SUMMARY = "summary"
    ACCEPTED = "accepted"
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
    picture: Path | None = None
    """A picture that lies on this machine, for services that take some."""


def digest_of(messages: Sequence[Message], *, waiting: int, link: str | None) -> Message:
    """Return one message for several that came close together, one line for each.

    A single one stays as it is.

    Args:
        messages: What came.
        waiting: How many files wait for a person in all.
        link: Where they can be answered.

    """
    if len(messages) == 1:
        return messages[0]

    lines = [message.title for message in messages[:_DIGEST_LINES]]
    more = len(messages) - len(lines)
    if more:
        lines.append(f"and {more} more")
    if waiting:
        lines.append(files_wait(waiting))

    lines.append("doorman review")
    return compose(MessageKind.DIGEST, digest_title(messages), lines, link)


def digest_title(messages: Sequence[Message]) -> str:
    """Return what several messages have in common, and how many they are."""
    kinds = {message.kind for message in messages}
    nouns = {
        MessageKind.REVIEW: "files need your answer",
        MessageKind.REMINDER: "files still need your answer",
        MessageKind.FAILED: "files cannot be examined",
        MessageKind.ACCEPTED: "files were accepted",
    }
    noun = nouns.get(next(iter(kinds))) if len(kinds) == 1 else None
    return f"{len(messages)} {noun or 'things to know'}"


def files_wait(number: int) -> str:
    """Return how many files wait for a person, as a sentence."""
    return "1 file waits for you." if number == 1 else f"{number} files wait for you."


def trial(*, link: str | None) -> Message:
    """Return a message that proves that messages arrive."""
    return compose(MessageKind.TRIAL, "doorman can reach you", ["This is a trial."], link)


def compose(
    kind: MessageKind,
    title: str,
    lines: Sequence[str],
    link: str | None,
    *,
    last: Sequence[str] = (),
) -> Message:
    """Return a message within the limits; what is `last` is never cut, for it holds addresses."""
    end = "".join(f"\n{line}" for line in last)
    room = BODY_LIMIT - len(link or "") - 1 - len(end)
    body = "\n".join(shorten(line, LINE_LIMIT) for line in lines)
    return Message(
        title=shorten(title, TITLE_LIMIT),
        body=(body if len(body) <= room else body[: max(room - 1, 0)] + "…") + end,
        link=link,
        kind=kind,
    )


def shorten(text: str, limit: int) -> str:
    """Return one printable line of at most `limit` characters; … says that there was more."""
    printable = "".join(one if one.isprintable() else " " for one in text)
    line = " ".join(printable.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
