"""A database's settings from its address: the same for the books of the environment and for those they move to."""

from typing import Any

import dj_database_url


def database_of(url: str) -> dict[str, Any]:
    found: dict[str, Any] = {**dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True)}
    if found["ENGINE"] == "django.db.backends.sqlite3":
        # IMMEDIATE: writers queue instead of failing "database is locked". synchronous=FULL: NORMAL loses
        # acknowledged payments in a power cut. ledger.checks verifies both at start-up. secure_delete: what is erased
        # is overwritten, and no copy of the file still has it.
        found["OPTIONS"] = {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
            " PRAGMA secure_delete=ON;",
        }
    else:
        found.setdefault("OPTIONS", {}).setdefault("options", "-c lock_timeout=10s")
    return found
