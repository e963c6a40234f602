from __future__ import annotations

from pathlib import Path

import pytest

from daemon.household import resting_household
from daemon.media.errors import DecoderMissing, FallbackFailed, named
from daemon.settings import load_settings


@pytest.mark.parametrize("line", ["", 'ffmpeg = "/bin/true"'], ids=["none", "named"])
def test_a_named_ffmpeg_is_a_reason_to_try_again(line: str, tmp_path: Path) -> None:
    """The reasons say to name one; their sentences begin with the names that are looked for."""
    path = tmp_path / "doorman.toml"
    path.write_text(f'[fingerprint]\n{line}\n[[library]]\npath = "{tmp_path}"\n')

    curable = resting_household(load_settings(path, {"HOME": str(tmp_path)})).complete.curable

    for reason in (DecoderMissing(), FallbackFailed(Path("/bin/true"), "no such codec")):
        assert (named(reason).partition(":")[0] in curable) == bool(line)
