from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from daemon.media.rotation import DisplayMatrix
from daemon.media.scaling import OwnKind, PictureKind

UPRIGHT = PictureKind(64, 48, "yuv420p", 2, 1, None)
ROTATED = UPRIGHT._replace(matrix=DisplayMatrix(0, 65536, 0, -65536, 0, 0, 0, 0, 1 << 30))


def test_first_word_about_the_kind_counts() -> None:
    own = OwnKind()

    own.tell(UPRIGHT)
    own.tell(ROTATED)
    own.tell(None)

    assert own.kind() == UPRIGHT


def test_kind_is_waited_for() -> None:
    own = OwnKind()

    with ThreadPoolExecutor(1) as waiting:
        found = waiting.submit(own.kind)
        own.tell(ROTATED)

        assert found.result(timeout=10) == ROTATED


@pytest.mark.parametrize(("kind", "rotated"), [(ROTATED, True), (UPRIGHT, False), (None, False)])
def test_rotation_is_known_once_it_was_told(kind: PictureKind | None, *, rotated: bool) -> None:
    own = OwnKind()
    assert not own.is_rotated

    own.tell(kind)

    assert own.is_rotated is rotated
