"""Customers out as CSV and back: what differs is shown, stored whole by the acts, and told in the audit trail."""

import csv
import io
import json
from decimal import Decimal

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import AuditEntry, Customer, Manager, User, WaitingFile
from accounts.tests.cast import signed_in

pytestmark = pytest.mark.django_db

LIST = "/admin/accounts/customer/"
EXPORT, IMPORT, LOOK = f"{LIST}export/", f"{LIST}import/", f"{LIST}process_import/"
ALL = ["name", "email", "phone", "age", "credit_limit"]


@pytest.fixture(autouse=True)
def two_customers(asha: Customer, bo: Customer) -> None:
    """asha and bo."""


def send(client: Client, content: str | bytes, name: str = "phones.csv"):
    data = content.encode() if isinstance(content, str) else content
    return client.post(IMPORT, {"file": SimpleUploadedFile(name, data)})


def look(client: Client):
    return client.get(LOOK)


def confirm(client: Client, **more: str):
    """Press the button of the preview."""
    shown = look(client).context
    return client.post(LOOK, {"name": shown["file"].name, "seen": shown["read"].fingerprint, **more}, follow=True)


def exported(client: Client, columns: list[str] = ALL, where: str = "", **more: str) -> list[dict[str, str]]:
    answer = client.post(EXPORT + where, {"columns": columns, **more})
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


