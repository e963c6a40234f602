"""The part of the API that is about rules: those in force, others on trial, and why."""

from __future__ import annotations

from daemon.desk.desk import Desk
from daemon.desk.judgement_views import (
    FORESEEN,
    RULE_LINES,
    TRIAL_PART,
    ForeseenLine,
    RuleLine,
    TrialPart,
)
from daemon.desk.judging import Judging
from daemon.desk.views import FILE, FileView
from daemon.web.bodies import FilesRequest, TrialRequest
from daemon.web.operations import Operation, changing, reading
from daemon.web.queries import FileQuery, NoQuery


def judging_operations(desk: Desk) -> list[Operation]:
    """Return the operations; none of them changes anything."""
    judging = Judging(desk)

    async def why(asked: FileQuery) -> FileView:
        return await judging.why(asked.file)

    async def rules(_: NoQuery) -> tuple[RuleLine, ...]:
        return await judging.rules()

    async def try_rules(asked: TrialRequest) -> TrialPart:
        return await judging.try_rules(asked.texts(), library=asked.library, after=asked.after)

    async def foresee(asked: FilesRequest) -> tuple[ForeseenLine, ...]:
        return await judging.foresee(asked.files)

    return [
        reading("/why", "Tell how a file came to stand where it stands.", FileQuery, FILE, why),
        reading("/rules", "List the rules in force, in their order.", NoQuery, RULE_LINES, rules),
        changing(
            "/rules/try",
            "Tell what other rules would decide, from stored evidence; change nothing.",
            TrialRequest,
            TRIAL_PART,
            try_rules,
        ),
        changing(
            "/foresee",
            "Ask the sources about files and tell what would be decided; change nothing.",
            FilesRequest,
            FORESEEN,
            foresee,
        ),
    ]
