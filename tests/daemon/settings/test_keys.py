from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from daemon.settings import ConfigurationInvalid, Settings
from daemon.settings.environment import key_variable

Load = Callable[..., Settings]

LIBRARY = '[[library]]\npath = "/srv/films"\n'
SOURCE = '[[source]]\nname = "stash-db"\nurl = "https://stashdb.example/graphql"\n'


def key_of(settings: Settings) -> str | None:
    key = settings.sources[0].key
    return key.get_secret_value() if key else None


def test_source_may_have_no_key(load: Load) -> None:
    assert key_of(load(LIBRARY + SOURCE)) is None


def test_key_file_holds_the_key_alone(load: Load, tmp_path: Path) -> None:
    path = tmp_path / "stashdb.key"
    path.write_text("\n not-a-real-key \n")

    settings = load(LIBRARY + SOURCE + f'key_file = "{path}"\n')

    assert key_of(settings) == "not-a-real-key"
    assert settings.sources[0].key_file == path


def test_credential_of_systemd_is_found_by_the_sources_name(load: Load, tmp_path: Path) -> None:
    (tmp_path / "stash-db.key").write_text("not-a-real-key")

    settings = load(LIBRARY + SOURCE, CREDENTIALS_DIRECTORY=str(tmp_path))

    assert key_of(settings) == "not-a-real-key"


def test_credentials_for_others_are_left_alone(load: Load, tmp_path: Path) -> None:
    (tmp_path / "other.key").write_text("not-a-real-key")

    assert key_of(load(LIBRARY + SOURCE, CREDENTIALS_DIRECTORY=str(tmp_path))) is None


def test_variable_outweighs_every_other_key(load: Load, tmp_path: Path) -> None:
    (tmp_path / "stash-db.key").write_text("credential")

    settings = load(
        LIBRARY + SOURCE + f'key = "text"\nkey_file = "{tmp_path}/stash-db.key"\n',
        DOORMAN_SOURCE_STASH_DB_KEY="variable",
        CREDENTIALS_DIRECTORY=str(tmp_path),
    )

    assert key_of(settings) == "variable"


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        ("stashdb", "DOORMAN_SOURCE_STASHDB_KEY"),
        ("my-box.2", "DOORMAN_SOURCE_MY_BOX_2_KEY"),
    ],
)
def test_variable_is_named_after_the_source(name: str, variable: str) -> None:
    assert key_variable(name) == variable


def test_key_and_credential_at_once_are_an_error(load: Load, tmp_path: Path) -> None:
    credential = tmp_path / "stash-db.key"
    credential.write_text("hunter2")

    message = refused(load, SOURCE + 'key = "hunter2"\n', CREDENTIALS_DIRECTORY=str(tmp_path))

    assert message == (
        "doorman.toml:6: source.key: the source has several keys "
        f"(key and the credential {credential}); leave only one of them"
    )


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "the key in {path} is empty; put the key there, or remove it"),
        (
            b"hunter2\nhunter2\n",
            "the key in {path} holds a blank or another character that no key has; copy it again",
        ),
        (
            b"hunter2\xff",
            "the key in {path} holds a blank or another character that no key has; copy it again",
        ),
        (b"x" * 100_000, "{path} is too large for a key; it should hold the key alone"),
    ],
)
def test_key_file_with_something_else_is_refused(
    load: Load, tmp_path: Path, content: bytes, problem: str
) -> None:
    path = tmp_path / "stashdb.key"
    path.write_bytes(content)

    message = refused(load, SOURCE + f'key_file = "{path}"\n')

    assert message == f"doorman.toml:6: source.key_file: {problem.format(path=path)}"


def test_folder_is_no_key_file(load: Load, tmp_path: Path) -> None:
    message = refused(load, SOURCE + f'key_file = "{tmp_path}"\n')

    assert message == (
        f"doorman.toml:6: source.key_file: {tmp_path} cannot be read (Is a directory); "
        "check the path"
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_key_file_that_may_not_be_read_is_refused(load: Load, tmp_path: Path) -> None:
    path = tmp_path / "stashdb.key"
    path.touch(mode=0)

    message = refused(load, SOURCE + f'key_file = "{path}"\n')

    assert message.endswith(f"{path} may not be read; let the user that doorman runs as own it")


def test_credential_that_leads_nowhere_is_refused(load: Load, tmp_path: Path) -> None:
    credential = tmp_path / "stash-db.key"
    credential.symlink_to(credential)

    message = refused(load, SOURCE, CREDENTIALS_DIRECTORY=str(tmp_path))

    assert message.startswith(f"doorman.toml:4: source.name: {credential} cannot be read (")


@pytest.mark.parametrize("folder", ["relative", "", "/nowhere"])
def test_credentials_that_are_not_there_are_none(load: Load, folder: str) -> None:
    assert key_of(load(LIBRARY + SOURCE, CREDENTIALS_DIRECTORY=folder)) is None


def test_keys_are_compared_as_secrets(load: Load) -> None:
    settings = load(LIBRARY + SOURCE + 'key = "not-a-real-key"\n')

    assert settings.sources[0].key == SecretStr("not-a-real-key")


def refused(load: Load, text: str, **environment: str) -> str:
    with pytest.raises(ConfigurationInvalid) as caught:
        load(LIBRARY + text, **environment)

    message = str(caught.value)
    assert "hunter2" not in message
    return message[message.index("doorman.toml") :]
