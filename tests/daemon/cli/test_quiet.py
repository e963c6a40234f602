from __future__ import annotations

from pathlib import Path

from daemon.cli.quiet import secrets_of
from daemon.settings import load_settings


def test_log_shows_no_key_of_anybody_that_is_asked_or_told(tmp_path: Path) -> None:
    (tmp_path / "films").mkdir()
    (tmp_path / "jellyfin.key").write_text("hush-jellyfin\n")
    (tmp_path / "jellyfin.key").chmod(0o600)
    config = tmp_path / "doorman.toml"
    config.write_text(
        f'[[library]]\npath = "{tmp_path}/films"\n'
        '[[source]]\nname = "first"\nurl = "https://first.example/graphql"\nkey = "hush-first"\n'
        '[[announce]]\nname = "tv"\nkind = "jellyfin"\nurl = "http://tv.example:8096"\n'
        f'key_file = "{tmp_path}/jellyfin.key"\n'
        '[notify]\ntargets = ["ntfy://ntfy.example/hush-topic"]\n'
    )
    config.chmod(0o600)

    secrets = set(secrets_of(load_settings(config, {})))

    assert {"hush-first", "hush-jellyfin", "hush-topic"} <= secrets
