"""The REST double keeps to what the reference says of the real server."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from pydantic import JsonValue

from providers.sandbox.seeds import SceneSeed
from providers.sandbox.theporndb import RestSandbox
from tests.providers.sandbox.theporndb.scenes import EVEN, fill

Get = Callable[..., httpx.Response]
Titles = Callable[..., list[JsonValue]]

DAWN, STREET = "Harbour at Dawn", "Lantern Street"
COMMAND = [sys.executable, "-m", "providers.sandbox.theporndb"]


@pytest.mark.parametrize("name", ["{id}", "1", "northlight-pictures-harbour-at-dawn"])
def test_a_scene_has_three_names(rest_box: RestSandbox, get: Get, name: str) -> None:
    scene_id = fill(rest_box)

    shown = get(rest_box, f"/scenes/{name.format(id=scene_id)}").json()["data"]

    assert (shown["id"], shown["_id"], shown["title"]) == (scene_id, 1, DAWN)
    assert [tag["name"] for tag in shown["tags"]] == ["Boats", "Sea"]
    assert [(one["type"], one["submissions"]) for one in shown["hashes"]] == [
        ("PHASH", 2),
        ("OSHASH", 1),
    ]


def test_a_performer_is_an_alias_with_a_person_behind_it(rest_box: RestSandbox, get: Get) -> None:
    fill(rest_box)

    (row,) = get(rest_box, "/scenes/1").json()["data"]["performers"]

    assert (row["name"], row["is_parent"]) == ("Ada B.", False)
    assert row["parent"]["name"] == "Ada Brook"
    assert row["parent"]["id"] != row["id"]


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        ("/scenes/hash/ab?type=PHASH", 404, "hash not found"),
        ("/scenes/hash/xyz?type=OSHASH", 404, "hash not found"),
        ("/scenes/nothing", 404, "scene not found"),
        ("/scenes/3", 404, "scene not found"),
        ("/movies/1", 404, "movie not found"),
        ("/jav/hash/ab?type=OSHASH", 404, "hash not found"),
        ("/scenes/hash/ab", 422, "The selected type is invalid."),
        ("/scenes/hash/ab?type=MD5", 422, "The selected type is invalid."),
        ("/scenes?performers=Ada", 422, "The performers must be an array."),
        ("/user/collection?scene_id=none", 422, "The selected scene id is invalid."),
        ("/works", 404, "The route works could not be found."),
        ("/", 404, "The route  could not be found."),
        ("/scenes/1/2/3", 404, "The route could not be found."),
    ],
)
def test_what_is_not_there_is_said_in_the_servers_words(
    rest_box: RestSandbox, get: Get, path: str, status: int, message: str
) -> None:
    fill(rest_box)

    response = get(rest_box, path)

    assert (response.status_code, response.json()["message"]) == (status, message)


def test_a_hash_has_the_scene_that_most_people_say(rest_box: RestSandbox, get: Get) -> None:
    fill(rest_box)

    shown = get(rest_box, f"/scenes/hash/{EVEN:016X}?type=PHASH").json()["data"]

    assert shown["title"] == STREET


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [DAWN, STREET]),
        ("unheard_of=1", [DAWN, STREET]),
        (f"hash={EVEN:x}&hashType=PHASH", [STREET, DAWN]),
        (f"hash={EVEN ^ 1:x}&hashType=PHASH", []),
        ("hash=00000000000000ab", [DAWN]),
        ("hash=00000000000000ab&hashType=PHASH", []),
        ("title=harbour", [DAWN]),
        ("site=northlightpictures", [DAWN]),
        ("date=2024-05-17", [DAWN]),
        ("date=2024-01-01&date_operation=<", [STREET]),
        ("year=2023", [STREET]),
        ("url=https://northlight.example/1", [DAWN]),
        ("sku=nl-12", [DAWN]),
        ("q=ada street", [DAWN, STREET]),
        ("q=nonsense", []),
        ("parse=Other.2023-01-02.Harbour", [STREET, DAWN]),
        ("parse=NorthlightPictures.2024-05-17", [DAWN]),
        ("per_page=1&page=2", [STREET]),
        ("limit=1", [DAWN]),
    ],
)
def test_a_search_finds_what_its_parameters_say(
    rest_box: RestSandbox, titles: Titles, query: str, found: list[str]
) -> None:
    fill(rest_box)

    assert titles(rest_box, f"/scenes?{query}") == found


def test_rows_of_a_search_have_no_tags(rest_box: RestSandbox, get: Get) -> None:
    fill(rest_box)

    body = get(rest_box, "/scenes?per_page=1").json()

    assert "tags" not in body["data"][0]
    assert body["meta"] == {"current_page": 1, "per_page": 1, "total": 2}


def test_only_a_token_opens_the_door(rest_box: RestSandbox, http: httpx.Client) -> None:
    json_wanted = {"Accept": "application/json"}
    wrong = [{}, {"Authorization": "Bearer no"}, {"Authorization": rest_box.key}]

    answers = [
        http.get(f"{rest_box.url}/auth/user", headers={**json_wanted, **each}) for each in wrong
    ]
    person = http.get(f"{rest_box.url}/auth/user", headers={"Accept": "text/html"})

    assert {(one.status_code, one.json()["message"]) for one in answers} == {
        (401, "Unauthenticated.")
    }
    assert (person.status_code, person.headers["Location"]) == (302, "/login")


def test_the_collection_is_a_toggle_and_a_get_may_change_it_too(
    rest_box: RestSandbox, get: Get
) -> None:
    scene_id = fill(rest_box)
    path = "/user/collection?scene_id=1&type=Scene"

    seen = [
        get(rest_box, path).json(),
        get(rest_box, path, "POST").json(),
        get(rest_box, path, "POST").json(),
    ]
    get(rest_box, "/scenes/1?add_to_collection=1")

    assert [each["value"] for each in seen] == [False, True, False]
    assert rest_box.collection.all() == {scene_id}


@pytest.mark.parametrize("retry_after", [None, "30"])
def test_more_than_the_limit_is_too_many(http: httpx.Client, retry_after: str | None) -> None:
    with RestSandbox(requests_per_minute=2, retry_after=retry_after) as box:
        headers = {"Authorization": f"Bearer {box.key}", "Accept": "application/json"}
        answers = [http.get(f"{box.url}/auth/user", headers=headers) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1].json() == {"message": "Too Many Attempts."}
    assert answers[-1].headers.get("Retry-After") == retry_after


def test_quirks_change_the_shape_of_an_answer(get: Get) -> None:
    with RestSandbox(mode="quirks") as box:
        fill(box)
        box.world.add_scene(SceneSeed(title="Bare"))
        whole = get(box, "/scenes/1").json()["data"]
        bare = get(box, "/scenes/4").json()["data"]

    assert (whole["duration"], whole["_id"]) == ("1800", "1")
    assert set(whole["tags"]) == {"0", "2"}
    assert whole["performers"][0]["parent"]["extras"]["links"] == []
    assert whole["site"]["parent"] == []
    assert (bare["site"], bare["background"], bare["directors"]) == ([], [], None)
    assert bare["tags"] == bare["hashes"] == []


def test_pictures_need_no_token(rest_box: RestSandbox, http: httpx.Client, get: Get) -> None:
    fill(rest_box)
    shown = get(rest_box, "/scenes/1").json()["data"]

    assert http.get(shown["image"]).headers["Content-Type"] == "image/png"
    assert http.get(f"{rest_box.url}/images/none").status_code == 404


def test_a_mode_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match="use one of: plain, quirks"):
        RestSandbox(mode="0.10")


def test_process_says_where_it_is_answers_and_ends_when_told(
    http: httpx.Client, tmp_path: Path
) -> None:
    world = tmp_path / "world.json"
    world.write_text('{"scenes": [{"title": "Harbour at Dawn"}]}')

    with subprocess.Popen(  # noqa: S603  # our own module
        [*COMMAND, "--world", str(world), "--mode", "quirks"], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        headers = {"Authorization": f"Bearer {ready['key']}", "Accept": "application/json"}
        shown = http.get(f"{ready['url']}/scenes/1", headers=headers).json()["data"]
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=20)

    assert (shown["title"], shown["_id"], code) == (DAWN, "1", 0)


def test_world_that_cannot_be_read_is_said_before_anything_listens(tmp_path: Path) -> None:
    world = tmp_path / "world.json"
    world.write_text('{"scenes": [{"titel": "Harbour at Dawn"}]}')

    ended = subprocess.run(  # noqa: S603  # our own module
        [*COMMAND, "--world", str(world)], capture_output=True, text=True, timeout=30, check=False
    )

    assert (ended.returncode, ended.stdout) == (78, "")
    assert "titel" in ended.stderr
