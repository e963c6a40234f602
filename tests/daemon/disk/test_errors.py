import errno
import os
from pathlib import Path

import pytest

from daemon.disk.errors import (
    DiskRefused,
    LibraryFolderGone,
    LibraryFull,
    LibraryReadOnly,
    NameTooLong,
    WriteForbidden,
    named_after,
)

TARGET = Path("/library/clip.nfo")


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOENT, LibraryFolderGone),
        (errno.ESTALE, LibraryFolderGone),
        (errno.EROFS, LibraryReadOnly),
        (errno.ENOSPC, LibraryFull),
        (errno.EDQUOT, LibraryFull),
        (errno.ENAMETOOLONG, NameTooLong),
        (errno.EACCES, WriteForbidden),
        (errno.EPERM, WriteForbidden),
        (errno.EIO, DiskRefused),
    ],
)
def test_every_refusal_says_what_and_where_and_ends_with_a_remedy(
    number: int, kind: type[DiskRefused]
) -> None:
    with pytest.raises(DiskRefused) as caught, named_after(TARGET):
        raise OSError(number, "unused")

    assert type(caught.value) is kind
    assert str(caught.value) == (f"cannot write {TARGET}: {os.strerror(number)}; {kind.remedy}")
    assert isinstance(caught.value.__cause__, OSError)


def test_a_refusal_without_a_number_keeps_its_words() -> None:
    with pytest.raises(DiskRefused, match="odd"), named_after(TARGET):
        raise OSError("odd")
