from __future__ import annotations

from pathlib import PurePath

import pytest

from daemon.desk.change_words import say_change
from rules.plan import Origin
from rules.work import ExternalId
from store.changing import IDS, WORK_NUMBER
from store.journal import Change, ChangeKind, ChangeState
from store.rows import to_json
from store.works import STORED_FIELD, StoredField

NFO = PurePath("/films/Harbour at Dawn.nfo")


def change(
    kind: ChangeKind,
    target: str,
    *,
    before: str | None = None,
    after: str | None = None,
    state: ChangeState = ChangeState.DONE,
) -> Change:
    return Change(
        id=1,
        plan_id=1,
        kind=kind,
        target=target,
        before=before,
        after=after,
        before_bytes=None,
        after_sha256=None,
        state=state,
    )


def work(number: int | None) -> str:
    return to_json(WORK_NUMBER, number)


def field(origin: Origin, source: str | None = None) -> str:
    return to_json(STORED_FIELD, StoredField(value='"Harbour"', origin=origin, source=source))


BOTH = to_json(IDS, tuple(ExternalId(source=each, remote_id="a") for each in ("first", "second")))
RENAMED = (
    '{"former": "/films/a.mkv", "path": "/films/b.mkv", "beside": [".nfo"], "size_bytes": 1, '
    '"mtime_ns": 2}'
)
NAMED_BACK = (
    '{"former": "/films/b.mkv", "path": "/films/a.mkv", "beside": [], "size_bytes": 1, '
    '"mtime_ns": 2, "is_back": true}'
)
SET, TITLE = ChangeKind.SET_FIELD, "title"


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (
            change(ChangeKind.SET_WORK, "work", before=work(None), after=work(3)),
            "the file is a copy of the work from here on",
        ),
        (
            change(ChangeKind.SET_WORK, "work", before=work(2), after=work(3)),
            "the file is a copy of another work from here on",
        ),
        (change(SET, TITLE, after=field(Origin.SOURCE, "first")), "title was set, as first says"),
        (
            change(SET, "performers", after=field(Origin.SOURCE, "first")),
            "performers were set, as first says",
        ),
        (
            change(SET, TITLE, before=field(Origin.FILE_NAME), after=field(Origin.PERSON)),
            "title was changed, as you wrote it",
        ),
        (
            change(SET, TITLE, after=field(Origin.SIDECAR)),
            "title was set, as the NFO beside the file says",
        ),
        (
            change(SET, TITLE, after=field(Origin.FILE_NAME)),
            "title was set, as the file's name says",
        ),
        (change(SET, TITLE, before=field(Origin.PERSON)), "title was emptied"),
        (
            change(ChangeKind.ADD_ID, "ids", after=BOTH),
            "its ids are known: first a, second a",
        ),
        (
            change(ChangeKind.REMOVE_ID, "ids", before=BOTH),
            "ids gave way to others: first a, second a",
        ),
        (change(ChangeKind.PUT_ON_TAG, "Several"), 'the file wears the tag "Several"'),
        (change(ChangeKind.ORGANIZE, "organized"), "the file counts as organized"),
        (change(ChangeKind.CREATE, "performer Mara Quay"), "performer Mara Quay became known"),
        (change(ChangeKind.CREATE, "work"), "a work became known"),
        (change(ChangeKind.LEARN, "tag Sea"), "more became known of tag Sea"),
        (change(ChangeKind.WRITE_SIDECAR, str(NFO)), f"wrote {NFO}"),
        (change(ChangeKind.REMOVE_SIDECAR, str(NFO)), f"removed {NFO}"),
        (
            change(ChangeKind.RENAME, "/films/a.mkv", after=RENAMED),
            "the file is called /films/b.mkv now with what lies beside it, and was /films/a.mkv",
        ),
        (
            change(ChangeKind.RENAME, "/films/b.mkv", after=NAMED_BACK, state=ChangeState.UNDONE),
            "the file is called /films/a.mkv again, and was /films/b.mkv (taken back)",
        ),
        (
            change(ChangeKind.WRITE_SIDECAR, str(NFO), state=ChangeState.INTENDED),
            f"wrote {NFO} (not done yet)",
        ),
        (
            change(ChangeKind.ORGANIZE, "organized", state=ChangeState.UNDONE),
            "the file counts as organized (taken back)",
        ),
        (
            change(ChangeKind.ORGANIZE, "organized", state=ChangeState.DROPPED),
            "the file counts as organized (left as it is)",
        ),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_a_change_is_said_in_words(made: Change, said: str) -> None:
    assert say_change(made) == said


@pytest.mark.parametrize("kind", ChangeKind)
def test_no_kind_of_change_is_told_in_the_journals_own_words(kind: ChangeKind) -> None:
    assert not say_change(change(kind, "x")).startswith(kind.value)
