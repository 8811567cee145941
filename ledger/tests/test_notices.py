"""Where payments are told first: the customer gives a notice, the staff records it once or refuses it with a reason."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Customer, Lender
from ledger import noticing
from ledger.actions import Refused, add_due
from ledger.models import Due, Notice, NoticePhoto, Payment
from ledger.proof import differences
from ledger.tests.routing import assert_routed

D = Decimal
KEY = "a-key-of-twenty-letters"
JPEG, PNG = b"\xff\xd8\xff\xe0" + b"x" * 50, b"\x89PNG\r\n\x1a\n" + b"x" * 50
BOOK = "/admin/customer/101/"


@pytest.fixture(autouse=True)
def due(lender: Lender, asha: Customer) -> Due:
    """100.00 is owed; payments do not post at once."""
    lender.payments_post_at_once = False
    lender.save()
    return add_due(Due(customer=asha, month=datetime.date(2025, 1, 1), amount=D(100)))


@pytest.fixture
def notice(asha: Customer) -> Notice:
    return told(asha)


def told(customer: Customer, amount: str = "60", photo: bytes = b"", **more: Any) -> Notice:
    fields = {"key": KEY, "paid_on": datetime.date(2025, 2, 3), "channel": "bank transfer", "reference": "TX-1"}
    return noticing.give_notice(Notice(customer=customer, amount=D(amount), **fields | more), photo)


def form_of(client: Client) -> dict[str, Any]:
    initial = client.get("/pay/").context["form"].initial
    return {name: str(value) for name, value in initial.items()} | {"amount": "60", "channel": "bank transfer"}


def hidden_of(page: Any) -> dict[str, str]:
    return {field.html_name: str(field.value() or "") for field in page.context["form"].hidden_fields()}


def text(page: Any) -> str:
    return str(page.content.decode())


def uploaded(content: bytes, name: str = "slip.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


# --- The customer -------------------------------------------------------------------------------
def test_the_confirm_step_makes_a_notice_and_no_payment(as_asha: Client, asha: Customer) -> None:
    preview = as_asha.post("/pay/", form_of(as_asha) | {"step": "preview", "reference": "TX-9"})
    assert [row.part for row in preview.context["preview"].months] == [60]
    body = hidden_of(preview) | {"step": "confirm", "photo": uploaded(PNG)}
    answer = as_asha.post("/pay/", body)
    notice = Notice.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/notices/{notice.pk}/")
    assert (notice.amount, notice.reference, notice.state, notice.starting) == (
        60, "TX-9", "waiting", datetime.date(2025, 1, 1),
    )  # fmt: skip
    assert not Payment.objects.exists()
    for page in ("/dashboard/", "/payments/"):
        assert "waits to be confirmed" in text(as_asha.get(page))


def test_sent_twice_it_is_one_notice_and_with_other_figures_it_is_refused(as_asha: Client) -> None:
    body = form_of(as_asha) | {"step": "confirm"}
    first, again = (as_asha.post("/pay/", body) for _ in range(2))
    assert first.headers["Location"] == again.headers["Location"]
    other = as_asha.post("/pay/", body | {"amount": "61"})
    assert other.status_code == 422
    assert "already used, with other figures" in text(other)
    assert Notice.objects.count() == 1


def test_where_payments_post_at_once_the_same_form_pays(as_asha: Client, lender: Lender) -> None:
    """The control: it is the lender's choice alone that makes a notice."""
    lender.payments_post_at_once = True
    lender.save()
    form = form_of(as_asha)
    assert "paid_on" not in form
    as_asha.post("/pay/", form | {"step": "confirm"})
    assert (Payment.objects.count(), Notice.objects.count()) == (1, 0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": "-1"}, {"amount": "1e3"}, {"paid_on": "2999-01-01"}, {"paid_on": "1/2/2025"}, {"key": "short"},
        {"month": "13"}, {"channel": "x" * 41}, {"reference": "x" * 101},
    ],
)  # fmt: skip
def test_what_may_not_stand_is_said_and_nothing_is_kept(as_asha: Client, wrong: dict[str, str]) -> None:
    form = form_of(as_asha) | wrong
    for step in ("preview", "confirm"):
        assert as_asha.post("/pay/", form | {"step": step}).status_code == 422
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("photo", "sentence"),
    [
        (b"<html><script>alert(1)</script>", "neither JPEG nor PNG"),
        (b"GIF89a" + b"x" * 50, "neither JPEG nor PNG"),
        (b"\xff\xd8", "neither JPEG nor PNG"),
        (JPEG + b"x" * noticing.LARGEST_PHOTO, "larger than 2 MB"),
    ],
)
def test_a_photo_that_is_none_is_refused_by_its_bytes(as_asha: Client, photo: bytes, sentence: str) -> None:
    answer = as_asha.post("/pay/", form_of(as_asha) | {"step": "confirm", "photo": uploaded(photo)})
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert not Notice.objects.exists()
    again = hidden_of(answer) | {"step": "confirm", "photo": uploaded(JPEG, "slip.exe")}
    assert as_asha.post("/pay/", again).status_code == 303
    assert NoticePhoto.objects.get().kind == "image/jpeg"


