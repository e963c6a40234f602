"""Which stash-box the sandbox is: its version, and what follows from it.

The facts are `stash-box.md` §0, §1 and §4's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

Version = tuple[int, ...]

LOOK_ALIKE: Final = "look-alike"
OLDEST: Final[Version] = (0, 2)
"""The first version that is imitated."""

_NEWEST_PATCHES: Final = {
    "0.6": "0.6.17",
    "0.7": "0.7.9",
    "0.8": "0.8.4",
    "0.10": "0.10.2",
    LOOK_ALIKE: "0.5.3",
}
"""What a mode named without a patch number is."""


def parse_version(text: str) -> Version:
    """Return "0.10.2" as (0, 10, 2)."""
    return tuple(int(number) for number in text.split("."))


@dataclass(frozen=True, slots=True)
class Mode:
    """The behaviour of one version."""

    name: str
    """A version with or without patch number, or `look-alike`: older fields, other limits."""

    @property
    def version_text(self) -> str:
        """The version, with patch number where one matters."""
        return _NEWEST_PATCHES.get(self.name, self.name)

    @property
    def version(self) -> Version:
        """The version, to compare."""
        return parse_version(self.version_text)

    @property
    def is_look_alike(self) -> bool:
        """Whether it only imitates a stash-box."""
        return self.name == LOOK_ALIKE

    @property
    def compares_text(self) -> bool:
        """Whether hashes are kept, compared and returned as the text that was sent."""
        return self.version < (0, 8)

    @property
    def has_md5(self) -> bool:
        """Whether MD5 is more than a word in an enum."""
        return self.version < (0, 8)

    @property
    def routes_by_unpadded_text(self) -> bool:
        """Whether a near phash is found only for lower-case digits without leading zeros."""
        return self.version < (0, 7)

    @property
    def keeps_one_scene_a_hash(self) -> bool:
        """Whether the batch lookup forgets all scenes of a hash but the last."""
        return (0, 7) <= self.version < (0, 7, 9)

    @property
    def loses_near_hits(self) -> bool:
        """Whether a phash hit at a distance above 0 is found and then lost."""
        return (0, 7) <= self.version < (0, 9)

    @property
    def finds_any_word(self) -> bool:
        """Whether text search needs only one of the words."""
        return self.version >= (0, 8)

    @property
    def too_many_scenes(self) -> str:
        """The text of the error for more than 40 scenes."""
        return "Too many scenes" if self.version < (0, 7) else "too many scenes"
