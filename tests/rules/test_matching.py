from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.matching import (
    Ambiguous,
    Identity,
    Match,
    Matched,
    MatchWay,
    Unmatched,
    are_told_apart,
    find_by_own_id,
    find_match,
    identity_of,
    names_of,
    settle_rivals,
)
from rules.namefold import fold_name
from rules.work import ExternalId, Performer, Studio, Tag


def at(source: str, remote_id: str) -> ExternalId:
    return ExternalId(source=source, remote_id=remote_id)


FIRST, FIRST_OTHER = at("first", "p-1"), at("first", "p-2")
SECOND, SECOND_OTHER = at("second", "77"), at("second", "78")
THIRD = at("third", "x")
BY_ID = Matched(number=1, way=MatchWay.ID)
BY_NAME = Matched(number=1, way=MatchWay.NAME)
BY_ALIAS = Matched(number=1, way=MatchWay.ALIAS)
NOBODY = Unmatched()


def maybe(*numbers: int) -> Ambiguous:
    return Ambiguous(numbers=numbers)


def person(
    name: str, *ids: ExternalId, also: tuple[str, ...] = (), who: str | None = None
) -> Performer:
    return Performer(name=name, disambiguation=who, aliases=also, ids=ids)


def studio(
    name: str, *ids: ExternalId, also: tuple[str, ...] = (), below: Studio | None = None
) -> Studio:
    return Studio(name=name, ids=ids, aliases=also, parent=below)


def tag(name: str, *ids: ExternalId, also: tuple[str, ...] = ()) -> Tag:
    return Tag(name=name, ids=ids, aliases=also)


Thing = Performer | Studio | Tag


@dataclass(frozen=True, slots=True)
class Case:
    """What is told, who is known (numbered from 1), and who is meant."""

    sentence: str
    told: Thing
    known: tuple[Thing, ...]
    meant: Match


