"""Options set by environment variables.

`DOORMAN_<SECTION>__<OPTION>` sets an option of a section that stands once (in one inside of it:
`DOORMAN_IDENTIFY__FIELDS__TITLE`); a number, a truth or a list is written as in TOML, everything
else is text as it is. `DOORMAN_SOURCE_<NAME>_KEY` is
the key of one source, `DOORMAN_ANNOUNCE_<NAME>_KEY` that of another program. Any other
variable named DOORMAN_… is an error: it would do nothing.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from daemon.settings.document import Document, Entry
from daemon.settings.lines import KeyPath
from daemon.settings.places import CONFIG_VARIABLE
from daemon.settings.problems import Problem, did_you_mean
from daemon.settings.section import Section, is_inline, options_of
from daemon.settings.sections import LISTS, SECTIONS

PREFIX = "DOORMAN_"
_NEVER_OURS = re.compile(r"[^A-Z0-9]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrides:
    """What the environment says over the file."""

    document: Document = field(repr=False)
    """In the shape of the file; may hold secrets."""
    variables: Mapping[KeyPath, str]
    """Which variable set which option."""
    problems: tuple[Problem, ...]


def key_variable(name: str, section: str = "source") -> str:
    """Return the variable that holds the key of the source, or other program, of that name."""
    return f"{PREFIX}{section.upper()}_{_NEVER_OURS.sub('_', name.upper())}_KEY"


def read_overrides(environment: Mapping[str, str], keyed: Iterable[Entry]) -> Overrides:
    """Return what the variables named DOORMAN_… say; `keyed` are the tables that have keys."""
    options = _option_variables()
    keys = {key_variable(each.texts.get("name", ""), each.section) for each in keyed}
    document: Document = {}
    variables: dict[KeyPath, str] = {}
    problems = []
    for name in sorted(environment):
        if not name.startswith(PREFIX) or name in keys or name == CONFIG_VARIABLE:
            continue
        if name not in options:
            problems.append(Problem(origin=name, message=_unknown(name, [*options, *keys])))
            continue
        option = options[name]
        value = _value(environment[name], is_inline=is_inline(option.section, option.path[-1]))
        _put(document, option.path, value)
        variables[option.path] = name

    return Overrides(document=document, variables=variables, problems=tuple(problems))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Option:
    """An option that a variable can set."""

    section: type[Section]
    path: tuple[str, ...]
    """From the outermost section to the option."""


def _option_variables() -> dict[str, _Option]:
    paths = {name: tuple(name.split(".")) for name in SECTIONS}
    return {
        f"{PREFIX}{'__'.join((*path, key))}".upper(): _Option(
            section=SECTIONS[name], path=(*path, key)
        )
        for name, path in paths.items()
        if path[0] not in LISTS
        for key in options_of(SECTIONS[name])
    }


def _put(document: Document, path: tuple[str, ...], value: object) -> None:
    """Set an option in a document, with the tables that it stands in."""
    for name in path[:-1]:
        inner = document.setdefault(name, {})
        if isinstance(inner, dict):
            document = inner
    document[path[-1]] = value


def _value(text: str, *, is_inline: bool) -> object:
    """Return the number, truth or list that `text` is in TOML, and otherwise `text`.

    A table counts only for an option that may be one: a password may look like one.
    """
    try:
        document = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text

    value = document.get("value")
    kinds = bool | int | float | list | dict if is_inline else bool | int | float | list
    is_one_value = len(document) == 1 and isinstance(value, kinds)
    return value if is_one_value else text


def _unknown(name: str, known: Iterable[str]) -> str:
    bare = name.removeprefix(PREFIX)
    nearest = did_you_mean(bare, [variable.removeprefix(PREFIX) for variable in known])
    if nearest:
        return f"unknown variable; did you mean {PREFIX}{nearest}?"
    if bare.split("__")[0].lower() in LISTS:
        return "unknown variable; libraries, sources, rules and channels are set in the file only"

    return "unknown variable; unset it, or see doorman --help for those that doorman reads"
