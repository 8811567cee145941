"""The server with the guards of programs off, for the negative control of their race; nobody else opens it.

No customer is locked (ledger.tests.unguarded), no act is tried again, and a refresh token is looked at and then
changed.
"""

from unittest import mock

from django.utils.module_loading import import_string

from ledger.tests.unguarded import application

__all__ = ["application"]
# By their names, for no model can be imported before the application is there.
mock.patch("accounts.transactions.TRIES", 1).start()
for guarded, unguarded in (
    ("accounts.programs.renew_session", "renew_after_a_look"),
    ("ledger.actions.payments.recorded_before", "recorded_at_a_look"),
):
    mock.patch(guarded, import_string(f"config.tests.api_racing.{unguarded}")).start()
