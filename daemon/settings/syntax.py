"""Text into a TOML document, or the place where it stops being one."""

from __future__ import annotations

import re
import tomllib

from daemon.settings.problems import ConfigurationInvalid, Problem

_PLACE = re.compile(
    r"^(?P<what>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|.*)\)$", re.DOTALL
)
_TWICE = re.compile(r"Cannot declare \((?P<keys>.*?),?\) twice")
_SEVERAL = frozenset({"library", "source", "rule"})
_UNKNOWN = "this is no TOML; compare it with the examples that doorman init writes"
_QUOTES_MISSING = "the closing quotes (\"\"\" or ''') are missing"
_MANY_DIGITS = re.compile(r"[0-9]{4300}")
"""Python's own limit to the digits of a whole number."""
_DEEP = re.compile(r"(?:[\[{][ \t]*){50}")

# What tomllib says (seen in CPython 3.11, 3.12 and 3.13), and what to say instead; the first that
# begins so counts.
_SENTENCES = (
    ("Expected '=' after a key", 'a key, then "=" and its value is expected here'),
    (
        "Invalid value",
        "a value is expected here; text needs quotes, true and false are written small",
    ),
    ("Invalid statement", "neither a key nor a [section] begins here; comments begin with #"),
    ("Invalid initial character for a key", "a key is expected here; put odd ones in quotes"),
    ("Expected newline or end of document", "the line should end here; text needs quotes"),
    ("Cannot overwrite a value", "this key stands in this section already; remove one of the two"),
    ("Duplicate inline table key", "this key stands between these braces already; remove one"),
    ("Cannot mutate immutable namespace", "this table was closed above; write all of it there"),
    ("Cannot redefine namespace", "this table was opened above; write all of it there"),
    ("Unterminated string", _QUOTES_MISSING),
    ("Expected \"'''\"", _QUOTES_MISSING),
    ('Expected \'"""\'', _QUOTES_MISSING),
    ("Illegal character '\\n'", "the closing quote is missing on this line"),
    ("Found invalid character '\\n'", "a comment or a line holds a stray line break; remove it"),
    ("Illegal character", "an invisible control character stands here; remove it"),
    ("Found invalid character", "an invisible control character stands here; remove it"),
    ("Unescaped '\\' in a string", "a backslash must be doubled here, or use single quotes"),
    ("Invalid hex value", "\\u needs 4 hexadecimal digits, \\U needs 8; or double the backslash"),
    ("Escaped character is not", "there is no such Unicode character; check the digits"),
    ("Expected ']' at the end", 'the closing "]" of the section is missing'),
    ("Expected ']]' at the end", 'the closing "]]" of the section is missing'),
    ("Unclosed array", 'a comma or the closing "]" of the list is missing here'),
    ("Unclosed inline table", 'a comma or the closing "}" of the table is missing here'),
    ("Invalid date or datetime", "there is no such date; text needs quotes"),
)


def parse_toml(text: str, origin: str) -> dict[str, object]:
    """Return the document that `text` is.

    Raises:
        ConfigurationInvalid: with line and column where it is no TOML.

    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationInvalid([_problem(str(error), text, origin)]) from None
    except RecursionError:
        line = _line_of(_DEEP, text)
        message = "lists or tables are nested too deep; no option needs that, take them out"
    except ValueError:  # of int(), which tomllib lets through
        line = _line_of(_MANY_DIGITS, text)
        message = "a number has too many digits; no option needs that, write a smaller one"

    raise ConfigurationInvalid([Problem(origin=origin, line=line, message=message)])


def _line_of(pattern: re.Pattern[str], text: str) -> int | None:
    match = pattern.search(text)
    return text.count("\n", 0, match.start()) + 1 if match else None


def _problem(error: str, text: str, origin: str) -> Problem:
    match = _PLACE.match(error)
    what = match["what"] if match else error
    if match is None or match["line"] is None:
        line, column = _end(text)
    else:
        line, column = int(match["line"]), int(match["column"])

    return Problem(origin=origin, line=line, column=column, message=_sentence(what))


def _end(text: str) -> tuple[int, int]:
    """Return the line and column after the last character that is not blank."""
    lines = text.rstrip().split("\n")
    return len(lines), len(lines[-1]) + 1


def _sentence(what: str) -> str:
    if twice := _TWICE.match(what):
        return _declared_twice(twice["keys"].replace("'", "").replace(", ", "."))

    return next((said for begin, said in _SENTENCES if what.startswith(begin)), _UNKNOWN)


def _declared_twice(name: str) -> str:
    if name in _SEVERAL:
        return f"[{name}] stands here again; write [[{name}]], with two brackets, for each"

    return f"[{name}] stands here again; join the two sections"
