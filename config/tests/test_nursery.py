"""A command that was forked is as good as one that was started: its words, its code, its end, its settings."""

import os
import time

import pytest

from config.tests.saving import shell
from ledger.tests import nursery
from ledger.tests.racing import finish, start

pytestmark = [pytest.mark.crash, pytest.mark.once]
NOWHERE = "sqlite:////nowhere/books.sqlite3"


def ends(process: int) -> bool:
    """Whether it is gone within ten seconds, and its parent has taken note."""
    for _ in range(1000):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.01)
    return False


def test_it_says_what_it_has_to_say_and_ends_with_its_own_code():
    said = "from django.db import connection; print(connection.settings_dict['NAME']); raise SystemExit(3)"
    assert finish(start(NOWHERE, *shell(said))) == (3, "/nowhere/books.sqlite3\n")


@pytest.mark.parametrize(
    ("script", "code", "told"),
    [("raise SystemExit('No such file')", 1, "No such file\n"), ("1 / 0", 1, "ZeroDivisionError: division by zero\n")],
)
def test_it_tells_why_it_failed(script, code, told):
    ended, said = finish(start(NOWHERE, *shell(script)))
    assert (ended, said.endswith(told)) == (code, True), said


def test_what_was_to_be_done_at_the_end_is_done():
    script = "import atexit, threading, time; atexit.register(print, 'last'); "
    script += "threading.Thread(target=lambda: (time.sleep(0.2), print('waited for'))).start()"
    assert finish(start(NOWHERE, *shell(script))) == (0, "waited for\nlast\n")


def test_whoever_kills_it_has_killed_the_child_that_was_forked():
    process = start(NOWHERE, *shell("import os, time; print(os.getpid(), flush=True); time.sleep(100)"))
    assert process.stdout is not None
    child = int(process.stdout.readline())
    assert child != process.pid
    os.kill(child, 0)
    process.kill()
    process.communicate()  # until nobody holds its output any more
    assert ends(child)


def test_other_settings_than_those_that_were_loaded_are_read_anew():
    environment = {**os.environ, "DEBUG": "1", "DJANGO_SETTINGS_MODULE": "config.settings"}
    assert nursery.client(["manage.py"], environment)
    assert nursery.client(["manage.py"], {**environment, "CURRENCY": "KES"}) is None
    code, said = finish(
        start(NOWHERE, *shell("from django.conf import settings; print(settings.CURRENCY)"), CURRENCY="KES")
    )
    assert (code, said) == (0, "KES\n")
