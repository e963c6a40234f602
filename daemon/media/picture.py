"""Examine a picture: its facts, its MD5, and its phash where the reference would have one.

Facts: `stash.md` §2.1.  The decoders are ffmpeg's, given nothing but bytes in memory; what the
reference reads by Go's decoders is turned into the same colours by `daemon.media.picture_raster`.
Only for JPEG would theirs round otherwise than Go's, which can decide a bit of the hash: those are
decoded by `daemon.media.jpeg`.  What Go's decoder refuses, and JPEGs of more than 16 MiB or of more
than 64 million samples, are left to ffmpeg.  There a hash may differ, mostly where shades repeat so
regularly that several bits of the hash are on the edge, as on a chessboard.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from av import CodecContext, Packet
from av.error import FFmpegError
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from daemon.media.errors import PhashImpossible, named
from daemon.media.memory import raise_if_short_of_memory
from daemon.media.phash import hash_picture, to_phash
from daemon.media.picture_content import ensure_whole, hidden_shade, kind_of, pixels_only
from daemon.media.picture_errors import (
    NotAPicture,
    PictureDamaged,
    PictureNotUnderstood,
    PictureTooLarge,
)
from daemon.media.picture_examination import PictureExamination, PictureKind
from daemon.media.picture_gif import first_picture
from daemon.media.picture_jpeg import jpeg_raster
from daemon.media.picture_raster import Raster, greys_of, painted, raster_of, samples
from daemon.media.picture_size import PictureSize, claimed_size
from daemon.media.reading import opened
from rules.fingerprint import Md5, Phash

MOST_BYTES = 256 << 20
MOST_PIXELS = 150_000_000
"""A camera's largest picture has 150 million; ten bytes of a PNG can claim 4 thousand million."""

_HEAD_BYTES = 16  # all that `kind_of` looks at
_OPTIONS = {
    "max_pixels": str(MOST_PIXELS),
    "err_detect": "explode",
    "idct": "faani",  # of ffmpeg's transforms for JPEG the one nearest to Go's
}
_DECODERS = {
    PictureKind.JPEG: "mjpeg",
    PictureKind.PNG: "png",
    PictureKind.GIF: "gif",
    PictureKind.WEBP: "webp",
}


def examine_picture(
    path: Path, now_s: Callable[[], float] = time.perf_counter
) -> PictureExamination:
    """Return what the picture at an absolute path is.

    Raises:
        NotAPicture: when it is none of `PictureKind`, whatever it is called.
        PictureTooLarge: when it has more than `MOST_BYTES` or `MOST_PIXELS`.
        FileVanished: when there is no such file.
        FileUnreadable: when reading fails.

    """
    began_s = now_s()
    kind, content = _content_of(path)
    size = claimed_size(kind, content)
    _check_claimed(path, size)
    phash, missing = _phash_or_reason(kind, content)
    return PictureExamination(
        kind=kind,
        width=None if size is None else size.width,
        height=None if size is None else size.height,
        phash=phash,
        phash_missing=missing,
        md5=Md5(hashlib.md5(content, usedforsecurity=False).hexdigest()),
        took_s=now_s() - began_s,
    )


def damage_of(path: Path) -> str | None:
    """Return why the picture at an absolute path cannot be shown whole; None when it can.

    All of it is decoded. A JPEG has no checksums: a bit that changed may be another shade.

    Raises:
        NotAPicture: when it is none of `PictureKind`.
        PictureTooLarge: when it has more than `MOST_BYTES` or `MOST_PIXELS`.
        FileVanished: when there is no such file.
        FileUnreadable: when reading fails.

    """
    kind, content = _content_of(path)
    _check_claimed(path, claimed_size(kind, content))
    try:
        ensure_whole(kind, content)
        _decoded_whole(kind, content)
    except PictureDamaged as error:
        return error.finding
    except PhashImpossible as error:
        return named(error)
    return None


def _decoded_whole(kind: PictureKind, content: bytes) -> None:
    """Decode a picture, of one that moves its first.  Raises: PhashImpossible."""
    if kind is PictureKind.GIF:
        _gif(content)
    else:
        _decoded(kind, pixels_only(content) if kind is PictureKind.PNG else content)


def _check_claimed(path: Path, size: PictureSize | None) -> None:
    """Refuse what claims to be too large, before it takes memory.  Raises: PictureTooLarge."""
    if size is not None and size.width * size.height > MOST_PIXELS:
        raise PictureTooLarge(path, f"{size.width} x {size.height} pixels")


def _content_of(path: Path) -> tuple[PictureKind, bytes]:
    """Return a picture's bytes; of anything else no more than the beginning is read."""
    with opened(path) as file:
        head = file.read(_HEAD_BYTES)
        kind = kind_of(head)
        if kind is None:
            raise NotAPicture(path)

        if os.fstat(file.fileno()).st_size > MOST_BYTES:
            raise PictureTooLarge(path, f"more than {MOST_BYTES >> 20} MiB")

        return kind, head + file.read(MOST_BYTES)


def _phash_or_reason(kind: PictureKind, content: bytes) -> tuple[Phash | None, str | None]:
    try:
        ensure_whole(kind, content)
        return to_phash(hash_picture(_raster(kind, content).seen())), None
    except PhashImpossible as error:
        return None, named(error)


def _raster(kind: PictureKind, content: bytes) -> Raster:
    if kind is PictureKind.GIF:
        return _gif(content)

    if kind is PictureKind.JPEG:
        with suppress(PictureNotUnderstood):  # as with the reference, ffmpeg reads the rest
            return jpeg_raster(content)

    return _still(kind, content)


def _gif(content: bytes) -> Raster:
    first = first_picture(content)
    numbers = samples(_decoded(PictureKind.GIF, first.numbered), 0, 4)[:, :, 0]
    if len(first.palette) <= 4 * int(numbers.max()):
        raise PictureDamaged("a colour has no place in its palette")

    return painted(numbers, first.palette, offset=(first.top, first.left))


def _still(kind: PictureKind, content: bytes) -> Raster:
    if kind is PictureKind.PNG:
        content = pixels_only(content)

    picture = _decoded(kind, content)
    hidden = hidden_shade(content) if kind is PictureKind.PNG else None
    raster = raster_of(picture) if hidden is None else greys_of(picture, hidden=hidden)
    if raster is None:
        raise PictureNotUnderstood(f"pictures of kind {picture.format.name!r}")

    return raster


def _decoded(kind: PictureKind, content: bytes) -> VideoFrame:
    """Return the picture that a decoder makes of some bytes.

    Raises:
        PictureDamaged: when the decoder fails.

    """
    context = CodecContext.create(_DECODERS[kind], "r")
    assert isinstance(context, VideoCodecContext)  # noqa: S101  # all of them decode pictures
    context.thread_count = 1
    context.options = _OPTIONS
    try:
        pictures = [*context.decode(Packet(content)), *context.decode(None)]
    except FFmpegError as error:
        raise_if_short_of_memory(error)
        raise PictureDamaged(error.strerror or str(error)) from error

    if not pictures:
        raise PictureDamaged("the decoder finds no picture in it")

    return pictures[0]
