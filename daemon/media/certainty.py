"""What tells that a quick way may give other pictures than ffmpeg's."""

from __future__ import annotations

from rules.errors import MediaError


class NotCertain(MediaError):
    """The pictures may be others than ffmpeg's; they have to be found in a more thorough way."""

    def __init__(self, reason: str) -> None:
        """Build the message from what the stream does not keep; nobody else ever sees it."""
        super().__init__(f"{reason}; decode the segment more thoroughly")
        self.reason = reason


class Damaged(NotCertain):
    """Something cannot be decoded: in ffmpeg's way, the picture is patched with its neighbours."""

    def __init__(self) -> None:
        """Build the message."""
        super().__init__("it is damaged")
