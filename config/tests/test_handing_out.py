"""All that is held on a customer as a zip: to himself with the notebook, to a manager without it, to nobody else."""

import csv
import io
import json
import tracemalloc
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client

from accounts.audit import Entry, record
from accounts.handing_out import BLOCK, hand_out, packed
from accounts.models import AuditEntry, Customer, Manager, User
from accounts.tests.cast import PASSWORD, signed_in
from config.tests.one_person import MARKS, NUMBER, PHOTO, fill
from expenses.tests.canaries import WORD

pytestmark = pytest.mark.django_db
# Found by what is in them, or never his to have: what a program or the staff keep of their own.
NOT_HANDED_OUT = {"paykeyKanari", "creditkeyKanari", "passkeynameKanari", "waitingfileKanari"}


@pytest.fixture
def person(as_mira: Client) -> Customer:
    return fill(as_mira)


def opened(pieces: Any) -> ZipFile:
    return ZipFile(io.BytesIO(b"".join(pieces)))


def text(archive: ZipFile) -> str:
    return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


def test_his_own_holds_everything_and_the_managers_all_but_the_notebook(person: Customer) -> None:
    own, theirs = (opened(hand_out(person, own=own)) for own in (True, False))
    assert {one for one in MARKS if one not in text(own)} == NOT_HANDED_OUT
    assert {one for one in MARKS if one not in text(theirs)} == NOT_HANDED_OUT | {WORD}
    assert not any(name.startswith("expenses.") for name in theirs.namelist())
    assert "expenses.expense.csv" in own.namelist()


def test_tables_are_there_twice_files_are_files_and_secrets_are_not(person: Customer) -> None:
    Customer.objects.filter(pk=NUMBER).update(name='=HYPERLINK("http://x")')
    archive = opened(hand_out(person, own=True))
    paid = json.loads(archive.read("ledger.payment.json"))
    rows = list(csv.DictReader(io.StringIO(archive.read("ledger.payment.csv").decode())))
    assert [row["amount"] for row in rows] == [row["amount"] for row in paid]
    photos = json.loads(archive.read("ledger.noticephoto.json"))
    assert [archive.read(row["content"]) for row in photos] == [PHOTO, PHOTO]
    assert "'=HYPERLINK" in archive.read("accounts.customer.csv").decode(), "no formula for a spreadsheet"
    (login,) = json.loads(archive.read("accounts.user.json"))
    assert "password" not in login
    assert User.objects.get(customer=person).password not in text(archive)
    last = AuditEntry.objects.filter(customer=person).latest("number")
    assert (last.act, last.facts) == ("hand_out_data", '{"notebook":"yes"}')


def test_who_got_the_number_of_somebody_removed_is_told_nothing_of_him(bo: Customer) -> None:
    for act in ("register_customer", "remove_customer"):
        record([Entry(bo.pk, act, {"name": "Zuleika Quince"})])
    record([Entry(bo.pk, "register_customer", {"name": "Bo Lind"})])
    told = text(opened(hand_out(bo, own=True)))
    assert ("Zuleika" in told, "register_customer" in told) == (False, True)


@pytest.mark.once
def test_a_large_file_goes_through_in_pieces() -> None:
    """50 MB of it, and never more than a few blocks in memory."""
    noise = bytes(range(256)) * 4096
    tracemalloc.start()
    try:
        sizes = [len(piece) for piece in packed(iter([("large.bin", (noise for _ in range(50)))]))]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert max(sizes) < 4 * BLOCK + len(noise)
    assert peak < 8_000_000


def test_the_customer_shows_first_that_it_is_he(asha: Customer, as_asha: Client) -> None:
    answer = as_asha.get("/profile/data/")
    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, "/confirm-password/")
    assert as_asha.post("/profile/data/", {"do": "download"}).status_code == 302
    as_asha.post("/confirm-password/?next=/profile/data/", {"password": PASSWORD})
    assert as_asha.get("/profile/data/").status_code == 200
    answer = as_asha.post("/profile/data/", {"do": "download"})
    assert answer.headers["Content-Type"] == "application/zip"
    assert "Asha Rao" in text(opened(answer.streaming_content))
    assert Client().get("/profile/data/").status_code == 302


@pytest.mark.parametrize(("role", "status"), [("mona", 200), ("clem", 403), ("nina", 403), ("sten", 403)])
def test_of_the_staff_a_manager_alone(asha: Customer, role: str, status: int, request: pytest.FixtureRequest) -> None:
    staff: Manager = request.getfixturevalue(role)
    client = signed_in(staff)
    assert client.get("/admin/customer/101/data/").status_code == status
    assert client.post("/admin/customer/101/data/download/").status_code == status
    assert client.get("/profile/data/").status_code == 403
