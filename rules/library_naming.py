"""How the files of one library are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from rules.name_fields import NameField
from rules.naming import NameTemplate, NameUnusable
from rules.selection import Selection, is_excluded

LONGEST_OWN_END = "-landscape.jpeg"
"""Longer than what doorman writes behind a stem: room is left for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryNaming:
    """How the files of one library are called, and which of them are its."""

    template: NameTemplate | None = None
    """None: they keep their names."""
    selection: Selection = field(default_factory=Selection)

    def place_of(
        self, values: Mapping[NameField, str], *, extension: str, longest_end_bytes: int
    ) -> PurePosixPath | None:
        """Return where a file belongs, from the library on; None where it keeps its name.

        Args:
            values: What is known of its work.
            extension: The end of its name with the dot.
            longest_end_bytes: Of what lies beside it, the longest end behind its stem.

        Raises:
            NameUnknown: something that the name needs is not known.
            NameUnusable: nobody would find it there, or no disk can hold that.

        """
        if self.template is None:
            return None

        longest = max(longest_end_bytes, len(LONGEST_OWN_END))
        place = self.template.path_of(values, extension=extension, longest_end_bytes=longest)
        self._check(place)
        return place

    def _check(self, place: PurePosixPath) -> None:
        """Refuse a place where the library does not look for files."""
        chain = (self.selection.excludes,)
        folders = [each for each in reversed(place.parents) if each.parts]
        is_left_out = is_excluded(chain, place.as_posix(), is_folder=False) or any(
            is_excluded(chain, each.as_posix(), is_folder=True) for each in folders
        )
        if is_left_out:
            raise NameUnusable(f'"{place}" is excluded from the library')


KEEPS_NAMES = LibraryNaming()
"""What a library without a template does."""
