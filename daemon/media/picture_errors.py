"""What can be wrong with a picture.

MediaError                   (rules.errors)
 ├─ FileRefused              (daemon.media.errors)
 │   ├─ NotAPicture
 │   └─ PictureTooLarge
 └─ PhashImpossible          (daemon.media.errors)
     ├─ PictureDamaged
     └─ PictureNotUnderstood
"""

from __future__ import annotations

from daemon.media.errors import FileRefused, PhashImpossible


class NotAPicture(FileRefused):
    """The content is none of the kinds of picture that doorman reads."""

    condition = "is no picture that doorman reads"
    advice = "JPEG, PNG, GIF and WebP are read; replace it by a complete copy, or leave it out"


class PictureTooLarge(FileRefused):
    """The picture has more bytes or more pixels than anybody photographs."""

    condition = "is too large a picture"
    advice = "look at it: a few bytes can claim any size; leave it out"


class PictureDamaged(PhashImpossible):
    """The picture ends early, or its content contradicts itself: the reference's readers fail."""

    def __init__(self, finding: str) -> None:
        """Build the message from what was found."""
        super().__init__(f"the picture is damaged ({finding}); replace it by a complete copy")
        self.finding = finding


class PictureNotUnderstood(PhashImpossible):
    """The picture is of a variety that the reference's readers refuse, or that ours lack."""

    def __init__(self, variety: str) -> None:
        """Build the message from the variety."""
        super().__init__(
            f"no hash is defined for {variety}; the file is identified by its other hashes only"
        )
        self.variety = variety
