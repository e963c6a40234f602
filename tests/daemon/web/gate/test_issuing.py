from __future__ import annotations

from pathlib import Path

import pytest

from daemon.settings import ServerSettings
from daemon.web.gate.access import MOST_TOKENS
from daemon.web.gate.access_file import AccessFile
from daemon.web.gate.issuing import (
    NameTaken,
    NameUnfit,
    NoSuchToken,
    PasswordElsewhere,
    PasswordNeeded,
    TooManyTokens,
    create_token,
    remove_password,
    revoke_token,
    set_password,
    tokens,
)
from daemon.web.gate.password import PasswordUnfit, fits
from tests.daemon.web.gate.conftest import PASSWORD


@pytest.fixture
def file(tmp_path: Path) -> AccessFile:
    return AccessFile(tmp_path / "doorman.access.json")


def server(**options: object) -> ServerSettings:
    return ServerSettings.model_validate({"socket": "/run/doorman.sock", **options})


def test_password_is_set_and_removed(file: AccessFile) -> None:
    set_password(server(), file, PASSWORD)
    access = file.read()

    assert access is not None
    assert access.password is not None
    assert fits(PASSWORD, access.password)
    assert remove_password(server(), file)
    assert not remove_password(server(), file)


def test_password_that_is_too_short_changes_nothing(file: AccessFile) -> None:
    with pytest.raises(PasswordUnfit):
        set_password(server(), file, "short")

    assert file.read() is None


def test_password_from_a_file_of_its_own_is_changed_there(file: AccessFile) -> None:
    elsewhere = server(password_file="/run/credentials/password")  # noqa: S106  # a path

    with pytest.raises(PasswordElsewhere, match="change it there"):
        set_password(elsewhere, file, PASSWORD)
    with pytest.raises(PasswordElsewhere):
        remove_password(elsewhere, file)


@pytest.mark.parametrize(
    "options", [{"listen": "0.0.0.0:8465"}, {"public_url": "https://doorman.example"}]
)
def test_page_that_others_reach_keeps_its_password(
    file: AccessFile, options: dict[str, str]
) -> None:
    set_password(server(), file, PASSWORD)

    with pytest.raises(PasswordNeeded, match=f"server. {next(iter(options))} = "):
        remove_password(server(**options), file)

    access = file.read()
    assert access is not None
    assert access.password is not None


def test_token_is_shown_once_and_only_its_digest_kept(file: AccessFile) -> None:
    token = create_token(file, "phone", at_s=7.0)
    access = file.read()

    assert access is not None
    assert access.token_of(token) == tokens(file)[0]
    assert access.token_of(token + "x") is None
    assert token not in file.path.read_text()
    assert (tokens(file)[0].name, tokens(file)[0].made_at_s) == ("phone", 7.0)


def test_each_token_is_another(file: AccessFile) -> None:
    assert len({create_token(file, f"program {number}", at_s=1.0) for number in range(20)}) == 20


def test_revoked_token_is_unknown_and_the_others_stay(file: AccessFile) -> None:
    first = create_token(file, "first", at_s=1.0)
    second = create_token(file, "second", at_s=1.0)
    revoke_token(file, "first")
    access = file.read()

    assert access is not None
    assert access.token_of(first) is None
    assert access.token_of(second) is not None
    with pytest.raises(NoSuchToken):
        revoke_token(file, "first")


@pytest.mark.parametrize("name", ["", " phone", "a\nb", "x" * 101, "\x1b[2J"])
def test_name_that_cannot_be_shown_is_refused(file: AccessFile, name: str) -> None:
    with pytest.raises(NameUnfit):
        create_token(file, name, at_s=1.0)


def test_name_is_given_once(file: AccessFile) -> None:
    create_token(file, "phone", at_s=1.0)

    with pytest.raises(NameTaken, match="revoke it first"):
        create_token(file, "phone", at_s=2.0)


def test_forgotten_tokens_do_not_pile_up(file: AccessFile) -> None:
    first = create_token(file, "first", at_s=1.0)
    model = tokens(file)[0]
    many = tuple(model.model_copy(update={"name": f"{each}"}) for each in range(MOST_TOKENS))
    file.change(lambda access: access.model_copy(update={"tokens": many}))

    with pytest.raises(TooManyTokens):
        create_token(file, "one more", at_s=1.0)

    assert first
