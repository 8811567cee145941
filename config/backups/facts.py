"""What a database holds, asked in plain SQL of either kind, whatever version of Duebook wrote it: to be compared."""

import hashlib
from typing import Any, Protocol

from accounts.chain import instant

SQLITE_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
POSTGRESQL_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"

# Minor units, as stored.
TOTALS = {
    "ledger_due": ("amount", "paid", "forgiven"),
    "ledger_payment": ("amount", "applied"),
    "ledger_allocation": ("amount",),
}
HEADS = """
    SELECT e.customer_id, e.number, e.hash
    FROM (SELECT customer_id, MAX(number) AS number FROM accounts_auditentry GROUP BY customer_id) last
    JOIN accounts_auditentry e ON e.customer_id = last.customer_id AND e.number = last.number
    ORDER BY e.customer_id"""
ERASED = """
    SELECT c.id, c.created_at FROM accounts_erasure e JOIN accounts_customer c ON c.id = e.customer_id
    WHERE e.state = 'done' ORDER BY c.id"""
HOUSE = "SELECT number, hash FROM accounts_houseentry ORDER BY number DESC LIMIT 1"


class Asked(Protocol):
    """A connection of sqlite3 or of psycopg."""

    def execute(self, query: Any, /) -> Any: ...


def facts(database: Asked, tables: str) -> dict[str, Any]:
    """Rows of each table, sums of money, the migrations, where the chains of the audit trail end, who was erased."""
    names = sorted(row[0] for row in database.execute(tables).fetchall())
    return {
        "rows": {name: _one(database, f'SELECT COUNT(*) FROM "{name}"') for name in names},  # noqa: S608  a table's name
        "totals": {
            f"{table}.{column}": int(_one(database, f"SELECT COALESCE(SUM({column}), 0) FROM {table}"))  # noqa: S608
            for table, columns in TOTALS.items()
            if table in names
            for column in columns
        },
        "migrations": _migrations(database, names),
        "chains": _chains(database) if "accounts_auditentry" in names else None,
        "erased": _erased(database) if "accounts_erasure" in names else [],
    }


def _one(database: Asked, question: str) -> Any:
    return database.execute(question).fetchone()[0]


def _migrations(database: Asked, names: list[str]) -> list[str]:
    if "django_migrations" not in names:
        return []
    rows = database.execute("SELECT app, name FROM django_migrations ORDER BY app, name").fetchall()
    return [f"{app}.{name}" for app, name in rows]


def _chains(database: Asked) -> dict[str, Any]:
    """How many customers have a chain, a hash over where each ends, and the end of the house's."""
    found, count = hashlib.sha256(), 0
    rows = database.execute(HEADS)
    while part := rows.fetchmany(5_000):
        count += len(part)
        found.update("".join(f"{customer} {number} {digest}\n" for customer, number, digest in part).encode())
    house = database.execute(HOUSE).fetchone()
    return {"customers": count, "sha256": found.hexdigest(), "house": list(house) if house else None}


def _erased(database: Asked) -> list[list[Any]]:
    """Number and first instant of each customer whose personal data is gone."""
    return [[customer, instant(since)] for customer, since in database.execute(ERASED).fetchall()]


def differences(wanted: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """A line for each fact that is not as the manifest says."""
    lines = []
    for name in ("rows", "totals"):
        for key in sorted({*wanted[name], *found[name]}):
            if wanted[name].get(key) != found[name].get(key):
                lines.append(f"{name} of {key}: {wanted[name].get(key)} in the manifest, {found[name].get(key)} here")
    lines += [f"the {name} differ" for name in ("migrations", "chains") if wanted[name] != found[name]]
    return lines
