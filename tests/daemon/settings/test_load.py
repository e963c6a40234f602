from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from daemon.settings import (
    ConfigurationInvalid,
    ConfigurationUnreadable,
    LibrarySettings,
    NoConfiguration,
    Settings,
    SidecarSettings,
    load_settings,
)
from daemon.settings.machines import MappedFolder
from rules.defaults import DEFAULT_RULES

Load = Callable[..., Settings]

LIBRARY = '[[library]]\npath = "/srv/films"\n'
SOURCE = '[[source]]\nname = "stashdb"\nurl = "https://stashdb.example/graphql"\n'
RULE = '[[rule]]\nname = "close"\nwhen = "phash_distance <= 2"\nthen = "accept"\n'
FULL = """\
[[library]]
path = "~/films"
watch = "poll"
settle = "1m30s"
rescan = "1h"
poll_every = "5m"
exclude = ["samples/", "*.trailer.*"]
extensions = ["MKV", "mp4"]

[[library]]
name = "shows"
path = "/srv/shows/"
enabled = false
nfo_root = "musicvideo"

[[source]]
name = "stashdb"
url = "https://stashdb.example/graphql"
key = "not-a-real-key"
requests_per_minute = 60
timeout = "5s"

[[rule]]
name = "close"
when = "phash_distance <= 2 and rivals == 0"
then = "accept"
reason = "two bits are noise"

[identify]
retry = ["1h", "2d"]
defer = "1m"
gather = "500ms"
default_rules = false

[notify]
targets = ["ntfy://ntfy.example/doorman"]
on = ["review"]
timeout = "10s"
max_per_hour = 5

[sidecar]
nfo = false
on_change = "merge"
tags_as = "both"
genres = ["Documentary"]
studio_parents = "all"
local_only = true
artwork = false
thumb_from_video = true
performer_pictures = "/srv/people"

[fingerprint]
workers = 2
timeout = "1m"
memory_limit = "1GiB"
attempts = 5
ffmpeg = "/bin/sh"
contact_sheet = false
contact_sheet_width = 400
contact_sheet_budget = "64MiB"
picture_budget = "32MiB"
cluster = "tls://scheduler.example:8786"
cluster_paths = ["/srv/films=/mnt/films", "/srv=/mnt/all"]

[server]
socket = "~/doorman.sock"

[store]
path = "/var/lib/doorman/doorman.duckdb"
memory_limit = "128MiB"

[log]
level = "debug"
format = "json"
"""


def test_every_option_of_sidecars_arrives(load: Load) -> None:
    settings = load(FULL)

    assert settings.sidecar.performer_pictures == Path("/srv/people")
    assert settings.sidecar.model_copy(update={"performer_pictures": None}) == SidecarSettings(
        nfo=False,
        on_change="merge",
        tags_as="both",
        genres=("Documentary",),
        studio_parents="all",
        local_only=True,
        artwork=False,
        thumb_from_video=True,
    )
    assert [each.nfo_root for each in settings.libraries] == ["movie", "musicvideo"]


