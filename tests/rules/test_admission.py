from __future__ import annotations

import pytest

from rules.admission import LeftOut, LeftOutReason, explain_left_out, name_known, why_left_out
from rules.identify_options import FieldOption, IdentifyOptions, OptionField
from rules.matching import Ambiguous, Match, Matched, MatchWay, Thing, Unmatched
from rules.plan import Field
from rules.work import ExternalId, Gender, Performer, Studio, Tag

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


@pytest.mark.parametrize(
    ("known", "because"),
    [
        ((), "several that are known may be meant, and nothing tells which"),
        (("Mara Quay",), "Mara Quay is known, and nothing tells whether that is meant"),
        (
            ("Mara Quay", "Mara Q", "Mara"),
            "Mara Quay, Mara Q and Mara are known, and nothing tells which is meant",
        ),
    ],
)
def test_whoever_may_be_meant_is_named(known: tuple[str, ...], because: str) -> None:
    left = LeftOut(field=Field.PERFORMERS, name="Mara", reason=LeftOutReason.AMBIGUOUS, known=known)

    assert explain_left_out(left) == f'performer "Mara" is left out: {because}'


@pytest.mark.parametrize(
    ("thing", "named"),
    [
        (Performer(name="Mara", disambiguation="of Bristol"), "Mara (of Bristol)"),
        (
            Performer(name="Mara", ids=(ExternalId(source="first", remote_id="p"),)),
            "Mara (first p)",
        ),
        (Tag(name="Sea"), "Sea"),
    ],
)
def test_namesakes_are_told_apart_if_anything_does(thing: Thing, named: str) -> None:
    assert name_known(thing) == named
