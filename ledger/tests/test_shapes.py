"""Templates to download: every column explained, and each taken back by the readers as it is."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Batch, Customer, Lender
from ledger.bulk import uploads
from ledger.bulk.registry import kinds
from ledger.bulk.shaped_workbooks import as_workbook
from ledger.bulk.shapes import Shape, example_csv, shape_named, shapes
from ledger.bulk.spreadsheets import tidy
from ledger.models import Due, Payment
from ledger.tests.sending import done, send, work
from ledger.tests.shop import file, load, refused

SHAPES = {shape.name: shape for shape in shapes()}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_a_shape_has_the_columns_that_the_reader_needs_and_none_that_it_refuses(shape: Shape) -> None:
    [layout] = [one for one in kinds()[shape.kind].layouts if {*one.required} <= {*shape.header}]
    assert {column.name for column in shape.columns if not column.may_lack} == {*layout.required}
    assert {*shape.header} <= {*layout.required, *layout.optional}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_the_workbook_reads_as_the_csv_does(shape: Shape) -> None:
    layouts = kinds()[shape.kind].layouts
    text = "".join(example_csv(shape)).encode()
    assert tidy(text, layouts).content == text
    book = tidy(as_workbook(shape), layouts).content
    assert book.decode().replace(".00", "").split() == text.decode().replace(".00", "").split()


@pytest.mark.django_db
def test_all_four_make_books(lender: Lender) -> None:
    for shape in shapes():
        batch = send(shape.kind, *"".join(example_csv(shape)).split("\r\n")[:2], name=shape.name)
        assert (batch.upload.new, batch.upload.wrong) == ((0, 1) if shape.name == "dues-by-year" else (1, 0)), shape
        if batch.upload.new:
            done(uploads.post, batch)
    assert (Customer.objects.get().name, Due.objects.count(), Payment.objects.count()) == ("Amina Example", 1, 1)


@pytest.mark.django_db
def test_who_may_look_at_files_downloads_a_template(as_clem: Client, as_sten: Client, as_asha: Client) -> None:
    for name in SHAPES:
        text = as_clem.get(f"/admin/batches/template/{name}.csv")
        assert text.headers["Content-Disposition"] == f'attachment; filename="{name}.csv"'
        assert as_clem.get(f"/admin/batches/template/{name}.xlsx").content.startswith(b"PK")
    page = as_clem.get("/admin/batches/columns/").content.decode()
    assert all(column.name in page for shape in shapes() for column in shape.columns)
    for address in ("template/dues.csv", "template/dues.xlsx", "columns/"):
        assert as_sten.get(f"/admin/batches/{address}").status_code == 403
        assert as_asha.get(f"/admin/batches/{address}").status_code == 302
    assert as_clem.get("/admin/batches/template/nothing.csv").status_code == 404


@pytest.mark.django_db
def test_a_file_from_a_spreadsheet_is_sent_and_the_page_says_how_it_was_read(as_clem: Client, asha: Customer) -> None:
    rows = "customer;date;amount\r\n101;05/04/2025;1.250,50\r\n"
    form: dict[str, object] = {"kind": "payments", "file": SimpleUploadedFile("march.csv", rows.encode())}
    page = as_clem.post("/admin/batches/send/", form)
    assert page.status_code == 422
    assert "Say it under “Dates”" in page.content.decode()
    form["file"] = SimpleUploadedFile("march.csv", rows.encode())
    page = as_clem.post("/admin/batches/send/", form | {"order": "dmy"})
    work()
    shown = as_clem.get(page.headers["Location"]).content.decode()
    assert "columns separated by semicolons, decimals after a comma, dates with the day first" in shown
    assert "2025-04-05" in shown
    assert shape_named("nothing") is None


@pytest.mark.django_db
@pytest.mark.parametrize("portal_first", [True, False])
def test_a_file_taken_through_one_door_is_known_at_the_other(
    as_clem: Client, asha: Customer, tmp_path: Path, portal_first: bool
) -> None:
    path = file(tmp_path, "\ufeffcustomer,date,amount,reference", "101,2025-03-31,12.50,R-1 ", name="march.csv")
    form = {"kind": "payments", "file": SimpleUploadedFile(path.name, path.read_bytes())}
    if portal_first:
        as_clem.post("/admin/batches/send/", form)
        assert "The file is in the portal, as batch march" in refused("payments", path, "--excel")[-1]
    else:
        load("payments", path, "--excel")
        page = as_clem.post("/admin/batches/send/", form, follow=True)
        assert "This file is here already, as batch march" in page.content.decode()
    assert Batch.objects.count() == 1


@pytest.mark.django_db
def test_a_file_is_known_also_with_another_choice_of_dates(as_clem: Client) -> None:
    for order in ("dmy", "mdy"):
        sent = SimpleUploadedFile("march.csv", b"customer;date;amount\r\n101;05/04/2025;1\r\n")
        as_clem.post("/admin/batches/send/", {"kind": "payments", "file": sent, "order": order})
    assert Batch.objects.count() == 1