def test_every_option_arrives_as_a_ready_value(load: Load, tmp_path: Path) -> None:
    settings = load(FULL)

    films, shows = settings.libraries
    (source,) = settings.sources
    assert settings.origin == tmp_path / "doorman.toml"
    assert (films.name, films.path, films.watch) == ("films", Path("/home/ada/films"), "poll")
    assert (films.settle_s, films.rescan_s, films.poll_every_s) == (90, 3600, 300)
    assert films.exclude == ("samples/", "*.trailer.*")
    assert films.extensions == ("mkv", "mp4")
    assert (shows.name, shows.path, shows.enabled) == ("shows", Path("/srv/shows"), False)
    assert source.key == SecretStr("not-a-real-key")
    assert (source.kind, source.requests_per_minute, source.timeout_s) == ("stashbox", 60, 5)
    assert [rule.name for rule in settings.rules] == ["close"]
    assert settings.identify.retry_s == (3600, 172_800)
    assert (settings.identify.defer_s, settings.identify.gather_s) == (60, 0.5)
    assert settings.notify.targets == (SecretStr("ntfy://ntfy.example/doorman"),)
    assert (settings.notify.on, settings.notify.timeout_s) == (("review",), 10)
    assert settings.notify.max_per_hour == 5
    assert not settings.sidecar.nfo
    assert (settings.fingerprint.workers, settings.fingerprint.timeout_s) == (2, 60)
    assert (settings.fingerprint.memory_limit_bytes, settings.fingerprint.attempts) == (2**30, 5)
    assert settings.fingerprint.ffmpeg == Path("/bin/sh")
    assert (settings.fingerprint.contact_sheet, settings.fingerprint.contact_sheet_width) == (
        False,
        400,
    )
    assert settings.fingerprint.contact_sheet_budget_bytes == 2**26
    assert settings.fingerprint.picture_budget_bytes == 2**25
    assert settings.fingerprint.cluster == "tls://scheduler.example:8786"
    assert settings.fingerprint.cluster_paths == (
        MappedFolder(here=Path("/srv/films"), there=Path("/mnt/films")),
        MappedFolder(here=Path("/srv"), there=Path("/mnt/all")),
    )
    assert settings.server.socket == Path("/home/ada/doorman.sock")
    assert settings.store.path == Path("/var/lib/doorman/doorman.duckdb")
    assert settings.store.memory_limit_bytes == 2**27
    assert (settings.log.level, settings.log.format) == ("debug", "json")


def test_library_alone_is_a_configuration(load: Load) -> None:
    settings = load(LIBRARY)

    assert settings.libraries == (LibrarySettings.model_validate({"path": "/srv/films"}),)
    assert settings.libraries[0].name == "films"
    assert settings.libraries[0].settle_s == 10
    assert settings.libraries[0].extensions[:2] == ("m4v", "mp4")
    assert (settings.sources, settings.rules) == ((), ())
    assert settings.identify.retry_s == (3600, 86_400, 259_200, 604_800, 2_592_000)
    assert settings.fingerprint.memory_limit_bytes == 2**31
    assert settings.store.path == Path("/home/ada/.local/state/doorman/doorman.duckdb")
    assert settings.server.socket == Path("/home/ada/.local/state/doorman/doorman.sock")


def test_settings_cannot_be_changed(load: Load) -> None:
    library = load(LIBRARY).libraries[0]

    with pytest.raises(ValueError, match="frozen"):
        library.enabled = False


def test_own_rules_are_tried_before_the_shipped_ones(load: Load) -> None:
    settings = load(LIBRARY + RULE)

    assert [rule.name for rule in settings.rule_texts] == [
        "close",
        *(rule.name for rule in DEFAULT_RULES),
    ]
    assert len(settings.rule_set().rules) == 1 + len(DEFAULT_RULES)


def test_shipped_rules_can_be_left_out(load: Load) -> None:
    named_as_shipped = RULE.replace("close", DEFAULT_RULES[0].name)

    settings = load(LIBRARY + named_as_shipped + "[identify]\ndefault_rules = false\n")

    assert [rule.name for rule in settings.rule_set().rules] == [DEFAULT_RULES[0].name]


def test_file_with_byte_order_mark_and_windows_line_ends_is_read(load: Load) -> None:
    text = "\ufeff" + LIBRARY.replace("\n", "\r\n")

    assert load(text).libraries[0].name == "films"


def test_secrets_are_in_no_repr(load: Load) -> None:
    settings = load(
        LIBRARY + SOURCE + 'key = "hunter2"\n[notify]\ntargets = ["ntfy://hunter2@ntfy.example/x"]'
    )

    assert "hunter2" not in repr(settings)
    assert "hunter2" not in str(settings)


def test_variable_outweighs_the_file(load: Load) -> None:
    settings = load(
        LIBRARY + '[log]\nlevel = "error"\nformat = "json"\n',
        DOORMAN_LOG__LEVEL="debug",
        DOORMAN_FINGERPRINT__WORKERS="3",
        DOORMAN_SIDECAR__NFO="false",
        DOORMAN_NOTIFY__TARGETS='["ntfy://ntfy.example/a"]',
        DOORMAN_STORE__MEMORY_LIMIT="1GiB",
        DOORMAN_SERVER__SOCKET="~/d.sock",
        DOORMAN_CONFIG="/elsewhere",
    )

    assert (settings.log.level, settings.log.format) == ("debug", "json")
    assert settings.fingerprint.workers == 3
    assert not settings.sidecar.nfo
    assert settings.notify.targets == (SecretStr("ntfy://ntfy.example/a"),)
    assert settings.store.memory_limit_bytes == 2**30
    assert settings.server.socket == Path("/home/ada/d.sock")


