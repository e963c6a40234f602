from datetime import UTC, datetime, timedelta, timezone

import pytest

from daemon.cli.moments import MomentUnreadable, read_moment

HERE = timezone(timedelta(hours=2))
NOW = datetime(2026, 3, 4, 1, 30, tzinfo=HERE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2h", datetime(2026, 3, 3, 23, 30, tzinfo=HERE)),
        ("1h30m ago", datetime(2026, 3, 4, 0, 0, tzinfo=HERE)),
        ("3d", datetime(2026, 3, 1, 1, 30, tzinfo=HERE)),
        ("1w", datetime(2026, 2, 25, 1, 30, tzinfo=HERE)),
        ("today", datetime(2026, 3, 4, tzinfo=HERE)),
        (" Yesterday ", datetime(2026, 3, 3, tzinfo=HERE)),
        ("2026-03-01", datetime(2026, 3, 1, tzinfo=HERE)),
        ("2026-03-03 18:30", datetime(2026, 3, 3, 18, 30, tzinfo=HERE)),
        ("2026-03-03T18:30:00+00:00", datetime(2026, 3, 3, 18, 30, tzinfo=UTC)),
    ],
)
def test_moments_are_read_as_people_say_them(text: str, expected: datetime) -> None:
    assert read_moment(text, NOW) == expected


@pytest.mark.parametrize("text", ["", "soon", "2", "2026-13-01", "2026-03-05", "9999999999d"])
def test_what_is_no_past_moment_is_refused(text: str) -> None:
    with pytest.raises(MomentUnreadable, match="say 2h, 3d, yesterday"):
        read_moment(text, NOW)
