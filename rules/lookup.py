"""What a person asks one source: these words, this web page, this id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from rules.candidate import Way
from rules.errors import UsageError

MOST_CHARACTERS: Final = 500
"""Longer than any title with all who are in it, and than addresses of works' pages."""


class LookupUnclear(UsageError):
    """It is not said what to look for, or more than one thing is."""

    def __init__(self, detail: str) -> None:
        """Build the message from what is wrong."""
        super().__init__(f"{detail}; give one of text, url and id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """One thing to look for at one source, typed by a person for one file.

    A person means what they type: unlike the name of a file it may be sent to a source that is
    told no names, and needs not look like a release's. But nothing about a file that is safe for
    work goes to a source of adult works, whoever types it.
    """

    way: Way
    """Anything but `FINGERPRINT`."""
    text: str
    is_sfw: bool = False


def lookup_of(
    *, text: str | None = None, url: str | None = None, remote_id: str | None = None
) -> Lookup:
    """Return what is to be looked for: just one of these.

    Raises:
        LookupUnclear: none is given, or several, or it is too long.

    """
    told = {Way.TEXT: text, Way.URL: url, Way.ID: remote_id}
    given = [(way, said.strip()) for way, said in told.items() if said and said.strip()]
    if len(given) != 1:
        raise LookupUnclear("nothing is to be looked for" if not given else "too much is given")

    ((way, wanted),) = given
    if len(wanted) > MOST_CHARACTERS:
        raise LookupUnclear(f"what is to be looked for is longer than {MOST_CHARACTERS} characters")

    return Lookup(way=way, text=wanted)
