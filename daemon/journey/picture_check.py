"""Look whether fetched bytes are a picture that media servers can show, without decoding it.

Nothing here hands a stranger's bytes to a decoder: headers are read, ends and checksums looked
for, all in Python and bounded by the bytes that were fetched.
"""

from __future__ import annotations

from daemon.media.picture_content import ensure_whole, kind_of
from daemon.media.picture_errors import PictureDamaged, PictureNotUnderstood
from daemon.media.picture_size import claimed_size
from rules.artwork import is_usable
from rules.sidecar import digest, picture_extension
from store.found_pictures import Found, FoundPicture, NoUse


def check_picture(content: bytes) -> Found:
    """Return what a picture is, or why it is of no use beside a video."""
    kind, extension = kind_of(content), picture_extension(content)
    if kind is None or extension is None:
        return NoUse(trouble="it is of a kind that media servers do not show")

    try:
        ensure_whole(kind, content)
    except (PictureDamaged, PictureNotUnderstood) as error:
        return NoUse(trouble=f"it is broken: {_finding(error)}")

    size = claimed_size(kind, content)
    if size is None:
        return NoUse(trouble="it is broken: nothing in it says how large it is")

    if not is_usable(size.width, size.height):
        return NoUse(trouble=f"{size.width} x {size.height} pixels are no size for a picture")

    return FoundPicture(
        sha256=digest(content), extension=extension, width=size.width, height=size.height
    )


def _finding(error: PictureDamaged | PictureNotUnderstood) -> str:
    return error.finding if isinstance(error, PictureDamaged) else "it moves"
