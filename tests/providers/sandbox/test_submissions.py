"""What becomes of hashes that are sent, which is less than the answers say."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pydantic import JsonValue

from providers.sandbox import Sandbox
from providers.sandbox.seeds import FingerprintSeed, SceneSeed

Ask = Callable[..., JsonValue]
ErrorOf = Callable[..., str]

SUBMIT = "mutation($input: FingerprintSubmission!) { submitFingerprint(input: $input) }"
BATCH = """mutation($input: [FingerprintBatchSubmission!]!) {
  submitFingerprints(input: $input) { hash scene_id error }
}"""
NOBODY = "3b241101-e2bb-4255-8caf-4136c566a962"
HASH = "00000000000000ab"


def submission(scene_id: str, **changes: JsonValue) -> dict[str, JsonValue]:
    fingerprint: dict[str, JsonValue] = {"hash": "ab", "algorithm": "OSHASH", "duration": 1800}
    own = {name: value for name, value in changes.items() if name in fingerprint}
    rest = {name: value for name, value in changes.items() if name not in fingerprint}
    return {"scene_id": scene_id, "fingerprint": fingerprint | own, **rest}


def counts(ask: Ask, box: Sandbox, scene_id: str, arguments: str = "") -> JsonValue:
    """Return what the scene says about its hashes."""
    fields = "hash duration submissions reports user_submitted user_reported"
    query = f'{{ findScene(id: "{scene_id}") {{ fingerprints{arguments} {{ {fields} }} }} }}'
    scene = ask(box, query)
    assert isinstance(scene, dict)
    found = scene["fingerprints"]
    assert isinstance(found, list)
    return [list(one.values()) for one in found if isinstance(one, dict)]


@pytest.fixture
def scene_id(box: Sandbox) -> str:
    return box.world.add_scene(SceneSeed(title="Harbour at Dawn"))


def test_submission_is_counted_once_however_often_it_is_sent(
    box: Sandbox, ask: Ask, scene_id: str
) -> None:
    for _ in range(2):
        assert ask(box, SUBMIT, input=submission(scene_id)) is True

    assert counts(ask, box, scene_id) == [[HASH, 1800, 1, 0, True, False]]


def test_vote_can_be_turned_in_one_call_and_taken_back(
    box: Sandbox, ask: Ask, scene_id: str
) -> None:
    box.world.add_fingerprints(
        scene_id, [FingerprintSeed(algorithm="OSHASH", hash="ab", duration=1800)]
    )
    ask(box, SUBMIT, input=submission(scene_id))
    ask(box, SUBMIT, input=submission(scene_id, vote="INVALID"))
    reported = counts(ask, box, scene_id)
    ask(box, SUBMIT, input=submission(scene_id, vote="REMOVE"))

    assert reported == [[HASH, 1800, 1, 1, False, True]]
    assert counts(ask, box, scene_id) == [[HASH, 1800, 1, 0, False, False]]


def test_unmatch_overrides_the_vote_and_the_last_vote_takes_the_hash_along(
    box: Sandbox, ask: Ask, scene_id: str
) -> None:
    ask(box, SUBMIT, input=submission(scene_id))
    ask(box, SUBMIT, input=submission(scene_id, vote="VALID", unmatch=True))

    assert counts(ask, box, scene_id) == []


def test_hash_that_nobody_submitted_cannot_be_reported(
    box: Sandbox, error_of: ErrorOf, scene_id: str
) -> None:
    message = error_of(box, SUBMIT, input=submission(scene_id, vote="INVALID"))

    assert message == "fingerprint has no submissions"


@pytest.mark.parametrize(
    "changes",
    [
        {"algorithm": "MD5", "hash": "d41d8cd98f00b204e9800998ecf8427e"},
        {"duration": 0},
        {"duration": -5},
    ],
)
def test_true_is_said_of_what_is_ignored(
    box: Sandbox, ask: Ask, scene_id: str, changes: dict[str, JsonValue]
) -> None:
    assert ask(box, SUBMIT, input=submission(scene_id, **changes)) is True
    assert counts(ask, box, scene_id) == []


def test_true_is_said_of_scenes_that_are_not_there(box: Sandbox, ask: Ask, scene_id: str) -> None:
    box.world.delete_scene(scene_id)

    assert ask(box, SUBMIT, input=submission(scene_id)) is True
    assert ask(box, SUBMIT, input=submission(NOBODY)) is True
    assert counts(ask, box, scene_id) == []
    assert box.world.votes.all() == ()


def test_without_a_duration_nothing_can_be_taken_back(
    box: Sandbox, ask: Ask, scene_id: str
) -> None:
    ask(box, SUBMIT, input=submission(scene_id))
    ask(box, SUBMIT, input=submission(scene_id, vote="REMOVE", duration=0))

    assert counts(ask, box, scene_id) == [[HASH, 1800, 1, 0, True, False]]


@pytest.mark.parametrize(
    ("scene", "text", "says"),
    [("17", "ab", "incorrect UUID length 2"), (NOBODY, "xyz", "invalid syntax")],
)
def test_what_cannot_be_read_is_an_error(
    box: Sandbox, error_of: ErrorOf, scene: str, text: str, says: str
) -> None:
    assert says in error_of(box, SUBMIT, input=submission(scene, hash=text))


def test_own_submissions_can_be_seen_alone(box: Sandbox, ask: Ask, scene_id: str) -> None:
    others = FingerprintSeed(algorithm="OSHASH", hash="ab", duration=1799, submissions=4)
    box.world.add_fingerprints(scene_id, [others])
    ask(box, SUBMIT, input=submission(scene_id))

    assert counts(ask, box, scene_id, "(is_submitted: true)") == [[HASH, 1800, 1, 0, True, False]]
    assert counts(ask, box, scene_id) == [[HASH, 1799, 5, 0, True, False]]


def test_duration_shown_is_the_commonest_and_the_lowest_among_equals(
    box: Sandbox, ask: Ask, scene_id: str
) -> None:
    box.world.add_fingerprints(
        scene_id, [FingerprintSeed(algorithm="OSHASH", hash="ab", duration=1801)]
    )
    ask(box, SUBMIT, input=submission(scene_id, duration=1800))

    assert counts(ask, box, scene_id) == [[HASH, 1800, 2, 0, True, False]]


def test_batch_answers_by_scene_and_hash_and_is_shorter_without_md5(
    box: Sandbox, ask: Ask, scene_id: str
) -> None:
    gone = box.world.add_scene(SceneSeed(deleted=True))
    item = {"scene_id": scene_id, "hash": "ab", "algorithm": "OSHASH", "duration": 1800}
    items = [
        item | {"algorithm": "MD5"},
        item,
        item | {"duration": 0, "hash": "cd"},
        item | {"scene_id": gone},
        item | {"scene_id": NOBODY},
    ]

    assert ask(box, BATCH, input=items) == [
        {"hash": HASH, "scene_id": scene_id, "error": None},
        {
            "hash": "00000000000000cd",
            "scene_id": scene_id,
            "error": "duration must be greater than 0",
        },
        {"hash": HASH, "scene_id": gone, "error": "invalid or deleted scene"},
        {"hash": HASH, "scene_id": NOBODY, "error": "invalid or deleted scene"},
    ]
    assert counts(ask, box, scene_id) == [[HASH, 1800, 1, 0, True, False]]


def test_batch_with_one_bad_hash_keeps_nothing(
    box: Sandbox, ask: Ask, error_of: ErrorOf, scene_id: str
) -> None:
    item = {"scene_id": scene_id, "hash": "ab", "algorithm": "OSHASH", "duration": 1800}

    assert "invalid syntax" in error_of(box, BATCH, input=[item, item | {"hash": "xyz"}])
    assert counts(ask, box, scene_id) == []


def test_batch_takes_a_thousand_and_no_more(
    box: Sandbox, ask: Ask, error_of: ErrorOf, scene_id: str
) -> None:
    item = {"scene_id": scene_id, "hash": "ab", "algorithm": "OSHASH", "duration": 1800}
    thousand = [item | {"hash": f"{number:x}"} for number in range(1000)]

    answer = ask(box, BATCH, input=thousand)
    message = error_of(box, BATCH, input=[*thousand, item])

    assert isinstance(answer, list)
    assert len(answer) == 1000
    assert message == "maximum of 1000 fingerprints allowed per batch"


def test_before_0_6_there_is_no_report_and_before_0_8_no_batch(ask: Ask) -> None:
    with Sandbox(mode="0.5.3") as box:
        fields = ask(box, '{ __type(name: "Mutation") { fields { name } } }')
        inputs = ask(box, '{ __type(name: "FingerprintSubmission") { inputFields { name } } }')

    assert fields == {"fields": [{"name": "submitFingerprint"}]}
    assert inputs == {
        "inputFields": [{"name": "scene_id"}, {"name": "fingerprint"}, {"name": "unmatch"}]
    }
