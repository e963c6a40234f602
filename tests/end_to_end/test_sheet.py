"""A file's contact sheet: made with its phash, shown by the daemon, and no loss when it is lost."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import httpx
from PIL import Image

from rules.journey import FileState
from tests.end_to_end.films import Film
from tests.end_to_end.home import Home


def test_sheet_comes_with_the_phash_and_comes_back_when_asked_for(home: Home, film: Film) -> None:
    home.knows(film)
    with home.run() as daemon:
        home.drop(film)
        daemon.until_state(film.name, FileState.DONE)
        place = Path(daemon.until(lambda: sheet_of(home, film), "the sheet lies there"))
        served = ask(home, film)
        told = home.do("why", film.name).out

        place.unlink()
        gone = ask(home, film)
        home.do("generate", "--sheets")
        daemon.until(place.exists, "the sheet is there again")
        again = ask(home, film)

    assert place.parent.parent == home.store.parent / "sheets"
    with Image.open(BytesIO(served.content)) as sheet:
        assert (sheet.format, sheet.size) == ("WEBP", (800, 450))
    assert str(place) in told
    assert gone.status_code == 404
    assert "no contact sheet of" in gone.json()["error"]["message"]
    assert (again.status_code, again.content) == (200, served.content)


def sheet_of(home: Home, film: Film) -> str | None:
    answer = get(home, "file", film)
    sheet: str | None = answer.json()["sheet"]
    return sheet


def ask(home: Home, film: Film) -> httpx.Response:
    return get(home, "sheet", film)


def get(home: Home, what: str, film: Film) -> httpx.Response:
    transport = httpx.HTTPTransport(uds=str(home.socket))
    with httpx.Client(transport=transport) as client:
        return client.get(f"http://doorman/api/v1/{what}", params={"file": film.name})
