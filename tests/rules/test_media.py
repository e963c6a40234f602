"""Paths as text."""

from __future__ import annotations

import os
from pathlib import PurePath

from hypothesis import given
from hypothesis import strategies as st

from rules.media import path_from_text, path_to_text

NAMES = st.binary(min_size=1, max_size=60).filter(lambda name: b"\0" not in name)


@given(NAMES)
def test_any_name_on_disk_survives_as_storable_text(name: bytes) -> None:
    path = PurePath(os.fsdecode(name))

    text = path_to_text(path)

    text.encode()  # no lone surrogate is left
    assert path_from_text(text) == path


def test_a_usual_name_is_its_own_text() -> None:
    assert path_to_text(PurePath("/films/Harbour at Dawn é 夜.mkv")) == (
        "/films/Harbour at Dawn é 夜.mkv"
    )
