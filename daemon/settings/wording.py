"""What pydantic found wrong, in sentences for the owner of the file."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from pydantic_core import ErrorDetails

from daemon.settings.problems import did_you_mean
from daemon.settings.section import (
    Section,
    default_of,
    example_of,
    keys_of,
    options_of,
    section_within,
)
from daemon.settings.sections import LISTS, SECTIONS, TABLES
from daemon.settings.writing import either, quoted, toml_text

_LIBRARY_HINT = 'add [[library]] and, below it, path = "/srv/videos"'
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_CONSEQUENCE = "default_factory_not_called"
"""Only follows another error of the same table, which says more; as does "too short" for a list
that has elements, all of them wrong."""


def sentence(error: ErrorDetails) -> str | None:
    """Return what is wrong and how to mend it; None when another error says it already."""
    if error["type"] == _CONSEQUENCE or (error["type"] == "too_short" and error["input"]):
        return None
    if _would_be_filled(error):
        return None

    say = _SENTENCES.get(error["type"])
    return say(error) if say else f"{error['msg']}; see doorman config schema"


def _would_be_filled(error: ErrorDetails) -> bool:
    """Tell whether a preset would have said what is missing, so that only the preset is wrong."""
    table: object = error["input"]
    return error["type"] == "missing" and isinstance(table, dict) and "preset" in table


def dotted(location: tuple[int | str, ...]) -> str:
    """Return the key path as people write it; indices are said by the line."""
    parts = (part for part in location if isinstance(part, str))
    return ".".join(part if _BARE_KEY.fullmatch(part) else quoted(part) for part in parts)


def _ours(error: ErrorDetails) -> str:
    return _item(error) + error["msg"]


def _text_wanted(error: ErrorDetails) -> str:
    return f"{_item(error)}must be text in quotes, not {_kind_of(error['input'])}"


def _whole_number_wanted(error: ErrorDetails) -> str:
    given: object = error["input"]
    if isinstance(given, str) and re.fullmatch(r"[0-9]{1,9}", given):
        return f"must be a whole number: write {given}, without quotes"

    example = default_of(_section(error["loc"]), str(error["loc"][-1]))
    return f"must be a whole number such as {example}, not {_kind_of(given)}"


def _truth_wanted(error: ErrorDetails) -> str:
    given: object = error["input"]
    if isinstance(given, str) and given.lower() in {"true", "false"}:
        return f"must be true or false: write {given.lower()}, small and without quotes"

    return f"must be true or false, not {_kind_of(given)}"


def _list_wanted(error: ErrorDetails) -> str:
    key = dotted(error["loc"])
    if key in LISTS:
        return f"write [[{key}]], with two brackets: there may be several"

    given: object = error["input"]
    example = quoted(given) if isinstance(given, str) and _may_be_said(key) else '"…"'
    return f"must be a list, not {_kind_of(given)}: write [{example}]"


def _may_be_said(key: str) -> bool:
    """Tell whether the value of `key` is no secret."""
    return key not in {"notify.targets", "channel.targets"}


def _table_wanted(error: ErrorDetails) -> str:
    name = dotted(error["loc"])
    if name in LISTS:
        return f"must be tables: write [[{name}]], and its options below it"
    if isinstance(error["input"], list):
        return f"write [{name}], with one bracket: there is only one"

    return f"must be a section: write [{name}], and its options below it"


def _missing(error: ErrorDetails) -> str:
    *outer, key = error["loc"]
    if not outer:
        return f"no library is named; {_LIBRARY_HINT}"

    example = example_of(_section(error["loc"]), str(key))
    return f"is missing; add {key} = {toml_text(example)}"


def _too_short(error: ErrorDetails) -> str:
    if error["loc"] == ("library",):
        return f"no library is named; {_LIBRARY_HINT}"

    return "is empty; name at least one, or leave the line out for the default"


def _too_small(error: ErrorDetails) -> str:
    return f"must be at least {error['ctx']['ge']}, not {error['input']}"


def _too_big(error: ErrorDetails) -> str:
    return f"must be at most {error['ctx']['le']}, not {error['input']}"


def _not_a_choice(error: ErrorDetails) -> str:
    choices = re.findall(r"'([^']*)'", error["ctx"]["expected"])
    given: object = error["input"]
    wanted = either(map(toml_text, choices))
    if not isinstance(given, str):
        return f"{_item(error)}must be {wanted}, not {_kind_of(given)}"

    nearest = did_you_mean(given, choices)
    hint = f"; did you mean {toml_text(nearest)}?" if nearest else ""
    return f"{_item(error)}must be {wanted}, not {quoted(given)}{hint}"


def _unknown_key(error: ErrorDetails) -> str:
    *outer, key = error["loc"]
    if not outer:
        return _unknown_at_top(str(key), error["input"])

    known = keys_of(_section(error["loc"]))
    nearest = did_you_mean(str(key), known)
    if nearest:
        return f"unknown key; did you mean {toml_text(nearest)}?"

    names = ", ".join(known)
    return f"unknown key; {_home_of(str(key)) or f'known here: {names}'}"


def _unknown_at_top(key: str, given: object) -> str:
    nearest = did_you_mean(key, [*LISTS, *TABLES])
    if nearest:
        return f"unknown section; did you mean {_header(nearest)}?"
    if isinstance(given, dict | list):
        return f"unknown section; known: {', '.join(map(_header, [*LISTS, *TABLES]))}"

    return f"unknown key; {_home_of(key) or 'write it below the [section] it belongs to'}"


def _home_of(key: str) -> str | None:
    """Return the hint to the sections that do know `key`, None when none does."""
    homes = [name for name, section in SECTIONS.items() if key in options_of(section)]
    return f"it belongs below {either(map(_header, homes))}" if homes else None


def _header(name: str) -> str:
    return f"[[{name}]]" if name in LISTS else f"[{name}]"


def _section(location: tuple[int | str, ...]) -> type[Section]:
    """Return the table that the last key of a location stands in, or should."""
    outermost, *names = (part for part in location[:-1] if isinstance(part, str))
    return section_within(SECTIONS[outermost], names)


def _item(error: ErrorDetails) -> str:
    """Return which item of a list of values is meant, "" outside of one."""
    last = error["loc"][-1]
    return f"item {last + 1}: " if isinstance(last, int) else ""


def _kind_of(value: object) -> str:
    match value:
        case bool():
            return toml_text(value)
        case int():
            return "a whole number"
        case float():
            return "a number with decimals"
        case str():
            return "text"
        case list():
            return "a list"
        case dict():
            return "a table"
        case _:
            return "a date or time"


_SENTENCES: Mapping[str, Callable[[ErrorDetails], str]] = MappingProxyType(
    {
        "doorman": _ours,
        "string_type": _text_wanted,
        "int_type": _whole_number_wanted,
        "bool_type": _truth_wanted,
        "tuple_type": _list_wanted,
        "model_type": _table_wanted,
        "missing": _missing,
        "too_short": _too_short,
        "greater_than_equal": _too_small,
        "less_than_equal": _too_big,
        "literal_error": _not_a_choice,
        "extra_forbidden": _unknown_key,
    }
)
