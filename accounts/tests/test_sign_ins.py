"""The audit trail tells of sign-ins and of how people sign in: no secret, no more than needed, nobody kept waiting."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts import sign_ins
from accounts.actor import API, WEB, acting
from accounts.audit import record_house
from accounts.audit_proof import trail_breaks
from accounts.management.commands.work import do_the_next
from accounts.models import Customer, HouseEntry, Lender, Manager
from accounts.tests.cast import PASSWORD
from accounts.tests.doors import MANAGER_DOOR, knock
from accounts.tests.phone import APP, confirmed, set_up, step
from accounts.tests.programs import sign_in
from accounts.tests.test_passwords import NEW, ask, choose, link_in

pytestmark = pytest.mark.django_db
SIGNED_IN, LOCKED_OUT = ("sign_in", {"login": "c101"}), ("lock_out", {"login": "c101"})
Told = tuple[str, dict[str, str]]


def told() -> list[Told]:
    rows = HouseEntry.objects.order_by("number").values_list("act", "facts")
    return [(act, json.loads(facts)) for act, facts in rows]


def guess(times: int, name: object = 101, **network: str) -> None:
    for number in range(times):
        knock(name, f"guess-{number}", client=Client(**network))  # type: ignore[arg-type]


def test_a_sign_in_at_either_door_and_by_a_program_is_told_of_who_did_it(asha: Customer, mira: Manager) -> None:
    knock("asha@example.com", PASSWORD)
    knock(1, PASSWORD, MANAGER_DOOR)
    cache.clear()
    sign_in(101)
    assert told() == [SIGNED_IN, ("sign_in", {"login": "m1"}), SIGNED_IN]
    assert list(HouseEntry.objects.order_by("number").values_list("by", "door")) == [
        ("c101", "web"),
        ("m1", "web"),
        ("c101", "api"),
    ]


def test_it_is_told_once_an_hour_however_often_somebody_comes_back(asha: Customer, bo: Customer) -> None:
    with time_machine.travel("2026-11-21T09:10:00Z", tick=False):
        for _ in range(3):
            knock(101, PASSWORD)
        knock(102, PASSWORD)
        assert [facts["login"] for _, facts in told()] == ["c101", "c102"]
    with time_machine.travel("2026-11-21T10:10:00Z", tick=False):
        knock(101, PASSWORD)
    assert len(told()) == 3


def test_guesses_are_not_told_and_the_lock_out_is_once(asha: Customer) -> None:
    guess(5)
    assert told() == []
    guess(4)
    assert told() == [LOCKED_OUT]
    assert HouseEntry.objects.get().by == ""
    guess(7, REMOTE_ADDR="203.0.113.9")  # from another network
    assert told() == [LOCKED_OUT]


def test_names_that_are_nobodys_fill_no_trail(asha: Customer) -> None:
    for name in (999, "nobody@example.com", "x" * 200, "\x00"):
        guess(7, name)
    assert told() == []


def test_who_guesses_at_everybody_fills_no_trail_and_hides_nothing_of_the_staff(
    asha: Customer, bo: Customer, mira: Manager, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_ins, "LOCKED_OUT_IN_ALL", 1)
    guess(6, 101)
    guess(6, 102)
    assert told() == [LOCKED_OUT]
    knock(102, PASSWORD, client=Client(REMOTE_ADDR="203.0.113.9"))
    assert told()[1:] == [("sign_in", {"login": "c102"})]
    for number in range(6):
        knock(1, f"guess-{number}", MANAGER_DOOR, client=Client())
    assert told()[2:] == [("lock_out", {"login": "m1"})]


def test_a_changed_and_a_mailed_password_are_told_of_without_themselves(
    asha: Customer, mailoutbox: list[EmailMessage]
) -> None:
    fields = {"oldpassword": PASSWORD, "password1": NEW}
    confirmed(asha).post("/password/change/", fields | {"password1": "short"})
    assert told() == []
    confirmed(asha).post("/password/change/", fields)
    ask("asha@example.com")
    choose(link_in(mailoutbox[0]), "calm-hill-88", Client())
    assert told() == [("change_password", {"login": "c101"}), ("reset_password", {"login": "c101"})]
    written = str(HouseEntry.objects.values_list())
    assert not any(secret in written for secret in (PASSWORD, NEW, "calm-hill-88"))


def test_a_second_factor_is_told_of_when_it_comes_when_it_locks_out_and_when_it_goes(
    asha: Customer, django_capture_on_commit_callbacks: object
) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        phone = set_up(asha)
    app = {"login": "c101", "factor": "authenticator app"}
    assert told() == [("add_second_factor", app)]
    client = Client()
    knock(101, PASSWORD, client=client)
    assert len(told()) == 1  # half of a sign-in is none
    for _ in range(7):
        step(client, phone.wrong_code())
    assert told()[1:] == [LOCKED_OUT]
    cache.clear()
    confirmed(asha).post(f"{APP}remove/")
    assert told()[2:] == [("remove_second_factor", app)]
    assert phone.secret.hex() not in str(HouseEntry.objects.values_list())


def test_a_guessed_code_of_a_program_locks_out_too(asha: Customer) -> None:
    phone = set_up(asha)
    for _ in range(7):
        sign_in(101, otp=phone.wrong_code())
    assert told()[-1] == LOCKED_OUT


def test_every_change_is_told_and_one_sign_in_an_hour_at_each_door(asha: Customer) -> None:
    """Else ten harmless changes would hide the eleventh, and the owner's sign-in the thief's by a program."""
    with time_machine.travel("2026-11-21T09:10:00Z", tick=False):
        for _ in range(15):
            sign_ins.tell(asha.login, "change_password")
        assert len(told()) == 15
        for door in (WEB, API, API):
            with acting("c101", door):
                sign_ins.tell(asha.login, sign_ins.SIGNED_IN)
    assert len(told()) == 17


@contextmanager
def lender_held() -> Iterator[None]:
    """By a transaction of somebody else, as while a file of customers is posted."""
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Lender.objects.select_for_update().get()
            held.set()
            done.wait(20)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert held.wait(20)
    try:
        yield
    finally:
        done.set()
        thread.join()


def tell_at_once() -> None:
    """The control: without looking whether the chain is free, it would wait."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '200ms'")
        record_house("sign_in", {})


