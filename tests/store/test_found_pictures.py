from store import found_pictures
from store.database import Connection
from store.found_pictures import FoundPicture, NoUse

COVER, ICON = "https://first.example/cover.jpg", "https://first.example/icon.png"
PICTURE = FoundPicture(sha256="ab" * 32, extension=".jpg", width=1280, height=720)


def test_what_was_found_is_known_from_then_on(connection: Connection) -> None:
    found_pictures.save(connection, COVER, PICTURE, at_s=1.0)
    found_pictures.save(connection, ICON, NoUse(trouble="it is an icon"), at_s=5.0)

    known = found_pictures.known(
        connection, [COVER, ICON, "https://first.example/other"], no_use_since_s=5.0
    )

    assert known == {COVER: PICTURE, ICON: NoUse(trouble="it is an icon")}
    assert found_pictures.known(connection, [], no_use_since_s=0.0) == {}


def test_what_was_of_no_use_long_ago_is_looked_at_again(connection: Connection) -> None:
    found_pictures.save(connection, COVER, NoUse(trouble="HTTP 404"), at_s=1.0)
    assert found_pictures.known(connection, [COVER], no_use_since_s=2.0) == {}

    found_pictures.save(connection, COVER, PICTURE, at_s=3.0)

    assert found_pictures.known(connection, [COVER], no_use_since_s=9.0) == {COVER: PICTURE}
