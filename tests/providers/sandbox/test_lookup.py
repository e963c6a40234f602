"""The lookup by fingerprints: each rule and each oddity, version by version."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pydantic import JsonValue, TypeAdapter

from providers.sandbox import Sandbox
from providers.sandbox.seeds import FingerprintSeed, SceneSeed

Ask = Callable[..., JsonValue]
ErrorOf = Callable[..., str]

LOOKUP = """query($fingerprints: [[FingerprintQueryInput!]!]!) {
  findScenesBySceneFingerprints(fingerprints: $fingerprints) { title }
}"""
EVEN = 0x0F0F_0F0F_0F0F_0F0F


def prints(*hashes: str) -> tuple[FingerprintSeed, ...]:
    """Return fingerprints from texts like "OSHASH ab"."""
    return tuple(
        FingerprintSeed(algorithm=text.split()[0], hash=text.split()[1], duration=1800)
        for text in hashes
    )


def group(*hashes: str) -> JsonValue:
    return [{"algorithm": text.split()[0], "hash": text.split()[1]} for text in hashes]


def titles(answer: JsonValue) -> list[list[str]]:
    groups = TypeAdapter(list[list[dict[str, str]]]).validate_python(answer)
    return [[scene["title"] for scene in found] for found in groups]


def lookup(ask: Ask, box: Sandbox, *groups: JsonValue) -> list[list[str]]:
    return titles(ask(box, LOOKUP, fingerprints=list(groups)))


def test_order_of_groups_is_the_order_of_the_question(box: Sandbox, ask: Ask) -> None:
    box.world.add_scene(SceneSeed(title="A", fingerprints=prints("OSHASH 000000000000000a")))
    box.world.add_scene(SceneSeed(title="B", fingerprints=prints("OSHASH 000000000000000b")))

    found = lookup(ask, box, group("OSHASH b"), group(), group("OSHASH c"), group("OSHASH a"))

    assert found == [["B"], [], [], ["A"]]


def test_order_in_a_group_is_that_of_its_hashes_and_each_scene_comes_once(
    box: Sandbox, ask: Ask
) -> None:
    box.world.add_scene(SceneSeed(title="A", fingerprints=prints("OSHASH a", "PHASH aa")))
    box.world.add_scene(SceneSeed(title="B", fingerprints=prints("OSHASH b", "PHASH aa")))

    found = lookup(ask, box, group("OSHASH b", "PHASH aa"), group("PHASH aa"))

    assert found == [["B", "A"], ["A", "B"]]


@pytest.mark.parametrize(
    ("mode", "message"),
    [("0.6", "Too many scenes"), ("0.7", "too many scenes"), ("0.10", "too many scenes")],
)
def test_forty_scenes_are_answered_and_forty_one_are_not(
    ask: Ask, error_of: ErrorOf, mode: str, message: str
) -> None:
    with Sandbox(mode=mode) as box:
        forty: list[JsonValue] = [group("OSHASH 1")] * 40

        assert lookup(ask, box, *forty) == [[]] * 40
        assert error_of(box, LOOKUP, fingerprints=[*forty, group()]) == message


def test_one_scene_may_have_any_number_of_hashes(box: Sandbox, ask: Ask) -> None:
    assert lookup(ask, box, group(*(f"OSHASH {n:x}" for n in range(1, 500)))) == [[]]


@pytest.mark.parametrize("text", ["xyz", "0x12", "12 ", "", "-1", "1_0", "٣"])
def test_one_bad_hash_fails_all_scenes(box: Sandbox, error_of: ErrorOf, text: str) -> None:
    box.world.add_scene(SceneSeed(title="A", fingerprints=prints("OSHASH a")))
    groups: list[JsonValue] = [group("OSHASH a"), [{"algorithm": "PHASH", "hash": text}]]

    assert "invalid syntax" in error_of(box, LOOKUP, fingerprints=groups)


@pytest.mark.parametrize(
    "text", ["0x00000000000000ab", "d41d8cd98f00b204e9800998ecf8427e", "z" * 17]
)
def test_oversized_hash_is_zero_and_matches_junk(box: Sandbox, ask: Ask, text: str) -> None:
    box.world.add_scene(SceneSeed(title="Junk", fingerprints=prints("OSHASH 0")))

    assert lookup(ask, box, group(f"OSHASH {text}")) == [["Junk"]]


@pytest.mark.parametrize("text", ["AB", "ab", "00ab", "00000000000000AB", '"ab"'])
def test_hash_is_a_number_however_it_is_written(box: Sandbox, ask: Ask, text: str) -> None:
    box.world.add_scene(SceneSeed(title="A", fingerprints=prints("OSHASH ab")))

    assert lookup(ask, box, group(f"OSHASH {text}")) == [["A"]]


def test_md5_is_dropped_and_its_empty_group_stays(box: Sandbox, ask: Ask) -> None:
    md5 = "MD5 d41d8cd98f00b204e9800998ecf8427e"
    box.world.add_scene(SceneSeed(title="A", fingerprints=prints(md5, "OSHASH a")))

    assert lookup(ask, box, group(md5), group(md5, "OSHASH a")) == [[], ["A"]]


def test_md5_works_before_0_8(ask: Ask) -> None:
    md5 = "MD5 d41d8cd98f00b204e9800998ecf8427e"
    with Sandbox(mode="0.7") as box:
        box.world.add_scene(SceneSeed(title="A", fingerprints=prints(md5)))

        assert lookup(ask, box, group(md5)) == [["A"]]


def test_without_a_distance_the_algorithm_does_not_matter(box: Sandbox, ask: Ask) -> None:
    box.world.add_scene(SceneSeed(title="A", fingerprints=prints("PHASH ab")))

    assert lookup(ask, box, group("OSHASH ab")) == [["A"]]


@pytest.mark.parametrize(
    ("setting", "distance", "is_found"),
    [(0, 0, True), (0, 1, False), (4, 4, True), (4, 5, False), (8, 8, True), (8, 9, False)],
)
def test_phash_is_found_within_the_servers_own_distance(
    box: Sandbox,
    ask: Ask,
    setting: int,
    distance: int,
    is_found: bool,  # noqa: FBT001
) -> None:
    box.world.phash_distance = setting
    box.world.add_scene(SceneSeed(title="A", fingerprints=prints(f"PHASH {EVEN:x}")))
    asked = EVEN ^ ((1 << distance) - 1)

    assert lookup(ask, box, group(f"PHASH {asked:x}")) == [["A"] if is_found else []]


def test_distance_is_for_phashes_alone(box: Sandbox, ask: Ask) -> None:
    box.world.phash_distance = 8
    box.world.add_scene(SceneSeed(title="A", fingerprints=prints("OSHASH ab", f"PHASH {EVEN:x}")))

    assert lookup(ask, box, group("OSHASH aa"), group(f"OSHASH {EVEN ^ 1:x}")) == [[], []]


def test_votes_and_durations_do_not_matter(box: Sandbox, ask: Ask) -> None:
    doubted = FingerprintSeed(algorithm="OSHASH", hash="ab", duration=1, submissions=0, reports=5)
    box.world.add_scene(SceneSeed(title="Doubted", duration=9000, fingerprints=(doubted,)))

    assert lookup(ask, box, group("OSHASH ab")) == [["Doubted"]]


def test_deleted_scene_is_hidden_from_the_lookup_and_seen_by_its_id(box: Sandbox, ask: Ask) -> None:
    scene_id = box.world.add_scene(SceneSeed(title="A", fingerprints=prints("OSHASH ab")))
    box.world.delete_scene(scene_id)

    assert lookup(ask, box, group("OSHASH ab")) == [[]]
    assert ask(box, f'{{ findScene(id: "{scene_id}") {{ title deleted }} }}') == {
        "title": "A",
        "deleted": True,
    }


@pytest.mark.parametrize(("mode", "kind"), [("0.6", "[[Scene!]!]!"), ("0.7", "[[Scene]!]!")])
def test_scenes_in_a_group_may_be_null_since_0_7(ask: Ask, mode: str, kind: str) -> None:
    query = """{ __type(name: "Query") { fields { name type { kind ofType { kind ofType {
      kind ofType { kind ofType { kind } } } } } } } }"""
    with Sandbox(mode=mode) as box:
        answer = ask(box, query)

    assert isinstance(answer, dict)
    fields = answer["fields"]
    assert isinstance(fields, list)
    (lookup_field,) = (
        field
        for field in fields
        if isinstance(field, dict) and field["name"] == "findScenesBySceneFingerprints"
    )
    has_solid_scenes = str(lookup_field).count("NON_NULL") == 3
    assert has_solid_scenes is (kind == "[[Scene!]!]!")


FINGERPRINTS = "{ fingerprints { hash algorithm duration submissions reports } }"


def test_hashes_come_out_padded_and_counted(box: Sandbox, ask: Ask) -> None:
    seeds = (
        FingerprintSeed(algorithm="OSHASH", hash="AB", duration=1800, submissions=1, reports=2),
        FingerprintSeed(algorithm="PHASH", hash="cd", duration=1799, submissions=3),
    )
    scene_id = box.world.add_scene(SceneSeed(fingerprints=seeds))

    answer = ask(box, f'{{ findScene(id: "{scene_id}") {FINGERPRINTS} }}')

    rows = [("00000000000000cd", "PHASH", 1799, 3, 0), ("00000000000000ab", "OSHASH", 1800, 1, 2)]
    names = ("hash", "algorithm", "duration", "submissions", "reports")
    assert answer == {"fingerprints": [dict(zip(names, row, strict=True)) for row in rows]}


def test_before_0_8_hashes_are_the_text_that_was_sent(ask: Ask, error_of: ErrorOf) -> None:
    with Sandbox(mode="0.7") as box:
        scene_id = box.world.add_scene(
            SceneSeed(title="A", fingerprints=prints("PHASH cd", "OSHASH 00000000000000ab"))
        )

        answer = ask(box, f'{{ findScene(id: "{scene_id}") {{ fingerprints {{ hash }} }} }}')
        found = lookup(
            ask, box, group("PHASH cd"), group("PHASH CD"), group("PHASH 0cd"), group("OSHASH zz")
        )
        box.world.phash_distance = 4
        error = error_of(box, LOOKUP, fingerprints=[group("PHASH zz")])

    assert answer == {"fingerprints": [{"hash": "cd"}, {"hash": "00000000000000ab"}]}
    assert found == [["A"], [], [], []]
    assert "invalid syntax" in error


@pytest.mark.parametrize(
    ("mode", "exact", "near", "padded"),
    [
        ("0.6", ["A"], ["A"], []),
        ("0.7", ["A"], [], ["A"]),
        ("0.8", ["A"], [], ["A"]),
        ("0.9", ["A"], ["A"], ["A"]),
        ("0.10", ["A"], ["A"], ["A"]),
    ],
)
def test_known_mistakes_with_a_distance_are_made_too(
    ask: Ask, mode: str, exact: list[str], near: list[str], padded: list[str]
) -> None:
    with Sandbox(mode=mode) as box:
        box.world.phash_distance = 4
        box.world.add_scene(SceneSeed(title="A", fingerprints=prints(f"PHASH {EVEN:x}")))
        found = lookup(
            ask,
            box,
            group(f"PHASH {EVEN:x}"),
            group(f"PHASH {EVEN ^ 1:x}"),
            group(f"PHASH {EVEN:016x}"),
        )

    assert found == [exact, near, padded]


def test_early_0_7_forgets_all_scenes_of_a_hash_but_one(ask: Ask) -> None:
    found = {}
    for mode in ("0.7.3", "0.7"):
        with Sandbox(mode=mode) as box:
            for title in ("A", "B"):
                box.world.add_scene(SceneSeed(title=title, fingerprints=prints("PHASH cd")))
            found[mode] = lookup(ask, box, group("PHASH cd"))

    assert found == {"0.7.3": [["B"]], "0.7": [["A", "B"]]}


OLD = {
    "findSceneByFingerprint": '(fingerprint: {hash: "ab", algorithm: OSHASH})',
    "findScenesByFingerprints": '(fingerprints: ["ab"])',
    "findScenesByFullFingerprints": '(fingerprints: [{hash: "ab", algorithm: OSHASH}])',
}


@pytest.mark.parametrize(("field", "arguments"), OLD.items())
def test_old_queries_work_up_to_0_7(ask: Ask, field: str, arguments: str) -> None:
    with Sandbox(mode="0.7") as box:
        box.world.add_scene(SceneSeed(title="A", fingerprints=prints("OSHASH ab")))

        assert ask(box, f"{{ {field}{arguments} {{ title }} }}") == [{"title": "A"}]