def test_the_act_itself_refuses_the_same_photos(asha: Customer) -> None:
    for photo in (b"GIF89a", JPEG + b"x" * noticing.LARGEST_PHOTO):
        with pytest.raises(Refused):
            told(asha, photo=photo)
    assert not Notice.objects.exists()


def test_a_customer_has_only_so_many_notices_waiting(asha: Customer) -> None:
    for number in range(noticing.MOST_WAITING):
        told(asha, key=f"{KEY}{number}")
    with pytest.raises(Refused, match="wait already"):
        told(asha, key=f"{KEY}x")


def test_a_notice_and_its_photo_are_the_customers_and_the_staffs_alone(
    asha: Customer, as_asha: Client, as_bo: Client, as_nina: Client, as_sten: Client
) -> None:
    notice = told(asha, photo=PNG)
    own, staffs = f"/notices/{notice.pk}/", f"{BOOK}notices/{notice.pk}/"
    for page in (own, f"{own}photo/"):
        assert [client.get(page).status_code for client in (as_asha, as_bo, as_nina)] == [200, 404, 403]
        assert Client().get(page).status_code == 302
    for page in (staffs, f"{staffs}photo/"):
        assert [client.get(page).status_code for client in (as_nina, as_sten)] == [200, 403]
        assert as_asha.get(page).status_code in {302, 403}
        assert as_nina.get(page.replace("/101/", "/999/")).status_code == 404


@pytest.mark.parametrize("whose", ["customer", "staff"])
def test_the_photo_is_a_file_to_keep_and_never_a_page(
    asha: Customer, as_asha: Client, as_nina: Client, whose: str
) -> None:
    notice = told(asha, photo=PNG)
    client, page = (as_asha, "/notices/") if whose == "customer" else (as_nina, f"{BOOK}notices/")
    answer = client.get(f"{page}{notice.pk}/photo/")
    assert answer.content == PNG
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="notice-{notice.pk}.png"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert client.get(f"{page}999/photo/").status_code == 404


# --- The staff ----------------------------------------------------------------------------------
def decide(client: Client, notice: Notice, **body: str) -> Any:
    return client.post(f"{BOOK}notices/{notice.pk}/", body)


