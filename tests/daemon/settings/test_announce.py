from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from daemon.settings import ConfigurationInvalid, Settings
from daemon.settings.announce_section import MappedPath
from tests.daemon.settings.conftest import LIBRARY

Load = Callable[..., Settings]
NAS = '[[announce]]\nkind = "jellyfin"\nurl = "http://nas.example:8096"\n'


def test_a_kind_and_an_address_are_enough(load: Load) -> None:
    (announce,) = load(LIBRARY + NAS).announces

    assert (announce.name, announce.kind, announce.key) == ("jellyfin", "jellyfin", None)
    assert announce.on == ("accepted", "undone", "renamed")
    assert (announce.timeout_s, announce.update, announce.create_missing) == (30.0, True, False)


def test_folders_may_be_called_as_any_program_calls_them(load: Load) -> None:
    paths = 'paths = ["/srv/films=smb://nas/a=b/", "/srv/win=D:\\\\Videos", "/srv=/"]\n'

    (announce,) = load(LIBRARY + NAS + paths).announces

    assert announce.paths == (
        MappedPath(here=Path("/srv/films"), there="smb://nas/a=b"),
        MappedPath(here=Path("/srv/win"), there="D:\\Videos"),
        MappedPath(here=Path("/srv"), there="/"),
    )


def test_a_key_comes_from_a_file_a_variable_or_a_credential(load: Load, tmp_path: Path) -> None:
    file = tmp_path / "some.key"
    file.write_text("from-file\n")
    (tmp_path / "announce-jellyfin.key").write_text("from-credential")
    keyed = f'{NAS}key_file = "{file}"\n'

    keys = [
        settings.announces[0].key
        for settings in (
            load(LIBRARY + NAS + 'key = "from-option"\n'),
            load(LIBRARY + keyed),
            load(LIBRARY + keyed, DOORMAN_ANNOUNCE_JELLYFIN_KEY="from-variable"),
            load(LIBRARY + NAS, CREDENTIALS_DIRECTORY=str(tmp_path)),
        )
    ]

    assert [key.get_secret_value() if key else None for key in keys] == [
        "from-option",
        "from-file",
        "from-variable",
        "from-credential",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[[announce]]\nkind = "plex"\nurl = "http://a.example"\n', "kind"),
        ('[[announce]]\nkind = "kodi"\n', "url"),
        ('[[announce]]\nkind = "kodi"\nurl = "a.example"\n', 'must begin with "https://"'),
        (NAS + 'paths = ["/srv/films"]\n', "does not name two folders"),
        (NAS + 'paths = ["films=/x"]\n', "paths"),
        (NAS + 'paths = ["/a=/x", "/a=/y"]\n', 'names "/a" twice'),
        (NAS + "paths = [1]\n", "paths"),
        (NAS + 'on = ["sneezed"]\n', "on"),
        (NAS + 'user = "a:b"\n', "user"),
        (NAS + 'libraries = ["flims"]\n', 'did you mean "films"?'),
        (NAS + 'timeout = "1h"\n', "timeout"),
        (NAS + 'key = "a b"\n', "holds a blank"),
        (NAS + 'key_file = "/gone.key"\n', "there is no file /gone.key"),
        (NAS + NAS, 'another [[announce]] is named "jellyfin"'),
        (NAS + 'name = "a.b"\n' + NAS + 'name = "a-b"\n', "another [[announce]] is named"),
    ],
)
def test_what_is_wrong_says_where_and_what_to_do(load: Load, text: str, message: str) -> None:
    with pytest.raises(ConfigurationInvalid) as caught:
        load(LIBRARY + text)

    assert message in str(caught.value)
    assert "announce" in str(caught.value)


def test_several_keys_for_one_are_an_error(load: Load, tmp_path: Path) -> None:
    file = tmp_path / "some.key"
    file.write_text("s3cret")

    with pytest.raises(ConfigurationInvalid, match="several keys") as caught:
        load(LIBRARY + NAS + f'key = "0ther"\nkey_file = "{file}"\n')

    assert "s3cret" not in str(caught.value)
    assert "0ther" not in str(caught.value)
