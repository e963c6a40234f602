from __future__ import annotations

import threading
from pathlib import Path

import anyio
import pytest

from daemon.settings import Settings, SourceSettings, load_settings
from daemon.setup.checkup import Deadlines, Finding, Level, check
from rules.errors import ProviderError

pytestmark = pytest.mark.anyio

QUICK = Deadlines(disk_s=5, source_s=0.2, target_s=0.2)
SECRET = "hunter2"  # noqa: S105 - in no finding


def settings_in(folder: Path) -> Settings:
    films = folder / "films"
    films.mkdir()
    (films / "Harbour at Dawn.mkv").touch()
    key_file = folder / "good.key"
    key_file.write_text("not-a-real-key")
    key_file.chmod(0o600)
    path = folder / "doorman.toml"
    path.write_text(
        f"""\
[[library]]
path = "{films}"
[[library]]
path = "{folder}/none"
[[source]]
name = "good"
url = "https://good.example/graphql"
key_file = "{key_file}"
[[source]]
name = "bad"
url = "https://bad.example/graphql"
[[source]]
name = "slow"
url = "https://slow.example/graphql"
[[source]]
name = "off"
url = "https://off.example/graphql"
enabled = false
[notify]
targets = ["ntfy://{SECRET}@ntfy.example/a", "odd://{SECRET}", "json://{SECRET}"]
[store]
path = "{folder}/doorman.duckdb"
[server]
socket = "{folder}/s"
[sidecar]
performer_pictures = "{folder}/people"
[fingerprint]
ffmpeg = "/bin/sh"
"""
    )
    path.chmod(0o600)
    return load_settings(path, {"HOME": "/home/ada"})


def names_in(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*"))


async def ask(source: SourceSettings) -> str:
    if source.name == "slow":
        await anyio.sleep_forever()
    if source.name == "bad":
        message = "bad.example refused the key; copy it again"
        raise ProviderError(message)

    return f"authenticated as ada at {source.name}.example"


def understand(target: str) -> str | None:
    return "apprise knows no odd:// address; see its list" if target.startswith("odd") else None


async def test_one_failing_thing_hides_no_other(tmp_path: Path) -> None:
    found = await check(
        settings_in(tmp_path),
        check_source=ask,
        check_target=understand,
        mount_table="",
        deadlines=QUICK,
    )

    assert [(finding.level.value, finding.thing) for finding in found] == [
        ("ok", "configuration"),
        ("ok", "library films"),
        ("error", "library none"),
        ("ok", "store"),
        ("ok", "socket"),
        ("error", "pictures of performers"),
        ("error", "ffmpeg"),
        ("ok", "key of good"),
        ("ok", "source good"),
        ("error", "source bad"),
        ("error", "source slow"),
        ("ok", "source off"),
        ("ok", "target 1 (ntfy)"),
        ("error", "target 2 (odd)"),
        ("ok", "target 3 (json)"),
    ]
    by_thing = {finding.thing: finding.message for finding in found}
    assert by_thing["source good"] == "authenticated as ada at good.example"
    assert by_thing["source bad"] == "bad.example refused the key; copy it again"
    assert by_thing["source slow"] == (
        "no answer within 200ms; try again, or see what it waits for"
    )
    assert by_thing["target 2 (odd)"] == "apprise knows no odd:// address; see its list"
    assert SECRET not in repr(found)


async def test_check_changes_nothing_on_the_disk(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    before = names_in(tmp_path)

    await check(settings, check_source=ask, check_target=understand, deadlines=QUICK)

    assert names_in(tmp_path) == before


async def test_target_that_never_answers_holds_up_no_other(tmp_path: Path) -> None:
    released = threading.Event()

    def hang_at_first(target: str) -> str | None:
        if target.startswith("ntfy"):
            released.wait(60)
        return None

    try:
        with anyio.fail_after(30):
            found = await check(
                settings_in(tmp_path),
                check_source=ask,
                check_target=hang_at_first,
                deadlines=QUICK,
            )
    finally:
        released.set()

    assert [finding.level for finding in found[-3:]] == [Level.ERROR, Level.OK, Level.OK]
    assert found[-3].message == "no answer within 200ms; try again, or see what it waits for"


async def test_usual_deadlines_are_there_when_none_are_given(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)

    async def answer(source: SourceSettings) -> str:
        return source.name

    found = await check(settings, check_source=answer, check_target=understand)

    assert Finding(level=Level.OK, thing="source slow", message="slow") in found


async def test_channels_and_templates_are_looked_at_too(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    folder = tmp_path / "messages"
    folder.mkdir()
    (folder / "review.txt").write_text("{{ subjct }}")
    text = settings.origin.read_text().replace("[notify]", f'[notify]\ntemplates = "{folder}"')
    channel = f'[[channel]]\nname = "room"\ntargets = ["odd://{SECRET}"]\n'
    settings.origin.write_text(text + channel)

    found = await check(
        load_settings(settings.origin, {"HOME": "/home/ada"}),
        check_source=ask,
        check_target=understand,
        deadlines=QUICK,
    )

    by_thing = {finding.thing: finding for finding in found}
    assert by_thing["channel room, target 1 (odd)"].level is Level.ERROR
    assert by_thing["templates"].message == (
        f"{folder}/review.txt:1: there is no 'subjct'; did you mean 'subject'?"
    )
    assert SECRET not in repr(found)
