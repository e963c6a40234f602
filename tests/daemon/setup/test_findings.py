from __future__ import annotations

from pathlib import Path

import pytest

from daemon.settings import LibrarySettings, Settings, SourceSettings, load_settings
from daemon.setup.findings import (
    Finding,
    Level,
    look_at_configuration,
    look_at_key_file,
    look_at_library,
    look_at_overlaps,
    look_at_performer_pictures,
    look_at_socket,
    look_at_store,
)

URL = "https://stashdb.example/graphql"


def table(path: Path, file_system: str) -> str:
    """Return a mount table that has `path` on `file_system`."""
    return f"1 0 0:1 / / rw - ext4 disk rw\n2 1 0:2 / {path} rw - {file_system} there rw\n"


def library(path: Path, name: str = "films", **options: object) -> LibrarySettings:
    return LibrarySettings.model_validate({"path": str(path), "name": name, **options})


def configured(folder: Path, text: str) -> Settings:
    path = folder / "doorman.toml"
    path.write_text(text)
    path.chmod(0o600)
    return load_settings(path, {"HOME": "/home/ada"})


def said(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(finding.level.value, finding.message) for finding in findings]


def films(tmp_path: Path) -> Path:
    folder = tmp_path / "films"
    folder.mkdir()
    (folder / "Harbour at Dawn.mkv").touch()
    return folder


def test_complete_configuration_has_nothing_to_be_found(tmp_path: Path) -> None:
    settings = configured(
        tmp_path,
        f'[[library]]\npath = "/srv/films"\n[[source]]\nname = "a"\nurl = "{URL}"\n'
        'key = "not-a-real-key"\n[notify]\ntargets = ["ntfy://ntfy.example/doorman"]\n',
    )

    assert look_at_configuration(settings) == [
        Finding(
            level=Level.OK,
            thing="configuration",
            message=f"{tmp_path}/doorman.toml can be used; libraries: 1, sources: 1, own rules: 0",
        )
    ]


def test_omissions_are_found_all_together(tmp_path: Path) -> None:
    settings = configured(tmp_path, '[[library]]\npath = "/srv/films"\nenabled = false\n')

    assert said(look_at_configuration(settings))[1:] == [
        (
            "warning",
            "every library is disabled, so nothing is watched; set enabled = true in one",
        ),
        ("warning", "no source is enabled, so nothing is recognised; add a [[source]]"),
        ("warning", "nobody is told when a file needs a person; add targets below [notify]"),
    ]


@pytest.mark.parametrize(
    "secret", ['key = "not-a-real-key"\n', '[notify]\ntargets = ["ntfy://ntfy.example/x"]\n']
)
def test_secrets_that_every_user_may_read_are_found(tmp_path: Path, secret: str) -> None:
    settings = configured(
        tmp_path,
        f'[[library]]\npath = "/srv/films"\n[[source]]\nname = "a"\nurl = "{URL}"\n{secret}',
    )
    settings.origin.chmod(0o644)

    assert said(look_at_configuration(settings))[-1] == (
        "warning",
        f"{settings.origin} may hold secrets, and every user may read it; chmod 600 it",
    )


def test_good_library_says_how_it_is_watched(tmp_path: Path) -> None:
    folder = films(tmp_path)

    found = look_at_library(library(folder), table(folder, "xfs"), is_written=True)

    assert found == [
        Finding(
            level=Level.OK,
            thing="library films",
            message=f"{folder} can be listed and written; changes are reported by the system",
        )
    ]
    assert [path.name for path in folder.iterdir()] == ["Harbour at Dawn.mkv"]


@pytest.mark.parametrize(
    ("watch", "file_system", "how"),
    [
        ("auto", "nfs4", "on nfs4, looked through every 1m"),
        ("auto", "fuse.mergerfs", "on fuse.mergerfs, looked through every 1m"),
        ("poll", "ext4", "looked through every 1m"),
        ("events", "ext4", "changes are reported by the system"),
    ],
)
def test_watching_follows_the_option_and_the_mount(
    tmp_path: Path, watch: str, file_system: str, how: str
) -> None:
    folder = films(tmp_path)

    (found,) = look_at_library(
        library(folder, watch=watch), table(folder, file_system), is_written=False
    )

    assert (found.level, found.message) == (Level.OK, f"{folder} can be listed; {how}")


def test_events_from_a_share_are_doubted(tmp_path: Path) -> None:
    folder = films(tmp_path)

    found = look_at_library(library(folder, watch="events"), table(folder, "cifs"), is_written=True)

    message = (
        f"{folder} lies on cifs, which reports only some changes; the others wait for the rescan "
        'unless you set watch = "auto"'
    )
    assert said(found) == [("warning", message)]


def test_empty_library_is_doubted(tmp_path: Path) -> None:
    assert said(look_at_library(library(tmp_path), "", is_written=True)) == [
        ("warning", f"{tmp_path} is empty; if it should not be, see whether its drive is mounted")
    ]