MARA = person("Mara Quay")
CASES = (
    # By id.
    Case("the id settles it whatever the name", person("X", FIRST), (person("Y", FIRST),), BY_ID),
    Case(
        "the telling source's id goes before another's",
        person("Mara Quay", FIRST, SECOND),
        (person("A", FIRST), person("B", SECOND)),
        BY_ID,
    ),
    Case(
        "another source's id joins whom no source tells apart",
        person("Mara Quay", FIRST, SECOND),
        (person("M. Harbour", SECOND),),
        BY_ID,
    ),
    Case(
        "another source's id does not join whom the teller knows under another",
        person("Mara Quay", FIRST, SECOND),
        (person("Mara Quay", FIRST_OTHER, SECOND),),
        NOBODY,
    ),
    Case(
        "two other sources that mean two people leave it open",
        person("Mara Quay", FIRST, SECOND, THIRD),
        (person("A", SECOND), person("B", THIRD)),
        maybe(1, 2),
    ),
    Case(
        "who was merged is found by what they were merged into",
        person("Mara Harbour", FIRST, FIRST_OTHER),
        (person("Mara Quay", FIRST),),
        BY_ID,
    ),
    Case(
        "who was merged is found by what they were known as",
        person("Mara Harbour", FIRST, FIRST_OTHER),
        (person("Mara Quay", FIRST_OTHER),),
        BY_ID,
    ),
    Case(
        "of two that were merged since, the one merged into is meant",
        person("Mara Harbour", FIRST, FIRST_OTHER),
        (person("Mara Quay", FIRST), person("Mara Harbour", FIRST_OTHER)),
        BY_ID,
    ),
    Case(
        "an id goes before a name",
        person("Mara Quay", FIRST),
        (person("Ivo", FIRST), MARA),
        BY_ID,
    ),
    # By name.
    Case("the same name is the same person", MARA, (person("mara  QUAY", FIRST),), BY_NAME),
    Case("a new source's id is no hindrance", person("Mara Quay", SECOND), (MARA,), BY_NAME),
    Case(
        "nor are ids at two sources that do not meet",
        person("Mara Quay", SECOND),
        (person("Mara Quay", FIRST),),
        BY_NAME,
    ),
    Case(
        "another id at the same source is somebody else",
        person("Mara Quay", FIRST),
        (person("Mara Quay", FIRST_OTHER),),
        NOBODY,
    ),
    Case("two of the name leave it open", MARA, (MARA, person("Mara Quay", FIRST)), maybe(1, 2)),
    Case(
        "a name that two are known to bear tells nothing of a third",
        person("Mara Quay", FIRST),
        (person("Mara Quay", FIRST_OTHER), person("Mara Quay", SECOND)),
        maybe(2),
    ),
    Case(
        "where it tells nothing, any other of the name may be meant",
        person("Mara Quay", FIRST),
        (
            person("Mara Quay", FIRST_OTHER),
            person("Mara Quay", SECOND),
            person("Mara Quay", THIRD, who="the cook"),
        ),
        maybe(2, 3),
    ),
    Case("an accent makes another name", person("Ren\u00e9e Q"), (person("Renee Q"),), NOBODY),
    Case("a sign for any text is only a sign", person("%"), (MARA,), NOBODY),
    Case("a sign for any letter is only a sign", person("Mara_Quay"), (MARA,), NOBODY),
    Case("no name is nobody's", person(""), (person(""), person(" ")), NOBODY),
    Case("a name of invisible signs is none", person("\u200b"), (person(""),), NOBODY),
    Case(
        "without a name an id still tells", person("", FIRST), (person("Mara Quay", FIRST),), BY_ID
    ),
    Case("a name of one word is a name", person("Mara"), (person("MARA", FIRST),), BY_NAME),
    # With a disambiguation.
    Case(
        "the same disambiguation is the same person",
        person("Mara Quay", who="the Sailor"),
        (person("Mara Quay", who="the sailor"), person("Mara Quay", who="the cook")),
        BY_NAME,
    ),
    Case(
        "who has none is meant where none is told",
        MARA,
        (MARA, person("Mara Quay", who="the cook")),
        BY_NAME,
    ),
    Case(
        "another disambiguation is somebody else",
        person("Mara Quay", who="the sailor"),
        (person("Mara Quay", who="the cook"),),
        NOBODY,
    ),
    Case(
        "a disambiguation that only the known one has leaves it open",
        MARA,
        (person("Mara Quay", who="the cook"),),
        maybe(1),
    ),
    Case(
        "a disambiguation that only the told one has leaves it open",
        person("Mara Quay", who="the cook"),
        (MARA,),
        maybe(1),
    ),
    Case(
        "unless the source says itself that it is another",
        person("Mara Quay", FIRST, who="the cook"),
        (person("Mara Quay", FIRST_OTHER),),
        NOBODY,
    ),
    Case(
        "an empty disambiguation is none",
        person("Mara Quay", who=" "),
        (person("Mara Quay", FIRST),),
        BY_NAME,
    ),
    # By alias.
    Case(
        "the name may be a known one's alias",
        MARA,
        (person("Mara Harbour", also=("mara quay",)),),
        BY_ALIAS,
    ),
    Case(
        "an alias may be a known one's name",
        person("Mara Harbour", also=("MARA QUAY",)),
        (MARA,),
        BY_ALIAS,
    ),
    Case(
        "a name goes before an alias",
        MARA,
        (MARA, person("Mara Harbour", also=("Mara Quay",))),
        BY_NAME,
    ),
    Case(
        "an alias of two leaves it open",
        MARA,
        (person("A B", also=("Mara Quay",)), person("C D", also=("Mara Quay",))),
        maybe(1, 2),
    ),
    Case(
        "aliases that are the names of two leave it open",
        person("Mara Harbour", also=("Mara Quay", "Ivo Storm")),
        (MARA, person("Ivo Storm")),
        maybe(1, 2),
    ),
    Case(
        "two who share no more than an alias are two",
        person("Mara Harbour", also=("M. H.",)),
        (person("Mia Holm", also=("M. H.",)),),
        NOBODY,
    ),
    Case(
        "a name that is another's alias too leaves it open",
        person("Mara Harbour", also=("Mara Quay",)),
        (MARA, person("Ivo Storm", also=("Mara Quay",))),
        maybe(1, 2),
    ),
    Case(
        "an alias borne by somebody whom the source tells apart tells nothing",
        person("Mara Quay", FIRST),
        (person("Mara Harbour", also=("Mara Quay",)), person("Mara Quay", FIRST_OTHER)),
        maybe(1),
    ),
    Case(
        "somebody told apart does not spoil another alias",
        person("Mara Harbour", FIRST, also=("Mara Quay", "Ivo Storm")),
        (MARA, person("Ivo Storm", FIRST_OTHER)),
        BY_ALIAS,
    ),
    Case(
        "the source knows who has the alias under another id",
        person("Mara Quay", FIRST),
        (person("Mara Harbour", FIRST_OTHER, also=("Mara Quay",)),),
        NOBODY,
    ),
    Case(
        "a name that needs a disambiguation is not found by alias alone",
        person("Mara Quay", who="the cook"),
        (person("Mara Harbour", also=("Mara Quay",)),),
        maybe(1),
    ),
    Case(
        "nor is one who needs a disambiguation",
        person("Mara Harbour", also=("Mara Quay",)),
        (person("Mara Quay", who="the cook"),),
        maybe(1),
    ),
    Case(
        "disambiguations of two names tell nobody apart",
        person("Mara Harbour", who="the sailor", also=("Mara Quay",)),
        (person("Mara Quay", who="the cook"),),
        maybe(1),
    ),
    Case(
        "an alias that somebody told apart has too tells nothing",
        person("Mara Quay", FIRST),
        (
            person("Mara Harbour", also=("Mara Quay",)),
            person("Mia Holm", FIRST_OTHER, also=("Mara Quay",)),
        ),
        maybe(1),
    ),
    Case(
        "somebody else of the name does not stand for who has it as an alias",
        person("Mara Quay", who="the cook"),
        (
            person("Mara Quay", who="the sailor"),
            person("Mara Harbour", also=("Mara Quay",)),
        ),
        maybe(2),
    ),
    Case(
        "a first name is nobody's alias",
        person("Mara"),
        (person("Mara Quay", also=("Mara",)),),
        NOBODY,
    ),
    Case(
        "nor does a first name among the aliases tell anything",
        person("Mara Quay", also=("Mara",)),
        (person("Mara"),),
        NOBODY,
    ),
    Case(
        "in a script without capitals one word is a full name",
        person("\u6d77\u91ce\u6e2f"),
        (person("Minato Umino", also=("\u6d77\u91ce\u6e2f",)),),
        BY_ALIAS,
    ),
    Case("an empty alias is none", person("A B", also=("", " ")), (person(""),), NOBODY),
    # Studios.
    Case("a studio is found by id", studio("A", FIRST), (studio("B", FIRST),), BY_ID),
    Case("a studio is found by name", studio("Pier Films"), (studio("PIER films"),), BY_NAME),
    Case(
        "a studio is found by an alias of one word",
        studio("Pierfilms"),
        (studio("Pier Films", also=("PierFilms",)),),
        BY_ALIAS,
    ),
    Case(
        "another id at the same source is another studio",
        studio("Pier", FIRST),
        (studio("Pier", FIRST_OTHER),),
        NOBODY,
    ),
    Case("two studios of a name leave it open", studio("Pier"), (studio("Pier"),) * 2, maybe(1, 2)),
    Case(
        "a network that only one tells is no hindrance",
        studio("Pier", below=studio("Coast")),
        (studio("Pier"),),
        BY_NAME,
    ),
    Case(
        "the same network under its other name is the same",
        studio("Pier", below=studio("Coast Group", also=("Coast",))),
        (studio("Pier", below=studio("COAST")),),
        BY_NAME,
    ),
    Case(
        "one network above another is enough",
        studio("Pier", below=studio("Shore", below=studio("Coast"))),
        (studio("Pier", below=studio("Coast")),),
        BY_NAME,
    ),
    Case(
        "two networks of which neither is the other leave it open",
        studio("Originals", below=studio("Coast")),
        (studio("Originals", below=studio("Inland")),),
        maybe(1),
    ),
    Case(
        "they leave an alias open too",
        studio("Originals", below=studio("Coast")),
        (studio("Firsts", also=("Originals",), below=studio("Inland")),),
        maybe(1),
    ),
    Case(
        "of two with one name the network tells",
        studio("Originals", below=studio("Coast")),
        (studio("Originals", below=studio("Coast")), studio("Originals", below=studio("Inland"))),
        BY_NAME,
    ),
    # Tags.
    Case("a tag is found by id", tag("Dawn", FIRST), (tag("Sunrise", FIRST),), BY_ID),
    Case("a tag is its name", tag("dawn"), (tag("Dawn", FIRST),), BY_NAME),
    Case(
        "a tag is its name under whatever id",
        tag("Dawn", FIRST),
        (tag("Dawn", FIRST_OTHER),),
        BY_NAME,
    ),
    Case("a tag is found by alias", tag("Dawn"), (tag("Sunrise", also=("dawn",)),), BY_ALIAS),
    Case("a tag's alias may be known", tag("Dawn", also=("Fog",)), (tag("Fog"),), BY_ALIAS),
    Case(
        "another id at the same source is another tag where only an alias agrees",
        tag("Dawn", FIRST),
        (tag("Sunrise", FIRST_OTHER, also=("Dawn",)),),
        NOBODY,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.sentence)
def test_who_is_meant(case: Case) -> None:
    known = {number: identity_of(each) for number, each in enumerate(case.known, start=1)}

    assert find_match(identity_of(case.told), known) == case.meant


def test_every_case_is_there_once() -> None:
    assert len({case.sentence for case in CASES}) == len(CASES) > 50


def test_a_name_of_ten_thousand_letters_is_compared_whole() -> None:
    long = "Mara " + "Q" * 10_000

    assert find_match(Identity(name=long), {1: Identity(name=long.lower())}) == BY_NAME
    assert find_match(Identity(name=long), {1: Identity(name=long + "x")}) == NOBODY


def test_what_is_compared_of_a_studio_are_all_above_it() -> None:
    coast = studio("Coast", also=("Coast Group",), below=studio("Sea"))

    assert identity_of(studio("Pier", FIRST, below=coast)) == Identity(
        name="Pier", ids=(FIRST,), networks=("Coast", "Coast Group", "Sea")
    )


ANNA, BELLA = person("Anna Star", FIRST), person("Bella Moon", FIRST_OTHER, also=("Anna Star",))
OPEN = maybe(1)


@pytest.mark.parametrize(
    ("told", "matches", "settled"),
    [
        ((ANNA, BELLA), (BY_NAME, BY_ALIAS), (BY_NAME, NOBODY)),
        ((BELLA, ANNA), (BY_ALIAS, BY_NAME), (NOBODY, BY_NAME)),
        ((ANNA, BELLA), (BY_ID, BY_ALIAS), (BY_ID, NOBODY)),
        ((ANNA, BELLA), (BY_ID, BY_NAME), (BY_ID, NOBODY)),
        ((ANNA, BELLA), (BY_ID, BY_ID), (BY_ID, BY_ID)),
        ((ANNA, BELLA), (BY_NAME, BY_NAME), (OPEN, OPEN)),
        ((ANNA, BELLA), (BY_ALIAS, BY_ALIAS), (OPEN, OPEN)),
        ((ANNA, BELLA), (BY_NAME, replace(BY_ALIAS, number=2)), None),
        ((ANNA, BELLA), (NOBODY, maybe(1, 2)), None),
        ((ANNA, ANNA), (BY_NAME, BY_NAME), None),
        ((ANNA, person("Anna Star")), (BY_NAME, BY_NAME), None),
        ((ANNA, person("Bella Moon", also=("Anna Star",))), (BY_NAME, BY_ALIAS), (BY_NAME, NOBODY)),
        ((ANNA, person("Bella Moon", FIRST)), (BY_NAME, BY_ALIAS), None),
        ((tag("Dawn"), tag("Sunrise")), (BY_NAME, BY_ALIAS), None),
        ((ANNA, person("Anna Star", SECOND)), (BY_NAME, BY_NAME), None),
        ((tag("Dawn", FIRST), tag("dawn", FIRST_OTHER)), (BY_NAME, BY_NAME), None),
        (
            (person("Mara Quay", who="the cook"), person("Mara Quay", who="the sailor")),
            (BY_ALIAS, BY_ALIAS),
            (OPEN, OPEN),
        ),
        ((), (), None),
    ],
)
def test_two_who_are_not_one_are_not_taken_for_one(
    told: tuple[Thing, ...], matches: tuple[Match, ...], settled: tuple[Match, ...] | None
) -> None:
    found = settle_rivals([identity_of(each) for each in told], matches)

    assert found == (matches if settled is None else settled)


NAMES = st.sampled_from(
    ["Mara Quay", "MARA QUAY", "Ivo Storm", "Mia Holm", "mia  holm", "Mara", "", "\u6d77\u91ce"]
)
WHO = st.sampled_from([None, None, "the sailor", "the cook", "THE COOK"])
IDS = st.lists(
    st.builds(at, st.sampled_from(["first", "second", "third"]), st.sampled_from("abc")),
    max_size=3,
    unique=True,
).map(tuple)
NETWORKS = st.sampled_from([(), ("Coast",), ("Inland",), ("coast", "Sea")])
ALIASES = st.lists(NAMES, max_size=3).map(tuple)
KINDS = st.sampled_from(["person", "studio", "word"])


def identities(kind: str) -> st.SearchStrategy[Identity]:
    return st.builds(
        Identity,
        name=NAMES,
        disambiguation=WHO if kind == "person" else st.none(),
        aliases=ALIASES,
        ids=IDS,
        networks=NETWORKS if kind == "studio" else st.just(()),
        is_person=st.just(kind == "person"),
        is_word=st.just(kind == "word"),
    )


@dataclass(frozen=True, slots=True)
class World:
    """Somebody told, and all who are known, where no id has two owners."""

    told: Identity
    known: Mapping[int, Identity]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    kind = draw(KINDS)
    things = draw(st.lists(identities(kind), max_size=5))
    seen: set[ExternalId] = set()
    known: dict[int, Identity] = {}
    for number, each in enumerate(things, start=1):
        known[number] = replace(each, ids=tuple(name for name in each.ids if name not in seen))
        seen.update(each.ids)
    return World(draw(identities(kind)), known)


@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_the_known_never_matters(world: World, random: Random) -> None:
    shuffled = list(world.known.items())
    random.shuffle(shuffled)

    assert find_match(world.told, dict(shuffled)) == find_match(world.told, world.known)


@given(worlds())
def test_the_numbers_of_the_known_never_matter(world: World) -> None:
    found = find_match(world.told, world.known)
    renumbered = find_match(world.told, {100 - each: who for each, who in world.known.items()})

    match found:
        case Matched():
            assert renumbered == replace(found, number=100 - found.number)
        case Ambiguous():
            assert renumbered == maybe(*sorted(100 - each for each in found.numbers))
        case Unmatched():
            assert renumbered == found


@given(worlds(), KINDS.flatmap(identities))
def test_somebody_unrelated_changes_nothing(world: World, stranger: Identity) -> None:
    stranger = replace(stranger, is_person=world.told.is_person, is_word=world.told.is_word)
    is_related = names_of(stranger) & names_of(world.told) or set(stranger.ids) & set(
        world.told.ids
    )
    if not is_related:
        grown = {**world.known, 99: stranger}
        assert find_match(world.told, grown) == find_match(world.told, world.known)


@given(worlds())
def test_whom_no_name_and_no_id_joins_need_not_be_loaded(world: World) -> None:
    loaded = {
        number: other
        for number, other in world.known.items()
        if names_of(other) & names_of(world.told) or set(other.ids) & set(world.told.ids)
    }

    assert find_match(world.told, loaded) == find_match(world.told, world.known)


@given(worlds())
def test_where_an_id_of_the_teller_has_an_owner_nobody_need_be_loaded(world: World) -> None:
    owners = {name: number for number, other in world.known.items() for name in other.ids}

    by_id = find_by_own_id(world.told, owners)

    if by_id is not None:
        assert find_match(world.told, world.known) == by_id


@given(worlds())
def test_who_was_just_made_is_found(world: World) -> None:
    is_new = isinstance(find_match(world.told, world.known), Unmatched)
    if is_new and (world.told.ids or fold_name(world.told.name)):
        grown = {**world.known, 99: world.told}

        found = find_match(world.told, grown)

        assert found == Matched(number=99, way=MatchWay.ID if world.told.ids else MatchWay.NAME)


@given(worlds())
def test_nobody_is_taken_whom_a_source_tells_apart_from_who_is_told(world: World) -> None:
    found = find_match(world.told, world.known)
    own = {name for name in world.told.ids if name.source == world.told.ids[0].source}

    match found:
        case Matched(number=number):
            other = world.known[number]
            is_apart = are_told_apart(world.told.ids, other.ids) and not own & set(other.ids)
            assert world.told.is_word or not is_apart
        case Ambiguous(numbers=numbers):
            assert list(numbers) == sorted(set(numbers))
            assert numbers
            assert set(numbers) <= set(world.known)
        case Unmatched():
            pass


@given(worlds(), st.sampled_from([str.upper, str.lower, str.title, lambda text: f" {text} "]))
def test_how_a_name_is_written_never_matters(world: World, write: Callable[[str], str]) -> None:
    told = replace(
        world.told,
        name=write(world.told.name),
        aliases=tuple(write(alias) for alias in world.told.aliases),
    )

    assert find_match(told, world.known) == find_match(world.told, world.known)


@given(worlds())
def test_a_namesake_more_never_makes_a_name_tell_more(world: World) -> None:
    """What was open stays open: only an id, or words beside the name, can settle it."""
    found = find_match(world.told, world.known)
    if not world.told.disambiguation and not world.told.networks and isinstance(found, Ambiguous):
        rival = replace(world.told, ids=(), aliases=(), disambiguation="the third")

        again = find_match(world.told, {**world.known, 99: rival})

        assert isinstance(again, Ambiguous)
