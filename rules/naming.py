"""Where a file belongs by its library's template, as `{studio}/{date} {title}`.

A template is a path below the library, without the ending of the file, which always stays. `{…}`
is a field. What stands in `<…>` is left out as a whole where one of its fields is not known: no
file system that Windows reads has these two signs in a name, so they are free. A field outside of
them has to be known, or the file keeps its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from rules.errors import ConfigurationError, LibraryError
from rules.name_fields import NameField
from rules.safe_name import MOST_NAME_BYTES, is_safe_text, safe_name, safe_value
from rules.selection import is_temporary, skip_folder
from rules.wording import nearest

_TOKEN = re.compile(r"\{(?P<field>[^{}]*)\}|(?P<sign>[<>/{}])|(?P<text>[^<>/{}]+)")
_FIELDS = ", ".join(each.value for each in NameField)
LEAST_NAME_BYTES = 16
"""A name that has to be cut to less than this says nothing."""


class TemplateUnusable(ConfigurationError):
    """A template cannot be read."""

    def __init__(self, problem: str, remedy: str) -> None:
        """Build the message from what is wrong and what to do about it."""
        super().__init__(f"{problem}; {remedy}")


class NameUnknown(LibraryError):
    """The work lacks what its name is to tell."""

    def __init__(self, field: NameField) -> None:
        """Build the message from the field."""
        super().__init__(
            f"it keeps its name: {{{field}}} is not known; put it in < > in the library's rename "
            "option to do without it, or write it into the work"
        )
        self.field = field


class NameUnusable(LibraryError):
    """What the template makes of a work is no name."""

    def __init__(self, reason: str) -> None:
        """Build the message from what is the matter with it."""
        super().__init__(
            f"it keeps its name: {reason}; change the library's rename option, or the work"
        )


@dataclass(frozen=True, slots=True)
class _Slot:
    field: NameField


@dataclass(frozen=True, slots=True)
class _Optional:
    pieces: tuple[str | _Slot, ...]


_Piece = str | _Slot | _Optional


@dataclass(frozen=True, slots=True, kw_only=True)
class NameTemplate:
    """How the files of a library are called."""

    parts: tuple[tuple[_Piece, ...], ...]
    """Of each folder, and at last of the file."""

    @classmethod
    def parse(cls, text: str) -> NameTemplate:
        """Return what a template says.

        Raises:
            TemplateUnusable: it cannot be read, or would lead somewhere else.

        """
        parts = tuple(tuple(_read_part(part)) for part in _split(text))
        if not any(isinstance(piece, _Slot) for piece in parts[-1]):
            raise TemplateUnusable(
                "all files would have one name", "put a field outside of < > behind the last /"
            )

        return cls(parts=parts)

    def path_of(
        self, values: Mapping[NameField, str], *, extension: str, longest_end_bytes: int = 0
    ) -> PurePosixPath:
        """Return where a file belongs, from its library's root on.

        Args:
            values: What is known of the work; what is not is not among them.
            extension: The end of the file's name with its dot, which stays as it is.
            longest_end_bytes: Of what lies beside it, or will, the longest end behind its stem.

        Raises:
            NameUnknown: a field that is needed is not known.
            NameUnusable: nothing is left for a name, or nobody would find the file there.

        """
        safe = {field: safe_value(text) for field, text in values.items()}
        folders = [_folder(part, safe) for part in self.parts[:-1]]
        room_bytes = MOST_NAME_BYTES - max(longest_end_bytes, len(extension.encode()))
        if room_bytes < LEAST_NAME_BYTES:
            raise NameUnusable("what lies beside it has too long a name")

        stem = safe_name(_told(self.parts[-1], safe), most_bytes=room_bytes)
        if not stem:
            raise NameUnusable("nothing of its name is left without what no disk can hold")

        name = f"{stem}{extension}"
        if is_temporary(name):
            raise NameUnusable(f'"{name}" is what an unfinished download would be called')

        return PurePosixPath(*folders, name)


def _split(text: str) -> Iterator[str]:
    if not text.strip():
        raise TemplateUnusable("is empty", 'write a template, as in rename = "{studio}/{title}"')
    if text.startswith("/"):
        raise TemplateUnusable(
            'begins with "/"', "leave that out: files stay inside of their library"
        )

    for part in text.split("/"):
        if not part.strip():
            raise TemplateUnusable(
                "has a folder without a name",
                'write one "/" between two names, and none at the end',
            )
        if part.strip(" .") == "":
            raise TemplateUnusable(
                f'has a folder "{part}"', "leave that out: files stay inside of their library"
            )
        yield part


def _read_part(part: str) -> Iterator[_Piece]:
    optional: list[str | _Slot] | None = None
    for token in _TOKEN.finditer(part):
        sign = token["sign"]
        if sign == "<" and optional is None:
            optional = []
        elif sign == ">" and optional is not None:
            yield _closed(optional)
            optional = None
        elif sign is not None:
            raise _misplaced(sign)
        elif optional is None:
            yield _piece(token)
        else:
            optional.append(_piece(token))
    if optional is not None:
        raise TemplateUnusable('has a "<" without its ">"', 'close it before the next "/"')


def _closed(pieces: list[str | _Slot]) -> _Optional:
    if not any(isinstance(piece, _Slot) for piece in pieces):
        raise TemplateUnusable("has a < > without a field", "put a field in it, or leave it out")

    return _Optional(tuple(pieces))


def _misplaced(sign: str) -> TemplateUnusable:
    if sign in "{}":
        return TemplateUnusable(
            f'has a "{sign}" that belongs to no field', "write fields as in {title}"
        )

    return TemplateUnusable(f'has a "{sign}" in the wrong place', "write < … > around a part")


def _piece(token: re.Match[str]) -> str | _Slot:
    name = token["field"]
    if name is not None:
        return _Slot(_field(name))

    text = token["text"]
    if not is_safe_text(text):
        raise TemplateUnusable(
            f'has "{text}", of which not every disk can hold all', 'leave out : " \\ | ? *'
        )

    return text


def _field(name: str) -> NameField:
    try:
        return NameField(name)
    except ValueError:
        meant = nearest(name, NameField)
        remedy = f"did you mean {{{meant}}}" if meant else f"known are {_FIELDS}"
        raise TemplateUnusable(f"has a field {{{name}}} that there is not", remedy) from None


def _told(part: tuple[_Piece, ...], values: Mapping[NameField, str]) -> str:
    """Return what a part says.

    Raises:
        NameUnknown: a field outside of < > is not known.

    """
    return "".join(_said(piece, values) for piece in part)


def _said(piece: _Piece, values: Mapping[NameField, str]) -> str:
    if isinstance(piece, str):
        return piece

    if isinstance(piece, _Optional):
        slots = (each for each in piece.pieces if isinstance(each, _Slot))
        is_known = all(values.get(slot.field) for slot in slots)
        return "".join(_said(each, values) for each in piece.pieces) if is_known else ""

    if not values.get(piece.field):
        raise NameUnknown(piece.field)

    return values[piece.field]


def _folder(part: tuple[_Piece, ...], values: Mapping[NameField, str]) -> str:
    name = safe_name(_told(part, values))
    if not name:
        raise NameUnusable("a folder of its path would have no name")
    if skip_folder(name):
        raise NameUnusable(f'systems keep a folder "{name}" for themselves')

    return name
