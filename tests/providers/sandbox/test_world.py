from __future__ import annotations

import base64
import hmac
import struct
import zlib
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from pydantic import JsonValue, ValidationError

from providers.sandbox import Sandbox
from providers.sandbox.keys import make_key, user_of
from providers.sandbox.pictures import paint, png
from providers.sandbox.seeds import CreditSeed, ImageSeed, PerformerSeed, SceneSeed, WorldSeed

Ask = Callable[..., JsonValue]


def test_same_world_has_the_same_ids_in_every_run() -> None:
    ids = []
    for _ in range(2):
        with Sandbox() as box:
            ids.append(box.world.add_scene(SceneSeed(title="A", images=(ImageSeed(),))))

    assert ids[0] == ids[1]


def test_keys_differ_from_run_to_run() -> None:
    with Sandbox() as one, Sandbox() as other:
        assert one.key != other.key


def test_signed_text_that_is_no_claim_is_no_key() -> None:
    secret = b"some secret"
    whole = make_key("somebody", secret, 1_700_000_000)
    header, _, _ = whole.partition(".")
    signed = f"{header}.bm90IGpzb24"
    signature = base64.urlsafe_b64encode(hmac.new(secret, signed.encode(), "sha256").digest())

    assert user_of(whole, secret) == "somebody"
    assert user_of(f"{signed}.{signature.rstrip(b'=').decode()}", secret) is None


def test_scene_may_bring_its_own_id(box: Sandbox) -> None:
    own = "3b241101-e2bb-4255-8caf-4136c566a962"

    assert box.world.add_scene(SceneSeed(id=own)) == own


def test_json_names_performers_plainly_or_with_their_credit() -> None:
    world = WorldSeed.model_validate_json(
        '{"scenes": [{"performers": ["Ada Brook", {"name": "Ben Reed", "as": "B."}]}]}'
    )

    assert world.scenes[0].performers == (
        CreditSeed(name="Ada Brook"),
        CreditSeed(name="Ben Reed", credited_as="B."),
    )


@pytest.mark.parametrize("text", ['{"scene": []}', '{"scenes": [{"titel": "A"}]}', "[]"])
def test_misspelt_world_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        WorldSeed.model_validate_json(text)


def test_best_cover_comes_first(box: Sandbox, ask: Ask) -> None:
    sizes = (ImageSeed(width=100, height=100), ImageSeed(width=160, height=90))
    portraits = (*sizes, ImageSeed(width=400, height=600))
    box.world.add_performer(PerformerSeed(name="Ada Brook", images=portraits))
    scene_id = box.world.add_scene(
        SceneSeed(images=sizes, performers=(CreditSeed(name="Ada Brook", credited_as="Ada"),))
    )

    scene = ask(
        box,
        f'{{ findScene(id: "{scene_id}") {{ images {{ width }} '
        "performers { as performer { images { width } } } } }",
    )

    assert scene == {
        "images": [{"width": 160}, {"width": 100}],
        "performers": [
            {
                "as": "Ada",
                "performer": {"images": [{"width": 400}, {"width": 100}, {"width": 160}]},
            }
        ],
    }


@pytest.mark.parametrize(
    ("release_date", "date"),
    [
        ("2024", "2024-01-01"),
        ("2024-05", "2024-05-01"),
        ("2024-05-17", "2024-05-17"),
        (None, None),
    ],
)
def test_old_date_is_completed(
    box: Sandbox, ask: Ask, release_date: str | None, date: str | None
) -> None:
    scene_id = box.world.add_scene(SceneSeed(release_date=release_date))

    assert ask(box, f'{{ findScene(id: "{scene_id}") {{ release_date date }} }}') == {
        "release_date": release_date,
        "date": date,
    }


def test_times_are_rfc_3339(box: Sandbox, ask: Ask) -> None:
    box.world.now = lambda: datetime(2026, 11, 20, 12, 30, tzinfo=UTC)
    scene_id = box.world.add_scene(SceneSeed())

    assert ask(box, f'{{ findScene(id: "{scene_id}") {{ created updated }} }}') == {
        "created": "2026-11-20T12:30:00Z",
        "updated": "2026-11-20T12:30:00Z",
    }


@pytest.mark.parametrize(("width", "height"), [(1, 1), (7, 3), (1280, 720)])
def test_picture_is_a_png_of_its_size(width: int, height: int) -> None:
    content_type, content = paint("some id", width, height)

    assert content_type == "image/png"
    assert struct.unpack(">II", content[16:24]) == (width, height)
    data = content[content.index(b"IDAT") + 4 : content.index(b"IEND") - 8]
    assert len(zlib.decompress(data)) == height * (1 + (width + 7) // 8)
    assert content.endswith(b"IEND" + struct.pack(">I", zlib.crc32(b"IEND")))


def test_picture_without_size_is_an_svg() -> None:
    content_type, content = paint("some id", -1, -1)

    assert content_type == "image/svg+xml"
    assert content.startswith(b"<svg")


def test_colour_of_a_picture_is_its_own() -> None:
    assert png(2, 2, 1) != png(2, 2, 2)
    assert png(2, 2, 1) == png(2, 2, 1)


def test_look_alike_lacks_what_look_alikes_lack(ask: Ask) -> None:
    with Sandbox(mode="look-alike") as box:
        answer = ask(box, '{ __type(name: "Fingerprint") { fields { name } } }')

    assert isinstance(answer, dict)
    fields = answer["fields"]
    assert isinstance(fields, list)
    names = [field["name"] for field in fields if isinstance(field, dict)]
    assert names == ["hash", "algorithm", "duration", "submissions", "created", "updated"]
