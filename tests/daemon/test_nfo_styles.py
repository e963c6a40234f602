from pathlib import Path

from daemon.nfo_styles import nfo_on_change, nfo_styles
from daemon.settings import load_settings
from rules.nfo_ownership import OnChange
from rules.nfo_style import NfoRoot, NfoStyle, StudioParents, TagElement

TEXT = """\
[[library]]
path = "/srv/films"

[[library]]
path = "/srv/clips"
nfo_root = "musicvideo"

[sidecar]
on_change = "merge"
tags_as = "both"
genres = ["Documentary"]
studio_parents = "all"
local_only = true
"""


def test_what_the_owner_chose_arrives_at_the_writing(tmp_path: Path) -> None:
    file = tmp_path / "doorman.toml"
    file.write_text(TEXT, encoding="utf-8")
    settings = load_settings(file, {"HOME": "/home/ada"})

    common = NfoStyle(
        remote_urls=False,
        tags_as=TagElement.BOTH,
        genres=frozenset({"Documentary"}),
        studio_parents=StudioParents.ALL,
    )
    styles = nfo_styles(settings)
    assert styles["films"] == common
    assert styles["clips"].root is NfoRoot.MUSICVIDEO
    assert nfo_on_change(settings) is OnChange.MERGE
