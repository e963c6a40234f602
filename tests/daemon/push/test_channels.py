from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from daemon.push.channels import Channel, channels_of
from daemon.settings import load_settings
from rules.allowance import DAY_S, HOUR_S, Allowance
from rules.quiet_hours import QuietHours

TEXT = """
[[library]]
path = "/srv/films"

[notify]
targets = ["json://phone.example/a"]
on = ["review"]

[[channel]]
name = "room"
targets = ["json://room.example/b", "json://room.example/c"]
tags = ["films"]
quiet_hours = "22:00-07:00"
max_per_hour = 2
max_per_day = 3
digest = "10m"
picture = false
"""


def utc(at_s: float) -> datetime:
    return datetime.fromtimestamp(at_s, UTC)


@pytest.fixture
def read(tmp_path: Path) -> Callable[[str], tuple[Channel, ...]]:
    def _read(text: str) -> tuple[Channel, ...]:
        path = tmp_path / "doorman.toml"
        path.write_text(text)
        return channels_of(load_settings(path, {"HOME": "/home/ada"}))

    return _read


def test_notify_is_a_channel_beside_the_others(
    read: Callable[[str], tuple[Channel, ...]],
) -> None:
    own, room = read(TEXT)

    assert (own.name, own.on, own.quiet) == ("notify", {"review"}, None)
    assert room == Channel(
        name="room",
        targets=(SecretStr("json://room.example/b"), SecretStr("json://room.example/c")),
        on=room.on,
        tags=frozenset({"films"}),
        quiet=QuietHours.parse("22:00-07:00"),
        allowance=Allowance(per_hour=2, per_day=3),
        digest_s=600.0,
        has_pictures=False,
    )


def test_notify_without_targets_is_none(read: Callable[[str], tuple[Channel, ...]]) -> None:
    assert read('[[library]]\npath = "/srv/films"\n') == ()


@pytest.mark.parametrize(
    ("kind", "about", "is_wanted"),
    [
        ("review", ("films", "first"), True),
        ("review", ("shorts", "first"), False),
        ("accepted", ("films",), False),
        ("summary", (), False),
    ],
)
def test_a_channel_wants_what_its_owner_says(
    *, kind: str, about: tuple[str, ...], is_wanted: bool
) -> None:
    room = Channel(
        name="room",
        targets=(),
        on=frozenset({"review", "summary"}),
        tags=frozenset({"films"}),
    )

    assert room.wants(kind, about) is is_wanted


def test_a_cap_that_ends_in_the_night_waits_for_the_morning() -> None:
    room = Channel(
        name="room",
        targets=(),
        on=frozenset(),
        quiet=QuietHours.parse("22:00-07:00"),
        allowance=Allowance(per_hour=1, per_day=100),
    )
    half_past_nine_s = 21.5 * HOUR_S

    free_at_s = room.free_at_s([half_past_nine_s], half_past_nine_s + 60, utc)

    assert free_at_s == DAY_S + 7 * HOUR_S
