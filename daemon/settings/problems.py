"""What can be wrong with a configuration, and how it is said.

ConfigurationError
 ├─ NoConfiguration           no file in any of the places
 ├─ ConfigurationUnreadable   the file is there and cannot be read
 └─ ConfigurationInvalid      it was read, and something in it, or several things, are wrong
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rules.errors import ConfigurationError

_LIKENESS = 0.6
"""difflib's own default: below it, names have nothing in common."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong, where, and what to do about it."""

    origin: str
    """The configuration file or the environment variable; "" for neither."""
    line: int | None = None
    """From 1; None when there is no such place in the file."""
    column: int | None = None
    """From 1; said of text that is no TOML, and of conditions."""
    key: str = ""
    """Dotted, without indices: `library.settle`."""
    message: str
    """What is wrong and how to mend it; never a secret."""

    def __str__(self) -> str:
        """Return one line that editors and terminals can jump from."""
        numbers = [str(number) for number in (self.line, self.column) if number is not None]
        place = ":".join([self.origin, *numbers])
        return ": ".join(part for part in (place, self.key, self.message) if part)


class NoConfiguration(ConfigurationError):
    """There is no configuration file in any of the usual places."""

    def __init__(self, places: Sequence[Path]) -> None:
        """Build the message from the places where it was looked for."""
        listed = ", ".join(map(str, places))
        super().__init__(
            f"no configuration file found (looked for {listed}); "
            "write one with doorman init, or name it with --config"
        )
        self.places = tuple(places)


class ConfigurationUnreadable(ConfigurationError):
    """The configuration file cannot be read."""

    def __init__(self, path: Path, error: OSError) -> None:
        """Build the message from what the system said."""
        super().__init__(f"{path}: {_unreadable(error)}")
        self.path = path


class ConfigurationInvalid(ConfigurationError):
    """The configuration says something that doorman cannot do."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Build the message from the problems: one line each, in the order of the file."""
        self.problems = tuple(sorted(problems, key=_place))
        super().__init__("\n".join(map(str, self.problems)))


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """Return the known word nearest to `word`; None when none is near."""
    by_lower = {name.lower(): name for name in known}
    nearest = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=_LIKENESS)
    return by_lower[nearest[0]] if nearest else None


def _place(problem: Problem) -> tuple[bool, int, int, str, str]:
    """Return what problems are ordered by: those with a line first, in the order of the file."""
    line, column = problem.line or 0, problem.column or 0
    return (problem.line is None, line, column, problem.key, str(problem))


def _unreadable(error: OSError) -> str:
    match error:
        case FileNotFoundError() | NotADirectoryError():
            return "there is no such file; check the path, or write one with doorman init"
        case IsADirectoryError():
            return "is a folder; name the file in it, usually doorman.toml"
        case PermissionError():
            return "may not be read; let the user that doorman runs as read it (chown, chmod)"
        case _:
            return f"cannot be read ({error.strerror}); check the disk that it lies on"
