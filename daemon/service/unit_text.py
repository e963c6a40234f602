"""Fill a systemd unit in: directives, and how systemd reads words in them.

How a directive is taken apart: systemd.syntax(7), and for each directive the parser in systemd
252 (`src/core/load-fragment.c`), since quoting differs from one to the next.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import PurePath

from rules.errors import DoormanError, UsageError

_REFUSED_IN_PROGRAM = re.compile(r"[\"'\\]")
_BARE = re.compile(r"[^\s\"'\\;]+")


class PathUnusable(UsageError):
    """A path that a unit file cannot name."""

    def __init__(self, path: str, problem: str) -> None:
        """Build the message from the path and what is wrong with it."""
        super().__init__(f"{path!r} {problem}, which no unit file can name; rename it")
        self.path = path


class TemplateBroken(DoormanError):
    """A unit that doorman ships is not as it was shipped."""

    def __init__(self, directive: str) -> None:
        """Build the message from the directive that should stand there once."""
        super().__init__(f"the unit template does not have {directive} once; install doorman again")


def set_directive(unit: str, name: str, values: Sequence[str]) -> str:
    """Return the unit with the one line of directive `name` replaced by one for each value.

    Raises:
        TemplateBroken: There is not exactly one.

    """
    pattern = re.compile(rf"^{name}=.*\n", re.MULTILINE)
    if len(pattern.findall(unit)) != 1:
        raise TemplateBroken(f"{name}=")

    lines = "".join(f"{name}={value}\n" for value in values)
    return pattern.sub(lambda _: lines, unit)


def add_directive(unit: str, name: str, values: Iterable[str]) -> str:
    """Return the unit with a line for each value behind the example `#name=…`.

    Raises:
        TemplateBroken: There is not exactly one example.

    """
    pattern = re.compile(rf"^#{name}=.*\n", re.MULTILINE)
    examples = pattern.findall(unit)
    if len(examples) != 1:
        raise TemplateBroken(f"#{name}=")

    lines = "".join(f"{name}={value}\n" for value in values)
    return unit.replace(examples[0], examples[0] + lines)


def command_line(words: Sequence[str]) -> str:
    """Return the value of ExecStart= for these words, the first an absolute path.

    Raises:
        PathUnusable: A word has control characters, or is no text; the program has quotes or
            backslashes, which systemd refuses there, quoted or not.

    """
    program, *arguments = (_checked(word) for word in words)
    if _REFUSED_IN_PROGRAM.search(program):
        raise PathUnusable(program, "has quotes or backslashes")

    quoted = [
        _command_word(program),
        *(_command_word(word).replace("$", "$$") for word in arguments),
    ]
    return " ".join(quoted)


def _command_word(word: str) -> str:
    """Return a word for a directive that undoes C escapes and quotes."""
    word = word.replace("%", "%%")
    if _BARE.fullmatch(word):
        return word

    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


def path_word(path: PurePath) -> str:
    """Return a path for ReadWritePaths=, with the `-` before it.

    The `-` lets the service start while the path does not exist.

    Raises:
        PathUnusable: It is not absolute, has control characters or backslashes, or is no text.

    """
    return quoted_word(f"-{absolute(path)}")


def quoted_word(text: str) -> str:
    """Return a word for a directive that undoes quotes.

    Raises:
        PathUnusable: It has backslashes: systemd 252 takes them for escapes, and not every
            version does.

    """
    if "\\" in text:
        raise PathUnusable(text, "has a backslash")

    word = _checked(text).replace("%", "%%")
    if _BARE.fullmatch(word):
        return word

    # No escape can put a quote into its own kind of quotes, but pieces side by side are one word.
    pieces = re.findall(r"[^\"]+|\"+", word)
    return "".join(f"'{piece}'" if '"' in piece else f'"{piece}"' for piece in pieces)


def credential(name: str, path: PurePath) -> str:
    """Return the value of LoadCredential=, whose path is taken as it stands.

    Raises:
        PathUnusable: The path is not absolute, ends in a blank or backslash, or is no text.

    """
    text = absolute(path)
    if text != text.rstrip(" \\"):
        raise PathUnusable(text, "ends in a blank or backslash")

    return f"{_checked(name)}:{_checked(text).replace('%', '%%')}"


def absolute(path: PurePath) -> str:
    """Return an absolute path's text.

    Raises:
        PathUnusable: It is not absolute.

    """
    if not path.is_absolute():
        raise PathUnusable(str(path), "is not absolute")

    return str(path)


def _checked(text: str) -> str:
    """Return a text that a line of a unit file can hold.

    Raises:
        PathUnusable: It cannot.

    """
    if any(ord(one) < ord(" ") or one == "\x7f" or "\ud800" <= one <= "\udfff" for one in text):
        raise PathUnusable(text, "has control characters or bytes that are no UTF-8")

    return text
