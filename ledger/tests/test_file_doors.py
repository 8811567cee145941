"""Who may send, look at, post and undo a file; and how large a request may be, and where."""

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Batch, Customer, Job, Manager
from accounts.tests.cast import signed_in
from ledger.models import Payment, UploadLine
from ledger.tests.sending import work

pytestmark = pytest.mark.django_db

FILES = "/admin/batches/"
ROWS = "customer,date,amount\n101,2025-02-10,150.00\n102,2025-02-11,50.00\n103,2025-02-11,7.00\n"
ACTS = ("post", "read", "discard", "cancel", "undo")


@pytest.fixture(autouse=True)
def two_customers(asha: Customer, bo: Customer) -> None:
    """asha and bo may be paid for."""


def form(rows: str = ROWS, **more: str) -> dict[str, object]:
    return {"kind": "payments", "file": SimpleUploadedFile("march.csv", rows.encode()), **more}


def sent(client: Client) -> str:
    """The address of a file that was sent and checked."""
    answer = client.post(f"{FILES}send/", form())
    assert answer.status_code == 303
    work()
    return str(answer.headers["Location"])


def text(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_a_clerk_sends_looks_and_posts(as_clem: Client) -> None:
    page = sent(as_clem)
    shown = text(as_clem, page)
    for words in ("2 lines are new", "$200.00", "is not a customer", "Post 2 lines", "Held as credit"):
        assert words in shown
    assert as_clem.post(f"{page}post/").status_code == 303
    assert "Waiting for a worker" in text(as_clem, page)
    work()
    assert "2 lines are posted." in text(as_clem, page)
    assert Payment.objects.filter(recorded_by="m2").count() == 2


def test_a_clerk_does_not_undo_and_a_manager_does(as_clem: Client, mona: Manager) -> None:
    page = sent(as_clem)
    as_clem.post(f"{page}post/")
    work()
    assert "Undo this file" not in text(as_clem, page)
    assert [as_clem.get(f"{page}undo/").status_code, as_clem.post(f"{page}undo/").status_code] == [403, 403]
    manager = signed_in(mona)
    assert "2 payments" in text(manager, f"{page}undo/")
    assert manager.post(f"{page}undo/").status_code == 303
    assert as_clem.post(f"{page}cancel/").status_code == 403
    work()
    assert "Undone" in text(manager, page)
    assert Payment.objects.filter(reversed=True).count() == 2


def test_an_auditor_looks_and_does_nothing(as_clem: Client, as_nina: Client) -> None:
    page = sent(as_clem)
    shown = text(as_nina, page)
    assert "2 lines are new" in shown
    assert "<button" not in shown.partition("<main")[2].partition("Line by line")[0]
    assert as_nina.get(f"{FILES}send/").status_code == 403
    assert as_nina.post(f"{FILES}send/", form()).status_code == 403
    assert [as_nina.post(f"{page}{act}/").status_code for act in ACTS] == [403] * len(ACTS)
    assert (Batch.objects.count(), Job.objects.count(), Payment.objects.count()) == (1, 1, 0)


def test_without_a_role_and_outside_the_staff_there_is_nothing_to_see(
    as_clem: Client, as_sten: Client, as_asha: Client
) -> None:
    page = sent(as_clem)
    for address in (FILES, f"{FILES}send/", page, f"{page}progress/", f"{page}undo/", f"{page}refused.csv"):
        assert as_sten.get(address).status_code == 403, address
        assert as_asha.get(address).status_code == 302, address
        assert Client().get(address).status_code == 302, address
    for act in ACTS:
        assert as_sten.post(f"{page}{act}/").status_code == 403
        assert as_clem.get(f"{page}{act}/").status_code in (403, 405)
        assert Client().post(f"{page}{act}/").status_code == 302
    assert Batch.objects.get().state == Batch.State.READY


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"kind": "loans"}, "Select a valid choice"),
        ({"name": "x" * 121}, "at most 120 characters"),
        ({"rows": ""}, "The file is empty."),
    ],
)
def test_a_form_that_cannot_be_taken_says_how_to_mend_it(
    as_clem: Client, fields: dict[str, str], sentence: str
) -> None:
    page = as_clem.post(f"{FILES}send/", form(**fields))
    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert Batch.objects.count() == 0


