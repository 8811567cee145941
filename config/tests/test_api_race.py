"""Programs at four server processes in the same instant: one key is one payment, one refresh token is good once."""

import json
import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest

from config.tests.api_racing import post
from ledger.tests.racing import CUSTOMER, GUARDED, gunicorn, heard, run

pytestmark = pytest.mark.race
PAY, KEYS, AT_ONCE = "/api/customer/payment", 12, 4
Answer = tuple[int, dict[str, Any]]


def programs(town: str, count: int) -> list[list[str]]:
    call = f"from config.tests import api_racing; api_racing.open_programs({CUSTOMER}, {count})"
    return json.loads(run(town, "manage.py", "shell", "-v", "0", "-c", call))


def at_once(asks: Sequence[Callable[[], Answer]]) -> list[Answer]:
    """The answers to what so many threads ask in one instant."""
    gate = threading.Barrier(len(asks))
    answers: list[Answer] = []

    def go(ask: Callable[[], Answer]) -> None:
        gate.wait()
        answers.append(ask())

    threads = [threading.Thread(target=go, args=(ask,)) for ask in asks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def paid(port: int, access: str, key: str) -> Answer:
    body = {"year": 2024, "month": 1, "amount": "1.23"}
    return post(port, PAY, body, Authorization=f"Bearer {access}", Idempotency_Key=key)


def test_one_key_is_one_payment_and_one_refresh_token_is_good_once(town: str) -> None:
    heard(town, f"open_books({CUSTOMER})")
    (access, _), *others = programs(town, 4)
    with gunicorn(town, GUARDED) as port:
        for number in range(KEYS):
            answers = at_once([partial(paid, port, access, f"the-key-of-payment-{number}")] * AT_ONCE)
            assert [status for status, _ in answers] == [201] * AT_ONCE, answers
            assert len({told["payment"]["id"] for _, told in answers}) == 1
        apart = at_once([partial(paid, port, access, f"another-key-each-{number}") for number in range(AT_ONCE)])
        assert [status for status, _ in apart] == [201] * AT_ONCE
        for _, refresh in others:
            renewed_once(port, refresh)
    assert heard(town, "figures()")["receipts"] == KEYS + AT_ONCE, "one a key; the control: other keys, other payments"
    assert run(town, "manage.py", "check_books") == ""


def renewed_once(port: int, refresh: str) -> None:
    """By one of four; the others give it away as used twice, and the session is dead."""
    answers = at_once([partial(post, port, "/api/token/refresh", {"refresh_token": refresh})] * AT_ONCE)
    assert sorted(status for status, _ in answers) == [200] + [401] * (AT_ONCE - 1)
    (fresh,) = [told["access_token"] for status, told in answers if status == 200]
    assert paid(port, fresh, "a-key-of-a-dead-session")[0] == 401
