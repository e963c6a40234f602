from __future__ import annotations

from daemon.settings.document import Entry, entries_of
from daemon.settings.environment import read_overrides


def test_tables_are_told_with_their_texts_and_places() -> None:
    document: dict[str, object] = {"source": [{"name": "a", "timeout": 5}, "no table", {}]}

    first, third = entries_of(document, "source")

    assert (first.index, first.texts) == (0, {"name": "a"})
    assert third == Entry(section="source", index=2, texts={})
    assert third.location("name") == ("source", 2, "name")


def test_what_is_no_list_has_no_tables() -> None:
    assert entries_of({"source": {"name": "a"}}, "source") == ()
    assert entries_of({}, "source") == ()


def test_secrets_on_their_way_are_in_no_repr() -> None:
    entries = entries_of({"source": [{"name": "a", "key": "hunter2"}]}, "source")
    overrides = read_overrides({"DOORMAN_NOTIFY__TARGETS": '["json://hunter2"]'}, entries)

    assert "hunter2" not in repr(entries)
    assert "hunter2" not in repr(overrides)