def test_a_taken_name_is_refused(as_clem: Client) -> None:
    sent(as_clem)
    page = as_clem.post(f"{FILES}send/", form(f"{ROWS}1,2025-01-01,5\n", name="march"))
    assert page.status_code == 422
    assert "There is a batch named" in page.content.decode()


def test_the_same_file_again_leads_to_the_first(as_clem: Client) -> None:
    page = sent(as_clem)
    answer = as_clem.post(f"{FILES}send/", form(), follow=True)
    assert answer.redirect_chain == [(page, 303)]
    assert "This file is here already, as batch march." in answer.content.decode()
    assert Batch.objects.count() == 1


def test_lines_are_found_by_decision_customer_and_number(as_clem: Client) -> None:
    page = sent(as_clem)

    def lines(query: str) -> list[int]:
        return [row.line for row in as_clem.get(f"{page}{query}").context["lines"].rows]

    assert lines("") == [2, 3, 4]
    assert lines("?show=wrong") == [4]
    assert lines("?customer=102") == [3]
    assert lines("?line=3") == [3, 4]
    assert lines("?before=4") == [2, 3]
    assert lines("?show=posted") == []
    assert lines("?show=nonsense&line=x&before=-1&customer=1e9") == [2, 3, 4]


def test_a_page_of_a_large_file_asks_as_much_as_one_of_a_small(as_clem: Client) -> None:
    page = sent(as_clem)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            as_clem.get(page)
        return len(queries)

    asked()
    few = asked()
    upload = Batch.objects.get().upload
    rows = (UploadLine(upload=upload, line=line, cells=["1", "", ""], decision="new") for line in range(5, 3005))
    UploadLine.objects.bulk_create(rows)
    assert abs(asked() - few) <= 1  # whether there is a page after this one


def test_progress_asks_for_the_whole_page_once_the_work_is_over(as_clem: Client) -> None:
    page = sent(as_clem)
    assert as_clem.get(f"{page}progress/").headers["HX-Refresh"] == "true"
    as_clem.post(f"{page}post/")
    part = as_clem.get(f"{page}progress/")
    assert "HX-Refresh" not in part.headers
    assert 'max="2"' in part.content.decode()
    as_clem.post(f"{page}cancel/")
    assert "Cancelled." in text(as_clem, page)
    work()
    assert Payment.objects.count() == 0


def test_what_was_refused_is_downloaded(as_clem: Client) -> None:
    answer = as_clem.get(f"{sent(as_clem)}refused.csv")
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert b"".join(answer.streaming_content).decode().splitlines() == [
        "customer,date,amount,line,reason",
        "103,2025-02-11,7.00,4,customer: “103” is not a customer",
    ]


def test_a_batch_of_the_command_has_its_page_too(as_nina: Client) -> None:
    batch = Batch.objects.create(kind="dues", name="first", file_name="dues.csv", sha256="0", rows=5, added=3)
    assert "5 rows, of which 3 were added" in text(as_nina, f"{FILES}{batch.pk}/")
    assert as_nina.get(f"{FILES}{batch.pk}/refused.csv").status_code == 404
    assert as_nina.get(f"{FILES}999/").status_code == 404


# --- How large a request may be -----------------------------------------------------------------
def status(client: Client, address: str, size: int) -> int:
    return client.generic("POST", address, b"x", CONTENT_LENGTH=str(size)).status_code


def test_a_large_file_is_let_in_at_one_address_and_only_for_who_may_send_one(
    as_clem: Client, as_nina: Client, as_asha: Client
) -> None:
    large, too_large = settings.LARGE_UPLOAD_BYTES, settings.LARGE_UPLOAD_BYTES + 1
    assert status(as_clem, f"{FILES}send/", large) != 413
    assert status(as_clem, f"{FILES}send/", too_large) == 413
    for address in (FILES, "/admin/ledger/payment/add/", "/manager/login/", f"{FILES}send"):
        assert status(as_clem, address, large) == 413
    for client in (as_nina, as_asha, Client()):
        assert status(client, f"{FILES}send/", large) == 413
        assert status(client, f"{FILES}send/", settings.MAX_UPLOAD_BYTES) != 413


def test_who_was_shut_out_sends_nothing_large(as_clem: Client, clem: Manager) -> None:
    clem.login.is_active = False
    clem.login.save()
    assert status(as_clem, f"{FILES}send/", settings.LARGE_UPLOAD_BYTES) == 413
