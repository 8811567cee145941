"""The web door with the guards off, for the negative control of the race: gunicorn opens it in a test, nobody else.

No customer is locked, and SQLite transactions begin without the write lock. config.wsgi is not used: its start-up
check would refuse SQLite in this state.
"""

from collections.abc import Collection
from unittest import mock

from django.conf import settings
from django.core.wsgi import get_wsgi_application


def no_lock(customers: Collection[int]) -> None:
    """Let everyone pass."""


options = settings.DATABASES["default"].get("OPTIONS", {})
if "transaction_mode" in options:
    options["transaction_mode"] = "DEFERRED"
application = get_wsgi_application()
mock.patch("ledger.acting.lock", no_lock).start()
