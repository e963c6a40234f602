from __future__ import annotations

from daemon.desk.judgement_views import TrialLine, TrialPart
from daemon.desk.trial import Trial


def line(number: int, before: str = "accepted", after: str = "review") -> TrialLine:
    return TrialLine(
        number=number,
        path=f"/films/{number}.mkv",
        before=before,
        before_rule="old",
        after=after,
        after_rule="new",
        work=None,
        reason="because",
    )


def test_parts_add_up_and_changes_of_a_kind_stand_together() -> None:
    trial = Trial()
    trial.add(TrialPart(unchanged=2, kept=1, changes=(line(1), line(2, "review", "accepted"))))
    trial.add(TrialPart(other_rule=1, unreadable=3, older=4, changes=(line(3),)))

    view = trial.view()

    assert (view.changed, view.unchanged, view.other_rule) == (3, 2, 1)
    assert (view.kept, view.unreadable, view.older) == (1, 3, 4)
    assert [(each.before, each.after, each.count) for each in view.changes] == [
        ("accepted", "review", 2),
        ("review", "accepted", 1),
    ]
    assert [each.number for each in view.changes[0].files] == [1, 3]


def test_only_so_many_files_are_kept_of_each_change() -> None:
    trial = Trial(files_listed=2)
    for number in range(5):
        trial.add(TrialPart(changes=(line(number),)))

    (change,) = trial.view().changes

    assert (change.count, len(change.files)) == (5, 2)
