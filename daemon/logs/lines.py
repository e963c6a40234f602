"""One event as one line: for the journal, a terminal, a file or a machine."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from daemon.logs.redaction import Plain


class LogForm(StrEnum):
    """What reads the lines."""

    JOURNAL = "journal"
    """Priority as `<6>`; the journal knows the time."""
    TERMINAL = "terminal"
    """With colours."""
    PLAIN = "plain"
    """A file, a pipe, a container's log."""
    JSON = "json"
    """A machine."""


# sd-daemon(3).
_PRIORITIES = {"debug": 7, "info": 6, "warning": 4, "error": 3, "critical": 2}
_NOTICE = 5
_COLOURS = {"debug": "2", "info": "32", "warning": "33", "error": "31", "critical": "1;31"}
_BARE = re.compile(r'[^\s"=\\]+')
_BLOCK = "exception"


def render(
    form: LogForm, level: str, event: str, facts: Mapping[str, Plain], *, at: datetime
) -> str:
    """Return the line, without its line end.

    Nothing in it can pass for another line, or command a terminal: what is not printable is
    escaped. Only a traceback outside the journal takes lines of its own.

    Args:
        form: What reads it.
        level: As logging names it.
        event: What happened.
        facts: Free of secrets.
        at: Aware.

    """
    time = at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03}Z"
    if form is LogForm.JSON:
        head: dict[str, Plain] = {"timestamp": time, "level": level, "event": event}
        return json.dumps({**head, **facts, **head})

    if form is LogForm.JOURNAL:
        return f"<{priority_of(level)}>{words_of(event, facts)}"

    block = facts.get(_BLOCK)
    line = words_of(event, {name: value for name, value in facts.items() if name != _BLOCK})
    return _headed(form, time, level, line) + (_indented(str(block)) if block else "")


def _headed(form: LogForm, time: str, level: str, line: str) -> str:
    """Return the line behind its time and level."""
    if form is LogForm.PLAIN:
        return f"{time} {level:<8} {line}"

    return f"\x1b[2m{time}\x1b[0m \x1b[{_COLOURS.get(level, '0')}m{level:<8}\x1b[0m {line}"


def priority_of(level: str) -> int:
    """Return the number that syslog and the journal have for a level."""
    return _PRIORITIES.get(level, _NOTICE)


def words_of(event: str, facts: Mapping[str, Plain]) -> str:
    """Return event and facts as `event name=value …`."""
    return " ".join([_printable(event), *(f"{_name(n)}={_value(v)}" for n, v in facts.items())])


def _name(name: str) -> str:
    """Return a fact's name as one word."""
    return re.sub(r"[^\w.-]", "_", name)


def _value(value: Plain) -> str:
    """Return a value as one word, or quoted as JSON quotes."""
    if isinstance(value, str):
        bare = _BARE.fullmatch(value) and value.isprintable()
        return value if bare else _printable(json.dumps(value, ensure_ascii=False))

    return _printable(json.dumps(value, ensure_ascii=False))


def _printable(text: str) -> str:
    """Return `text` with everything that is not printable escaped."""
    if text.isprintable():
        return text

    return "".join(one if one.isprintable() else _escaped(one) for one in text)


def _escaped(character: str) -> str:
    """Return a character as Python and JSON write it."""
    return character.encode("unicode_escape").decode("ascii")


def _indented(block: str) -> str:
    """Return lines of their own."""
    return "".join(f"\n    {_printable(line)}" for line in block.splitlines())
