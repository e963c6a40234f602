"""The whole story of one file: what was answered and when, which rules held, what was done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from daemon.desk.beside import beside_view
from daemon.desk.change_words import say_change
from daemon.desk.past import Past, read_past
from daemon.desk.reading import file_view
from daemon.desk.submission_lines import lines_of_content
from daemon.desk.submission_views import SubmissionLine
from daemon.desk.views import AppliedView, AskedView, ChangeView, FileView, TriedView
from daemon.disk.sheets import Sheets
from rules.admission import LeftOut, explain_left_out
from rules.decision import DecisionInput
from rules.discretion import Discretion
from rules.explain import explain_answer
from rules.submission import Terms
from store import decisions, kept_sidecars, sidecars
from store.database import Connection
from store.decisions import Decider
from store.files import FileRecord
from store.journal import Plan

if TYPE_CHECKING:  # the rule engine takes long to import
    from rules.ruleset import RuleSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What the store holds of a file that only `why` tells."""

    view: FileView
    given: DecisionInput | None
    """What the latest decision of a rule was made from; None when none was made."""
    rules_digest: str | None
    """Of the rules by which it was made."""


def read_story(
    connection: Connection, file: FileRecord, sheets: Sheets, discretion: Discretion, terms: Terms
) -> Story:
    """Return everything about a file."""
    past = read_past(connection, file)
    made = [
        each
        for each in past.decisions
        if each.decided_by is Decider.RULE and each.content_id == file.content_id
    ]
    given = decisions.given(connection, made[-1].id) if made else None
    view = replace(
        file_view(connection, file, past, sheets, discretion),
        asked=_asked(past, file, discretion),
        beside=beside_view(sidecars.of_file(connection, file.id), given),
        applied=tuple(_applied(each, past.left_out[each.id]) for each in past.plans),
        submissions=tuple(
            each
            for each in _submissions(connection, file, terms)
            if not discretion.withholds(file.library, each.source)
        ),
        kept=_kept(connection, file),
    )
    return Story(
        view=view,
        given=given,
        rules_digest=made[-1].rules_digest if made else None,
    )


def tell(story: Story, rules: RuleSet) -> FileView:
    """Return the view with what each rule in force says of the facts that were decided from."""
    from rules.trace import trace  # noqa: PLC0415  # as said above

    if story.given is None:
        return story.view

    return replace(
        story.view,
        tried=tuple(
            TriedView(
                rule=each.rule,
                then=each.then,
                is_tried=each.is_tried,
                is_decisive=each.is_decisive,
                findings=each.findings,
            )
            for each in trace(story.given, rules)
        ),
        has_other_rules=story.rules_digest != rules.digest,
    )


def _asked(past: Past, file: FileRecord, discretion: Discretion) -> tuple[AskedView, ...]:
    asked_at_s = {each.answer.source: each.at_s for each in past.heard}
    latest = [each.answer for each in past.heard]
    return tuple(
        AskedView(
            source=answer.source,
            outcome=answer.kind,
            text=explain_answer(answer),
            at_s=asked_at_s[answer.source],
        )
        for answer in discretion.answers_for(file.library, latest)
    )


def _kept(connection: Connection, file: FileRecord) -> tuple[str, ...]:
    if file.work_id is None:
        return ()

    return tuple(each.reason for each in kept_sidecars.of_file(connection, file.id))


def _submissions(
    connection: Connection, file: FileRecord, terms: Terms
) -> tuple[SubmissionLine, ...]:
    if file.content_id is None:
        return ()

    return lines_of_content(connection, file.content_id, terms)


def _applied(plan: Plan, out: Sequence[LeftOut]) -> AppliedView:
    return AppliedView(
        at_s=plan.made_at_s,
        undone_at_s=plan.undone_at_s,
        changes=tuple(
            ChangeView(kind=each.kind, target=each.target, state=each.state, text=say_change(each))
            for each in plan.changes
        ),
        left_out=tuple(map(explain_left_out, out)),
    )
