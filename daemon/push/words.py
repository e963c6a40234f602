"""Each kind of news in words: facts in, a message out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from daemon.push.facts import Facts
from daemon.push.message import Message, MessageKind, compose, digest_of

_REASON_LINES = 3


def in_words(facts: Facts) -> Message:
    """Return the message in doorman's own words."""
    return _WORDS[MessageKind(facts.kind)](facts)


def _review(facts: Facts) -> Message:
    return _question(facts, MessageKind.REVIEW, f"Review {facts.number}: {facts.subject}")


def _reminder(facts: Facts) -> Message:
    title = f"Still waiting, {facts.number}: {facts.subject}"
    return _question(facts, MessageKind.REMINDER, title)


def _question(facts: Facts, kind: MessageKind, title: str) -> Message:
    more = f" (and {facts.candidates - 1} more)" if facts.candidates > 1 else ""
    waiting = () if facts.waiting == 0 else (_others_wait(facts.waiting),)
    lines = [
        f"Best candidate: {facts.candidate}{more}" if facts.candidate else "No candidate.",
        *facts.reasons[:_REASON_LINES],
        *waiting,
        *_commands(facts),
    ]
    return compose(kind, title, lines, facts.link or None, last=_actions(facts))


def _commands(facts: Facts) -> tuple[str, ...]:
    if facts.accept or facts.dismiss:
        return ()

    which = f"{facts.number} CANDIDATE" if facts.candidates > 1 else f"{facts.number}"
    return (
        f"doorman review {facts.number}",
        f"doorman accept {which}",
        f"doorman reject {which}",
        f"doorman dismiss {facts.number}",
    )


def _actions(facts: Facts) -> tuple[str, ...]:
    named = (("Accept", facts.accept), ("Dismiss", facts.dismiss))
    return tuple(f"{verb}: {address}" for verb, address in named if address)


def _others_wait(number: int) -> str:
    return "1 other file waits for you." if number == 1 else f"{number} other files wait for you."


def _failed(facts: Facts) -> Message:
    title = f"Cannot examine {facts.subject}"
    return compose(MessageKind.FAILED, title, facts.reasons, facts.link or None)


def _source(facts: Facts) -> Message:
    name = facts.subject
    lines = [
        *facts.reasons,
        f"Put a valid key for {name} into the configuration, then: doorman check",
    ]
    return compose(MessageKind.SOURCE, f"{name} refuses the key", lines, facts.link or None)


def _source_down(facts: Facts) -> Message:
    name = facts.subject
    if facts.is_back:
        lines = ["Files that waited for it are asked about again."]
        title = f"{name} answers again"
    else:
        lines = [*facts.reasons, "Files wait meanwhile, and none counts as unknown to it."]
        title = f"{name} has not answered for long"
    return compose(MessageKind.SOURCE_DOWN, title, lines, facts.link or None)


def _library(facts: Facts) -> Message:
    name = facts.subject
    if facts.is_back:
        title, lines = f"Library {name} is back", ["doorman goes on."]
    else:
        still = "Nothing counts as deleted meanwhile; doorman goes on when it is back."
        title, lines = f"Library {name} is offline", [*facts.reasons, still]
    return compose(MessageKind.LIBRARY, title, lines, facts.link or None)


def _summary(facts: Facts) -> Message:
    title = "What doorman did in a day"
    return compose(MessageKind.SUMMARY, title, facts.reasons, facts.link or None)


def _accepted(facts: Facts) -> Message:
    lines = [
        f"As {facts.candidate}",
        *facts.reasons[:_REASON_LINES],
        f"doorman undo {facts.number}",
    ]
    return compose(MessageKind.ACCEPTED, f"Accepted {facts.subject}", lines, facts.link or None)


_WORDS: Mapping[MessageKind, Callable[[Facts], Message]] = MappingProxyType(
    {
        MessageKind.REVIEW: _review,
        MessageKind.REMINDER: _reminder,
        MessageKind.FAILED: _failed,
        MessageKind.SOURCE: _source,
        MessageKind.SOURCE_DOWN: _source_down,
        MessageKind.LIBRARY: _library,
        MessageKind.SUMMARY: _summary,
        MessageKind.ACCEPTED: _accepted,
    }
)


class OwnWords:
    """Puts facts into doorman's own words."""

    async def message(self, facts: Sequence[Facts], *, waiting: int, link: str | None) -> Message:
        """Return one message for all of these, a digest where they are several."""
        return digest_of([in_words(each) for each in facts], waiting=waiting, link=link)