@pytest.mark.only_on("postgresql")
@pytest.mark.django_db(transaction=True)
def test_a_sign_in_waits_for_nobody_and_the_worker_tells_of_it_with_its_own_hour(
    asha: Customer, lender: Lender
) -> None:
    with lender_held():
        with pytest.raises(OperationalError):
            tell_at_once()
        assert knock(101, PASSWORD).status_code == 302
        before = timezone.now()
        assert told() == []
        assert DBTaskResult.objects.ready().count() == 1
    do_the_next()
    assert told() == [SIGNED_IN]
    entry = HouseEntry.objects.get()
    assert (entry.by, entry.door) == ("c101", "web")
    assert entry.at < before
    assert list(trail_breaks()) == []


@pytest.mark.django_db(transaction=True)
def test_what_is_told_later_is_tried_again_while_the_house_is_held(
    lender: Lender, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the worker's one try would be the last of a lock-out; what is no lock is not tried again."""
    faults = [OperationalError("database is locked"), None, OperationalError("disk I/O error")]

    def held_at_first(*entry: Any) -> None:
        if fault := faults.pop(0):
            raise fault
        record_house(*entry)

    monkeypatch.setattr(sign_ins, "record_house", held_at_first)
    told_of = ("sign_in", {"login": "c101"}, "c101", WEB, timezone.now().isoformat())
    sign_ins.tell_later.call(*told_of)
    with pytest.raises(OperationalError, match="disk"):
        sign_ins.tell_later.call(*told_of)
    assert told() == [SIGNED_IN]
