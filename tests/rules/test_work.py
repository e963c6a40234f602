"""The nouns of a work."""

from __future__ import annotations

from pydantic import TypeAdapter

from rules.work import (
    Appearance,
    ExternalId,
    Gender,
    Performer,
    Picture,
    Studio,
    Tag,
    Work,
)

WHOLE = Work(
    title="Harbour at Dawn",
    code="HF-001",
    details="Boats leave.",
    director="M. Reed",
    date="2024-05",
    duration_s=612.5,
    studio=Studio(
        name="Harbour Films",
        ids=(ExternalId(source="alpha", remote_id="s1"),),
        parent=Studio(name="Coast Group"),
    ),
    appearances=(
        Appearance(
            performer=Performer(name="Ada Quill", gender=Gender.FEMALE, aliases=("A. Quill",)),
            credited_as="Ada",
        ),
    ),
    tags=(Tag(name="Sea"),),
    urls=("https://example.org/1",),
    pictures=(Picture(url="https://example.org/1.png", width=640, height=360),),
    ids=(ExternalId(source="alpha", remote_id="w1"),),
)


def test_a_work_survives_as_json() -> None:
    adapter = TypeAdapter(Work)

    assert adapter.validate_json(adapter.dump_json(WHOLE)) == WHOLE
    assert adapter.validate_json(adapter.dump_json(Work())) == Work()


def test_ids_sort_by_source_first() -> None:
    ids = [
        ExternalId(source="beta", remote_id="1"),
        ExternalId(source="alpha", remote_id="2"),
        ExternalId(source="alpha", remote_id="1"),
    ]

    assert [(each.source, each.remote_id) for each in sorted(ids)] == [
        ("alpha", "1"),
        ("alpha", "2"),
        ("beta", "1"),
    ]
