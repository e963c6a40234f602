from __future__ import annotations

import pytest

from rules.admission import LeftOut, LeftOutReason, explain_left_out, why_left_out
from rules.identify_options import FieldOption, IdentifyOptions, OptionField
from rules.matching import Ambiguous, Match, Matched, MatchWay, Thing, Unmatched
from rules.plan import Field
from rules.work import Gender, Performer, Studio, Tag

KNOWN = Matched(number=1, way=MatchWay.NAME)
SEVERAL = Ambiguous(numbers=(1, 2))
NOBODY = Unmatched()
MONONYM = Performer(name="Mononym")
MARA = Performer(name="Mara Quay", gender=Gender.FEMALE)
BEN = Performer(name="Ben Frost", gender=Gender.MALE)
NO_MEN = IdentifyOptions(include_male_performers=False)
NOTHING_NEW = IdentifyOptions(fields={each: FieldOption() for each in OptionField})


@pytest.mark.parametrize(
    ("thing", "match", "options", "reason"),
    [
        (MARA, KNOWN, NOTHING_NEW, None),
        (MARA, NOBODY, IdentifyOptions(), None),
        (MARA, NOBODY, NOTHING_NEW, LeftOutReason.UNMATCHED),
        (MARA, SEVERAL, IdentifyOptions(), LeftOutReason.AMBIGUOUS),
        (BEN, KNOWN, NO_MEN, LeftOutReason.GENDER),
        (BEN, NOBODY, NO_MEN, LeftOutReason.GENDER),
        (MONONYM, NOBODY, NO_MEN, LeftOutReason.SINGLE_NAME),
        (MONONYM, NOBODY, NOTHING_NEW, LeftOutReason.UNMATCHED),
        (MONONYM, NOBODY, IdentifyOptions(skip_single_name_performers=False), None),
    ],
)
def test_whom_the_options_leave_out(
    thing: Performer, match: Match, options: IdentifyOptions, reason: LeftOutReason | None
) -> None:
    assert why_left_out(Field.PERFORMERS, thing, match, options) is reason


def test_trap_5_5_a_single_name_that_is_known_comes_in() -> None:
    assert why_left_out(Field.PERFORMERS, MONONYM, KNOWN, IdentifyOptions()) is None


@pytest.mark.parametrize(
    ("field", "thing"), [(Field.STUDIO, Studio(name="Pier")), (Field.TAGS, Tag(name="Dawn"))]
)
def test_single_names_are_about_performers_alone(field: Field, thing: Thing) -> None:
    assert why_left_out(field, thing, NOBODY, IdentifyOptions()) is None


@pytest.mark.parametrize("reason", LeftOutReason)
def test_why_somebody_is_left_out_is_said_in_words(reason: LeftOutReason) -> None:
    said = explain_left_out(LeftOut(field=Field.PERFORMERS, name="Mononym", reason=reason))

    assert said.startswith('performer "Mononym" is left out: ')
