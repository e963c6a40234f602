"""Tell what accepting a candidate would come to, by doing it and keeping nothing of it.

So it is no second opinion: what is proposed is what the accept itself makes of the candidate.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from daemon.desk.accepting import make_accepted
from daemon.desk.answering import check_answerable
from daemon.desk.choosing import choosable, choose
from daemon.desk.desk import Desk
from daemon.desk.field_texts import values_of
from daemon.desk.finding import find
from daemon.desk.proposal_views import FieldView, ProposalView, ValueView
from daemon.desk.refusals import NoCandidate
from rules.admission import explain_left_out
from rules.candidate import Candidate
from rules.discretion import Discretion
from rules.explain import label_work
from rules.identify_options import IdentifyOptions, OptionField, SourceOptions, Strategy
from rules.plan import OF_ENTITIES, Field, Origin, said_of, strategy_of
from rules.ticks import EVERYTHING, IDS
from rules.work import ExternalId, Work
from store import entities, works
from store.changing import Applied
from store.database import Connection
from store.entities import Kind
from store.files import FileRecord
from store.work_values import mentions_in
from store.works import StoredField

_KINDS = {Field.STUDIO: Kind.STUDIO, Field.PERFORMERS: Kind.PERFORMER, Field.TAGS: Kind.TAG}
_BY_YOU = "you set it yourself; tick it to have this instead"
_IGNORED = "your options leave it alone (ignore); tick it to set it all the same"
_MERGED = "your options only add what is missing (merge); tick it to have this instead"
_NO_COVER = "your options set no cover (set_cover_image); tick it to set it all the same"


class Proposing:
    """What the desk tells of accepts that were not made; it changes nothing."""

    def __init__(self, desk: Desk) -> None:
        """Propose what that desk would do."""
        self._desk = desk

    async def proposal(self, reference: str, *, number: int | None = None) -> ProposalView:
        """Return what accepting a candidate would come to; the only one when none is named.

        Raises:
            FileUnknown: no file fits the reference.
            NotAnswerable: nothing can be accepted for the file now.
            UsageError: no candidate is meant.

        """

        def change(connection: Connection) -> ProposalView:
            return propose(
                connection,
                file=find(connection, reference),
                number=number,
                discretion=self._desk.household.discretion,
                options=self._desk.household.options,
                at_s=self._desk.now(),
            )

        return await self._desk.database.rehearse(change)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """An accept of everything, as it came out."""

    offered: Work
    options: IdentifyOptions
    applied: Applied
    before: Work
    after: Work
    fields: Mapping[Field, StoredField]

    def views(self) -> Iterator[FieldView]:
        """Yield what became of each field that the candidate says anything of."""
        yield from (self._field(field) for field in Field if said_of(self.offered, field))
        yield self._ids()

    def _field(self, field: Field) -> FieldView:
        held = self.applied.before.get(field)
        current = values_of(self.before, field)
        is_changed = self.fields.get(field) != held
        is_ticked = is_changed and field not in self.applied.forced
        return FieldView(
            field=field,
            current=current,
            origin=_origin(held),
            proposed=self._marked(field, values_of(self.after, field)),
            is_changed=is_changed,
            is_ticked=is_ticked,
            note=self._note(field, held) if is_changed and not is_ticked else None,
            left_out=tuple(
                explain_left_out(each) for each in self.applied.left_out if each.field is field
            ),
        )

    def _marked(self, field: Field, values: tuple[ValueView, ...]) -> tuple[ValueView, ...]:
        """Return the values with those marked that were created."""
        stored = self.fields.get(field)
        if field not in OF_ENTITIES or stored is None:
            return values

        latest = self.applied.latest[_KINDS[field]]
        numbers = [each.number for each in mentions_in(field, stored.value)]
        return tuple(
            ValueView(text=value.text, is_new=number > latest)
            for value, number in zip(values, numbers, strict=True)
        )

    def _note(self, field: Field, held: StoredField | None) -> str:
        if held is not None and held.origin is Origin.PERSON:
            return _BY_YOU
        if field is Field.PICTURES:
            return _NO_COVER

        is_ignored = strategy_of(field, self.options) is Strategy.IGNORE
        return _IGNORED if is_ignored else _MERGED

    def _ids(self) -> FieldView:
        is_changed = self.after.ids != self.before.ids
        strategy = self.options.fields[OptionField.STASH_IDS].strategy
        is_ignored = strategy is Strategy.IGNORE
        return FieldView(
            field=IDS,
            current=_ids(self.before.ids),
            origin=None,
            proposed=_ids(self.after.ids),
            is_changed=is_changed,
            is_ticked=is_changed and not is_ignored,
            note=_IGNORED if is_changed and is_ignored else None,
        )


def propose(
    connection: Connection,
    *,
    file: FileRecord,
    number: int | None,
    discretion: Discretion,
    options: SourceOptions,
    at_s: float,
) -> ProposalView:
    """Accept a candidate with everything ticked and return what that came to; roll it back.

    Raises:
        NotAnswerable: nothing can be accepted for the file now.
        UsageError: no candidate is meant.

    """
    check_answerable(connection, file, "accepted")
    chosen = choose(file, "accept", choosable(connection, file, discretion), number)
    if file.content_id is None:
        raise NoCandidate(file)

    told = chosen.best.candidate
    applied = make_accepted(
        connection,
        file,
        file.content_id,
        chosen,
        options=options,
        ticks=EVERYTHING,
        at_s=at_s,
    )
    outcome = _outcome(connection, told, applied=applied, options=options.of(told.source))
    return ProposalView(
        number=chosen.number,
        source=told.source,
        remote_id=told.remote_id,
        label=label_work(told),
        is_known_work=applied.work.is_known,
        fields=tuple(outcome.views()),
        pictures=tuple(each.url for each in told.work.pictures),
    )


def _outcome(
    connection: Connection, chosen: Candidate, *, applied: Applied, options: IdentifyOptions
) -> _Outcome:
    work = applied.work
    fields = works.fields(connection, work.number)
    ids = entities.ids_of(connection, Kind.WORK, work.number)
    return _Outcome(
        offered=chosen.work,
        options=options,
        applied=applied,
        before=works.assembled(connection, applied.before, work.ids),
        after=works.assembled(connection, fields, ids),
        fields=fields,
    )


def _origin(held: StoredField | None) -> str | None:
    if held is None:
        return None

    return held.source if held.origin is Origin.SOURCE and held.source else held.origin.value


def _ids(known: Sequence[ExternalId]) -> tuple[ValueView, ...]:
    return tuple(
        ValueView(text=f"{each.source} {each.remote_id}") for each in known if not each.is_made_up
    )
