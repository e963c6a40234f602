"""Where in the configuration something stands that is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from daemon.settings.characters import place_of_character
from daemon.settings.lines import KeyLines, KeyPath
from daemon.settings.problems import Problem
from daemon.settings.wording import dotted


class Finder:
    """Tells where in the file, or in which variable, something stands."""

    def __init__(self, origin: Path, text: str, variables: Mapping[KeyPath, str]) -> None:
        """Look into `text`, the file's; `variables` say what comes from the environment."""
        self._origin = str(origin)
        self._text = text.replace("\r\n", "\n")
        self._variables = variables

    def problem_at(self, path: KeyPath, message: str) -> Problem:
        """Return the problem, with the place it is to be mended at."""
        variable = self._variable(path)
        if variable:
            return Problem(origin=variable, message=message)

        return Problem(origin=self._origin, line=self.line(path), key=dotted(path), message=message)

    def problem_in(
        self, path: KeyPath, message: str, place: tuple[int, int] | None
    ) -> Problem | None:
        """Return the problem at line and column of the text at `path`, None if it isn't told."""
        problem = self.problem_at(path, message)
        if place is None or problem.line is None:
            return None

        found = place_of_character(
            self._text,
            str(path[-1]),
            line=problem.line,
            value_line=place[0],
            value_column=place[1],
        )
        return replace(problem, line=found[0], column=found[1]) if found else None

    def _variable(self, path: KeyPath) -> str | None:
        """Return the variable that says what stands at `path`, or the table that holds it."""
        lengths = range(len(path), 0, -1)
        return next(
            (self._variables[path[:each]] for each in lengths if path[:each] in self._variables),
            None,
        )

    def line(self, path: KeyPath) -> int | None:
        """Return the line where `path`, or else the innermost part that is there, stands."""
        return self._lines.line(path)

    @cached_property
    def _lines(self) -> KeyLines:
        """Return the lines of the file; not asked for unless something is wrong."""
        return KeyLines(self._text)
