"""What is wanted of the queue: read from an address, and written into one."""

from __future__ import annotations

from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request

from daemon.web.forms import FormUnreadable
from rules.trays import Tray
from store.waiting import Sieve

LONGEST_TEXT = 200


class Wanted(BaseModel):
    """The parameters that sift; empty ones do not."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    tray: Tray = Tray.OPEN
    library: str = ""
    source: str = ""
    cause: str = ""
    text: str = Field(default="", max_length=LONGEST_TEXT)

    @property
    def sieve(self) -> Sieve:
        """Return what the desk is asked."""
        return Sieve(
            tray=self.tray,
            library=self.library or None,
            source=self.source or None,
            cause=self.cause or None,
            text=self.text.strip(),
        )

    @property
    def is_sifting(self) -> bool:
        """Tell whether anything but a tray is chosen."""
        return bool(self.library or self.source or self.cause or self.text)

    def address(self, **others: str) -> str:
        """Return the address of the queue with this wanted, and with other parameters."""
        chosen = {"tray": "" if self.tray is Tray.OPEN else self.tray.value}
        chosen |= {"library": self.library, "source": self.source, "cause": self.cause}
        chosen |= {"text": self.text} | others
        query = urlencode({name: value for name, value in chosen.items() if value})
        return f"/?{query}" if query else "/"


def wanted_by(request: Request) -> Wanted:
    """Return what an address wants.

    Raises:
        FormUnreadable: there is no such tray, or the text is too long.

    """
    try:
        return Wanted.model_validate(dict(request.query_params))
    except ValueError as error:
        raise FormUnreadable("there is no such part of the queue") from error
