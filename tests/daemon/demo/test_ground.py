from __future__ import annotations

import stat
from pathlib import Path

import pytest

from daemon.demo.ground import FolderUnusable, prepared_ground, write_config
from daemon.settings import load_settings


def test_temporary_ground_leaves_nothing() -> None:
    with prepared_ground(None) as ground:
        (ground.library / "video.mp4").touch()
        assert not ground.is_kept

    assert not ground.folder.exists()


def test_named_folder_stays_without_the_workshop(tmp_path: Path) -> None:
    folder = tmp_path / "a new" / "folder"

    with prepared_ground(folder) as ground:
        (ground.library / "video.mp4").touch()
        (ground.workshop / "video.mp4").touch()

    assert ground.is_kept
    assert sorted(folder.rglob("*")) == [folder / "library", folder / "library" / "video.mp4"]


def test_folder_may_be_named_by_way_of_another(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    with prepared_ground(tmp_path / "here" / ".." / "there") as ground:
        write_config(
            ground,
            source_url="http://127.0.0.1:1/graphql",
            source_key="key",
            target="json://127.0.0.1:1",
            page_port=1,
        )

        settings = load_settings(ground.config, environment={})

    assert [library.path for library in settings.libraries] == [tmp_path / "there" / "library"]


def test_folder_with_anything_in_it_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "precious").touch()

    with (
        pytest.raises(FolderUnusable, match=r"is not empty.*--folder"),
        prepared_ground(tmp_path),
    ):
        pass

    assert list(tmp_path.iterdir()) == [tmp_path / "precious"]


def test_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with (
        pytest.raises(FolderUnusable, match="cannot be used"),
        prepared_ground(tmp_path / "file"),
    ):
        pass


def test_socket_lies_where_its_path_is_short_enough(tmp_path: Path) -> None:
    with prepared_ground(tmp_path / ("long " * 30)) as ground:
        assert not ground.socket.is_relative_to(ground.folder)
        assert len(str(ground.socket)) < 100
        assert ground.socket.parent.is_dir()

    assert not ground.socket.parent.exists()


def test_configuration_can_be_read_and_is_for_its_owner_only(tmp_path: Path) -> None:
    with prepared_ground(tmp_path / 'blank and "quote"') as ground:
        write_config(
            ground,
            source_url="http://127.0.0.1:9/graphql",
            source_key="a.key",
            target="json://127.0.0.1:9/",
            page_port=8466,
        )

        settings = load_settings(ground.config, {})

    (library,), (source,) = settings.libraries, settings.sources
    assert Path(library.path) == ground.library
    assert source.key is not None
    assert source.key.get_secret_value() == "a.key"
    assert settings.store.path == ground.store
    assert settings.server.socket == ground.socket
    assert settings.server.listen == "127.0.0.1:8466"
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (ground.config, ground.key_file)}
    assert modes == {0o600}
