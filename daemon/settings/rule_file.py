"""A file with rules to be tried: the configuration itself, or another that holds [[rule]]."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, ValidationError

from daemon.settings.consistency import rule_name_problems
from daemon.settings.document import Document, entries_of
from daemon.settings.fields import Lenient
from daemon.settings.finder import Finder
from daemon.settings.identify_section import IdentifySettings
from daemon.settings.load import read_text
from daemon.settings.problems import ConfigurationInvalid, Problem
from daemon.settings.rules import Names, condition_problems, rule_texts, shipped_names
from daemon.settings.section import Section
from daemon.settings.sections import LISTS, TABLES, RuleSettings
from daemon.settings.syntax import parse_toml
from daemon.settings.wording import sentence

if TYPE_CHECKING:  # see daemon.settings.rules
    from rules.ruleset import RuleText

_READ = ("rule", "identify")
"""Sections that are looked at; of [identify] only default_rules counts here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFile:
    """The rules that a file leads to."""

    texts: tuple[RuleText, ...]
    """In the order in which they are tried: the file's own, then the shipped ones."""
    own: int
    """How many are the file's own."""
    lines: Mapping[str, int]
    """Where the file's own begin, by name, from 1."""


class _Rules(Section):
    """The sections that matter; the others are for whoever reads the whole configuration."""

    rules: Annotated[tuple[RuleSettings, ...], Lenient] = Field(default=(), alias="rule")
    identify: IdentifySettings = IdentifySettings()


def read_rule_file(path: Path, *, names: Names | None) -> RuleFile:
    """Return the rules in the file at `path`.

    With `names`, a condition may speak only of libraries and sources that there are.

    Raises:
        ConfigurationUnreadable: when it cannot be read.
        ConfigurationInvalid: with everything that is wrong with its rules at once.

    """
    return read_rules(read_text(path), path, names=names)


def read_rules(text: str, origin: Path, *, names: Names | None) -> RuleFile:
    """Return the rules in a text; errors name it as `origin`.

    With `names`, a condition may speak only of libraries and sources that there are.

    Raises:
        ConfigurationInvalid: with everything that is wrong with its rules at once.

    """
    document = parse_toml(text, str(origin))
    finder = Finder(origin, text, {})
    file, problems = _validated(document, finder)
    problems += _rule_problems(document, file, finder, names)
    if problems or file is None:
        raise ConfigurationInvalid(problems)

    return RuleFile(
        texts=rule_texts(file.rules, default_rules=file.identify.default_rules),
        own=len(file.rules),
        lines={
            rule.name: finder.line(("rule", index, "name")) or 1
            for index, rule in enumerate(file.rules)
        },
    )


def _validated(document: Document, finder: Finder) -> tuple[_Rules | None, list[Problem]]:
    of_others = {*LISTS, *TABLES} - set(_READ)
    wanted = {key: value for key, value in document.items() if key not in of_others}
    try:
        return _Rules.model_validate(wanted), []
    except ValidationError as error:
        said = ((detail["loc"], sentence(detail)) for detail in error.errors(include_url=False))
        return None, [finder.problem_at(path, message) for path, message in said if message]


def _rule_problems(
    document: Document, file: _Rules | None, finder: Finder, names: Names | None
) -> Iterator[Problem]:
    rules = entries_of(document, "rule")
    uses_shipped = file is None or file.identify.default_rules
    shipped = shipped_names() if uses_shipped else frozenset()
    yield from rule_name_problems(rules, shipped, finder.problem_at)
    yield from condition_problems(rules, finder, names=names)
