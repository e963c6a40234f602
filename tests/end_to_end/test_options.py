"""The options of accepting, and what one source's table says over them: a whole story."""

from __future__ import annotations

from providers.sandbox.seeds import CreditSeed, SceneSeed
from rules.journey import FileState
from tests.end_to_end.films import Film
from tests.end_to_end.home import Home, movie_of

DONE, REVIEW = FileState.DONE, FileState.REVIEW
MONONYM = (CreditSeed(name="Ada Winter"), CreditSeed(name="Mononym"))


def test_a_sources_own_options_count_over_those_of_all(home: Home, film: Film) -> None:
    home.box.world.add_scene(replace_cast(film))
    home.set(
        "identify",
        skip_single_name_performer_tag="Single name left out",
        fields={"tags": "ignore"},
    )
    home.set(
        "source", identify={"set_organized": True, "fields": {"tags": "merge", "url": "ignore"}}
    )
    with home.run() as daemon:
        video = home.drop(film)
        view = daemon.until_state(film.name, DONE, REVIEW)
        why = home.do("why", film.name).out

    movie = movie_of(video)
    assert view.line.state is DONE
    assert [actor.findtext("name") for actor in movie.iter("actor")] == ["Ada Winter"]
    assert [tag.text for tag in movie.iter("tag")] == ["Sea", "Morning", "Single name left out"]
    assert view.tags == ("Single name left out",)
    assert view.is_organized
    assert view.left_out[0].startswith('performer "Mononym" is left out: ')
    assert "Mononym" in why
    assert "organized: no rule changes it" in why


def test_several_matches_wear_their_tag_until_a_person_takes_it_off(home: Home, film: Film) -> None:
    home.doubts(film, "Harbour at Dawn", "Harbour at Dusk")
    home.set("identify", skip_multiple_match_tag="Several matches")
    with home.run() as daemon:
        video = home.drop(film)
        asked = daemon.until_state(film.name, REVIEW)
        daemon.accept(film.name, 1)
        daemon.until_state(film.name, DONE)
        tags = [tag.text for tag in movie_of(video).iter("tag")]
        daemon.undo(film.name)
        daemon.until_state(film.name, REVIEW)
        daemon.undo(film.name)
        bare = daemon.until_state(film.name, REVIEW)

    assert asked.tags == ("Several matches",)
    assert tags == ["Sea", "Morning", "Several matches"]
    assert bare.tags == ()


def replace_cast(film: Film) -> SceneSeed:
    return film.scene().model_copy(update={"performers": MONONYM})
