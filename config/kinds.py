"""The kinds of file that staff move in and out, by the name the commands know them under."""

from collections.abc import Callable, Iterator
from typing import Any

from credit.outcomes import export_outcomes
from ledger.bulk import exporting
from ledger.bulk.kinds import Kind
from ledger.bulk.registry import kinds

KINDS: dict[str, Kind[Any]] = kinds()

EXPORTS: dict[str, Callable[[], Iterator[str]]] = {
    "customers": exporting.customers,
    "dues": exporting.dues,
    "payments": exporting.payments,
    "outcomes": export_outcomes,
}
