"""A key that nothing shows by accident."""

from __future__ import annotations

import re
from typing import Final

_MASK: Final = "**********"
_TOKEN: Final = re.compile(r"eyJ[\w-]*(\.[\w-]+){2}", re.ASCII)
"""Three parts in base64url; the first is a JSON object, which begins with `{"`."""


class SecretText:
    """Hold a secret; every way of printing it prints a mask, only `reveal` tells it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        """Keep `text`."""
        self._text = text

    def reveal(self) -> str:
        """Return the secret itself, for the header it belongs in and nowhere else."""
        return self._text

    def redact(self, text: str) -> str:
        """Return `text` with the secret masked wherever somebody echoed it."""
        return text.replace(self._text, _MASK) if self._text else text

    @property
    def fits_a_header(self) -> bool:
        """Tell whether it is all visible ASCII.

        Anything else is a slip of the clipboard, and h11 would print it in its error.
        """
        return all("!" <= character <= "~" for character in self._text)

    @property
    def is_shaped_as_token(self) -> bool:
        """Tell whether it could be a signed token (a JWT), as every stash-box's key is one."""
        return _TOKEN.fullmatch(self._text) is not None

    def __bool__(self) -> bool:
        """Tell whether there is any text."""
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        """Compare by content, with other secrets only."""
        return isinstance(other, SecretText) and self._text == other._text

    def __hash__(self) -> int:
        """Agree with `__eq__`."""
        return hash((SecretText, self._text))

    def __repr__(self) -> str:
        """Return a mask."""
        return f"SecretText({_MASK!r})"

    def __str__(self) -> str:
        """Return a mask."""
        return _MASK

    def __reduce__(self) -> str:
        """Refuse to be pickled or copied into another process."""
        message = "a secret does not travel; reveal() it where it is used"
        raise TypeError(message)