def test_missing_library_is_an_error(tmp_path: Path) -> None:
    (found,) = look_at_library(library(tmp_path / "none"), "", is_written=True)

    assert (found.level, found.thing) == (Level.ERROR, "library films")
    assert found.message.startswith(f"there is no folder {tmp_path}/none; ")


def test_library_that_takes_no_sidecars_is_an_error_only_if_they_are_wanted() -> None:
    proc = library(Path("/proc"))

    assert [found.level for found in look_at_library(proc, "", is_written=True)] == [Level.ERROR]
    assert [found.level for found in look_at_library(proc, "", is_written=False)] == [Level.OK]


def test_disabled_library_is_not_looked_at() -> None:
    found = look_at_library(library(Path("/none"), enabled=False), "", is_written=True)

    assert said(found) == [("ok", "is disabled, so not looked at")]


def test_one_folder_under_two_names_is_found(tmp_path: Path) -> None:
    folder = films(tmp_path)
    (tmp_path / "link").symlink_to(folder)

    found = look_at_overlaps([library(folder), library(tmp_path / "link", "linked")])

    assert found == [
        Finding(
            level=Level.ERROR,
            thing="library linked",
            message=f'is really the folder of library "films" ({folder}); remove one of the two',
        )
    ]


def test_folder_that_lies_in_another_by_a_link_is_found(tmp_path: Path) -> None:
    folder = films(tmp_path)
    (folder / "new").mkdir()
    (tmp_path / "link").symlink_to(folder / "new")

    (found,) = look_at_overlaps([library(tmp_path / "link", "linked"), library(folder)])

    assert found.message == (
        f'shares files with library "linked" by a link ({folder}, {folder}/new); '
        "remove one of the two, or name folders beside each other"
    )


def test_libraries_beside_each_other_share_nothing(tmp_path: Path) -> None:
    disabled = library(tmp_path / "a", "again", enabled=False)

    assert (
        look_at_overlaps([library(tmp_path / "a"), library(tmp_path / "ab", "b"), disabled]) == []
    )


def test_store_on_a_share_is_an_error(tmp_path: Path) -> None:
    store = tmp_path / "doorman.duckdb"

    assert said(look_at_store(store, table(tmp_path, "nfs4"))) == [
        (
            "error",
            f"{store} lies on a network share, where databases break; move it to a local disk",
        )
    ]
    assert said(look_at_store(store, table(tmp_path, "ext4"))) == [
        ("ok", f"{store} can be written")
    ]


def test_store_that_cannot_be_is_an_error(tmp_path: Path) -> None:
    assert [found.level for found in look_at_store(tmp_path, "")] == [Level.ERROR]


def test_socket_is_found_good_or_bad(tmp_path: Path) -> None:
    assert said(look_at_socket(tmp_path / "s")) == [("ok", f"{tmp_path}/s can be opened")]
    assert [found.level for found in look_at_socket(tmp_path)] == [Level.ERROR]


def test_key_file_that_is_not_there_is_not_vouched_for(tmp_path: Path) -> None:
    path = tmp_path / "a.key"
    source = SourceSettings.model_validate({"name": "a", "url": URL, "key_file": str(path)})

    assert said(look_at_key_file(source, path)) == []


def test_key_that_every_user_may_read_is_found(tmp_path: Path) -> None:
    path = tmp_path / "a.key"
    path.touch(mode=0o600)
    source = SourceSettings.model_validate({"name": "a", "url": URL, "key_file": str(path)})

    assert said(look_at_key_file(source, path)) == [("ok", f"{path} is kept from other users")]

    path.chmod(0o644)

    assert said(look_at_key_file(source, path)) == [
        ("warning", f"every user may read or change {path}; chmod 600 {path}")
    ]


@pytest.mark.parametrize(
    ("library", "source", "is_found"),
    [
        ("nsfw = false\n", "", True),
        ("nsfw = false\n", "nsfw = false\n", False),
        ("", "", False),
        ("nsfw = false\nenabled = false\n", "", False),
    ],
)
def test_library_that_no_source_may_be_asked_about_is_found(
    tmp_path: Path, library: str, source: str, *, is_found: bool
) -> None:
    settings = configured(
        tmp_path,
        f'[[library]]\npath = "/srv/films"\n{library}'
        f'[[source]]\nname = "a"\nurl = "{URL}"\n{source}',
    )

    found = [text for _, text in said(look_at_configuration(settings)) if "source is adult" in text]
    assert bool(found) is is_found
    assert all('library "films" is nsfw = false' in text for text in found)


def test_folder_for_pictures_of_performers_is_there_to_be_written(tmp_path: Path) -> None:
    people = tmp_path / "people"
    ((missing_level, missing),) = said(look_at_performer_pictures(people))
    people.mkdir()

    assert said(look_at_performer_pictures(people)) == [("ok", f"{people} can be written")]
    assert missing_level == "error"
    assert missing.startswith(f"there is no folder {people}; create it")
    assert list(people.iterdir()) == []