def written(rows: list[dict[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def facts(customer: int) -> list[tuple[str, str, str, dict[str, object]]]:
    entries = AuditEntry.objects.filter(customer=customer).order_by("number")
    return [(entry.act, entry.by, entry.door, json.loads(entry.facts)) for entry in entries]


def test_thirty_customers_get_new_phones_in_one_file(as_clem: Client) -> None:
    Customer.objects.bulk_create(Customer(id=number, name=f"Person {number}") for number in range(200, 228))
    rows = exported(as_clem, ["phone"])
    assert (len(rows), list(rows[0])) == (30, ["customer", "phone"])
    for row in rows:
        row["phone"] = f"0711 000 {row['customer']}"
    answer = send(as_clem, written(rows))
    assert (answer.status_code, answer.headers["Location"]) == (303, LOOK)
    assert Customer.objects.filter(phone__startswith="0711").count() == 0
    page = confirm(as_clem)
    assert page.redirect_chain == [(LIST, 303)]
    assert "Stored: 30 changed, 0 new, 0 left as they were." in page.content.decode()
    assert set(Customer.objects.values_list("phone", flat=True)) == {f"0711 000 {row['customer']}" for row in rows}
    assert facts(101) == [
        ("update_customer", "m2", "import", {"phone_was": "+254 700 000 101", "phone": "0711 000 101"})
    ]
    assert LogEntry.objects.filter(object_id="101").get().change_message == "By the file phones.csv."


def test_the_preview_shows_what_differs_and_stores_nothing(as_clem: Client) -> None:
    send(as_clem, "customer,phone,credit_limit\n101,1,1500\n102,+254 700 000 102,\n")
    page = look(as_clem).content.decode()
    assert "<del>+254 700 000 101</del>" in page
    assert "<ins>1</ins>" in page
    assert "<ins>$1,500.00</ins>" in page
    assert "Bo Lind" not in page
    read = look(as_clem).context["read"]
    assert (len(read.changed), len(read.new), len(read.same)) == (1, 0, 1)
    assert Customer.objects.get(id=101).credit_limit is None
    assert AuditEntry.objects.count() == 0


def test_a_list_that_comes_back_unchanged_changes_nothing(as_clem: Client) -> None:
    awkward = ["=1+1", "==1+1", "'=x", "+4 50", "@name", "\tTab", "＝wide", 'O"Hara, "Jo"', "José Öz", "-", "'"]
    for number, name in enumerate(awkward, 500):
        Customer.objects.create(id=number, name=name, phone=name, age=44, credit_limit=Decimal("12.50"))
    before = list(Customer.objects.order_by("id").values())
    rows = exported(as_clem)
    assert {row["name"][0] for row in rows if row["customer"] in ("500", "501", "503", "504", "505", "506")} == {"'"}
    send(as_clem, written(rows))
    page = look(as_clem)
    assert len(page.context["read"].same) == len(rows) == 13
    assert "there is nothing to store" in page.content.decode()
    assert "Store these changes" not in page.content.decode()
    confirm(as_clem)
    assert list(Customer.objects.order_by("id").values()) == before
    assert AuditEntry.objects.count() == 0
    assert LogEntry.objects.count() == 0


def test_the_file_for_excel_begins_with_a_mark_and_comes_back(as_clem: Client) -> None:
    answer = as_clem.post(EXPORT, {"columns": ALL, "excel": "on"})
    assert answer.content.startswith(b"\xef\xbb\xbfcustomer,name,")
    assert not as_clem.post(EXPORT, {"columns": ALL}).content.startswith(b"\xef\xbb\xbf")
    send(as_clem, answer.content)
    assert len(look(as_clem).context["read"].same) == 2


def test_an_empty_cell_empties_and_an_absent_column_stays(as_clem: Client) -> None:
    send(as_clem, "customer,phone,age\n101,,\n")
    page = look(as_clem).content.decode()
    assert page.count("<ins>nothing</ins>") == 2
    confirm(as_clem)
    asha = Customer.objects.get(id=101)
    assert (asha.phone, asha.age, asha.email, asha.name) == ("", None, "asha@example.com", "Asha Rao")


def test_a_new_address_reaches_the_sign_in_and_a_new_age_its_day(as_clem: Client, asha: Customer) -> None:
    send(as_clem, "customer,email,age\n101,new@example.com,35\n")
    confirm(as_clem)
    assert User.objects.get(customer=asha).email == "new@example.com"
    after = Customer.objects.get(id=101)
    assert after.age_given_on is not None
    assert facts(101)[0][3] == {
        "age": 35, "age_was": 34, "age_given_on": after.age_given_on.isoformat(), "age_given_on_was": None,
        "email": "new@example.com", "email_was": "asha@example.com",
    }  # fmt: skip


def test_a_number_that_is_nobodys_makes_a_new_customer(as_clem: Client) -> None:
    send(as_clem, "customer,name,phone\n700,Dido Lee,07\n")
    assert "New: Dido Lee" in look(as_clem).content.decode()
    confirm(as_clem)
    assert Customer.objects.get(id=700).name == "Dido Lee"
    assert [act for act, *_ in facts(700)] == ["register_customer"]


def test_nobody_is_deleted_by_a_file_that_leaves_people_out(as_clem: Client) -> None:
    send(as_clem, "customer,phone\n101,5\n")
    confirm(as_clem)
    assert Customer.objects.count() == 2


def test_only_the_narrowed_list_or_the_ticked_are_exported(as_nina: Client) -> None:
    assert [row["customer"] for row in exported(as_nina, where="?q=Asha")] == ["101"]
    page = as_nina.post(LIST, {"action": "export_chosen", "_selected_action": ["102"], "index": "0"})
    assert page.status_code == 200
    assert page.context["form"].initial["only"] == "102"
    assert [row["customer"] for row in exported(as_nina, only="102")] == ["102"]
    assert [row["customer"] for row in exported(as_nina, only="101,999")] == ["101"]
    assert as_nina.get(f"{EXPORT}?q=Asha").context["count"] == 1
    assert [row["customer"] for row in exported(as_nina, where="?q=Asha", only="102")] == []


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Choose at least one column."),
        ({"columns": "batch"}, "is not one of the available choices"),
        ({"columns": "name", "only": "1_0"}, "The choice of customers is damaged."),
        ({"columns": "name", "only": "1 OR 1=1"}, "The choice of customers is damaged."),
    ],
)
def test_an_export_that_cannot_be_made_says_why(as_nina: Client, fields: dict[str, str], sentence: str) -> None:
    page = as_nina.post(EXPORT, fields)
    assert (page.status_code, sentence in page.content.decode()) == (422, True)


def test_a_list_narrowed_by_nonsense_is_led_back(as_nina: Client) -> None:
    assert as_nina.get(f"{EXPORT}?p=x&age__nosuch=1").status_code in (303, 400)
    assert as_nina.get(f"{EXPORT}?id=abc").status_code in (303, 400)


def test_too_many_to_come_back_are_not_exported(as_nina: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.roundtrip.pages.MOST_ROWS", 1)
    page = as_nina.post(EXPORT, {"columns": ALL})
    assert "too many to change by file" in page.content.decode()
    assert len(exported(as_nina, where="?q=Asha")) == 1


def test_a_file_put_away_is_gone(as_clem: Client, clem: Manager) -> None:
    send(as_clem, "customer,phone\n101,5\n")
    page = confirm(as_clem, put_away="yes")
    assert "put away; nothing was changed" in page.content.decode()
    assert WaitingFile.objects.count() == 0
    assert as_clem.get(LOOK).headers["Location"] == IMPORT
    assert signed_in(clem).get(IMPORT).status_code == 200
