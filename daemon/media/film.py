"""A video file that is about to be sampled: what one look into it told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from daemon.media.again import Reopening, reopening_of
from daemon.media.certainty import NotCertain
from daemon.media.fresh import DecoderRecipe, recipe_of
from daemon.media.reel import Reel

Look = Callable[[Path], AbstractContextManager[Reel]]
"""Opens a file and looks into its streams: `reel_of`, or what counts or hinders it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """A file, and how to get at its packets and pictures again."""

    path: Path
    duration_s: float
    """Only for what an error says."""
    look: Look
    recipe: DecoderRecipe | None
    """None where a decoder cannot be made again."""
    reopening: Reopening | None
    """None where a second look into the streams cannot be spared."""

    def looked_into(self) -> AbstractContextManager[Reel]:
        """Hold the file open as ffmpeg does, for which it looks into the streams."""
        return self.look(self.path)

    @contextmanager
    def reel(self) -> Iterator[Reel]:
        """Hold the file open once more, in the cheapest way; of its decoder nothing is promised.

        Raises: as `reel_of`.
        """
        with ExitStack() as held:
            yield self._cheapest(held)

    def _cheapest(self, held: ExitStack) -> Reel:
        if self.reopening is not None:
            try:
                return held.enter_context(self.reopening.reel())
            except NotCertain:
                pass

        return held.enter_context(self.looked_into())


def film_of(reel: Reel, path: Path, duration_s: float, look: Look) -> Film:
    """Return what a reel, just opened, tells about its file."""
    return Film(
        path=path,
        duration_s=duration_s,
        look=look,
        recipe=recipe_of(reel.video.codec_context),
        reopening=reopening_of(reel, path),
    )
