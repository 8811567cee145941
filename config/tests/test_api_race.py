"""Programs at four server processes in the same instant: one key is one payment, one refresh token is good once."""

import json
import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest

from config.tests.api_racing import post
from ledger.tests.racing import CUSTOMER, GUARDED, gunicorn, heard, in_some_round, run

pytestmark = pytest.mark.race
PAY, KEYS, AT_ONCE = "/api/customer/payment", 12, 4
ONCE = [200] + [401] * (AT_ONCE - 1)
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
    (access, _), (second, _), *others = programs(town, 5)
    with gunicorn(town, GUARDED) as port:
        for number in range(KEYS):
            key = f"the-key-of-payment-{number}"
            answers = at_once([partial(paid, port, token, key) for token in (access, second)] * (AT_ONCE // 2))
            assert [status for status, _ in answers] == [201] * AT_ONCE, answers
            assert len({told["payment"]["id"] for _, told in answers}) == 1
        apart = at_once([partial(paid, port, access, f"another-key-each-{number}") for number in range(AT_ONCE)])
        assert [status for status, _ in apart] == [201] * AT_ONCE
        for _, refresh in others:
            renewed_once(port, refresh)
    assert heard(town, "figures()")["receipts"] == KEYS + AT_ONCE, "one a key; the control: other keys, other payments"
    assert run(town, "manage.py", "check_books") == ""


def test_without_the_guards_both_races_are_lost(town: str) -> None:
    """The negative control. It is the constraints that then refuse, so requests fail but no key is two payments."""
    heard(town, f"open_books({CUSTOMER})")
    pairs = programs(town, 7)
    (access, _), keys, tokens = pairs[0], iter(range(99)), iter(refresh for _, refresh in pairs[1:])

    def one_is_not_answered() -> bool:
        answers = at_once([partial(paid, port, access, f"the-key-of-payment-{next(keys)}")] * AT_ONCE)
        return [status for status, _ in answers] != [201] * AT_ONCE

    def one_token_is_not_good_once() -> bool:
        """For several on PostgreSQL; SQLite refuses the others with an error of its own, and the session lives on."""
        ask = partial(post, port, "/api/token/refresh", {"refresh_token": next(tokens)})
        return sorted(status for status, _ in at_once([ask] * AT_ONCE)) != ONCE

    with gunicorn(town, "config.tests.api_unguarded") as port:
        assert in_some_round(one_is_not_answered)
        assert in_some_round(one_token_is_not_good_once)


def renewed_once(port: int, refresh: str) -> None:
    """By one of four; the others give it away as used twice, and the session is dead."""
    answers = at_once([partial(post, port, "/api/token/refresh", {"refresh_token": refresh})] * AT_ONCE)
    assert sorted(status for status, _ in answers) == ONCE
    (fresh,) = [told["access_token"] for status, told in answers if status == 200]
    assert paid(port, fresh, "a-key-of-a-dead-session")[0] == 401
