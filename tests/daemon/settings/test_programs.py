from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from daemon.settings import ConfigurationInvalid, Settings

Load = Callable[..., Settings]

LIBRARY = '[[library]]\npath = "/srv/films"\n'


def problem(load: Load, path: Path) -> str:
    with pytest.raises(ConfigurationInvalid) as caught:
        load(f'{LIBRARY}[fingerprint]\nffmpeg = "{path}"\n')
    return str(caught.value).split("fingerprint.ffmpeg: ")[1]


def test_program_is_not_run_when_it_is_read(load: Load, tmp_path: Path) -> None:
    path = tmp_path / "ffmpeg"
    path.write_text(f"#!/bin/sh\ntouch {tmp_path}/was-run\n")
    path.chmod(0o755)

    settings = load(f'{LIBRARY}[fingerprint]\nffmpeg = "{path}"\n')

    assert settings.fingerprint.ffmpeg == path
    assert not (tmp_path / "was-run").exists()


def test_variable_may_name_it_from_home_on(load: Load, tmp_path: Path) -> None:
    path = tmp_path / "ffmpeg"
    path.touch(mode=0o755)

    settings = load(LIBRARY, HOME=str(tmp_path), DOORMAN_FINGERPRINT__FFMPEG="~/ffmpeg")

    assert settings.fingerprint.ffmpeg == path


def test_program_that_cannot_be_run_is_told_with_its_remedy(load: Load, tmp_path: Path) -> None:
    text = tmp_path / "text"
    text.touch(mode=0o644)

    assert problem(load, tmp_path / "none") == (
        f"there is no program {tmp_path}/none; install it, correct the path, or remove the line"
    )
    assert problem(load, tmp_path) == (
        f"{tmp_path} is no program; name the file itself, as in /usr/bin/ffmpeg"
    )
    assert problem(load, text) == (
        f"{text} may not be run; let the user that doorman runs as run it (chmod +x)"
    )
