"""The section of doorman.toml that says what lies beside accepted files."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from daemon.settings.fields import AbsolutePath, Lenient, TagName
from daemon.settings.section import Section

OnChangeName = Literal["preserve", "merge", "overwrite"]
TagElementName = Literal["tag", "genre", "both"]
StudioParentsName = Literal["none", "nearest", "all"]
NfoRootName = Literal["movie", "musicvideo"]


class SidecarSettings(Section):
    """What is written beside an accepted file, and read beside any."""

    nfo: bool = True
    """Whether an NFO file, for Kodi and Jellyfin, is written."""
    on_change: OnChangeName = "preserve"
    """What becomes of an NFO that somebody else wrote or changed: "preserve" leaves it; "merge"
    adds what it lacks; "overwrite" writes it anew and keeps what media servers note in it, its
    former content can be had back by "doorman undo". One that says lockdata, or is no XML, stays
    in any case."""
    tags_as: TagElementName = "tag"
    """What a work's tags become: "tag", "genre" (servers list works by genre), or "both"."""
    genres: Annotated[tuple[TagName, ...], Lenient] = Field(default=(), examples=[["Documentary"]])
    """Tags that become a genre in any case, upper or lower case alike."""
    studio_parents: StudioParentsName = "nearest"
    """Which of the studios that a work's studio belongs to are written after it: "none",
    the "nearest", or "all"."""
    local_only: bool = False
    """true: no address of a picture or trailer is written, so that media servers fetch nothing
    from elsewhere."""
    artwork: bool = True
    """Whether the pictures that a source has of a work are written beside its files: a poster, a
    fanart and a thumb. A picture that somebody else put there stays, and is not joined by
    another."""
    thumb_from_video: bool = False
    """Whether the picture of a video that shows most becomes the thumb of a work for which no
    source has one. Media servers can take one themselves. Only with artwork."""
    performer_pictures: AbsolutePath | None = Field(default=None, examples=["/srv/people"])
    """An existing folder for pictures of the performers in accepted works, called by their names;
    one that is there stays. Only with artwork. Default: none are written."""
    read: bool = True
    """Whether an NFO that somebody else wrote beside a file counts: its ids are looked up first,
    its title, studio, date and people are searched for and compared; it alone accepts nothing."""
