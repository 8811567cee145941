"""The kinds of file that staff move in and out, by the name the commands know them under."""

from collections.abc import Callable, Iterator
from typing import Any

from credit.outcomes import Outcomes, export_outcomes
from ledger.bulk import exporting
from ledger.bulk.customers import Customers
from ledger.bulk.dues import Dues
from ledger.bulk.kinds import Kind
from ledger.bulk.payments import Payments

KINDS: dict[str, Kind[Any]] = {kind.name: kind for kind in (Customers(), Dues(), Payments(), Outcomes())}

EXPORTS: dict[str, Callable[[], Iterator[str]]] = {
    "customers": exporting.customers,
    "dues": exporting.dues,
    "payments": exporting.payments,
    "outcomes": export_outcomes,
}
