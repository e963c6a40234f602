"""Rules as they stand in a configuration file."""

from __future__ import annotations

import json

from rules.ruleset import RuleText

_LITERAL = "'''"


def rule_toml(rule: RuleText) -> str:
    """Return a rule as a `[[rule]]` table."""
    lines = [
        "[[rule]]",
        f"name = {_quoted(rule.name)}",
        f"when = {_multiline(rule.when) if _reads_as_it_is(rule.when) else _quoted(rule.when)}",
        f"then = {_quoted(rule.then)}",
    ]
    if rule.reason:
        lines.append(f"reason = {_quoted(rule.reason)}")
    return "\n".join((*lines, ""))


def _reads_as_it_is(text: str) -> bool:
    """Tell whether a text of several lines can stand in the file without being escaped."""
    has_control = any(ord(each) < ord(" ") and each != "\n" for each in text)
    ends_well = _LITERAL not in text and not text.endswith("'") and "\x7f" not in text
    return "\n" in text and ends_well and not has_control


def _multiline(text: str) -> str:
    return f"{_LITERAL}\n{text}{_LITERAL}"


def _quoted(text: str) -> str:
    # JSON text is a TOML basic string, but for DEL, and for halves of characters as escapes.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
