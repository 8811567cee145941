"""A file's report in the reader's language, though the worker that read it knows none."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from accounts.models import Batch, Customer, Lender, User
from ledger.models import UploadLine
from ledger.tests.sending import job_of, work
from ledger.tests.shop import file, pay, refused

pytestmark = pytest.mark.django_db

FILES = "/admin/batches/"
ROWS = (
    "customer,date,amount,reference\n101,2025-02-10,150.00,old\n102,2025-02-30,50.00,b\n103,2025-02-11,7.00,c\n"
    "102,2999-01-01,7.00,d\n102,2025-02-11,abc,e\n"
)


@pytest.fixture(autouse=True)
def read_by_the_worker(as_clem: Client, asha: Customer, bo: Customer, lender: Lender) -> Batch:
    """Clem, whose language is Spanish, sends a wrong file; the worker reads it in English."""
    pay(asha.pk, "1250.50", reference="old")
    User.objects.filter(pk=as_clem.session["_auth_user_id"]).update(language="es")
    sent = as_clem.post(f"{FILES}send/", {"kind": "payments", "file": SimpleUploadedFile("m.csv", ROWS.encode())})
    assert sent.status_code == 303
    with translation.override("en"):
        work()
    return Batch.objects.get()


def page(client: Client, batch: Batch) -> str:
    return client.get(f"{FILES}{batch.pk}/").content.decode()


def test_a_clerk_sees_the_reasons_in_his_language_with_days_and_amounts_as_he_writes_them(
    as_clem: Client, as_mira: Client, read_by_the_worker: Batch
) -> None:
    spanish, english = page(as_clem, read_by_the_worker), page(as_mira, read_by_the_worker)
    assert "reference: «old» ya corresponde a 1.250,50 recibidos el " in spanish
    assert "reference: “old” stands for 1250.50 received on 20" in english
    assert "date: «2025-02-30» no es una fecha como 2025-03-31" in spanish
    assert "amount: «abc» no es un importe" in spanish
    assert "amount: “abc” is not an amount" in english
    assert "Líneas nuevas: 0; ya existentes: 0; con un problema: 5." in spanish
    assert "0 lines are new, 0 are there already, 5 have a problem." in english


def test_what_is_stored_is_english_to_whoever_reads_it_plain(read_by_the_worker: Batch) -> None:
    with translation.override("es"):
        reasons = UploadLine.objects.filter(line=4).values_list("problems", flat=True).get()
        assert reasons == [["is not a customer", "customer", "103"]]
        assert job_of(read_by_the_worker).message.startswith("0 lines are new")


def test_the_refused_lines_are_made_for_who_asks_for_them(as_clem: Client, read_by_the_worker: Batch) -> None:
    answer = as_clem.get(f"{FILES}{read_by_the_worker.pk}/refused.csv")
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert text.splitlines()[0] == "customer,date,amount,reference,line,reason"
    assert "«103» no es un cliente" in text


def test_a_row_stored_in_plain_english_still_shows(as_clem: Client, read_by_the_worker: Batch) -> None:
    UploadLine.objects.filter(line=4).update(problems=[["is no customer of old", "customer", "103"]])
    read_by_the_worker.jobs.update(message="Was read long ago.")
    shown = page(as_clem, read_by_the_worker)
    assert "customer: «103» is no customer of old" in shown
    assert "Was read long ago." in shown


def test_a_file_that_cannot_be_read_is_refused_in_his_language(as_clem: Client) -> None:
    wrong = SimpleUploadedFile("m.csv", b"customer;sum\n101;5\n")
    refused = as_clem.post(f"{FILES}send/", {"kind": "payments", "file": wrong})
    assert refused.status_code == 303
    work()
    shown = as_clem.get(refused.headers["Location"]).content.decode()
    assert "Al encabezado le falta &#x27;date&#x27;, &#x27;amount&#x27;." in shown
    empty = as_clem.post(f"{FILES}send/", {"kind": "payments", "file": SimpleUploadedFile("m.csv", b"")})
    assert empty.status_code == 422 and "El archivo está vacío." in empty.content.decode()


def test_the_columns_and_the_template_are_explained_in_his_language(as_clem: Client) -> None:
    shown = as_clem.get(f"{FILES}columns/").content.decode()
    assert "Una línea por cada pago recibido." in shown and "One line for each payment" not in shown
    template = b"".join(as_clem.get(f"{FILES}template/payments.csv").streaming_content)  # type: ignore[attr-defined]
    assert template.startswith(b"customer,date,amount,reference,channel,year,month")


SPANISH = ["f.csv: línea 2, columna amount: 'x' no es un importe", "1 error. No se guardó nada."]
ENGLISH = ["f.csv: line 2, column amount: 'x' is not an amount", "1 mistake. Nothing was stored."]


@pytest.mark.parametrize(
    ("shell", "words"),
    [
        ({"LANG": "es_MX.UTF-8"}, SPANISH),
        ({"LANG": "es_MX.UTF-8", "LC_ALL": "C"}, ENGLISH),
        ({"LANG": "est_EE"}, ENGLISH),
    ],
)
def test_import_csv_names_mistakes_in_the_language_of_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shell: dict[str, str], words: list[str]
) -> None:
    monkeypatch.delenv("LC_MESSAGES")
    for name, value in shell.items():
        monkeypatch.setenv(name, value)
    assert refused("payments", file(tmp_path, "customer,date,amount", "101,2025-02-03,x", name="f.csv")) == words
