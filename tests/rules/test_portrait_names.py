import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.portrait_names import MOST_NAME_BYTES, portrait_name
from rules.work import Performer


@pytest.mark.parametrize(
    ("name", "disambiguation", "expected"),
    [
        ("Ada Quill", None, "Ada Quill"),
        ("Ada Quill", "painter", "Ada Quill (painter)"),
        ('AC/DC: "Live"', None, "AC_DC_ _Live_"),
        ("../../etc/passwd", None, "_.._etc_passwd"),
        ("  Ada \n Quill. ", None, "Ada _ Quill"),
        ("con", None, "_con"),
        ("Lpt1.x", None, "_Lpt1.x"),
        (".hidden", None, "hidden"),
        ("...", None, None),
        ("/", None, None),
        ("", None, None),
        ("É" * 300, None, "É" * 100),
    ],
)
def test_name_is_one_that_every_disk_takes(
    name: str, disambiguation: str | None, expected: str | None
) -> None:
    assert portrait_name(Performer(name=name, disambiguation=disambiguation)) == expected


@given(st.text(max_size=300))
def test_name_is_safe_whatever_a_source_says(name: str) -> None:
    safe = portrait_name(Performer(name=name))

    if safe is not None:
        assert "/" not in safe
        assert "\0" not in safe
        assert safe not in {".", ".."}
        assert not safe.startswith(".")
        assert len(safe.encode()) <= MOST_NAME_BYTES + 1
