"""Guessing is stopped before a password is hashed, and the stop says when to try again."""

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client, override_settings

from accounts.adapter import TOO_MANY
from accounts.models import Customer, Lender, Manager
from accounts.tests.cast import PASSWORD
from accounts.tests.doors import MANAGER_DOOR, knock
from accounts.tests.post_office import deliver

pytestmark = pytest.mark.django_db
PER_NAME, PER_NETWORK = 5, 20
AS_WRITTEN = settings.CACHES


def guess(times: int, name: object = 101, host: str = "testserver") -> list[int]:
    client = Client(headers={"host": host})
    return [knock(name, f"guess-{number}", client=client).status_code for number in range(times)]


def test_the_sixth_guess_at_a_name_is_not_hashed(asha: Customer, hashing: list[str]) -> None:
    assert guess(PER_NAME + 3) == [200] * PER_NAME + [429] * 3
    assert hashing == [f"guess-{number}" for number in range(PER_NAME)]


def test_without_the_throttle_every_guess_is_hashed(asha: Customer, hashing: list[str]) -> None:
    with override_settings(ACCOUNT_RATE_LIMITS=False):
        assert guess(PER_NAME + 3) == [200] * (PER_NAME + 3)
    assert len(hashing) == PER_NAME + 3


def test_even_the_right_password_waits_and_the_page_says_how_long(asha: Customer) -> None:
    guess(PER_NAME)
    answer = knock(101, PASSWORD)
    assert answer.status_code == 429
    assert str(TOO_MANY) in answer.text
    assert "Wait 10 minutes" in TOO_MANY
    assert "5/10m/key" in settings.ACCOUNT_RATE_LIMITS["login_failed"]


@pytest.mark.parametrize("other_writing", ["0101", " 101", "000101"])
def test_another_writing_of_the_number_is_the_same_name(asha: Customer, other_writing: str) -> None:
    guess(PER_NAME)
    assert guess(1, other_writing) == [429]


def test_other_names_other_networks_and_the_other_door_are_not_shut(
    asha: Customer, bo: Customer, mira: Manager
) -> None:
    guess(PER_NAME)
    assert knock(102, PASSWORD).status_code == 302
    assert knock(101, PASSWORD, client=Client(REMOTE_ADDR="203.0.113.9")).status_code == 302
    assert knock(1, PASSWORD, MANAGER_DOOR).status_code == 302


def test_a_changed_host_header_starts_no_new_count(asha: Customer) -> None:
    guess(PER_NAME)
    assert guess(1, host="other.example") == [429]


def test_one_network_may_not_try_one_password_on_many_names(asha: Customer, hashing: list[str]) -> None:
    answers = [guess(1, number)[0] for number in range(1000, 1000 + PER_NETWORK + 2)]
    assert answers == [200] * PER_NETWORK + [429] * 2
    assert len(hashing) == PER_NETWORK


def test_right_passwords_are_not_counted_as_guesses(asha: Customer) -> None:
    assert [knock(101, PASSWORD).status_code for _ in range(PER_NAME + 2)] == [302] * (PER_NAME + 2)


def test_a_flood_of_sign_ins_gets_the_page_that_says_when(asha: Customer) -> None:
    for _ in range(30):
        knock(101, PASSWORD)
    answer = knock(101, PASSWORD)
    assert answer.status_code == 429
    assert "Wait one minute" in answer.text
    assert settings.ACCOUNT_RATE_LIMITS["login"] == "30/m/ip"


def test_registering_and_asking_for_mail_are_throttled_too(
    asha: Customer, lender: Lender, mailoutbox: list[object]
) -> None:
    Lender.objects.update(registration_open=True)
    assert [Client().post("/register/").status_code for _ in range(21)][-2:] == [200, 429]
    for _ in range(6):
        last = Client().post("/password/reset/", {"email": "asha@example.com"})
    assert last.status_code == 429
    deliver()
    assert len(mailoutbox) == 5


def test_all_processes_count_in_one_table(asha: Customer, hashing: list[str]) -> None:
    """The table is made by a migration, and holds the counts."""
    assert "cache" in connection.introspection.table_names()
    with override_settings(CACHES=AS_WRITTEN):
        cache.clear()
        guess(PER_NAME)
        hashing.clear()
        assert guess(1) == [429]
        assert hashing == []
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM cache WHERE cache_key LIKE '%%login_failed%%'")
            assert cursor.fetchone()[0] == 2


@pytest.mark.parametrize(("most", "answer"), [(None, 429), (300, 200)], ids=["as written", "the control: Django's own"])
def test_four_hundred_other_counts_do_not_wipe_one_out(asha: Customer, most: int | None, answer: int) -> None:
    bound = {"OPTIONS": {"MAX_ENTRIES": most}} if most else {}
    with override_settings(CACHES={"default": AS_WRITTEN["default"] | bound}):
        cache.clear()
        guess(PER_NAME)
        for number in range(400):
            cache.set(f"other-{number}", [1], 600)
        assert guess(1) == [answer]
