"""The fingerprints that are shown are those that the daemon works with."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence

from tests.end_to_end.films import Film
from tests.end_to_end.home import COMMAND_PATIENCE_S, Home
from tests.end_to_end.running import DOORMAN, environment_of


def test_fingerprints_are_shown_of_any_folder_while_nothing_else_is_there(
    home: Home, films: Sequence[Film]
) -> None:
    elsewhere = home.folder / "elsewhere"
    for film in films[:2]:
        film.copy_to(elsewhere / film.name)

    done = subprocess.run(  # noqa: S603  # the installed doorman
        [DOORMAN, "fingerprint", "--json", elsewhere],
        capture_output=True,
        env=environment_of(home.folder),
        timeout=COMMAND_PATIENCE_S,
        check=True,
    )

    lines = {line["path"]: line for line in map(json.loads, done.stdout.splitlines())}
    assert {path: (line["oshash"], line["phash"]) for path, line in lines.items()} == {
        str(elsewhere / film.name): (str(film.oshash), str(film.phash)) for film in films[:2]
    }
    assert done.stderr == b""
    assert not home.config.exists()
    assert not home.store.exists()
