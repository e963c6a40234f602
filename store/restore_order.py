"""What a restore errand says: from which plan on everything beside a file is put back."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import TypeAdapter

from store.rows import from_json, to_json


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreOrder:
    """The state before this plan is wanted."""

    first_plan: int
    is_forced: bool = False
    """Whether also what somebody changed since is put back; their bytes are journalled first."""


_PAYLOAD = TypeAdapter(int | RestoreOrder)


def order_payload(order: RestoreOrder) -> str:
    """Return what an outbox row holds; a plain number, as ever, where nothing is forced."""
    return to_json(_PAYLOAD, order if order.is_forced else order.first_plan)


def read_order(payload: str) -> RestoreOrder:
    """Return what an outbox row says."""
    said = from_json(_PAYLOAD, payload)
    return RestoreOrder(first_plan=said) if isinstance(said, int) else said
