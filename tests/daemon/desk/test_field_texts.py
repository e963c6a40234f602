import pytest

from daemon.desk.field_texts import texts_of
from rules.plan import Field
from rules.work import Rating, Work

WORK = Work(
    groups=("Four Harbours",),
    trailer="https://first.example/1.mp4",
    ratings=(
        Rating(source="first", value=7.5, votes=4),
        Rating(source="second", value=4, best=5),
    ),
)


@pytest.mark.parametrize(
    ("field", "texts"),
    [
        (Field.GROUPS, ["Four Harbours"]),
        (Field.TRAILER, ["https://first.example/1.mp4"]),
        (Field.RATINGS, ["7.5 of 10 at first, 4 votes", "4 of 5 at second"]),
    ],
)
def test_what_surrounds_a_work_is_told_in_words(field: Field, texts: list[str]) -> None:
    assert list(texts_of(WORK, field)) == texts
