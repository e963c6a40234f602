"""News in the owner's words, where there is a template for it, and in doorman's where not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from daemon.push.facts import Facts
from daemon.push.message import Message, compose, digest_of
from daemon.push.template_protocol import Filled, Sheet
from daemon.push.templates import DIGEST, fill_all, sheet_of, sheet_of_facts
from daemon.push.words import in_words


class Log(Protocol):
    """What is needed of a logger."""

    def warning(self, event: str, **facts: object) -> object:
        """Record that a template could not be used."""


class Fill(Protocol):
    """Who fills in templates."""

    async def __call__(self, sheets: Sequence[Sheet]) -> tuple[Filled, ...]:
        """Return what became of each, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerWords:
    """Puts facts into words; a template that fails costs its words and never the message."""

    texts: Mapping[str, str]
    """Templates by kind of news, and `digest`."""
    log: Log
    fill: Fill = fill_all

    async def message(self, facts: Sequence[Facts], *, waiting: int, link: str | None) -> Message:
        """Return one message for all of these, a digest where they are several."""
        messages = await self._messages(facts)
        plain = digest_of(messages, waiting=waiting, link=link)
        if len(messages) == 1 or DIGEST not in self.texts:
            return plain

        values = {
            "titles": [message.title for message in messages],
            "count": len(messages),
            "waiting": waiting,
            "link": link or "",
        }
        sheet = sheet_of(DIGEST, self.texts[DIGEST], values)
        (filled,) = await self.fill([sheet])
        return self._in_words(sheet.name, filled, plain, link)

    async def _messages(self, facts: Sequence[Facts]) -> list[Message]:
        places = [place for place, each in enumerate(facts) if each.kind in self.texts]
        messages = [in_words(each) for each in facts]
        if not places:
            return messages

        sheets = [sheet_of_facts(facts[place], self.texts[facts[place].kind]) for place in places]
        filled = await self.fill(sheets)
        for place, sheet, made in zip(places, sheets, filled, strict=True):
            link = facts[place].link or None
            messages[place] = self._in_words(sheet.name, made, messages[place], link)
        return messages

    def _in_words(self, name: str, filled: Filled, plain: Message, link: str | None) -> Message:
        """Return what the owner says; what doorman would have said where that went wrong."""
        lines = (filled.text or "").strip().split("\n")
        if filled.problem is not None or not lines[0].strip():
            problem = filled.problem or "it makes an empty message"
            self.log.warning("template.failed", template=name, line=filled.line, reason=problem)
            return plain

        return compose(plain.kind, lines[0], lines[1:], link)