def test_a_clerk_confirms_and_the_payment_is_recorded_once(notice: Notice, as_clem: Client, as_asha: Client) -> None:
    assert f"Notice {notice.pk}" in text(as_clem.get(BOOK))
    assert list(as_clem.get("/admin/notices/").context["waiting"]) == [notice]
    answer = decide(as_clem, notice, decision="confirm", received_on="2025-02-05")
    payment = Payment.objects.get()
    assert answer.headers["Location"] == f"{BOOK}payments/{payment.pk}/"
    assert (payment.amount, payment.received_on, payment.recorded_by, payment.reference, payment.key) == (
        60, datetime.date(2025, 2, 5), "m2", "TX-1", f"notice-{notice.pk}",
    )  # fmt: skip
    assert decide(as_clem, notice, decision="confirm").status_code == 422
    assert Payment.objects.count() == 1
    shown = text(as_asha.get(f"/notices/{notice.pk}/"))
    assert f'href="/payments/{payment.pk}/"' in shown
    assert list(differences()) == []


def test_the_day_is_the_told_one_unless_it_is_corrected(notice: Notice, as_clem: Client) -> None:
    decide(as_clem, notice, decision="confirm", received_on="")
    assert Payment.objects.get().received_on == datetime.date(2025, 2, 3)


def test_a_refusal_has_a_reason_which_the_customer_reads(notice: Notice, as_clem: Client, as_asha: Client) -> None:
    assert decide(as_clem, notice, decision="refuse", reason=" ").status_code == 422
    assert decide(as_clem, notice, decision="refuse", reason="No such transfer.").status_code == 303
    for page in (f"/notices/{notice.pk}/", "/dashboard/", "/payments/"):
        assert "No such transfer." in text(as_asha.get(page))
    assert decide(as_clem, notice, decision="confirm").status_code == 422
    assert not Payment.objects.exists()


def test_who_may_not_decide_does_not(notice: Notice, as_nina: Client, as_sten: Client, as_asha: Client) -> None:
    for decision in ("confirm", "refuse"):
        for client in (as_nina, as_sten):
            assert decide(client, notice, decision=decision, reason="x").status_code == 403
        assert decide(as_asha, notice, decision=decision, reason="x").status_code in {302, 403}
    notice.reread()
    assert notice.state == "waiting"


def test_what_the_books_refuse_leaves_the_notice_waiting(notice: Notice, as_clem: Client) -> None:
    Lender.objects.update(closed_through=datetime.date(2025, 2, 28))
    answer = decide(as_clem, notice, decision="confirm")
    assert answer.status_code == 422
    assert "closed through Feb 28, 2025" in text(answer)
    assert decide(as_clem, notice, decision="confirm", received_on="2025-03-01").status_code == 303


def test_a_press_of_no_button_decides_nothing(notice: Notice, as_clem: Client) -> None:
    assert decide(as_clem, notice, reason="x").status_code == 422
    notice.reread()
    assert notice.state == "waiting"


def test_a_notice_is_not_in_another_customers_book(notice: Notice, as_clem: Client, bo: Customer) -> None:
    page = f"/admin/customer/102/notices/{notice.pk}/"
    assert as_clem.get(page).status_code == 404
    assert as_clem.post(page, {"decision": "confirm"}).status_code == 404


def test_no_list_loads_a_photo_or_asks_a_query_a_row(asha: Customer, as_mira: Client, as_asha: Client) -> None:
    def asked(client: Client, page: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(page)
        assert not any("noticephoto" in query["sql"] for query in queries)
        return len(queries)

    pages = [(as_mira, "/admin/notices/"), (as_mira, BOOK), (as_asha, "/dashboard/"), (as_asha, "/payments/")]
    told(asha, photo=PNG)
    few = [asked(client, page) for client, page in pages]
    for number in range(10):
        told(asha, photo=PNG, key=f"{KEY}{number}")
    assert [asked(client, page) for client, page in pages] == few


def test_giving_and_confirming_is_routed(asha: Customer) -> None:
    with assert_routed() as seen:
        noticing.confirm_notice(told(asha, photo=PNG), "m2")
    assert len(seen) > 5


def test_the_empty_list_says_what_would_appear(as_nina: Client, lender: Lender) -> None:
    assert "when a customer pays on the web" in text(as_nina.get("/admin/notices/"))
    lender.payments_post_at_once = True
    lender.save()
    assert "post at once" in text(as_nina.get("/admin/notices/"))