def test_environment_of_the_process_is_not_read(
    load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOORMAN_LOG__LEVEL", "debug")
    monkeypatch.setenv("LOG", '{"level": "debug"}')
    monkeypatch.setenv("library", "[]")

    assert load(LIBRARY).log.level == "info"


def test_text_that_begins_like_a_number_stays_text(load: Load) -> None:
    with pytest.raises(ConfigurationInvalid) as caught:
        load(LIBRARY, DOORMAN_LOG__LEVEL="1\nformat = 'json'")

    assert "not \"1\\nformat = 'json'\"" in str(caught.value)


def test_without_any_file_the_places_are_listed(tmp_path: Path) -> None:
    # The system's own file is looked for as well; where there is one, this proves nothing.
    if Path("/etc/doorman/doorman.toml").exists():
        pytest.skip("this machine has a configuration of its own")

    with pytest.raises(NoConfiguration) as caught:
        load_settings(None, {"HOME": str(tmp_path)})

    assert str(caught.value) == (
        f"no configuration file found (looked for {tmp_path}/.config/doorman/doorman.toml, "
        "/etc/doorman/doorman.toml); write one with doorman init, or name it with --config"
    )
    assert caught.value.exit_code == 78


def test_named_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationUnreadable) as caught:
        load_settings(tmp_path / "doorman.toml", {})

    assert str(caught.value) == (
        f"{tmp_path}/doorman.toml: there is no such file; "
        "check the path, or write one with doorman init"
    )


def test_folder_is_no_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationUnreadable) as caught:
        load_settings(tmp_path, {})

    assert (
        str(caught.value) == f"{tmp_path}: is a folder; name the file in it, usually doorman.toml"
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_file_that_may_not_be_read_says_so(tmp_path: Path) -> None:
    path = tmp_path / "doorman.toml"
    path.write_text(LIBRARY)
    path.chmod(0)

    with pytest.raises(ConfigurationUnreadable, match="may not be read; let the user"):
        load_settings(path, {})


def test_disk_that_fails_is_named(tmp_path: Path) -> None:
    path = tmp_path / "doorman.toml"
    path.symlink_to(path)

    with pytest.raises(ConfigurationUnreadable, match=r"cannot be read \(Too many levels"):
        load_settings(path, {})


def test_file_that_is_not_utf_8_says_where(tmp_path: Path) -> None:
    path = tmp_path / "doorman.toml"
    path.write_bytes(LIBRARY.encode() + b'name = "caf\xe9"\n')

    with pytest.raises(ConfigurationInvalid) as caught:
        load_settings(path, {})

    assert str(caught.value) == f"{path}:3: not UTF-8 from here on; save the file as UTF-8"


def test_video_is_no_configuration(tmp_path: Path) -> None:
    path = tmp_path / "film.mkv"
    with path.open("wb") as file:
        file.truncate(2**40)

    with pytest.raises(ConfigurationInvalid, match="is too large for a configuration"):
        load_settings(path, {})


def test_service_keeps_to_the_folders_that_systemd_made(load: Load) -> None:
    settings = load(
        LIBRARY, STATE_DIRECTORY="/var/lib/doorman:/var/lib/other", RUNTIME_DIRECTORY="/run/doorman"
    )

    assert settings.store.path == Path("/var/lib/doorman/doorman.duckdb")
    assert settings.server.socket == Path("/run/doorman/doorman.sock")


def test_configuration_without_rules_is_read_without_the_rule_engine(tmp_path: Path) -> None:
    path = tmp_path / "doorman.toml"
    path.write_text(LIBRARY)
    program = (
        "import sys; from pathlib import Path; from daemon.settings import load_settings; "
        f"load_settings(Path({str(path)!r}), {{}}); sys.exit('rule_engine' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", program], check=False, timeout=60)  # noqa: S603

    assert done.returncode == 0
