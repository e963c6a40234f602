"""Text of strangers on a person's terminal: shown, never obeyed.

A file's name, or a title from a source, may hold what moves a cursor, recolours or rings; and
what breaks a line. Light to import: every error goes through here.
"""

from __future__ import annotations


def visible(text: str, *, keeps_lines: bool = False) -> str:
    r"""Return `text` with everything that is not printed made visible, as in `\x1b`.

    With `keeps_lines`, line ends stay: our own messages may have several lines.
    """
    return "".join(
        each if each.isprintable() or (keeps_lines and each == "\n") else _spelled(each)
        for each in text
    )


def _spelled(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")
